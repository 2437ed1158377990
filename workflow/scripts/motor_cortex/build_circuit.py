"""Stability-optimised circuit of one replicate, for any study that runs on one."""

from typing import TYPE_CHECKING

from corticomotor.motor_cortex.circuit import build_circuit
from corticomotor.runtime import jobs

if TYPE_CHECKING:
    from typing import Protocol

    from snakemake.iocontainers import snakemake

    from corticomotor.motor_cortex.settings import Circuit

    class OnCircuit(Protocol):
        """Settings of a study that runs on a circuit."""

        circuit: Circuit


def main(job: "jobs.Job[OnCircuit]") -> None:
    """Optimise the circuit and write it with its spectra and its initial state."""
    settings = job.settings.circuit.changed(**job.given)
    # Named after the study: circuits of two studies are independent.
    rng = job.rng(job.contract(jobs.RESULT).stage)
    with job.progress(settings.max_iterations, "iteration") as report:
        job.write(build_circuit(rng, settings, report))


if "snakemake" in globals():
    jobs.run(snakemake, main)
