"""A study that is added: in a few lines of files that others share, and all of it comes out."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import h5py
import pytest
from harness import TINY, Checkout
from new_study import FILES, Added, installed

JOBS = {
    *(f"decay/signal/replicate-{k}" for k in (1, 2)),
    *(f"decay/fits/{name}/replicate-{k}" for name in ("line", "parabola") for k in (1, 2)),
    *("decay/figures/fits", "decay/figures/stages", "decay/report"),
}
SWEEP = {
    *(f"decay/signal.noise=0.1/signal/replicate-{k}" for k in (1, 2)),
    *(
        f"decay/signal.noise=0.1/fits/{name}/replicate-{k}"
        for name in ("line", "parabola")
        for k in (1, 2)
    ),
    *(
        f"decay/{overrides}measures/{name}"
        for overrides in ("", "signal.noise=0.1/")
        for name in ("line", "parabola")
    ),
    *("sweeps/noise", "sweeps/noise-figure"),
}
TWO = {"replicates": {"count": 2}}


@pytest.fixture(scope="module")
def added(checkout: Checkout) -> Iterator[Added]:
    with installed(checkout.root) as added:
        yield added


@pytest.fixture(scope="module")
def run(checkout: Checkout, added: Added) -> Path:
    """Folder of a whole run of the study, with its sweep."""
    folder = checkout.folder("new-study")
    config = checkout.config(folder, {"decay": TWO})
    checkout.run(folder, config, "--cores", "2", targets=["decay"]).expect()
    return folder


def test_three_shared_files_are_edited_of_which_two_are_generated(added: Added) -> None:
    assert added.edited == {
        "workflow/corticomotor/registry.py",
        "config/default.yaml",
        "config/schema.json",
    }
    own = {str(path.relative_to(FILES)) for path in FILES.rglob("*.*") if path.suffix != ".pyc"}
    assert added.own == own
    assert {name.rpartition("decay")[0] for name in own} == {
        "workflow/corticomotor/studies/",
        "workflow/scripts/",
        "workflow/report/",
    }


def test_nothing_else_is_run_again(checkout: Checkout, added: Added, whole_run: Path) -> None:
    config = checkout.config(checkout.root.parent, TINY | {"decay": TWO})

    assert checkout.plan(whole_run, config) == JOBS | SWEEP


def test_figure_report_and_sweep_are_published(run: Path) -> None:
    summary = json.loads((run / "results/decay_summary.json").read_text(encoding="utf-8"))
    assert summary["answer"] == ["The parabola fits better."]
    assert summary["error"]["parabola"] < summary["error"]["line"]
    assert {name for name in summary["cpu_seconds"] if name != "total"} == {
        *("decay_signal", "decay_fits", "decay_measures", "decay_figure"),
    }
    assert [each["settings"] for each in summary["sweep"]["noise"]] == [
        {"signal.noise": 0.01},
        {"signal.noise": 0.1},
    ]
    assert (run / "results/decay_report.pdf").read_bytes().startswith(b"%PDF-")
    for name in ("decay/fits", "decay/stages", "sweeps/noise"):
        assert (run / f"results/figures/{name}.svg").is_file()

    with (run / "results/sweeps/noise.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["network"] for row in rows} == {"line", "parabola"}
    by_noise = {
        row["signal.noise"]: float(row["error"]) for row in rows if row["network"] == "line"
    }
    assert by_noise["0.1"] > by_noise["0.01"]


def test_colours_of_the_record_are_those_of_the_figures(run: Path) -> None:
    for name in ("decay/fits", "decay/stages", "sweeps/noise"):
        svg = (run / f"results/figures/{name}.svg").read_text(encoding="utf-8").lower()
        assert "#0072b2" in svg, name


def test_a_result_tells_what_it_was_made_with(run: Path) -> None:
    with h5py.File(run / "results/decay/signal.noise=0.1/signal/replicate-2.h5") as file:
        assert json.loads(file.attrs["settings"]) == {
            "seed": 1,
            "signal": {"samples": 20, "time_constant": 5.0, "noise": 0.1},
        }
    with h5py.File(run / "results/decay/fits/parabola/replicate-1.h5") as file:
        assert json.loads(file.attrs["settings"]) == {
            "seed": 1,
            "given": {"degree": 2},
            "wildcards": {"network": "parabola"},
        }


def test_a_conflict_of_its_settings_is_told_in_one_line(checkout: Checkout, added: Added) -> None:
    folder = checkout.root.parent
    config = checkout.config(folder, {"decay": {"signal": {"samples": 3}}})

    outcome = checkout.quick_run(folder, config, "--cores", "1", targets=["decay"]).expect(1)

    assert "decay.signal.samples: expected at least 4, found 3" in outcome.output
    assert "Traceback" not in outcome.output


def test_the_terminal_tells_its_answer(checkout: Checkout, run: Path) -> None:
    command = [
        *(sys.executable, "-m", "corticomotor.commands.answer", str(run / "results")),
        *("--study", "decay", "--configfile", str(run / "settings.yaml")),
    ]
    environment = checkout.environment | {"PYTHONPATH": str(checkout.root / "workflow")}
    said = subprocess.run(
        command, cwd=run, env=environment, capture_output=True, text=True, check=True
    ).stdout

    assert "The parabola fits better." in said
    assert f"The report: {run}/results/decay_report.pdf" in said
