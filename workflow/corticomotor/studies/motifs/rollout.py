"""What produces motifs, one after the other, and what comes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corticomotor.arrays import Array

Outputs = NDArray[np.float32]


@dataclass(frozen=True)
class Rollout:
    """What a network did in a chain of motifs.

    Attributes:
        output: readout after each step (step, trial).
        states: x after each watched number of steps (watched, trial, unit).
        rate_norm: norm of the rates after each step (step, trial).
    """

    output: Outputs
    states: Array
    rate_norm: Outputs


class RolloutNetwork(Protocol):
    """Anything that produces motifs one after the other."""

    @property
    def units(self) -> int:
        """Number of units."""

    @property
    def motif_steps(self) -> int:
        """Steps of a motif."""

    def rollout(
        self,
        chains: NDArray[np.int64],
        initial_state: Array,
        rng: np.random.Generator,
        watched: Sequence[int] = (),
    ) -> Rollout:
        """Produce motifs, one after the other.

        Args:
            chains: which motifs, counted from 0 (position, trial).
            initial_state: x (trial, unit).
            rng: draws the noise of each step.
            watched: numbers of steps after which the state is wanted.
        """
