"""Errors, failures and preparation of one network, one number per replicate."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.motifs.measures import measure_network

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.motifs.settings import Motifs


def main(job: "jobs.Job[Motifs]") -> None:
    """Measure the network of each replicate and write the measures."""
    measures = measure_network(
        job.read_all(f"evaluation/{job.wildcards['network']}"),
        job.read_all("module"),
        failure_factor=job.settings.evaluation.failure_factor,
        preparation_duration=job.settings.preparation.duration,
    )
    job.write(measures, replicate=job.replicates)


if "snakemake" in globals():
    jobs.run(snakemake, main)
