"""Training of one sequence model of one replicate, and its tests."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.reaching.sequence.learning import train_sequence_model
from corticomotor.studies.reaching.sequence.phases import iterations_of

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.reaching.settings import Reaching


def main(job: "jobs.Job[Reaching]") -> None:
    """Train and write what was learned."""
    name = job.wildcards["model"]
    model = getattr(job.settings.models, name)
    with job.progress(iterations_of(model), "iteration") as report:
        learned = train_sequence_model(
            name,
            job.settings,
            model,
            rng=job.rng,
            report=report,
            checkpoint=job.checkpoint(),
        )
    job.write(learned)


if "snakemake" in globals():
    jobs.run(snakemake, main)
