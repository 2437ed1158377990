"""The order in which one replicate's experimenter finds neurons and muscles."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.constrained.sampling import draw_sample

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.constrained.settings import Constrained


def main(job: "jobs.Job[Constrained]") -> None:
    """Draw both orders and write them."""
    neurons, muscles = job.settings.circuit.neurons, job.settings.emg.muscles
    job.write(draw_sample(job.rng, neurons=neurons, muscles=muscles))


if "snakemake" in globals():
    jobs.run(snakemake, main)
