"""A setting of the constrained study is edited; exactly what depends on it must want to run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import constrained_jobs as constrained
import gain_jobs as gains
import motif_jobs as motifs
import pytest
import reaching_jobs as reaching
from constrained_jobs import at, figures
from harness import ALL, TINY, Checkout, finished_jobs, matching, merged, preserved


def plan_with(checkout: Checkout, folder: Path, changes: Mapping[str, Any]) -> set[str]:
    """Jobs of a dry run with changed settings."""
    return checkout.plan(folder, checkout.config(checkout.root, merged(TINY, changes)))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"emg": {"smoothness_ms": 25.0}}, constrained.EMG),
        ({"circuit": {"momentum": 0.8}}, constrained.CIRCUIT),
        ({"dynamics": {"max_rate_hz": 90.0}}, constrained.TRUTH),
        (
            {"gain_learning": {"iterations": 6}},
            constrained.TRUTH - constrained.OWN_DIRECTIONS,
        ),
        ({"sample": {"muscle_fraction": 0.6}}, constrained.NETWORKS),
        ({"network": {"epochs": 3}}, constrained.NETWORKS),
        ({"network": {"hint_strength": 3.0}}, constrained.HINTED | constrained.DIRECTIONS),
        ({"similarity": {"components": 2}}, constrained.COMPARISONS),
        ({"similarity": {"splits": 3}}, constrained.SIMILARITY),
        ({"generalisation": {"trials": 2}}, constrained.GENERALISATION | constrained.DIRECTIONS),
        ({"directions": {"smoothness": 2.0}}, constrained.DIRECTIONS),
        ({"circuit": {"initial_state": {"modes": 3}}}, constrained.TRUTH),
        (
            {"circuit": {"initial_state": {"reach_fraction": 0.5}}},
            constrained.TRUTH - constrained.OWN_DIRECTIONS,
        ),
        ({"replicates": {"shared": ["circuit"]}}, constrained.circuit_of(2)),
        # What belongs to a method that is not chosen: the report alone tells of it.
        ({"gain_learning": {"reward": {"iterations": 6}}}, constrained.REPORT),
        ({"emg": {"recording": {"sampling_rate_hz": 500.0}}}, constrained.REPORT),
        # Neither a result nor the report is about what only a user asks for.
        ({"search": {"candidates": 3}}, set()),
        # Nothing new: the same values in other words, and a default spelled out.
        ({"emg": {"duration_ms": 200, "step_ms": "5", "envelope_ms": 110}}, set()),
    ],
    ids=lambda value: (
        "+".join(f"{k}.{j}" for k in value for j in value[k]) if isinstance(value, dict) else ""
    ),
)
def test_edited_setting(
    checkout: Checkout, whole_run: Path, changes: dict[str, Any], expected: set[str]
) -> None:
    planned = plan_with(checkout, whole_run, {"constrained": changes})

    assert planned == matching(expected, finished_jobs(whole_run))


def test_a_value_in_the_default_config_counts_like_any_other(
    checkout: Checkout, whole_run: Path
) -> None:
    default = checkout.root / "config/default.yaml"
    with preserved(default):
        text = default.read_text(encoding="utf-8")
        before, start, own = text.partition("\nconstrained:")
        edited = own.replace("envelope_ms: 110.0", "envelope_ms: 100.0", 1)
        assert edited.find("envelope_ms: 100.0") < edited.find("\nmotifs:")
        default.write_text(before + start + edited, encoding="utf-8")
        planned = checkout.plan(whole_run, whole_run / "settings.yaml")

    assert planned == matching(constrained.EMG, finished_jobs(whole_run))


def test_seed_is_behind_every_number(checkout: Checkout, whole_run: Path) -> None:
    planned = plan_with(checkout, whole_run, {"seed": 2})

    drawn_from_records = {
        job for study in (constrained, motifs, gains, reaching) for job in study.figures("stages")
    }
    assert planned == finished_jobs(whole_run) - drawn_from_records


def test_order_of_settings_means_nothing(checkout: Checkout, whole_run: Path) -> None:
    def reverse(block: Any) -> Any:
        if not isinstance(block, dict):
            return block
        return {name: reverse(value) for name, value in reversed(block.items())}

    assert reverse(TINY) == TINY
    assert list(reverse(TINY)["constrained"]) != list(TINY["constrained"])
    assert checkout.plan(whole_run, checkout.config(checkout.root, reverse(TINY))) == set()


def test_settings_on_the_command_line_count_like_those_in_a_file(
    checkout: Checkout, whole_run: Path
) -> None:
    same = checkout.quick_run(
        whole_run,
        whole_run / "settings.yaml",
        *("--dry-run", "--config", "constrained={network: {epochs: 2}}", "seed=1"),
        targets=ALL,
    ).expect()

    assert "Nothing to be done" in same.output


# ---------------------------------------------------------------- replicates


def test_another_replicate_runs_its_own_jobs_and_the_gatherings(
    checkout: Checkout, whole_run: Path
) -> None:
    planned = plan_with(checkout, whole_run, {"constrained": {"replicates": {"count": 3}}})

    own = {f"constrained/{stage}/replicate-3" for stage in ("emg", "circuit", "sample")}
    expected = own | constrained.circuit_of(3)
    assert planned == matching(expected, constrained.jobs_of(replicates=3))


def test_one_replicate_fewer_runs_the_gatherings(checkout: Checkout, whole_run: Path) -> None:
    planned = plan_with(checkout, whole_run, {"constrained": {"replicates": {"count": 1}}})

    gatherings = constrained.MEASURES | constrained.OF_ALL | constrained.OF_PERTURBATIONS
    gatherings |= figures("circuit")
    assert planned == matching(gatherings, constrained.jobs_of(replicates=1))


# ---------------------------------------------------------------- sweeps


def with_fractions(*fractions: float) -> dict[str, Any]:
    """Change what the sweep of observed fractions takes."""
    return {
        "sweep": {
            "observed_fraction": {"vary": {"constrained.sample.neuron_fraction": [*fractions]}}
        }
    }


def test_another_value_of_a_sweep_runs_its_own_jobs(checkout: Checkout, whole_run: Path) -> None:
    planned = plan_with(checkout, whole_run, with_fractions(0.3, 0.5, 0.6))

    own = {f"constrained/{at(0.6)}networks/FFH/*", f"constrained/{at(0.6)}measures/FFH"}
    expected = own | constrained.SWEEP
    assert planned == matching(expected, constrained.jobs_of(overrides=("", at(0.5), at(0.6))))


def test_one_value_fewer_trains_nothing(checkout: Checkout, whole_run: Path) -> None:
    assert plan_with(checkout, whole_run, with_fractions(0.5)) == constrained.SWEEP


def test_another_title_of_a_sweep_trains_nothing(checkout: Checkout, whole_run: Path) -> None:
    changes = {"sweep": {"observed_fraction": {"title": "How many?"}}}

    assert plan_with(checkout, whole_run, changes) == constrained.SWEEP


def test_another_configured_fraction_leaves_ff_alone(checkout: Checkout, whole_run: Path) -> None:
    planned = plan_with(checkout, whole_run, {"constrained": {"sample": {"neuron_fraction": 0.4}}})

    # 0.3 differs from the config now and lies elsewhere; the table of the sweep is what it was.
    compared = (constrained.COMPARISONS - constrained.MEASURES) | constrained.OF_FIRST
    expected = {"constrained/networks/FFH/*"} | compared | constrained.REPORT
    assert planned == matching(expected, finished_jobs(whole_run))


def test_deleted_intermediate_is_made_again_only_when_it_is_read(
    checkout: Checkout, whole_run: Path
) -> None:
    network = whole_run / f"results/constrained/{at(0.5)}networks/FFH/replicate-1.h5"
    with preserved(network):
        network.unlink()
        idle = checkout.plan(whole_run, whole_run / "settings.yaml")
        changed = plan_with(checkout, whole_run, {"constrained": {"similarity": {"components": 2}}})

    assert idle == set()
    retrained = {f"constrained/{at(0.5)}networks/FFH/replicate-1"}
    assert changed == matching(retrained | constrained.COMPARISONS, finished_jobs(whole_run))
