"""What a preparatory module does to its network, one number per replicate."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.motifs.measures import measure_module

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.motifs.settings import Motifs


def main(job: "jobs.Job[Motifs]") -> None:
    """Measure the module of each replicate and write the measures."""
    job.write(measure_module(job.read_all("module")), replicate=job.replicates)


if "snakemake" in globals():
    jobs.run(snakemake, main)
