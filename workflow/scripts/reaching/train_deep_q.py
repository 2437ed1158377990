"""Training of one deep Q-network of one replicate."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.reaching.agents.deep_q import train_deep_q

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.reaching.settings import Reaching


def main(job: "jobs.Job[Reaching]") -> None:
    """Train and write what was learned."""
    settings = job.settings.deep_q
    run = getattr(settings.runs, job.wildcards["run"])
    with job.progress(run.frames, "move") as report:
        learned = train_deep_q(run, settings, rng=job.rng, report=report)
    job.write(learned)


if "snakemake" in globals():
    jobs.run(snakemake, main)
