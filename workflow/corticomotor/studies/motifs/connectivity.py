"""Random connectivity and readout that all motifs of a network share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array

if TYPE_CHECKING:
    from corticomotor.runtime.store import Dataset


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


def connectivity_of(drawn: Dataset) -> Connectivity:
    """Take J and w from `contracts.CONNECTIVITY`."""
    return Connectivity(drawn["weights"].values, drawn["readout"].values)
