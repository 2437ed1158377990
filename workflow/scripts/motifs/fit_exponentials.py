"""Fits of the motifs of one kind and replicate by sums of more and more complex exponentials."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.motifs.difficulty import fit_motifs

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.motifs.settings import Motifs


def main(job: "jobs.Job[Motifs]") -> None:
    """Fit and write the approximations and their errors."""
    settings, motifs = job.settings.thalamocortical, job.read_all("motifs")
    counts = job.settings.difficulty.exponentials
    fits = len(counts) * sum(session["motif"].size for session in motifs)
    with job.progress(fits, "fit") as report:
        job.write(fit_motifs(job.rng, motifs, counts, settings, report))


if "snakemake" in globals():
    jobs.run(snakemake, main)
