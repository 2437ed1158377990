"""What the rules of a study's figures and of its report need."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Literal

from corticomotor.settings.overrides import setting
from corticomotor.study.names import filled, within
from corticomotor.study.publications import Figure
from corticomotor.wiring.code import Code
from corticomotor.wiring.results import Paths, Results, Wildcards
from corticomotor.wiring.stage_graph import STAGES, graph_of
from corticomotor.wiring.stages import StageRule
from corticomotor.wiring.sweeps import SweepRules


class FigureRule:
    """The rule that draws any figure of a study, or any animation.

    Args:
        results: of the study.
        code: of the workflow.
        kind: figure or animation.
    """

    def __init__(
        self, results: Results, code: Code, kind: Literal["figure", "animation"] = "figure"
    ) -> None:
        self._results, self._code = results, code
        self.study = results.study
        self._figures = (*self.study.figures, STAGES) if kind == "figure" else self.study.animations
        self.name = f"{self.study.name}_{kind}"
        self.script = code.script(f"draw_{kind}")
        # Of a wildcard in Snakemake, which wants no groups.
        patterns = (re.sub(r"\{\w+\}", r"[^/]+", figure.name) for figure in self._figures)
        self.names = "|".join(patterns)

    def path(self, suffix: str, figure: str = "{figure}") -> str:
        """Path of a figure, or pattern."""
        return f"results/figures/{self.study.name}/{figure}.{suffix}"

    def all(self, *, on_request: bool = False) -> Iterator[str]:
        """Names of all figures that there are."""
        for figure in self._figures:
            if figure.on_request == on_request:
                each = figure.each(self._results.view(), {}) if figure.each else [{}]
                for values in each:
                    yield filled(figure.name, {name: str(v) for name, v in values.items()})

    def inputs(self, wildcards: Wildcards) -> dict[str, Paths]:
        """Results that a figure shows, by the names of its arguments."""
        figure, values = self._find(wildcards)
        return self._results.shown(figure.shows, values)

    def label(self, wildcards: Wildcards) -> dict[str, str]:
        """How a figure is listed in Snakemake's report."""
        figure, values = self._find(wildcards)
        return {"figure": " ".join([figure.title, *values.values()])}

    @property
    def params(self) -> dict[str, Any]:
        """What jobs are told, as functions of wildcards."""
        return {
            "settings": self._settings,
            "draw": self._module_and_function,
            "contracts": self._contracts,
            "caption": lambda wildcards: self._find(wildcards)[0].caption,
            "code": lambda wildcards: self._code.digest(self.script, self._module(wildcards)),
            "versions": lambda wildcards: self._code.versions(self.script, self._module(wildcards)),
        }

    def captions(self) -> dict[str, str]:
        """Captions of all figures by name."""
        return {name: self._find({"figure": name})[0].caption for name in self.all()}

    def _find(self, wildcards: Wildcards) -> tuple[Figure, Wildcards]:
        name = wildcards["figure"]
        return (STAGES, {}) if name == STAGES.name else self.study.figure(name)

    def _settings(self, wildcards: Wildcards) -> dict[str, Any]:
        figure, values = self._find(wildcards)
        if figure is STAGES:
            return graph_of(self.study)
        config = self._results.values("")
        return {
            argument: setting(config, filled(path, values))
            for argument, path in figure.reads.items()
        }

    def _contracts(self, wildcards: Wildcards) -> dict[str, Any]:
        figure, values = self._find(wildcards)
        stages = {name: filled(each.stage, values) for name, each in figure.shows.items()}
        return self._results.contracts(stages)

    def _module_and_function(self, wildcards: Wildcards) -> tuple[str, str]:
        figure, _ = self._find(wildcards)
        module, _, function = figure.draw.partition(":")
        if figure is not STAGES:
            module = f"corticomotor.studies.{self.study.name}.figures.{module}"
        return module, function

    def _module(self, wildcards: Wildcards) -> str:
        return self._module_and_function(wildcards)[0]


