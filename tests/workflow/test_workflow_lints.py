"""The rules keep to the house style, and Snakemake's own report can be built from a run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from harness import REPOSITORY, Checkout

# Says what it needs of each rule as JSON, from the rules as Snakemake has read them.
DESCRIBE = """
import json, sys
from pathlib import Path
from snakemake.api import SnakemakeApi
from snakemake.settings.types import OutputSettings, ResourceSettings

def named(files):
    return len(files) == sum(
        1 if end is None else end - start for start, end in files._names.values()
    )

with SnakemakeApi(OutputSettings(keep_logger=True)) as api:
    workflow = api.workflow(
        resource_settings=ResourceSettings(cores=1),
        snakefile=Path(sys.argv[1]) / "Snakefile",
        workdir=Path(sys.argv[2]),
    )._workflow
    described = {
        rule.name: {
            "log": len(rule.log),
            "benchmark": rule.benchmark is not None,
            "named": named(rule.input) and named(rule.output),
            "script": rule.script,
            "params": sorted(rule.params.keys()),
            "resources": sorted(rule.resources),
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
    for target in ("all", "sweeps"):
        del found[target]
    return found


def test_snakemake_lint_has_nothing_to_say(checkout: Checkout, tmp_path: Path) -> None:
    config = checkout.config(tmp_path, {})

    outcome = checkout.quick_run(tmp_path, config, "--lint").expect()

    assert "your workflow is in a good condition" in outcome.output


def test_snakefmt_has_nothing_to_change() -> None:
    command = [sys.executable, "-m", "snakefmt", "--check", "Snakefile", "workflow/rules"]
    check = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert check.returncode == 0, check.stderr


def test_each_rule_runs_a_script_with_log_benchmark_and_resources(
    rules: dict[str, dict[str, Any]],
) -> None:
    assert len(rules) >= 10
    for name, rule in rules.items():
        assert rule["log"] == 1, name
        assert rule["benchmark"], name
        assert rule["script"], name
        assert {"mem_mb", "runtime"} <= set(rule["resources"]), name


def test_inputs_and_outputs_have_names(rules: dict[str, dict[str, Any]]) -> None:
    assert [name for name, rule in rules.items() if not rule["named"]] == []


def test_each_rule_tracks_settings_and_code(rules: dict[str, dict[str, Any]]) -> None:
    for name, rule in rules.items():
        assert {"settings", "code"} <= set(rule["params"]), name


def test_reports_and_figures_are_published(rules: dict[str, dict[str, Any]]) -> None:
    outputs = {
        file: reported for rule in rules.values() for file, reported in rule["reported"].items()
    }
    published = {
        file
        for file in outputs
        if file.endswith(".svg") or (file.endswith(".pdf") and "/figures/" not in file)
    }
    assert len(published) >= 11
    assert {file for file, reported in outputs.items() if reported} == published


def test_snakemake_report_holds_every_publication_and_its_caption(
    checkout: Checkout, whole_run: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.html"

    checkout.quick_run(whole_run, whole_run / "settings.yaml", "--report", str(report)).expect()

    html = report.read_text(encoding="utf-8")
    figures = sorted((whole_run / "results" / "figures").rglob("*.svg"))
    assert len(figures) >= 10
    for figure in figures:
        assert f'"name": "{figure.name}"' in html
    assert '"name": "cca_report.pdf"' in html
    captions = REPOSITORY / "workflow" / "report" / "captions"
    of_figures = {
        figure.stem: "sweep" if figure.parent.name == "sweeps" else f"constrained/{figure.stem}"
        for figure in figures
    }
    for name, file in (of_figures | {"cca_report": "constrained/cca_report"}).items():
        caption = (captions / f"{file}.rst").read_text(encoding="utf-8")
        # Text only: a caption that begins with "(A)" would become a list.
        shown = json.dumps(f"<p>{' '.join(caption.split())[:60]}")[1:-1]
        assert shown in html, name
