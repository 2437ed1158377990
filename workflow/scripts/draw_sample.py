"""The order in which one replicate's experimenter finds neurons and muscles."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.sampling import sampling_order

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Draw both orders from streams of their own, so that neither depends on the other's size."""
    neurons, muscles = job.settings["neurons"], job.settings["muscles"]
    job.write(
        job.output.sample,
        contracts.SAMPLE,
        {
            "neuron_order": sampling_order(job.rng("constrained/sample/neurons"), neurons),
            "muscle_order": sampling_order(job.rng("constrained/sample/muscles"), muscles),
        },
        {"neuron_rank": range(neurons), "muscle_rank": range(muscles)},
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
