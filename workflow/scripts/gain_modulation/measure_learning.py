"""What learning left of the error, one number per replicate."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.gain_modulation.measures import error_left

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.gain_modulation.settings import GainModulation


def main(job: "jobs.Job[GainModulation]") -> None:
    """Measure each replicate and write the measures."""
    left = [error_left(job.given["measured"], each) for each in job.read_all("learned")]
    job.write({"error_left": left}, replicate=job.replicates)


if "snakemake" in globals():
    jobs.run(snakemake, main)
