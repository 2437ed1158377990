"""Training of one network of one replicate on the motifs of a session."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.motifs.loading import NetworkParts
from corticomotor.studies.motifs.training import train_on_motifs

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.motifs.settings import Motifs


def main(job: "jobs.Job[Motifs]") -> None:
    """Train and write what was learned."""
    settings, name = job.settings, job.wildcards["network"]
    network = getattr(settings.networks, name)
    with job.progress(network.max_iterations, "iteration") as report:
        learned = train_on_motifs(
            name,
            NetworkParts(network, job.read("connectivity"), job.read_all("module")),
            job.read_all("motifs"),
            settings.training,
            settings.dynamics,
            preparation_duration=settings.preparation.duration,
            rng=job.rng,
            report=report,
            checkpoint=job.checkpoint(),
        )
    job.write(learned)


if "snakemake" in globals():
    jobs.run(snakemake, main)
