"""The figures of merit, each with its interval over circuits.

The circuit of a replicate is the unit: its sessions and movements share connections and readout, so
that pooled over circuits they count for more than they are. They give one number for each circuit,
and comparisons are made within it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from corticomotor.arrays import Array
from corticomotor.statistics import Merit, compared, figure_of_merit
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
# What errors and parts of errors can be.
_ERRORS, _REDUCTIONS = (0.0, np.inf), (-np.inf, 1.0)


def of_new_movement(circuits: Circuits) -> dict[str, Merit]:
    """What reward leaves of the error, what random groups cost, and how correlations rise."""
    errors = [each["error"].values for each in circuits]
    return {
        "reward_error_over_start": figure_of_merit(
            [float((each[0, :, -1] / each[0, :, 0]).mean()) for each in errors],
            within=_ERRORS,
        ),
        # Of the largest number of random groups.
        "random_groups_minus_specific": compared(
            [float((each[1, :, -1] - each[0, :, -1]).mean()) for each in errors], 0
        ),
        "correlation_rise": compared([_rise(each) for each in circuits], 0),
        "noise_ratio": compared([_noise_ratio(each) for each in circuits], 1),
    }


def _rise(each: xr.Dataset) -> float:
    before, after, _ = rise_of_correlation(each)
    return float((after - before).mean())


def _noise_ratio(each: xr.Dataset) -> float:
    """How far noise moves outputs at learned gains over how far at gains of 1, mean over levels."""
    before, *learned = each["noise_deviation"].values[0]
    return float((np.mean(learned, axis=0) / before).mean())


def of_alternatives(circuits: Circuits) -> dict[str, dict[str, Merit]]:
    """Medians over movements of the smallest errors, by what gradients change, and over gains."""
    medians = {
        str(way): np.array(
            [float(each["best_error"].sel(way=way).median("movement")) for each in circuits]
        )
        for way in circuits[0]["way"].values
    }
    gains, *others = medians
    return {
        "gradient_errors": {
            way: figure_of_merit(found, within=_ERRORS) for way, found in medians.items()
        },
        "gradient_errors_over_gains": {
            way: compared(medians[way] / medians[gains], 1) for way in others
        },
    }


def of_groups(circuits: Circuits) -> dict[str, Merit]:
    """How many times fewer iterations the largest number of shared groups takes, by medians."""
    names = largest_groupings(circuits)

    def speedup(each: xr.Dataset, *, novel: bool) -> float:
        medians = np.median(iterations_of(each, (SPECIFIC, names[SHARED]), novel=novel), axis=0)
        return float(medians[0] / medians[1])

    return {
        f"specialised_speedup{ending}": compared(
            [speedup(each, novel=novel) for each in circuits], 1
        )
        for ending, novel in (("", False), ("_novel", True))
    }


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


def of_primitives(circuits: Circuits) -> dict[str, Merit]:
    """How fit and output errors correlate, and how alike random patterns are."""

    def worst(over: str) -> Merit:
        """Smallest correlation over sizes, of each circuit."""
        found = []
        for each in circuits:
            large = each["size"].values >= min(_FROM_SIZE, int(each["size"].max()))
            found.append(float(np.nanmin(error_correlations(each, over)[large])))
        return figure_of_merit(found, within=(-1.0, 1.0))

    random, learned = (
        np.array([variance_across(each[name]) for each in circuits])
        for name in ("random_output", "output")
    )
    # Patterns whose outputs are all alike have no such ratio.
    ratios = np.divide(random, learned, out=np.full(len(circuits), np.nan), where=learned > 0)
    return {
        "primitives_r_targets": worst("novel"),
        "primitives_r_libraries": worst("library"),
        "random_variance_ratio": compared(ratios, 1),
    }


def of_slow_movements(slow: Circuits, scaled: Circuits, by_reward: Circuits) -> dict[str, Merit]:
    """What learning takes away of the errors of slow movements, medians over these."""

    def median(found: Sequence[Array]) -> Merit:
        return figure_of_merit([float(np.median(each)) for each in found], within=_REDUCTIONS)

    found = [reductions(each) for each in slow]
    return {
        "slow_reduction_median": median(found),
        "slow_reduction_worst": {
            "value": float(min(each.min() for each in found)),
            "interval": None,
            "n": len(found),
        },
        "scaled_slow_reduction": median([reductions(each) for each in scaled]),
        # From gains of 1, as in the paper.
        "slow_reduction_reward": median([reward_reductions(each)[0] for each in by_reward]),
    }


def reward_reductions(each: xr.Dataset) -> Array:
    """Part of the error at gains of 1 that reward takes away (start, movement)."""
    found: Array = (1 - each["best_error"] / each["start_error"]).values
    return found


def of_seven_speeds(circuits: Circuits) -> dict[str, Merit]:
    """Errors with the path between two patterns in the loss."""
    errors = [each["error"].values[0] for each in circuits]
    ratios = [each[:, 1:-1].mean(axis=1) / each[:, [0, -1]].mean(axis=1) for each in errors]
    return {
        "seven_speeds_error": figure_of_merit(
            [float(each.mean()) for each in errors], within=_ERRORS
        ),
        "between_over_ends": compared([float(each.mean()) for each in ratios], 1),
    }


def shape_and_speed_ratio(circuits: Circuits) -> Merit:
    """Output over fit error of the largest library, at the speed at which it is larger."""
    found = []
    for place in range(2):
        ratios = [
            float(each["output_error"].values[place, -1].mean())
            / float(each["fit_error"].values[place, -1].mean())
            for each in circuits
        ]
        found.append(compared(ratios, 1))
    return max(found, key=lambda merit: merit["value"] or 0.0)
