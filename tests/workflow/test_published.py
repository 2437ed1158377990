"""What summaries, reports and the terminal tell of all studies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from harness import TINY

from corticomotor.commands import answer
from corticomotor.registry import all_studies

# What other programs may rely on.
PUBLISHED = {
    "replicates",
    "spectral_abscissa.max",
    *(
        f"emg_error.{kind}.{what}"
        for kind in ("ground_truth", "ff", "ffh")
        for what in ("mean", "max")
    ),
    *(f"mean_canonical_correlation.{what}" for what in ("ff", "ffh", "chance", "noise_ceiling")),
    *(f"mean_canonical_correlation.difference.{what}" for what in ("mean", "min", "ci95", "p")),
    *(
        f"{name}.{kind}"
        for name in ("unobserved_r2", "unobserved_r2_cross_validated")
        for kind in ("ff", "ffh")
    ),
    *(
        f"figures_of_merit.{name}.{what}"
        for name in (
            *("emg_error_ff", "emg_error_ffh", "correlation_ffh", "correlation_minus_chance"),
            *("correlation_minus_ff", "kick_5_ffh", "kick_10_ffh", "kick_10_ratio"),
            *("kick_10_ratio_leading_components", "r2_reach_dependent", "r2_cross_validated"),
        )
        for what in ("value", "interval", "n", "worst")
    ),
    "cpu_seconds.total",
    "cpu_seconds.constrained_networks_FFH",
}


COMPARED = ("additive", "multiplicative", "additive_oscillatory")
PUBLISHED_MOTIFS = {
    *(
        f"figures_of_merit.{name}.{what}"
        for name in (
            *("transition_over_random", "transition_over_random_prepared"),
            *("failed_transitions", "failed_transitions_prepared", "rate_norm_at_7_tau"),
            *("preparation_over_none_transition_rmse", "forgotten_over_learned"),
        )
        for what in ("value", "interval", "n")
    ),
    *(
        f"transition_over_random.{name}{prepared}.{what}"
        for name in COMPARED
        for prepared in ("", "_prepared")
        for what in ("mean", "interval", "p")
    ),
    *(
        f"{key}.{name}.{what}"
        for key in (
            "preparation_over_none_random_squared_error",
            "preparation_over_none_transition_rmse",
        )
        for name in COMPARED
        for what in ("mean", "interval", "p")
    ),
    *(f"failed_transitions.{name}.{which}.mean" for name in COMPARED for which in ("none", "with")),
    "two_input_over_preparation_transition_rmse.mean",
    "two_input_over_preparation_interrupted_rmse.mean",
    *(f"rate_norm_at_7_tau.{name}.mean" for name in ("additive", "multiplicative")),
    "cpu_seconds.total",
    "cpu_seconds.motifs_networks",
}

WAYS = ("gains", "initial state", "all weights", "rank-one change")
PUBLISHED_GAINS = {
    *("replicates", "speed_circuits"),
    *(
        f"figures_of_merit.{name}.{what}"
        for name in (
            *("reward_error_over_start", "random_groups_minus_specific", "specialised_speedup"),
            *("specialised_speedup_novel", "correlation_rise", "noise_ratio"),
            "primitives_r_targets",
            *("primitives_r_libraries", "random_variance_ratio", "slow_reduction_median"),
            *("slow_reduction_worst", "scaled_slow_reduction", "slow_reduction_reward"),
            *("seven_speeds_error", "between_over_ends", "shape_and_speed_ratio"),
            *(f"gradient_errors.{way}" for way in WAYS),
            *(f"gradient_errors_over_gains.{way}" for way in WAYS[1:]),
        )
        for what in ("value", "interval", "n")
    ),
    *(f"figures_of_merit.specialised_speedup.{what}" for what in ("none", "p", "needed")),
    "left_open",
    "cpu_seconds.total",
    "cpu_seconds.gain_modulation_speed_by_reward",
}


PUBLISHED_REACHING = {
    "replicates",
    *(
        f"figures_of_merit.{name}.{what}"
        for name in (
            *("standard_end_error", "standard_velocity_error", "standard_force_crossing_error"),
            *("buffer_end_error", "buffer_force_crossing_error", "buffer_recovery_ratio"),
            *("published_buffer_end_error", "tabular_steps_over_optimum"),
            *("tabular_steps_over_optimum_force", "dqn_parameters_success"),
            *("dqn_parameters_steps_over_optimum", "dqn_pixels_success", "graded_frames_ratio"),
            *("control_success", "control_crossing_success"),
            *("control_untrained_crossing_success", "cca_with_circuit", "cca_chance"),
            *("buffer_over_standard_force", "buffer_force_over_control", "pixels_frames_ratio"),
            *("control_crossing_gain", "cca_minus_chance"),
        )
        for what in ("value", "interval", "n")
    ),
    "cpu_seconds.total",
    "cpu_seconds.reaching_deep_q",
}


def names(value: Any, prefix: str = "") -> Iterator[str]:
    if not isinstance(value, dict):
        yield prefix
        return
    for name, item in value.items():
        yield from names(item, f"{prefix}.{name}" if prefix else name)


@pytest.fixture(scope="module")
def results(whole_run: Path) -> Path:
    return whole_run / "results"


def test_how_alike_networks_are(results):
    summary = json.loads((results / "cca_summary.json").read_text(encoding="utf-8"))

    assert set(names(summary)) >= PUBLISHED
    assert summary["spectral_abscissa"]["max"] <= TINY["constrained"]["circuit"]["target_abscissa"]
    assert summary["cpu_seconds"]["total"] > 0
    assert summary["mean_canonical_correlation"]["difference"]["mean"] == pytest.approx(
        summary["mean_canonical_correlation"]["ffh"] - summary["mean_canonical_correlation"]["ff"]
    )


def test_what_motifs_do(results):
    summary = json.loads((results / "motif_summary.json").read_text(encoding="utf-8"))

    assert set(names(summary)) >= PUBLISHED_MOTIFS
    # A motif of a network of 12 units has 12 parameters, and there are two.
    assert summary["learned_parameters"]["additive"] == 24
    assert summary["learned_parameters"]["control"] == 12 * 12 + 12 + 2 * 12
    rmse = summary["rmse"]["additive"]
    assert summary["transition_over_random"]["additive"]["mean"] == pytest.approx(
        rmse["transition"] / rmse["random"]
    )


def test_what_gains_do(results):
    summary = json.loads((results / "gain_summary.json").read_text(encoding="utf-8"))

    assert set(names(summary)) >= PUBLISHED_GAINS
    found = summary["figures_of_merit"]
    # A single circuit, whatever its sessions and movements.
    for merit in (found["reward_error_over_start"], found["gradient_errors"]["gains"]):
        assert (merit["n"], merit["interval"]) == (1, None)
    assert [each["settings"] for each in summary["sweep"]["reward_perturbation"]] == [
        {"reward.perturbation": 0.001},
        {"reward.perturbation": 0.01},
    ]


def test_who_learns_to_reach(results):
    summary = json.loads((results / "reaching_summary.json").read_text(encoding="utf-8"))

    assert set(names(summary)) >= PUBLISHED_REACHING
    assert {merit["n"] for merit in summary["figures_of_merit"].values()} == {1, 2}
    # The grid has 25 squares, and a hand on its target has nowhere to go.
    assert summary["deep_q"]["parameters"]["optimal"] == pytest.approx(
        np.mean([max(a, b) for a, b in differences(5)])
    )


def differences(size: int) -> list[tuple[int, int]]:
    """Rows and columns between all pairs of squares of a grid but those of a square with itself."""
    rows = range(size)
    return [
        (abs(a - b), abs(c - d))
        for a in rows
        for b in rows
        for c in rows
        for d in rows
        if (a, c) != (b, d)
    ]


def test_answer_on_the_terminal_is_that_of_the_reports(results, capsys, monkeypatch):
    monkeypatch.chdir(results)
    answer.main([str(results), "--configfile", str(results.parent / "settings.yaml")])
    captured = capsys.readouterr()
    text = " ".join(captured.out.split())

    assert captured.err == ""
    for report in (study.report for study in all_studies().values()):
        summary = json.loads((results / f"{report.summary}.json").read_text(encoding="utf-8"))
        assert " ".join(" ".join(summary["answer"]).split()) in text
        assert str(results / f"{report.name}.pdf") in text
        assert (results / f"{report.name}.pdf").read_bytes().startswith(b"%PDF")
