"""End errors of one sequence model with and without the force, one number per replicate."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.reaching.measures import force_error, free_error

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.reaching.settings import Reaching


def main(job: "jobs.Job[Reaching]") -> None:
    """Measure each replicate and write the measures."""
    networks = job.read_all("network")
    job.write(
        {
            "free_error": [free_error(each) for each in networks],
            "force_error": [force_error(each) for each in networks],
        },
        replicate=job.replicates,
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
