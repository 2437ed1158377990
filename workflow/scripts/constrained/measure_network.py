"""Similarity to the circuit and EMG error of one kind of network, one number per replicate."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.constrained.measures import measure_network

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.constrained.settings import Constrained


def main(job: "jobs.Job[Constrained]") -> None:
    """Compare each replicate's network with its circuit."""
    networks = job.read_all(f"networks/{job.wildcards['network']}")
    components = job.settings.similarity.components
    measures = measure_network(job.read_all("ground_truth"), networks, components)
    job.write(measures, replicate=job.replicates)


if "snakemake" in globals():
    jobs.run(snakemake, main)
