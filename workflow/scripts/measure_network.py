"""Similarity to the circuit and EMG error of one network of the constrained-dynamics study."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs, store
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.measures import network_measures

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Compare each replicate's network with its circuit and write one number per replicate."""
    measured = [
        network_measures(
            store.read(truth, contracts.GROUND_TRUTH),
            store.read(network, contracts.NETWORK),
            job.settings["components"],
        )
        for truth, network in zip(job.input.ground_truth, job.input.networks, strict=True)
    ]
    job.write(
        job.output.measures,
        contracts.MEASURES,
        {name: [each[name] for each in measured] for name in contracts.MEASURES.variables},
        {"replicate": job.settings["replicates"]},
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
