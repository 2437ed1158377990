"""An agent with continuous actions, before a force field, under it, and without it again."""

from typing import TYPE_CHECKING, cast

from corticomotor.runtime import jobs
from corticomotor.studies.reaching.agents.actor_critic import Agent, train_control

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.reaching.settings import Reaching


def main(job: "jobs.Job[Reaching]") -> None:
    """Train and write."""
    agent, settings = cast("Agent", job.wildcards["agent"]), job.settings
    steps = sum(getattr(settings.control.agents, agent))
    with job.progress(steps, "decision") as report:
        found = train_control(
            agent, settings.control, settings.task, settings.tests, rng=job.rng, report=report
        )
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
