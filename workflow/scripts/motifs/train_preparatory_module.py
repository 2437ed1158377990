"""Preparatory module of one connectivity, and how it brings the network to rest."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.motifs.preparatory_module import train_preparatory_module

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.motifs.settings import Motifs


def main(job: "jobs.Job[Motifs]") -> None:
    """Train and test the module and write it."""
    settings = job.settings.preparation
    with job.progress(settings.iterations, "iteration") as report:
        module = train_preparatory_module(
            job.rng,
            job.read("connectivity"),
            settings,
            gain=float(job.wildcards["gain"]),
            loops=int(job.wildcards["loops"]),
            dt=job.settings.dynamics.dt,
            device=job.settings.training.device,
            report=report,
            checkpoint=job.checkpoint(),
        )
    job.write(module)


if "snakemake" in globals():
    jobs.run(snakemake, main)
