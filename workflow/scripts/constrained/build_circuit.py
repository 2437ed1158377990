"""Stability-optimised circuit of one replicate."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.constrained.circuit import build_circuit

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.constrained.settings import Constrained


def main(job: "jobs.Job[Constrained]") -> None:
    """Optimise the circuit and write it with its spectra and its initial state."""
    settings = job.settings.circuit
    with job.progress(settings.max_iterations, "iteration") as report:
        job.write(build_circuit(job.rng("constrained/circuit"), settings, report))


if "snakemake" in globals():
    jobs.run(snakemake, main)
