"""What the rule of a stage needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corticomotor.runtime.jobs import RESULT
from corticomotor.runtime.provenance import code_fingerprint, content_digest
from corticomotor.runtime.stage_settings import StageSettings
from corticomotor.study.stage import Stage, chosen_from, selected
from corticomotor.wiring.results import Paths, Results, Wildcards, own


class StageRule:
    """The rule of one stage.

    Args:
        results: of its study.
        stage: its declaration.
        scripts: folder of all scripts.
    """

    def __init__(self, results: Results, stage: Stage, scripts: Path) -> None:
        self._results, self.stage = results, stage
        study = results.study
        # Such as constrained_networks_FFH; parts with wildcards have no say in it.
        parts = [part for part in stage.name.split("/") if "{" not in part]
        self.name = "_".join([study.name, *parts])
        folder = scripts if "/" in stage.script else scripts / study.name
        self.script = str(folder / f"{stage.script}.py")
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
            "code": lambda wildcards: code_fingerprint(self.script),
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
        # Snakemake does not look into a file that is older than the result.
        digests = [content_digest(path) for path in self._files(job, overrides)]
        return {
            "seed": values["seed"],
            **selected(job, values),
            **({"files": digests} if digests else {}),
        }

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
