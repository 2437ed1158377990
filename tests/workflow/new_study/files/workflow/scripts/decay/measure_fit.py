"""Measure a curve in all replicates."""

from typing import TYPE_CHECKING

from corticomotor.studies.decay.science import measure

from corticomotor.runtime import jobs

if TYPE_CHECKING:
    from corticomotor.studies.decay.settings import Decay
    from snakemake.iocontainers import snakemake


def main(job: "jobs.Job[Decay]") -> None:
    """Measure a curve in all replicates."""
    fits = job.read_all(f"fits/{job.wildcards['network']}")
    job.write(measure(fits), replicate=job.replicates)


if "snakemake" in globals():
    jobs.run(snakemake, main)
