"""Ground truth of one replicate: gains under which the circuit produces the EMG."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.constrained.ground_truth import learn_ground_truth, learning_iterations

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.constrained.settings import Constrained


def main(job: "jobs.Job[Constrained]") -> None:
    """Learn gains and readout, and write the circuit's rates and EMG."""
    learning = job.settings.gain_learning
    with job.progress(learning_iterations(learning), "iteration") as report:
        truth = learn_ground_truth(
            job.rng("constrained/ground_truth"),
            job.read("circuit"),
            job.read("emg"),
            job.settings.dynamics,
            learning,
            report,
        )
    job.write(truth)


if "snakemake" in globals():
    jobs.run(snakemake, main)
