"""Ground truth of one replicate: gains under which the circuit produces the EMG."""

from typing import TYPE_CHECKING, Any

from corticomotor.motor_cortex.blocks import block_of
from corticomotor.motor_cortex.ground_truth import learn_ground_truth, learning_iterations
from corticomotor.motor_cortex.initial_states import reach_initial_states
from corticomotor.runtime import jobs

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: "jobs.Job[Any]") -> None:
    """Learn gains and readout, and write the circuit's rates and EMG."""
    stage = job.contract(jobs.RESULT).stage
    circuit, targets = job.read("circuit"), job.read("emg")
    start = block_of(job, "circuit").initial_state
    states = reach_initial_states(
        job.rng(f"{stage}/initial_states"),
        circuit,
        reaches=targets.sizes["reach"],
        modes=start.modes,
        reach_fraction=start.reach_fraction,
        direction_smoothness=block_of(job, "emg").direction_smoothness,
    )
    dynamics, learning = block_of(job, "dynamics"), block_of(job, "gain_learning")
    with job.progress(learning_iterations(learning), "iteration") as report:
        rng = job.rng(stage)
        job.write(learn_ground_truth(rng, circuit, targets, states, dynamics, learning, report))


if "snakemake" in globals():
    jobs.run(snakemake, main)
