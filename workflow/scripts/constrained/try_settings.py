"""FF and FFH under one candidate of the settings that they share, on several replicates."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.constrained.search import try_candidate

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.constrained.settings import Constrained


def main(job: "jobs.Job[Constrained]") -> None:
    """Train both networks on each replicate; candidate 0 is the configured network itself."""
    settings, search = job.settings, job.settings.search
    with job.progress(len(search.replicates), "replicate") as report:
        found = try_candidate(
            job.seed,
            int(job.wildcards["candidate"]),
            job.read_all("ground_truth"),
            job.read_all("sample"),
            search.replicates,
            network=settings.network,
            ranges=search.ranges,
            observed=settings.sample,
            components=settings.similarity.components,
            note=job.log.write,
            report=report,
        )
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
