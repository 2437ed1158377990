"""The figures of merit, each with its interval and on how many it rests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from scipy.stats import wilcoxon

from corticomotor.arrays import Array
from corticomotor.statistics import Merit, figure_of_merit, resampled
from corticomotor.studies.gain_modulation.groups import OWN, RANDOM, SHARED, SPECIFIC
from corticomotor.studies.gain_modulation.measures import (
    error_correlations,
    iterations_in_groups,
    reductions,
    rise_of_correlation,
    variance_across,
)

Circuits = Sequence[xr.Dataset]
# Correlations over libraries and movements are judged from this size on: smaller libraries differ
# so much that they correlate in any case.
_FROM_SIZE = 10


def of_new_movement(rng: np.random.Generator, circuits: Circuits) -> dict[str, Merit]:
    """What reward leaves of the error, and what random groups cost."""
    errors = [each["error"].values for each in circuits]
    specific = np.concatenate([each[0, :, -1] / each[0, :, 0] for each in errors])
    differences = np.concatenate([each[1, :, -1] - each[0, :, -1] for each in errors])
    return {
        "reward_error_over_start": figure_of_merit(rng, specific),
        # Of the largest number of random groups; sessions are pairs by chance alone.
        "random_groups_minus_specific": figure_of_merit(rng, differences),
    }


def correlation_rise(circuits: Circuits) -> Merit:
    """One-sided p over the sessions of all circuits; a p has no interval."""
    rises = [rise_of_correlation(each) for each in circuits]
    before, after = (np.concatenate([rise[place] for rise in rises]) for place in range(2))
    p = float(wilcoxon(after, before, alternative="greater").pvalue)
    return {"value": p, "interval": None, "n": len(after)}


def of_alternatives(rng: np.random.Generator, circuits: Circuits) -> dict[str, Merit]:
    """Median of the smallest errors, by what gradients change."""
    return {
        str(way): figure_of_merit(
            rng,
            np.concatenate([each["best_error"].sel(way=way).values for each in circuits]),
            "median",
        )
        for way in circuits[0]["way"].values
    }


def of_groups(rng: np.random.Generator, circuits: Circuits) -> dict[str, Merit]:
    """How many times fewer iterations the largest number of shared groups takes, by medians."""
    names = largest_groupings(circuits)

    def speedup(novel: bool) -> Merit:
        pairs = np.concatenate(
            [iterations_of(each, (SPECIFIC, names[SHARED]), novel=novel) for each in circuits]
        )
        return resampled(rng, pairs, _ratio_of_medians)

    return {
        "specialised_speedup": speedup(novel=False),
        "specialised_speedup_novel": speedup(novel=True),
    }


def _ratio_of_medians(pairs: Array) -> Array:
    medians = np.median(pairs, axis=-2)
    ratio: Array = medians[..., 0] / medians[..., 1]
    return ratio


def iterations_of(each: xr.Dataset, names: Sequence[str], *, novel: bool) -> Array:
    """Iterations of some groupings (movement, grouping), mean over sessions.

    Those that never came so far count as one more than there were.
    """
    found = iterations_in_groups(each).sel(grouping=list(names))
    found = found.where(np.isfinite(found), each.sizes["iteration"] + 1).mean("session")
    trained = each.sizes["trained"]
    part = found.isel(movement=slice(trained, None) if novel else slice(None, trained))
    values: Array = part.transpose("movement", "grouping").values
    return values


def largest_groupings(circuits: Circuits) -> dict[str, str]:
    """Names of the largest number of groups of each kind; it comes first in the settings."""
    names = circuits[0]["grouping"].values.tolist()
    return {
        kind: max(
            (name for name in names if name.startswith(f"{kind}-")),
            key=lambda name: int(name.rpartition("-")[2]),
        )
        for kind in (RANDOM, SHARED, OWN)
    }


def of_primitives(rng: np.random.Generator, circuits: Circuits) -> dict[str, Merit]:
    """How fit and output errors correlate, and how alike random patterns are."""

    def worst(over: str) -> Merit:
        """Smallest correlation over sizes, of each circuit."""
        found = []
        for each in circuits:
            large = each["size"].values >= min(_FROM_SIZE, int(each["size"].max()))
            found.append(float(np.nanmin(error_correlations(each, over)[large])))
        return figure_of_merit(rng, found)

    ratios = [
        variance_across(each["random_output"]) / variance_across(each["output"])
        for each in circuits
    ]
    return {
        "primitives_r_targets": worst("novel"),
        "primitives_r_libraries": worst("library"),
        "random_variance_ratio": figure_of_merit(rng, ratios),
    }


def of_slow_movements(
    rng: np.random.Generator, slow: Circuits, scaled: Circuits, by_reward: Circuits
) -> dict[str, Merit]:
    """What learning takes away of the errors of slow movements."""
    found = np.concatenate([reductions(each) for each in slow])
    rewarded = np.concatenate([reward_reductions(each)[0] for each in by_reward])
    return {
        "slow_reduction_median": figure_of_merit(rng, found, "median"),
        "slow_reduction_worst": {"value": float(found.min()), "interval": None, "n": len(found)},
        "scaled_slow_reduction": figure_of_merit(
            rng, np.concatenate([reductions(each) for each in scaled]), "median"
        ),
        # From gains of 1, as in the paper.
        "slow_reduction_reward": figure_of_merit(rng, rewarded, "median"),
    }


def reward_reductions(each: xr.Dataset) -> Array:
    """Part of the error at gains of 1 that reward takes away (start, movement)."""
    found: Array = (1 - each["best_error"] / each["start_error"]).values
    return found


def of_seven_speeds(rng: np.random.Generator, circuits: Circuits) -> dict[str, Merit]:
    """Errors with the path between two patterns in the loss."""
    errors = np.concatenate([each["error"].values[0] for each in circuits])
    ratios = errors[:, 1:-1].mean(axis=1) / errors[:, [0, -1]].mean(axis=1)
    return {
        "seven_speeds_error": figure_of_merit(rng, errors.mean(axis=1)),
        "between_over_ends": figure_of_merit(rng, ratios),
    }


def shape_and_speed_ratio(rng: np.random.Generator, circuits: Circuits) -> Merit:
    """Output over fit error of the largest library, at the speed at which it is larger."""
    found = []
    for place in range(2):
        errors = [
            np.stack([each[name].values[place, -1].mean(axis=0) for each in circuits], axis=0)
            for name in ("output_error", "fit_error")
        ]
        pairs = np.stack([each.ravel() for each in errors], axis=1)
        found.append(resampled(rng, pairs, _ratio_of_means))
    return max(found, key=lambda merit: float(merit["value"]))


def _ratio_of_means(pairs: Array) -> Array:
    means = pairs.mean(axis=-2)
    ratio: Array = means[..., 0] / means[..., 1]
    return ratio
