"""Numbers over replicates, with their intervals, as the summary of the study holds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from corticomotor.arrays import Array
from corticomotor.statistics import Merit, figure_of_merit, paired_test, resampled

_KICKS = {"": "emg_error_kick", "_leading_components": "emg_error_leading_kick"}
_COMPARED = ("FF", "FFH")
# Levels that differ by less are the same, whatever rounding made of them.
_SAME_LEVEL = 1e-9


def by_replicate(datasets: Sequence[xr.Dataset], name: str, **at: Any) -> Array:
    """Mean of a variable in each replicate (replicate,), where its coordinates are as named."""
    return np.array([float(each[name].sel(**at).mean()) for each in datasets])


def paired(free: Array, hinted: Array) -> dict[str, Any]:
    """Compare errors of FF and FFH in each replicate (replicate,).

    Returns:
        Figures of merit of both and of the difference FFH − FF, and in how many replicates FFH errs
        less.
    """
    return {
        "ff": figure_of_merit(free),
        "ffh": figure_of_merit(hinted),
        "difference": figure_of_merit(hinted - free),
        "ffh_better": int(np.count_nonzero(hinted < free)),
    }


def difference(a: Array, b: Array) -> dict[str, Any]:
    """Differences a − b of replicates (replicate,): mean, extremes, interval, test, effect size."""
    test = paired_test(a, b)
    return {
        "mean": float(np.mean(a - b)),
        "min": float(np.min(a - b)),
        "max": float(np.max(a - b)),
        "ci95": figure_of_merit(a - b)["interval"],
        "p": test.p,
        "effect_size": test.effect_size,
    }


def figures_of_merit(
    rng: np.random.Generator,
    *,
    free: Sequence[xr.Dataset],
    hinted: Sequence[xr.Dataset],
    similarities: Sequence[xr.Dataset],
    generalisations: Sequence[xr.Dataset],
) -> dict[str, Merit]:
    """What the study is judged by: value, interval, number of replicates, and the worst of them.

    Args:
        rng: draws resamples of ratios.
        free, hinted, similarities, generalisations: of all replicates, see `contracts`.
    """

    def of_hinted(name: str) -> Array:
        return by_replicate(similarities, name, network="FFH")

    correlation = of_hinted("canonical_correlation")
    free_correlation = by_replicate(similarities, "canonical_correlation", network="FF")
    return {
        "emg_error_ff": _error(by_replicate(free, "emg_error")),
        "emg_error_ffh": _error(by_replicate(hinted, "emg_error")),
        "correlation_ffh": _likeness(correlation),
        "correlation_minus_chance": _likeness(correlation - of_hinted("chance")),
        "correlation_minus_ff": _likeness(correlation - free_correlation),
        **_after_kicks(rng, generalisations),
        "r2_reach_dependent": _likeness(of_hinted("reach_dependent_r2")),
        "r2_cross_validated": _likeness(of_hinted("unobserved_r2_cross_validated")),
    }


def _error(values: Array) -> Merit:
    return figure_of_merit(values) | {"worst": float(values.max())}


def _likeness(values: Array) -> Merit:
    return figure_of_merit(values) | {"worst": float(values.min())}


def _after_kicks(
    rng: np.random.Generator, generalisations: Sequence[xr.Dataset]
) -> dict[str, Merit]:
    """Errors of FFH after kicks, and over those of FF; nothing for levels that were not tried."""
    nothing = {"value": None, "interval": None, "n": len(generalisations), "worst": None}
    found: dict[str, Merit] = {}
    for percent in (5, 10):
        kicked = _kicked(generalisations, "emg_error_kick", percent / 100)
        found[f"kick_{percent}_ffh"] = nothing if kicked is None else _error(kicked[:, 1])
    for where, name in _KICKS.items():
        kicked = _kicked(generalisations, name, 0.1)
        found[f"kick_10_ratio{where}"] = nothing if kicked is None else _ratio(rng, kicked)
    return found


def _kicked(datasets: Sequence[xr.Dataset], name: str, level: float) -> Array | None:
    """Errors of FF and FFH after kicks of a level (replicate, network); None if it lacks."""
    tried = datasets[0]["initial_noise"].values
    (found,) = np.nonzero(np.abs(tried - level) < _SAME_LEVEL)
    if not found.size:
        return None
    columns = [
        by_replicate(datasets, name, network=kind, initial_noise=tried[found[0]])
        for kind in _COMPARED
    ]
    return np.stack(columns, axis=1)


def _ratio(rng: np.random.Generator, pairs: Array) -> Merit:
    """Mean of FFH over that of FF, of pairs (replicate, network)."""

    def of_means(drawn: Array) -> Array:
        means = drawn.mean(axis=-2)
        return np.asarray(means[..., 1] / means[..., 0])

    return resampled(rng, pairs, of_means) | {"worst": float((pairs[:, 1] / pairs[:, 0]).max())}


def of_directions(directions: Sequence[xr.Dataset]) -> list[dict[str, Any]]:
    """Reaches in directions that networks learned and between these, for each reach fraction.

    Args:
        directions: of all replicates, see `contracts.DIRECTIONS`.
    """
    return [
        _of_fraction([each.sel(reach_fraction=fraction) for each in directions])
        for fraction in directions[0]["reach_fraction"].values
    ]


def _of_fraction(directions: Sequence[xr.Dataset]) -> dict[str, Any]:
    def compared(name: str, **at: Any) -> dict[str, Any]:
        return paired(*(by_replicate(directions, name, network=kind, **at) for kind in _COMPARED))

    return {
        "reach_fraction": float(directions[0]["reach_fraction"]),
        **{
            name: figure_of_merit(by_replicate(directions, name))
            for name in ("circuit_emg_error", "neighbours_emg_error")
        },
        **{
            name: compared(name)
            for name in ("emg_error_trained", "emg_error_unseen", "dynamics_error_unseen")
        },
        "emg_error_pulse_noise": [
            {"pulse_noise": float(level), **compared("emg_error_pulse_noise", pulse_noise=level)}
            for level in directions[0]["pulse_noise"].values
        ],
    }