class ReportRule:
    """The rule of a study's report.

    Args:
        results: of the study.
        figures: the rule of its figures.
        sweeps: the rules of all sweeps.
        stages: the rules of its stages.
        code: of the workflow.
    """

    def __init__(
        self,
        results: Results,
        figures: FigureRule,
        sweeps: SweepRules,
        stages: Sequence[StageRule],
        code: Code,
    ) -> None:
        self._results, self._figures, self._sweeps, self._code = results, figures, sweeps, code
        self._stages = stages
        self.study = results.study
        self.name = self.study.report.name
        self.script = code.script("write_report")
        self.pdf = f"results/{self.study.report.name}.pdf"
        self.summary = f"results/{self.study.report.summary}.json"

    @property
    def inputs(self) -> dict[str, Paths]:
        """All that the report is made from."""
        shown = self._results.shown(self.study.report.shows, {})
        return shown | {
            "figures": [self._figures.path("pdf", name) for name in self._figures.all()],
            "sweeps": [self._sweeps.table(name) for name in self._own_sweeps()],
            "sweep_figures": [self._sweeps.figure("pdf", name) for name in self._own_sweeps()],
            "texts": self._texts(),
        }

    @property
    def params(self) -> dict[str, Any]:
        """What the job is told."""
        report, config = self.study.report, self._results.values("")
        module, function = self._module_and_function()
        return {
            "study": self.study.name,
            "title": self.study.title,
            "question": report.question,
            "settings": {
                name: value for name, value in config.items() if not within(name, report.except_for)
            },
            "arguments": {name: setting(config, path) for name, path in report.reads.items()},
            "summarise": (module, function),
            "contracts": self._results.contracts(
                {name: each.stage for name, each in report.shows.items()}
            ),
            "captions": self._figures.captions(),
            "networks": {name: each.label for name, each in self.study.networks.items()},
            "paper": asdict(self.study.paper) | {"citation": str(self.study.paper)},
            "sweeps": {name: self._sweeps.told(name) for name in self._own_sweeps()},
            "rules": self._rules(),
            "chosen": self._chosen(),
            "code": self._code.digest(self.script, module),
            "versions": self._code.versions(self.script, module),
        }

    def _own_sweeps(self) -> list[str]:
        return self._sweeps.of(self.study.name)

    def _texts(self) -> list[str]:
        """Templates, named relative to where results go."""
        texts = self._code.root / "report"
        files = (texts / self.study.name / "report.typ", texts / "template.typ")
        return [os.path.relpath(file) for file in files]

    def _module_and_function(self) -> tuple[str, str]:
        module, _, function = self.study.report.summarise.partition(":")
        return f"corticomotor.studies.{self.study.name}.{module}", function

    def _chosen(self) -> list[str]:
        """Results of replicates that what is shown chooses, beyond those that the study has."""
        first = len(self._results.replicates) + 1
        found = []
        for shown in self.study.report.shows.values():
            for values in shown.each(self._results.view(), {}) if shown.each else ():
                texts = {name: str(value) for name, value in values.items()}
                if int(texts.get("replicate", 0)) >= first:
                    stage = filled(shown.stage, texts)
                    found.append(f"{stage}/replicate-{texts['replicate']}")
        return found

    def _rules(self) -> list[str]:
        """Rules whose jobs are behind the report: not those that only a user asks for."""
        shown = [self.study.report.shows]
        shown += [figure.shows for figure in self.study.figures if not figure.on_request]
        stages = [each.stage for shows in shown for each in shows.values()]
        measured = [stage for name in self._own_sweeps() for stage in self._sweeps.stages(name)]
        behind = self.study.behind([*stages, *measured])
        rules = (rule.name for rule in self._stages if rule.stage.name in behind)
        return [*rules, self._figures.name]
