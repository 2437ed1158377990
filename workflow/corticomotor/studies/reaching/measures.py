"""Errors of the sequence models, one number for each question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corticomotor.arrays import Array

if TYPE_CHECKING:
    import xarray as xr

    from corticomotor.runtime.store import Dataset


def end_errors(network: Dataset | xr.Dataset, phase: str, field: str) -> Array:
    """Distances from the target at the end of test reaches (test,), in percent.

    Args:
        network: see `contracts.SEQUENCE`.
        phase: after which phase of training.
        field: off or on.
    """
    phases, fields = (network[name].values.tolist() for name in ("phase", "field"))
    found: Array = network["end_error"].values[phases.index(phase), fields.index(field)]
    return found


def free_error(network: Dataset | xr.Dataset, phase: str = "before") -> float:
    """Median end error without a force, in percent."""
    return float(np.median(end_errors(network, phase, "off")))


def force_error(network: Dataset | xr.Dataset, phase: str = "under") -> float:
    """Median end error under the force of reaches that cross the field, in percent."""
    crosses = network["crosses"].values > 0
    return float(np.median(end_errors(network, phase, "on")[crosses]))


def kinematics_error(network: Dataset | xr.Dataset, quantity: str, phase: str = "before") -> float:
    """Squared error of position, velocity or acceleration without a force, over its variance."""
    phases, quantities = (network[name].values.tolist() for name in ("phase", "quantity"))
    off = network["field"].values.tolist().index("off")
    errors = network["kinematics_error"].values
    return float(errors[phases.index(phase), off, quantities.index(quantity)])


def budget_under_force(network: xr.Dataset, factor: float) -> float:
    """Iterations under the force after which crossing reaches err by less than a factor.

    Args:
        network: see `contracts.SEQUENCE`; its longer training counts.
        factor: over the end error without the force, before it.

    Returns:
        Those before the first test from which on all are below; infinite if there is none.
    """
    course = network.sel(phase="longer")
    above = course["look_crossing_error"].values >= factor * free_error(network)
    if above[-1]:
        return float("inf")
    first = int(np.flatnonzero(above)[-1]) + 1 if above.any() else 0
    return float(course["look_iteration"].values[first])


def hits(agent: xr.Dataset, phase: str, field: str, tolerance: float) -> NDArray[np.bool_]:
    """Which test reaches of an agent with continuous actions hit their target (test,).

    Args:
        agent: see `contracts.CONTROL`.
        phase: after which phase.
        field: off or on.
        tolerance: distance at the end that counts, in percent of the workspace.
    """
    found: NDArray[np.bool_] = agent["end_error"].sel(phase=phase, field=field).values <= tolerance
    return found


def crossing_deviation(agent: xr.Dataset, phase: str, field: str) -> float:
    """Median deviation from the straight line along the force, of reaches that cross the field."""
    crosses = agent["crosses"].values > 0
    return float(np.median(agent["deviation"].sel(phase=phase, field=field).values[crosses]))


def success(run: xr.Dataset) -> float:
    """Part of all pairs of hand and target that a deep Q-network connects."""
    pairs = run["optimal_moves"].values > 0
    return float(np.isfinite(run["moves"].values[pairs]).mean())


def moves_over_optimum(moves: Array, optimal: Array) -> float:
    """Mean number of moves over the mean of the fewest, of those reaches that end at their target.

    Args:
        moves: NaN where the target is not reached.
        optimal: fewest moves; 0 at the target itself, which does not count.
    """
    counted = (optimal > 0) & np.isfinite(moves)
    return float(moves[counted].mean() / optimal[counted].mean())
