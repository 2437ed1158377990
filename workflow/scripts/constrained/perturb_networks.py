"""Noise in the circuit of one replicate and in its FF and FFH."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.constrained.generalisation import perturb_all
from corticomotor.studies.constrained.subjects import circuit_subject

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.constrained.settings import Constrained


def main(job: "jobs.Job[Constrained]") -> None:
    """Perturb the circuit and both networks alike and write their errors."""
    settings = job.settings
    networks = {name: job.read(f"networks/{name}") for name in ("FF", "FFH")}
    circuit = circuit_subject(
        job.read("circuit"),
        job.read("ground_truth"),
        settings.dynamics,
        networks["FF"]["muscle"].values,
    )
    job.write(
        perturb_all(
            job.rng,
            circuit,
            networks,
            settings.network,
            settings.generalisation,
            settings.similarity.components,
        )
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
