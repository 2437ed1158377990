"""Random connectivity and readout that all motifs of a network share."""

from dataclasses import dataclass

import numpy as np

from corticomotor.arrays import Array


@dataclass(frozen=True)
class Connectivity:
    """Weights before any training.

    Attributes:
        weights: J (unit, presynaptic unit), standard deviation 1/sqrt(N); the gain is not in it.
        readout: w (unit,), standard deviation 1/sqrt(N).
    """

    weights: Array
    readout: Array


def draw_connectivity(rng: np.random.Generator, units: int) -> Connectivity:
    """Draw J and w (section 2 of the paper)."""
    return Connectivity(
        weights=rng.standard_normal((units, units)) / np.sqrt(units),
        readout=rng.standard_normal(units) / np.sqrt(units),
    )
