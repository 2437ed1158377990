"""The circuit that stands for motor cortex, before it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corticomotor import circuits
from corticomotor.runtime.progress import StepReport, silent

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.motor_cortex.settings import Circuit


def build_circuit(
    rng: np.random.Generator, settings: Circuit, report: StepReport = silent
) -> dict[str, ArrayLike]:
    """Draw a random circuit and optimise its stability.

    Args:
        rng: draws the connections.
        settings: of the circuit.
        report: called with the iteration and the spectral abscissa.

    Returns:
        What `circuit_contract` says.
    """
    excitatory = circuits.excitatory_count(settings.neurons, settings.excitatory_fraction)
    initial = circuits.sparse_balanced_weights(
        rng,
        neurons=settings.neurons,
        excitatory=excitatory,
        connection_probability=settings.connection_probability,
        spectral_radius=settings.initial_spectral_radius,
        inhibition_ratio=settings.inhibition_ratio,
    )
    optimised = circuits.stability_optimised_weights(
        initial,
        excitatory=excitatory,
        inhibition_ratio=settings.inhibition_ratio,
        inhibitory_density=settings.inhibitory_density,
        target_abscissa=settings.target_abscissa,
        learning_rate=settings.learning_rate,
        momentum=settings.momentum,
        shift_factor=settings.shift_factor,
        shift_margin=settings.shift_margin,
        max_iterations=settings.max_iterations,
        report=report,
    )
    neurons = np.arange(settings.neurons)
    return {
        "neuron": neurons,
        "presynaptic_neuron": neurons,
        "eigenvalue": neurons,
        "iteration": np.arange(len(optimised.abscissa)),
        "weights": optimised.weights,
        "initial_weights": initial,
        "initial_state": circuits.preferred_initial_state(
            optimised.weights, settings.initial_state_scale
        ),
        "excitatory": (neurons < excitatory).astype(int),
        "initial_eigenvalue_real": optimised.initial_eigenvalues.real,
        "initial_eigenvalue_imaginary": optimised.initial_eigenvalues.imag,
        "eigenvalue_real": optimised.eigenvalues.real,
        "eigenvalue_imaginary": optimised.eigenvalues.imag,
        "spectral_abscissa": optimised.abscissa,
    }
