"""What the control network forgets when it learns one motif after the other."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.motifs.forgetting import forgetting
from corticomotor.studies.motifs.loading import NetworkParts

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.motifs.settings import Motifs


def main(job: "jobs.Job[Motifs]") -> None:
    """Learn and write the error of every motif after each session."""
    settings, motifs = job.settings, job.read_all("motifs")
    connectivity, together = job.read("connectivity"), job.read_all("networks")
    with job.progress(sum(session["motif"].size for session in motifs), "motif") as report:
        found = forgetting(
            NetworkParts(settings.networks.control, connectivity, sessions=together),
            motifs,
            settings.training,
            settings.dynamics,
            iterations=settings.forgetting.iterations,
            starts=settings.evaluation.starts,
            rng=job.rng,
            report=report,
            checkpoint=job.checkpoint(),
        )
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
