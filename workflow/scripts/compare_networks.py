"""Similarity of one replicate's FF and FFH, and their target networks, to the circuit."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime import jobs, store
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.comparison import MOST_VARIATES, compare
from corticomotor.studies.constrained.settings import Similarity
from corticomotor.studies.constrained.timing import resample

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Bring all rates to the circuit's grid, compare and write."""
    settings = Similarity.model_validate(job.settings["similarity"])
    truth = store.read(job.input.ground_truth, contracts.GROUND_TRUTH)
    grid = truth["time"].values
    networks = {}
    for name, path in (("FF", job.input.free), ("FFH", job.input.hinted)):
        network = store.read(path, contracts.NETWORK)
        times = network["time"].values
        for label, variable in ((name, "rates"), (f"{name} target", "target_rates")):
            rates = network[variable].values.astype(float)
            networks[label] = resample(rates, times, grid)
    # The file read last is FFH's: its neurons gave the hints.
    unobserved = np.setdiff1d(truth["neuron"].values, network["neuron"].values)
    job.write(
        job.output.similarity,
        contracts.SIMILARITY,
        compare(
            job.rng("constrained/similarity"),
            truth["rates"].values,
            networks,
            unobserved,
            components=settings.components,
            surrogates=settings.surrogates,
            splits=settings.splits,
        ),
        {
            "population": ["SOC", *networks],
            "network": list(networks),
            "component": range(1, settings.components + 1),
            "surrogate": range(1, settings.surrogates + 1),
            "split": range(1, settings.splits + 1),
            "unobserved_neuron": unobserved,
            "target": truth["target"].values,
            "time": grid,
            "variate": range(1, min(MOST_VARIATES, settings.components) + 1),
        },
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
