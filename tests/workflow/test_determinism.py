"""The same settings and seed give the same bytes, however many jobs run at a time."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from harness import ALL, TINY, Checkout, results

COSTS = ("cpu_seconds", "peak_memory_mb")
CONSTRAINED = ("constrained",)


@pytest.fixture(scope="module")
def one_at_a_time(checkout: Checkout, whole_run: Path) -> Path:
    """Folder of a whole run, one job after another; the other run had two at a time."""
    folder = checkout.folder("one-at-a-time")
    config = checkout.config(folder, TINY)
    checkout.run(folder, config, "--cores", "1", targets=CONSTRAINED).expect()
    return folder


def without_costs(folder: Path) -> dict[str, Any]:
    """The summary but for what was measured with a clock."""
    summary = json.loads((folder / "results" / "cca_summary.json").read_text(encoding="utf-8"))
    return {name: value for name, value in summary.items() if name not in COSTS}


def test_data_and_figures_are_equal_to_the_byte(whole_run: Path, one_at_a_time: Path) -> None:
    for suffix, count in ((".h5", 24), (".svg", 11), (".csv", 1), (".pdf", 12)):
        found, expected = results(one_at_a_time, suffix), results(whole_run, suffix)
        assert len(found) == count
        # The report tells what the jobs cost.
        differing = [name for name in found if found[name] != expected[name]]
        assert differing == (["results/cca_report.pdf"] if suffix == ".pdf" else [])


def test_summaries_differ_in_costs_alone(whole_run: Path, one_at_a_time: Path) -> None:
    assert without_costs(one_at_a_time) == without_costs(whole_run)
    assert len(without_costs(whole_run)) > len(COSTS)


def test_report_is_a_pdf_with_pages(whole_run: Path) -> None:
    report = (whole_run / "results" / "cca_report.pdf").read_bytes()

    assert report.startswith(b"%PDF-")
    pages = re.search(rb"/Type */Pages */Count ([0-9]+)", report)
    assert pages is not None
    assert int(pages[1]) >= 3


def test_second_run_does_nothing(checkout: Checkout, whole_run: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (whole_run / "results").rglob("*")}

    again = checkout.quick_run(
        whole_run, whole_run / "settings.yaml", "--cores", "2", targets=ALL
    ).expect()

    assert "Nothing to be done" in again.output
    assert {path: path.stat().st_mtime_ns for path in (whole_run / "results").rglob("*")} == before
