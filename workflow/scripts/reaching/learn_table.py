"""Q-learning of one replicate with a table."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.reaching.agents.tabular import learn_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.reaching.settings import Reaching


def main(job: "jobs.Job[Reaching]") -> None:
    """Learn and write what was learned."""
    job.write(learn_table(job.rng, job.settings.tabular))


if "snakemake" in globals():
    jobs.run(snakemake, main)
