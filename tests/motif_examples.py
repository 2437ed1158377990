"""Small networks of motor motifs that several tests share."""

from __future__ import annotations

import numpy as np
import torch

from corticomotor.arrays import Array
from corticomotor.studies.motifs.architectures import (
    MOTIF_PARAMETERS,
    SHARED_PARAMETERS,
    FixedCircuit,
)
from corticomotor.studies.motifs.connectivity import draw_connectivity
from corticomotor.studies.motifs.settings import Architecture

DT = 0.1
ARCHITECTURES: tuple[Architecture, ...] = ("additive", "multiplicative", "two_input", "control")


def small_circuit(
    architecture: Architecture,
    *,
    prepared: bool = False,
    units: int = 8,
    motif_steps: int = 12,
    preparation_steps: int = 4,
) -> FixedCircuit:
    """Make a circuit with random weights and, where prepared, two random loops."""
    rng = np.random.default_rng(units)
    connectivity = draw_connectivity(rng, units)
    weights = 1.4 * connectivity.weights
    left, right = rng.standard_normal((2, units, 2)) / np.sqrt(units)
    return FixedCircuit(
        architecture=architecture,
        weights=torch.as_tensor(weights),
        readout=torch.as_tensor(connectivity.readout),
        preparatory_weights=torch.as_tensor(weights + left @ right.T) if prepared else None,
        motif_steps=motif_steps,
        preparation_steps=preparation_steps,
    )


def small_parameters(circuit: FixedCircuit, motifs: int, seed: int = 0) -> dict[str, Array]:
    """Draw parameters that all act, as after some training."""
    rng = np.random.default_rng(seed)
    units = len(circuit.readout)
    parameters = {
        name: 0.5 * rng.standard_normal((motifs, units))
        for name in MOTIF_PARAMETERS[circuit.architecture]
    }
    if SHARED_PARAMETERS[circuit.architecture]:
        change = draw_connectivity(rng, units)
        parameters["weights"] = circuit.weights.numpy() + 0.2 * change.weights
        parameters["readout"] = circuit.readout.numpy() + 0.2 * change.readout
    return parameters


def tensors(parameters: dict[str, Array]) -> dict[str, torch.Tensor]:
    """Copy arrays to tensors."""
    return {name: torch.tensor(array) for name, array in parameters.items()}
