"""What the rule of a stage needs."""

from __future__ import annotations

from typing import Any

from corticomotor.runtime.job import RESULT
from corticomotor.runtime.stage_settings import StageSettings
from corticomotor.study.stage import Stage, chosen_from, selected
from corticomotor.wiring.code import Code
from corticomotor.wiring.results import Paths, Results, Wildcards, own


class StageRule:
    """The rule of one stage.

    Args:
        results: of its study.
        stage: its declaration.
        code: of the workflow.
    """

    def __init__(self, results: Results, stage: Stage, code: Code) -> None:
        self._results, self.stage, self._code = results, stage, code
        study = results.study
        # Such as constrained_networks_FFH; parts with wildcards have no say in it.
        parts = [part for part in stage.name.split("/") if "{" not in part]
        self.name = "_".join([study.name, *parts])
        shared = "/" in stage.script
        self.script = code.script(stage.script if shared else f"{study.name}/{stage.script}")
        self.result = results.pattern(stage)
        self.log = f"results/logs/{study.name}/{{overrides}}{stage.path}.log"
        self.wildcards = dict(study.wildcards)

    def inputs(self, wildcards: Wildcards) -> dict[str, Paths]:
        """A job's input files, by the names of the stages that they come from."""
        job, overrides = self._results.job(self.stage, wildcards)
        found: dict[str, Paths] = {}
        for name, earlier in zip(job.upstream, job.after, strict=True):
            found[name] = self._results.upstream(job, earlier, overrides, wildcards)
        if files := self._files(job, overrides):
            found["files"] = files
        return found

    @property
    def params(self) -> dict[str, Any]:
        """What jobs are told: functions of wildcards, but for what is the same for all."""
        gathered = {} if self.stage.per_replicate else {"replicates": self._results.replicates}
        return {
            "settings": self._settings,
            "given": self._given,
            "contracts": self._contracts,
            "code": lambda wildcards: self._code.digest(self.script),
            "versions": lambda wildcards: self._code.versions(self.script),
            **gathered,
        }

    @property
    def resources(self) -> dict[str, Any]:
        """What a cluster must reserve beyond the defaults of the profile, and the job's work.

        Resources rerun nothing: so a job can note what work it did beside what that cost.
        """
        view = self._results.view()
        reserved = {
            name: need(view) if callable(need) else need
            for name, need in self.stage.resources.items()
        }
        return reserved | ({"work": self._work} if self.stage.work else {})

    def _work(self, wildcards: Wildcards) -> int:
        assert self.stage.work is not None
        _, overrides = self._results.job(self.stage, wildcards)
        return round(self.stage.work(self._results.view(overrides), own(wildcards)))

    def _settings(self, wildcards: Wildcards) -> dict[str, Any]:
        job, overrides = self._results.job(self.stage, wildcards)
        values = self._results.values(overrides)
        idle = job.idle(self._results.view(overrides), own(wildcards)) if job.idle else ()
        return {"seed": values["seed"], **selected(job, values, idle)}

    def _given(self, wildcards: Wildcards) -> dict[str, Any]:
        job, overrides = self._results.job(self.stage, wildcards)
        if not callable(job.given):
            return dict(job.given)
        settings = StageSettings(
            f"{self.name} (what it is given)",
            chosen_from(job.given_from, self._results.values(overrides)),
        )
        return dict(job.given(settings, own(wildcards)))

    def _contracts(self, wildcards: Wildcards) -> dict[str, Any]:
        job, _ = self._results.job(self.stage, wildcards)
        own_contract = {RESULT: job.contract.as_values()}
        return self._results.contracts(job.upstream) | own_contract

    def _files(self, job: Stage, overrides: str) -> list[str]:
        if job.files is None:
            return []
        return list(job.files(self._results.view(overrides)))
