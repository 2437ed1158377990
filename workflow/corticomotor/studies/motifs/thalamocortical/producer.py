"""The model behind the interface of trained networks, so that both take the same tests."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corticomotor.arrays import Array
from corticomotor.studies.motifs.production import Produced
from corticomotor.studies.motifs.thalamocortical.exponentials import Exponentials
from corticomotor.studies.motifs.thalamocortical.model import ThalamocorticalModel, produce


@dataclass(frozen=True)
class ModelProducer:
    """A `Producer` (see `production`) without noise; the norm of its states stands for its rates'.

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

    def produce(
        self,
        chains: NDArray[np.int64],
        initial_state: Array,
        rng: np.random.Generator,
        watched: Sequence[int] = (),
    ) -> Produced:
        """See `Producer`."""
        production = produce(self.model, chains.T, initial_state)
        return Produced(
            production.readout.astype(np.float32),
            production.states[np.array(watched, dtype=int) - 1],
            np.linalg.norm(production.states, axis=2).astype(np.float32),
        )


def approximations(model: ThalamocorticalModel, times_tau: Array) -> Array:
    """Sums of exponentials that stand for the motifs (motif, time); NaN while the model prepares.

    Args:
        model: the model.
        times_tau: of a motif, its preparation included (time,).
    """
    start = model.preparation_steps
    execution = times_tau[start:] - times_tau[start - 1]
    sums = np.full((len(model.eigenvalues), len(times_tau)), np.nan)
    for row, eigenvalues, amplitudes in zip(sums, model.eigenvalues, model.amplitudes, strict=True):
        row[start:] = Exponentials(eigenvalues, amplitudes)(execution)
    return sums
