"""The model behind the interface of trained networks, so that both take the same tests."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corticomotor.arrays import Array
from corticomotor.studies.motifs.rollout import Rollout
from corticomotor.studies.motifs.thalamocortical.exponentials import Exponentials
from corticomotor.studies.motifs.thalamocortical.model import ThalamocorticalModel, rollout


@dataclass(frozen=True)
class ThalamocorticalNetwork:
    """A `RolloutNetwork` without noise; the norm of its states stands for that of its rates.

    Attributes:
        model: what produces.
    """

    model: ThalamocorticalModel

    @property
    def units(self) -> int:
        """Number of neurons."""
        return len(self.model.weights)

    @property
    def motif_steps(self) -> int:
        """Steps of a motif, its preparation included."""
        return self.model.preparation_steps + self.model.execution_steps

    def rollout(
        self,
        chains: NDArray[np.int64],
        initial_state: Array,
        rng: np.random.Generator,
        watched: Sequence[int] = (),
    ) -> Rollout:
        """See `RolloutNetwork`."""
        result = rollout(self.model, chains.T, initial_state)
        return Rollout(
            result.readout.astype(np.float32),
            result.states[np.array(watched, dtype=int) - 1],
            np.linalg.norm(result.states, axis=2).astype(np.float32),
        )


def approximations(model: ThalamocorticalModel, times: Array) -> Array:
    """Sums of exponentials that stand for the motifs (motif, time); NaN while the model prepares.

    Args:
        model: the model.
        times: of a motif, its preparation included (time,).
    """
    start = model.preparation_steps
    execution = times[start:] - times[start - 1]
    sums = np.full((len(model.eigenvalues), len(times)), np.nan)
    for row, eigenvalues, amplitudes in zip(sums, model.eigenvalues, model.amplitudes, strict=True):
        row[start:] = Exponentials(eigenvalues, amplitudes)(execution)
    return sums
