"""Reaches on a circle: FF and FFH of one replicate learn half of them and are judged in all."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.constrained.directions import explore_directions

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.constrained.settings import Constrained


def main(job: "jobs.Job[Constrained]") -> None:
    """Train circuit and networks for each reach fraction, and write their errors."""
    networks = 2 * len(job.settings.directions.reach_fractions)
    with job.progress(networks, "network") as report:
        found = explore_directions(
            job.rng, job.read("circuit"), job.read("sample"), job.settings, report=report
        )
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
