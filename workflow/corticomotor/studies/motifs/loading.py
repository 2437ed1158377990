"""From the results of earlier stages to circuits and networks, before and after training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from corticomotor.arrays import Array
from corticomotor.dynamics.devices import compute_device
from corticomotor.studies.motifs.architectures import (
    MOTIF_PARAMETERS,
    FixedCircuit,
    initial_parameters,
)
from corticomotor.studies.motifs.connectivity import connectivity_of
from corticomotor.studies.motifs.targets import MotifTargets
from corticomotor.studies.motifs.trained import TrainedMotifNetwork

if TYPE_CHECKING:
    from corticomotor.runtime.store import Dataset
    from corticomotor.studies.motifs.settings import (
        Architecture,
        Device,
        MotifNetwork,
        NetworkDynamics,
    )


@dataclass(frozen=True)
class NetworkParts:
    """What earlier stages made for a network.

    Attributes:
        settings: of the network.
        connectivity: its weights before training (`contracts.CONNECTIVITY`).
        modules: its preparatory module (`contracts.PREPARATORY_MODULE`), or nothing.
        sessions: what it learned, session by session (`contracts.NETWORK`).
    """

    settings: MotifNetwork
    connectivity: Dataset
    modules: Sequence[Dataset] = ()
    sessions: Sequence[Dataset] = ()


def fixed_circuit(parts: NetworkParts, *, motif_steps: int, preparation_steps: int) -> FixedCircuit:
    """Put together what does not change while a network learns.

    Args:
        parts: of the network.
        motif_steps: steps of a motif.
        preparation_steps: steps of a motif in which the network is prepared.
    """
    connectivity = connectivity_of(parts.connectivity)
    weights = parts.settings.gain * connectivity.weights
    prepared = None
    for module in parts.modules:
        prepared = torch.as_tensor(
            weights + module["left_vectors"].values @ module["right_vectors"].values.T
        )
    return FixedCircuit(
        architecture=parts.settings.architecture,
        weights=torch.as_tensor(weights),
        readout=torch.as_tensor(connectivity.readout),
        preparatory_weights=prepared,
        motif_steps=motif_steps,
        preparation_steps=preparation_steps,
    )


def untrained(
    parts: NetworkParts,
    targets: MotifTargets,
    rng: Callable[[int], np.random.Generator],
    *,
    preparation_steps: int = 0,
) -> tuple[FixedCircuit, dict[str, Array]]:
    """Put together a network that is about to learn.

    Args:
        parts: of the network.
        targets: the motifs to learn.
        rng: draws what belongs to the motif of a number, before training.
        preparation_steps: steps of a motif in which the network is prepared.

    Returns:
        What does not change, and the parameters that do (see `initial_parameters`).
    """
    circuit = fixed_circuit(
        parts, motif_steps=len(targets.times), preparation_steps=preparation_steps
    )
    rngs = [rng(number) for number in targets.numbers]
    return circuit, initial_parameters(rngs, parts.settings, connectivity_of(parts.connectivity))


def learned_parameters(architecture: Architecture, sessions: Sequence[Dataset]) -> dict[str, Array]:
    """Gather what a network learned in some sessions, in their order (see `initial_parameters`)."""
    parameters = {
        name: np.concatenate([_motif_parameter(session, name) for session in sessions])
        for name in MOTIF_PARAMETERS[architecture]
    }
    if architecture == "control":
        parameters["weights"] = sessions[0]["weights"].values
        parameters["readout"] = sessions[0]["readout"].values
    return parameters


def trained_network(
    parts: NetworkParts,
    targets: MotifTargets,
    dynamics: NetworkDynamics,
    *,
    preparation_duration: float,
    device: Device,
) -> TrainedMotifNetwork:
    """Put together a trained network, ready to produce motifs.

    Args:
        parts: of the network.
        targets: the motifs that it learned.
        dynamics: step and noise.
        preparation_duration: length of the preparation in time constants.
        device: the setting `training.device`.

    Raises:
        InputError: the device does not exist.
    """
    circuit = fixed_circuit(
        parts,
        motif_steps=len(targets.times),
        preparation_steps=round(preparation_duration / dynamics.dt),
    )
    parameters = learned_parameters(parts.settings.architecture, parts.sessions)
    return TrainedMotifNetwork(circuit, parameters, dynamics, compute_device(device))


def _motif_parameter(session: Dataset, name: str) -> Array:
    """One parameter of the motifs of a session (motif, unit)."""
    place = session["parameter"].values.tolist().index(name)
    values: Array = session["motif_parameters"].values[place]
    return values
