"""Generalisation of one replicate's FF and FFH: noise, and inputs between two reaches."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.constrained.generalisation import circuit_movements, perturb_networks

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.constrained.settings import Constrained


def main(job: "jobs.Job[Constrained]") -> None:
    """Perturb both networks alike and write their errors."""
    settings = job.settings
    movements = circuit_movements(
        job.read("circuit"), job.read("ground_truth"), settings.dynamics, settings.gain_learning
    )
    networks = {name: job.read(f"networks/{name}") for name in ("FF", "FFH")}
    job.write(
        perturb_networks(
            job.rng,
            networks,
            movements,
            settings.network,
            settings.generalisation,
            settings.similarity.components,
        )
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
