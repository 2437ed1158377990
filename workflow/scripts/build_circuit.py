"""Stability-optimised circuit of one replicate."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor import circuits
from corticomotor.runtime import jobs
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.settings import Circuit

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Optimise the circuit and write it with its spectra and its initial state."""
    settings = Circuit.model_validate(job.settings["circuit"])
    excitatory = circuits.excitatory_count(settings.neurons, settings.excitatory_fraction)
    initial = circuits.sparse_balanced_weights(
        job.rng("constrained/circuit"),
        neurons=settings.neurons,
        excitatory=excitatory,
        connection_probability=settings.connection_probability,
        spectral_radius=settings.initial_spectral_radius,
        inhibition_ratio=settings.inhibition_ratio,
    )
    with job.progress(settings.max_iterations, "iteration") as report:
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
    job.write(
        job.output.circuit,
        contracts.CIRCUIT,
        {
            "weights": optimised.weights,
            "initial_state": circuits.preferred_initial_state(
                optimised.weights, settings.initial_state_scale
            ),
            "excitatory": (neurons < excitatory).astype(int),
            "initial_eigenvalue_real": optimised.initial_eigenvalues.real,
            "initial_eigenvalue_imaginary": optimised.initial_eigenvalues.imag,
            "eigenvalue_real": optimised.eigenvalues.real,
            "eigenvalue_imaginary": optimised.eigenvalues.imag,
            "spectral_abscissa": optimised.abscissa,
        },
        {
            "neuron": neurons,
            "presynaptic_neuron": neurons,
            "eigenvalue": neurons,
            "iteration": np.arange(len(optimised.abscissa)),
        },
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
