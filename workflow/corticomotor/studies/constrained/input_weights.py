"""Random weights through which signals enter a network's units."""

from __future__ import annotations

import numpy as np

from corticomotor.arrays import Array
from corticomotor.motor_cortex.movements import reach_directions


def uniform_weights(
    rng: np.random.Generator, strength: float, signals: int, shape: tuple[int, int]
) -> Array:
    """Uniform weights that turn `signals` signals of unit variance into an r.m.s. of `strength`."""
    bound = strength * np.sqrt(3 / signals)
    return rng.uniform(-bound, bound, shape)


def pulse_weights(
    rng: np.random.Generator, strength: float, reaches: int, units: int, *, on_circle: bool
) -> Array:
    """Draw the input during the pulse of each reach (reach, unit), with an r.m.s. of `strength`.

    Reaches by themselves have independent pulses. Those on a circle have u₀ + cos θ u₁ + sin θ u₂
    at the direction θ, with independent u. Without u₀ opposite reaches would have opposite pulses,
    and a network of odd units without biases makes opposite movements of these.

    Args:
        rng: draws the weights.
        strength: root mean square of the input over units.
        reaches, units: how many.
        on_circle: whether the reaches lie on a circle.
    """
    if not on_circle:
        return uniform_weights(rng, strength, 1, (reaches, units))
    angles = reach_directions(reaches)
    harmonics = np.stack([np.ones(reaches), np.cos(angles), np.sin(angles)], axis=1)
    # The squares of a reach's three harmonics add up to 2.
    weights: Array = harmonics @ uniform_weights(rng, strength, 2, (3, units))
    return weights
