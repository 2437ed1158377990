"""Hidden activity of one sequence model, beside that of the circuits."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.reaching.population import compare_population

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.reaching.settings import Reaching


def main(job: "jobs.Job[Reaching]") -> None:
    """Compare and write."""
    # Of the second there is one if there is a recording.
    circuits = {name: each for name in ("synthetic", "recorded") for each in job.read_all(name)}
    found = compare_population(
        # The same surrogates for all models of a replicate.
        job.rng("reaching/population"),
        job.read("network"),
        circuits,
        job.settings.population,
        cue=job.settings.task.target_step,
    )
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
