"""A job gets exactly what its stage declares, and its result says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import REPOSITORY, TINY

from corticomotor.registry import all_studies
from corticomotor.runtime import store
from corticomotor.settings.loading import load
from corticomotor.settings.overrides import overrides_in
from corticomotor.settings.root import as_config, compose
from corticomotor.wiring import wire
from declarations import declared, job_of, leaves

STUDIES = all_studies()
# What only a user asks for has not run.
ON_REQUEST = {
    (name, shown.stage)
    for name, study in STUDIES.items()
    for figure in study.figures
    if figure.on_request
    for shown in figure.shows.values()
}
STAGES = [
    (name, stage.name)
    for name, study in STUDIES.items()
    for stage in study.stages
    if (name, stage.name) not in ON_REQUEST
]


SETTINGS = load(compose(STUDIES), TINY)
RULES, _ = wire(SETTINGS, REPOSITORY / "workflow")
CONFIG = as_config(SETTINGS)


@pytest.fixture(scope="module")
def files(whole_run: Path) -> dict[tuple[str, str], list[Path]]:
    """Results of a whole run, by study and stage."""
    found: dict[tuple[str, str], list[Path]] = {}
    for study in RULES:
        for file in sorted((whole_run / "results" / study.name).rglob("*.h5")):
            rule, _ = job_of(study.stages, str(file.relative_to(whole_run)))
            found.setdefault((study.name, rule.stage.name), []).append(file)
    return found


@pytest.mark.parametrize(("study", "stage"), STAGES)
def test_a_result_tells_all_settings_that_its_stage_declares(
    whole_run: Path, files: dict[tuple[str, str], list[Path]], study: str, stage: str
) -> None:
    [rules] = [each for each in RULES if each.name == study]
    for file in files[study, stage]:
        rule, wildcards = job_of(rules.stages, str(file.relative_to(whole_run)))
        expected = declared(rule, wildcards, CONFIG[study]) | {"seed": CONFIG["seed"]}
        for part in overrides_in(wildcards["overrides"]):
            path, _, value = part.partition("=")
            if path in expected:
                expected[path] = type(expected[path])(value)
        told = store.attributes(file)["settings"]
        beside = {name: told.pop(name) for name in ("given", "wildcards") if name in told}
        assert dict(leaves(told)) == expected, file
        # What else tells jobs of a script apart is told as well.
        apart = {name: text for name, text in wildcards.items() if name in STUDIES[study].wildcards}
        assert beside.get("wildcards", {}) == apart
        assert beside.get("given", {}) == rule.params["given"](wildcards)
