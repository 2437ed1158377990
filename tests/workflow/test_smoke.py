"""The smoke preset: the whole graph as a user runs it, small."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from harness import Checkout

from corticomotor.answer import read_answers

# What other programs may rely on.
PUBLISHED = {
    "replicates",
    "spectral_abscissa.max",
    *(
        f"emg_error.{kind}.{what}"
        for kind in ("ground_truth", "ff", "ffh")
        for what in ("mean", "max")
    ),
    *(f"mean_canonical_correlation.{what}" for what in ("ff", "ffh", "chance", "ceiling")),
    *(f"mean_canonical_correlation.difference.{what}" for what in ("mean", "min", "ci95", "p")),
    *(
        f"{name}.{kind}"
        for name in ("unobserved_r2", "unobserved_r2_cross_validated")
        for kind in ("ff", "ffh")
    ),
    "cpu_seconds.total",
    "cpu_seconds.train_hinted",
}


def names(value: Any, prefix: str = "") -> Iterator[str]:
    if not isinstance(value, dict):
        yield prefix
        return
    for name, item in value.items():
        yield from names(item, f"{prefix}.{name}" if prefix else name)


@pytest.fixture(scope="module")
def results(checkout: Checkout):
    folder = checkout.folder("smoke")
    checkout.run(folder, checkout.root / "config/smoke.yaml", "--cores", "2").expect()
    return folder / "results"


def test_smoke_preset_publishes_every_figure_of_merit(results):
    summary = json.loads((results / "cca_summary.json").read_text(encoding="utf-8"))

    assert set(names(summary)) >= PUBLISHED
    assert summary["spectral_abscissa"]["max"] <= 0.15
    assert summary["cpu_seconds"]["total"] > 0
    assert summary["mean_canonical_correlation"]["difference"]["mean"] == pytest.approx(
        summary["mean_canonical_correlation"]["ffh"] - summary["mean_canonical_correlation"]["ff"]
    )


def test_answer_on_the_terminal_is_that_of_the_report(results):
    summary = json.loads((results / "cca_summary.json").read_text(encoding="utf-8"))

    text = read_answers(results)

    assert " ".join(text.split()).startswith(" ".join(summary["answer"]))
    assert text.endswith(str(results / "cca_report.pdf"))
    assert (results / "cca_report.pdf").read_bytes().startswith(b"%PDF")
