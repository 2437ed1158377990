"""Where the circuit's reaches begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.circuits import preferred_initial_states
from corticomotor.motor_cortex.movements import draw_over_directions

if TYPE_CHECKING:
    from corticomotor.runtime.store import Dataset


def reach_initial_states(
    rng: np.random.Generator,
    circuit: Dataset,
    *,
    reaches: int,
    modes: int,
    reach_fraction: float,
    direction_smoothness: float | None = None,
) -> Array:
    """Draw the initial state of each reach around the one that evokes the largest transient.

    A reach begins in √(1−f) u + √f v, brought to the norm of u: u is the leading eigenvector of
    the observability Gramian, v a vector of the same norm in a random direction of the space of
    the leading ones, and f = reach_fraction. So both parts evoke large transients.

    Args:
        rng: draws the reaches' own parts.
        circuit: see `circuit_contract`.
        reaches: how many.
        modes: leading eigenvectors that span the reaches' own parts.
        reach_fraction: f, from 0 (all reaches begin alike) to 1.
        direction_smoothness: see `draw_over_directions`; None draws each reach by itself.

    Returns:
        Activations in Hz (reach, neuron).
    """
    common = circuit["initial_state"].values
    if reach_fraction == 0:
        return np.tile(common, (reaches, 1))
    norm = float(np.linalg.norm(common))
    scale = norm / np.sqrt(len(common))
    leading = preferred_initial_states(circuit["weights"].values, scale, modes)
    draws = draw_over_directions(rng, (reaches, modes), direction_smoothness)
    own = draws / np.linalg.norm(draws, axis=1, keepdims=True) @ leading
    states = np.sqrt(1 - reach_fraction) * common + np.sqrt(reach_fraction) * own
    states *= norm / np.linalg.norm(states, axis=1, keepdims=True)
    return states
