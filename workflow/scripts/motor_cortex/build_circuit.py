"""Stability-optimised circuit of one replicate, for any study that runs on one."""

from typing import TYPE_CHECKING, Any

from corticomotor.motor_cortex.blocks import block_of
from corticomotor.motor_cortex.circuit import build_circuit
from corticomotor.runtime import jobs

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: "jobs.Job[Any]") -> None:
    """Optimise the circuit and write it with its spectra and its initial state."""
    settings = block_of(job, "circuit")
    # The contract says whose circuit it is: those of two are independent.
    rng = job.rng(job.contract(jobs.RESULT).stage)
    with job.progress(settings.max_iterations, "iteration") as report:
        job.write(build_circuit(rng, settings, report))


if "snakemake" in globals():
    jobs.run(snakemake, main)
