"""Ground truth of one replicate: gains under which the circuit produces the EMG."""

from typing import TYPE_CHECKING, Any

from corticomotor.motor_cortex.blocks import block_of
from corticomotor.motor_cortex.ground_truth import learn_ground_truth, learning_iterations
from corticomotor.runtime import jobs

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: "jobs.Job[Any]") -> None:
    """Learn gains and readout, and write the circuit's rates and EMG."""
    learning = block_of(job, "gain_learning")
    with job.progress(learning_iterations(learning), "iteration") as report:
        truth = learn_ground_truth(
            job.rng(job.contract(jobs.RESULT).stage),
            job.read("circuit"),
            job.read("emg"),
            block_of(job, "dynamics"),
            learning,
            report,
        )
    job.write(truth)


if "snakemake" in globals():
    jobs.run(snakemake, main)
