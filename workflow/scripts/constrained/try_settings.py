"""Circuits, FF and FFH under one candidate of the settings, on several replicates."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.constrained.search import Recorded, try_candidate

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.constrained.settings import Constrained


def main(job: "jobs.Job[Constrained]") -> None:
    """Let circuit and networks learn on each replicate; candidate 0 is what is configured."""
    numbers = job.settings.search.replicates
    inputs = (job.read_all(stage) for stage in ("circuit", "emg", "sample"))
    replicates = [Recorded(*each) for each in zip(numbers, *inputs, strict=True)]
    candidate = int(job.wildcards["candidate"])
    with job.progress(len(replicates), "replicate") as report:
        job.write(
            try_candidate(
                job.seed, candidate, replicates, job.settings, note=job.log.write, report=report
            )
        )


if "snakemake" in globals():
    jobs.run(snakemake, main)
