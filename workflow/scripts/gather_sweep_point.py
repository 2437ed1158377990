"""Similarity and EMG error of FFH at one observed fraction, over all replicates."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor import jobs, store
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.comparison import component_correlations, unobserved_r2
from corticomotor.studies.constrained.timing import resample

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Compare each replicate's network with its circuit and write one row per replicate."""
    components = job.settings["components"]
    correlations, errors, explained = [], [], []
    for truth_path, network_path in zip(job.input.ground_truth, job.input.networks, strict=True):
        truth = store.read(truth_path, contracts.GROUND_TRUTH)
        network = store.read(network_path, contracts.NETWORK)
        circuit = truth["rates"].values
        rates = resample(
            network["rates"].values.astype(float), network["time"].values, truth["time"].values
        )
        unobserved = np.setdiff1d(truth["neuron"].values, network["neuron"].values)
        correlations.append(component_correlations(circuit, rates, components))
        errors.append(float(network["emg_error"]))
        explained.append(
            unobserved_r2(circuit, rates, unobserved, components) if len(unobserved) else np.nan
        )
    job.write(
        job.output.point,
        contracts.SWEEP_POINT,
        {
            "observed_fraction": job.settings["observed_fraction"],
            "canonical_correlation": correlations,
            "emg_error": errors,
            "unobserved_r2": explained,
        },
        {
            "replicate": job.settings["replicates"],
            "component": range(1, components + 1),
        },
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
