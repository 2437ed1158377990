"""Analytic thalamocortical model of one replicate, tested like a trained network."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.motifs.thalamocortical import build_and_test

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.motifs.settings import Motifs


def main(job: "jobs.Job[Motifs]") -> None:
    """Build and test the model and write it with its errors."""
    settings, motifs = job.settings, job.read_all("motifs")
    parts = 1 + sum(session["motif"].size for session in motifs)
    with job.progress(parts, "part") as report:
        model = build_and_test(
            job.rng,
            motifs,
            settings.thalamocortical,
            dt=settings.dynamics.dt,
            preparation_duration=settings.preparation.duration,
            repetitions=settings.evaluation.repetitions,
            starts=settings.evaluation.starts,
            report=report,
        )
    job.write(model)


if "snakemake" in globals():
    jobs.run(snakemake, main)
