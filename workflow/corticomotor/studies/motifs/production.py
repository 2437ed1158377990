"""Networks that produce motifs, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from corticomotor.arrays import Array
from corticomotor.dynamics.devices import compute_device
from corticomotor.dynamics.switching import produce
from corticomotor.studies.motifs.architectures import Circuit, Parameters
from corticomotor.studies.motifs.assembly import read_circuit, read_parameters
from corticomotor.studies.motifs.settings import Device, Dynamics
from corticomotor.studies.motifs.settings import Network as NetworkSettings

Outputs = NDArray[np.float32]


@dataclass(frozen=True)
class Produced:
    """What a network did in a chain of motifs.

    Attributes:
        output: readout after each step (step, trial).
        states: x after each watched number of steps (watched, trial, unit).
        rate_norm: norm of the rates after each step (step, trial).
    """

    output: Outputs
    states: Array
    rate_norm: Outputs


class Producer(Protocol):
    """Anything that produces motifs one after the other."""

    @property
    def units(self) -> int:
        """Number of units."""

    @property
    def motif_steps(self) -> int:
        """Steps of a motif."""

    def produce(
        self,
        chains: NDArray[np.int64],
        initial_state: Array,
        rng: np.random.Generator,
        watched: Sequence[int] = (),
    ) -> Produced:
        """Produce motifs, one after the other.

        Args:
            chains: which motifs, counted from 0 (position, trial).
            initial_state: x (trial, unit).
            rng: draws the noise of each step.
            watched: numbers of steps after which the state is wanted.
        """


class TrainedNetwork:
    """A trained network that produces motifs.

    Args:
        circuit: what all motifs share.
        parameters: what training found.
        dynamics: step and noise.
        device: see `compute_device`.
    """

    def __init__(
        self,
        circuit: Circuit,
        parameters: dict[str, Array],
        dynamics: Dynamics,
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

    def produce(
        self,
        chains: NDArray[np.int64],
        initial_state: Array,
        rng: np.random.Generator,
        watched: Sequence[int] = (),
    ) -> Produced:
        """See `Producer`."""
        circuit = self._circuit
        rows = torch.as_tensor(chains, device=self._device)
        windows = [
            window for motifs in rows for window in circuit.windows(self._parameters, motifs)
        ]
        state = torch.as_tensor(initial_state).to(circuit.weights)
        noise = None
        if self._dynamics.noise:
            # Twice the noise, as the simulator wants it.
            scale = np.float32(2 * self._dynamics.noise)
            noise = (
                torch.as_tensor(scale * rng.standard_normal(state.shape, dtype=np.float32)).to(
                    state
                )
                for _ in range(len(chains) * circuit.motif_steps)
            )
        production = produce(
            windows,
            state,
            circuit.read_out(self._parameters),
            self._dynamics.step_tau,
            noise=noise,
            watched=watched,
        )
        return Produced(
            production.output.cpu().numpy(),
            production.states.cpu().numpy().astype(np.float64),
            production.rate_norm.cpu().numpy(),
        )


def read_network(
    settings: NetworkSettings,
    dynamics: Dynamics,
    *,
    networks: Sequence[str],
    connectivity: str,
    module: Sequence[str],
    motif_steps: int,
    preparation_tau: float,
    device: Device,
) -> TrainedNetwork:
    """Read a trained network, ready to produce motifs.

    Args:
        settings: of the network.
        dynamics: step and noise.
        networks: files of its lessons.
        connectivity: file of its weights before training.
        module: file of its preparatory module, if it has one.
        motif_steps: steps of a motif.
        preparation_tau: length of the preparation.
        device: the setting `training.device`.
    """
    circuit = read_circuit(
        settings,
        connectivity,
        module[0] if module else None,
        motif_steps=motif_steps,
        preparation_steps=round(preparation_tau / dynamics.step_tau),
    )
    return TrainedNetwork(
        circuit, read_parameters(settings, networks), dynamics, compute_device(device)
    )
