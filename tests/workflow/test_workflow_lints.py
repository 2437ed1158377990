"""The rules keep to the house style, and Snakemake's own report can be built from a run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from harness import ALL, REPOSITORY, TINY, Checkout

from corticomotor.registry import all_studies
from corticomotor.settings.loading import load
from corticomotor.settings.root import compose
from corticomotor.wiring import FigureRule, StudyRules, wire

STUDIES = all_studies()
TARGETS = {"all", "sweeps", *STUDIES}
# Says what it needs of each rule as JSON, from the rules as Snakemake has read them.
DESCRIBE = """
import json, sys
from pathlib import Path
from snakemake.api import SnakemakeApi
from snakemake.settings.types import OutputSettings, ResourceSettings

with SnakemakeApi(OutputSettings(keep_logger=True)) as api:
    workflow = api.workflow(
        resource_settings=ResourceSettings(cores=1),
        snakefile=Path(sys.argv[1]) / "Snakefile",
        workdir=Path(sys.argv[2]),
    )._workflow
    described = {
        rule.name: {
            "log": len(rule.log),
            "script": rule.script,
            "params": sorted(rule.params.keys()),
            "reported": {str(file): "report" in file.flags for file in rule.output},
        }
        for rule in workflow.rules
    }
Path(sys.argv[3]).write_text(json.dumps(described))
"""


@pytest.fixture(scope="module")
def rules(checkout: Checkout) -> dict[str, dict[str, Any]]:
    """All rules with something to run."""
    folder = checkout.folder("rules")
    described = folder / "rules.json"
    subprocess.run(
        [sys.executable, "-c", DESCRIBE, str(checkout.root), str(folder), str(described)],
        check=True,
        env=checkout.environment,
    )
    found: dict[str, dict[str, Any]] = json.loads(described.read_text(encoding="utf-8"))
    assert found.keys() > TARGETS
    return {name: rule for name, rule in found.items() if name not in TARGETS}


def test_snakemake_lint_has_nothing_to_say(checkout: Checkout, tmp_path: Path) -> None:
    config = checkout.config(tmp_path, {})

    outcome = checkout.quick_run(tmp_path, config, "--lint", targets=ALL).expect()

    assert "your workflow is in a good condition" in outcome.output


def test_snakefmt_has_nothing_to_change() -> None:
    command = [sys.executable, "-m", "snakefmt", "--check", "Snakefile", "workflow/rules"]
    check = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert check.returncode == 0, check.stderr


def moving(study: StudyRules) -> list[FigureRule]:
    """The rule of a study's animations, if it has any."""
    return [study.animations] if study.animations.names else []


def test_rules_are_those_of_the_records(rules: dict[str, dict[str, Any]]) -> None:
    studies, sweeps = wire(load(compose(STUDIES), {}), REPOSITORY / "workflow")
    of_studies = {
        rule.name: rule.script
        for study in studies
        for rule in (*study.stages, study.figures, *moving(study), study.report)
    }
    of_sweeps = {"tabulate_sweep": sweeps.tabulate, "plot_sweep": sweeps.plot}
    expected = {
        name: str(Path(script).relative_to(REPOSITORY))
        for name, script in (of_studies | of_sweeps).items()
    }
    found = {name: rule["script"].partition("/checkout/")[2] for name, rule in rules.items()}
    assert found == expected


def test_each_rule_has_a_log_and_tracks_settings_and_code(
    rules: dict[str, dict[str, Any]],
) -> None:
    for name, rule in rules.items():
        assert rule["log"] == 1, name
        assert {"settings", "code", "contracts"} <= set(rule["params"]), name


def test_reports_and_figures_are_published(rules: dict[str, dict[str, Any]]) -> None:
    outputs = {
        file: reported for rule in rules.values() for file, reported in rule["reported"].items()
    }
    published = {
        file
        for file in outputs
        if file.endswith((".svg", ".gif")) or (file.endswith(".pdf") and "/figures/" not in file)
    }
    # Of each study the figures and the report, the animations of one, and the figures of sweeps.
    assert len(published) == 2 * len(STUDIES) + 2
    assert {file for file, reported in outputs.items() if reported} == published


def test_snakemake_report_holds_every_publication_and_its_caption(
    checkout: Checkout, whole_run: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.html"
    config = whole_run / "settings.yaml"

    checkout.quick_run(whole_run, config, "--report", str(report), targets=ALL).expect()

    html = report.read_text(encoding="utf-8")
    texts = REPOSITORY / "workflow" / "report"
    whole, sweep = (
        (texts / name).read_text(encoding="utf-8") for name in ("report.rst", "sweep.rst")
    )
    expected = [("Sweeps", f"sweeps/{name}.svg", sweep) for name in TINY["sweep"]]
    for study in wire(load(compose(STUDIES), TINY), REPOSITORY / "workflow")[0]:
        expected += [
            (study.title, f"{study.name}/{name}.svg", caption)
            for name, caption in study.figures.captions().items()
        ]
        expected += [
            (study.title, f"{study.name}/{name}.gif", caption)
            for name, caption in study.animations.captions().items()
        ]
        expected.append((study.title, f"{study.report.name}.pdf", whole))
    figures = whole_run / "results" / "figures"
    assert {name for _, name, _ in expected if name.endswith(".svg")} == {
        str(path.relative_to(figures)) for path in figures.rglob("*.svg")
    }
    for title, name, caption in expected:
        assert f'"name": "{Path(name).name}"' in html, name
        assert json.dumps(title) in html, title
        # Text only: a caption that begins with "(A)" would become a list.
        shown = json.dumps(f"<p>{' '.join(caption.split())[:60]}")[1:-1]
        assert shown in html, name
