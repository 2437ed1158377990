"""What results come to: iterations until an error is small, reductions, correlations of errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import wilcoxon

from corticomotor.arrays import Array

if TYPE_CHECKING:
    import xarray as xr

    from corticomotor.runtime.store import Dataset

# Errors are followed until they are this part of what they were before learning.
PART_OF_START = 0.1


def iterations_until(errors: Array, start: Array, part: float) -> Array:
    """Iterations until an error is a part of what it was at the start.

    Args:
        errors: (..., iteration), before each update.
        start: (...), broadcast against them.
        part: of the start.

    Returns:
        Number of updates (...); infinite where the error never fell so far, NaN where there is no
        error.
    """
    reached = errors <= part * start[..., np.newaxis]
    found = np.where(reached.any(axis=-1), reached.argmax(axis=-1).astype(float), np.inf)
    found[np.isnan(errors).any(axis=-1)] = np.nan
    return found


def iterations_in_groups(each: xr.Dataset, part: float = PART_OF_START) -> xr.DataArray:
    """Iterations (grouping, movement, session) of a file of `contracts.GROUPS`."""
    start = each["start_error"].values[:, np.newaxis]
    found = iterations_until(each["error"].values, start, part)
    return each["best_error"].copy(data=found)


def reductions(each: xr.Dataset) -> Array:
    """Part of the error that learning takes away, in the best session of each movement."""
    best = each["best_error"].min("session")
    found: Array = (1 - best / each["start_error"]).values
    return found


def rise_of_correlation(each: xr.Dataset) -> tuple[Array, Array, float]:
    """Mean correlation of rates with the target before learning, and after (session,).

    Args:
        each: see `contracts.NEW_MOVEMENT`.

    Returns:
        Both, and the exact one-sided p of Wilcoxon's signed-rank test over sessions.
    """
    means = each["target_correlation"].mean("neuron").values
    before, after = np.full(len(means) - 1, means[0]), means[1:]
    return before, after, float(wilcoxon(after, before, alternative="greater").pvalue)


def median_errors(each: xr.Dataset, over: str) -> tuple[Array, Array]:
    """Median fit and output errors over libraries or novel movements (size, the other)."""
    fit, output = (each[name].median(over).values for name in ("fit_error", "output_error"))
    return fit, output


def error_correlations(each: xr.Dataset, over: str) -> Array:
    """Correlation of fit and output errors over `library` or `novel` at each size (size,).

    NaN where errors do not differ, as with libraries that hold all patterns.
    """
    fit, output = median_errors(each, {"library": "novel", "novel": "library"}[over])
    found = np.full(len(fit), np.nan)
    for row, (one, other) in enumerate(zip(fit, output, strict=True)):
        if np.ptp(one) > 0 and np.ptp(other) > 0:
            found[row] = np.corrcoef(one, other)[0, 1]
    return found


def variance_across(outputs: xr.DataArray) -> float:
    """Variance across patterns of their outputs (pattern, time), mean over time."""
    return float(outputs.var("pattern").mean())


def mean_pairwise_correlation(outputs: xr.DataArray) -> float:
    """Mean Pearson correlation of the outputs (pattern, time) of all pairs of patterns."""
    correlations = np.corrcoef(outputs.values)
    return float(correlations[np.triu_indices(len(correlations), 1)].mean())


def error_left(kind: str, learned: Dataset) -> float:
    """Error after learning over that before, for sweeps.

    Args:
        kind: `reward` (neuron-specific gains, mean over sessions), `gradient` or `slow` (median
            over movements).
        learned: see `contracts.NEW_MOVEMENT`, `contracts.ALTERNATIVES`, `contracts.SLOW_MOVEMENTS`.
    """
    if kind == "reward":
        errors = learned["error"].values[0]
        return float(np.mean(errors[:, -1] / errors[:, 0]))
    best, start = learned["best_error"].values, learned["start_error"].values
    return float(np.median((best[0] if kind == "gradient" else best.min(axis=1)) / start))


def pooled(circuits: Sequence[xr.Dataset], name: str, **chosen: Any) -> Array:
    """A variable of all circuits, of some coordinates, flat."""
    return np.concatenate([each[name].sel(**chosen).values.ravel() for each in circuits])
