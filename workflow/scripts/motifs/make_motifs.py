"""Step or oscillatory motifs of one session and replicate."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.motifs.library import draw_motifs

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.motifs.settings import Motifs


def main(job: "jobs.Job[Motifs]") -> None:
    """Draw the motifs and write them."""
    kind, numbers = job.given["kind"], job.given["numbers"]
    job.write(draw_motifs(job.rng, kind, numbers, job.settings.library, job.settings.dynamics.dt))


if "snakemake" in globals():
    jobs.run(snakemake, main)
