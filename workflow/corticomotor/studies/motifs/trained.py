"""Trained networks that produce motifs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from corticomotor.arrays import Array
from corticomotor.dynamics.switching import rollout
from corticomotor.studies.motifs.architectures import FixedCircuit, Parameters
from corticomotor.studies.motifs.rollout import Rollout

if TYPE_CHECKING:
    from corticomotor.studies.motifs.settings import NetworkDynamics


class TrainedMotifNetwork:
    """A trained network that produces motifs.

    Args:
        circuit: what all motifs share.
        parameters: what training found.
        dynamics: step and noise.
        device: see `compute_device`.
    """

    def __init__(
        self,
        circuit: FixedCircuit,
        parameters: dict[str, Array],
        dynamics: NetworkDynamics,
        device: torch.device,
    ) -> None:
        def moved(array: Array | Tensor) -> Tensor:
            return torch.as_tensor(array).to(device=device, dtype=torch.float32)

        prepared = circuit.preparatory_weights
        self._circuit = replace(
            circuit,
            weights=moved(circuit.weights),
            readout=moved(circuit.readout),
            preparatory_weights=None if prepared is None else moved(prepared),
        )
        self._parameters: Parameters = {name: moved(each) for name, each in parameters.items()}
        self._dynamics = dynamics
        self._device = device

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self._circuit.weights)

    @property
    def motif_steps(self) -> int:
        """Steps of a motif."""
        return self._circuit.motif_steps

    def rollout(
        self,
        chains: NDArray[np.int64],
        initial_state: Array,
        rng: np.random.Generator,
        watched: Sequence[int] = (),
    ) -> Rollout:
        """See `RolloutNetwork`."""
        circuit = self._circuit
        rows = torch.as_tensor(chains, device=self._device)
        windows = [
            window for motifs in rows for window in circuit.windows(self._parameters, motifs)
        ]
        state = torch.as_tensor(initial_state).to(circuit.weights)
        noise = None
        if self._dynamics.noise:
            scale = np.float32(self._dynamics.noise)
            noise = (
                torch.as_tensor(scale * rng.standard_normal(state.shape, dtype=np.float32)).to(
                    state
                )
                for _ in range(len(chains) * circuit.motif_steps)
            )
        result = rollout(
            windows,
            state,
            circuit.read_out(self._parameters),
            self._dynamics.dt,
            noise=noise,
            watched=watched,
        )
        return Rollout(
            result.output.cpu().numpy(),
            result.states.cpu().numpy().astype(np.float64),
            result.rate_norm.cpu().numpy(),
        )
