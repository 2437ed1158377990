"""All rules of all studies, and what is checked before any of them runs."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corticomotor.runtime.stage_settings import StageSettings
from corticomotor.settings.combinations import combinations, study_of, sweeps
from corticomotor.settings.root import Settings, changed
from corticomotor.study.names import within
from corticomotor.wiring.code import Code
from corticomotor.wiring.publications import FigureRule, ReportRule
from corticomotor.wiring.results import Results
from corticomotor.wiring.stages import StageRule
from corticomotor.wiring.sweeps import SweepRules


@dataclass(frozen=True)
class StudyRules:
    """The rules of one study; its title is their category in Snakemake's report."""

    name: str
    title: str
    stages: tuple[StageRule, ...]
    figures: FigureRule
    animations: FigureRule
    report: ReportRule

    @property
    def publications(self) -> list[str]:
        """Report, summary, figures and animations."""
        return [
            *(self.report.pdf, self.report.summary),
            *(
                self.figures.path(suffix, name)
                for name in self.figures.all()
                for suffix in ("svg", "pdf")
            ),
            *(self.animations.path("gif", name) for name in self.animations.all()),
        ]


def wire(
    settings: Settings, root: Path, pins: Mapping[str, str] | None = None
) -> tuple[list[StudyRules], SweepRules]:
    """Give the rules of all studies, and those of sweeps.

    Args:
        settings: all settings, as configured.
        root: folder of the workflow's own files: scripts, texts and the package.
        pins: versions of packages where jobs run; those installed here unless said.
    """
    code = Code(root, pins)
    results = {name: Results(study, settings) for name, study in settings.studies.items()}
    sweep_rules = SweepRules(settings, results, code)
    found = []
    for name, each in results.items():
        stages = tuple(StageRule(each, stage, code) for stage in each.study.stages)
        figures = FigureRule(each, code)
        report = ReportRule(each, figures, sweep_rules, stages, code)
        animations = FigureRule(each, code, "animation")
        found.append(StudyRules(name, each.study.title, stages, figures, animations, report))
    return found, sweep_rules


def check_files(settings: Settings) -> None:
    """Refuse files from outside that are not what the settings ask for, in whichever sweep.

    What is doubtful is told in a line on the terminal, once.

    Raises:
        InputError: with the setting and the file.
    """
    told: dict[str, None] = {}
    for name, study in settings.studies.items():
        for stage in study.stages:
            if stage.check is None:
                continue
            paths = [f"{name}.{block}" for block in stage.reads]
            for each in _variants(settings, name, paths):
                values = each.of(name).model_dump(mode="json")
                with warnings.catch_warnings(record=True) as doubts:
                    warnings.simplefilter("default")
                    stage.check(StageSettings(f"{name}/{stage.name}", values))
                # A doubt names a setting of the block that the stage reads first.
                told.update((f"{paths[0]}.{doubt.message}", None) for doubt in doubts)
    for doubt in told:
        print(f"warning: {doubt}", file=sys.stderr)


def _variants(settings: Settings, study: str, paths: list[str]) -> list[Settings]:
    """The settings as configured, and with all that sweeps change below some paths."""
    changes = [
        change
        for sweep in sweeps(settings).values()
        if study_of(sweep) == study and any(within(path, paths) for path in sweep.vary)
        for change in combinations(type(settings), sweep)
    ]
    return [settings, *(changed(settings, change) for change in changes)]
