"""Ground truth of one replicate: gains under which the circuit produces the EMG."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs, store
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.ground_truth import gain_task, learn_ground_truth
from corticomotor.studies.constrained.settings import Dynamics, GainLearning
from corticomotor.studies.constrained.timing import grid_step_ms

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Learn gains and readout, and write the circuit's rates and EMG."""
    learning = GainLearning.model_validate(job.settings["gain_learning"])
    dynamics = Dynamics.model_validate(job.settings["dynamics"])
    circuit = store.read(job.input.circuit, contracts.CIRCUIT)
    targets = store.read(job.input.emg, contracts.EMG)
    emg = targets["emg"].values
    step_ms = grid_step_ms(targets["time"].values)

    training, final = (
        gain_task(
            dynamics,
            learning,
            weights=circuit["weights"].values,
            excitatory=int(circuit["excitatory"].sum()),
            initial_state=circuit["initial_state"].values,
            emg=emg[:, ::every],
            step_ms=every * step_ms,
        )
        for every in (round(learning.training_step_ms / step_ms), 1)
    )
    iterations = (
        learning.iterations if learning.method == "gradient" else learning.reward.iterations
    )
    with job.progress(iterations, "iteration") as report:
        truth = learn_ground_truth(
            job.rng("constrained/ground_truth"),
            learning,
            training=training,
            final=final,
            report=report,
        )
    job.write(
        job.output.ground_truth,
        contracts.GROUND_TRUTH,
        {
            "gains": truth.learned.gains,
            "readout": truth.readout,
            "rates": truth.rates,
            "emg": truth.emg,
            "emg_target": emg,
            "emg_error": truth.error,
            "learning_error": truth.learned.errors,
        },
        {
            **{name: targets[name].values for name in ("target", "time", "muscle")},
            "neuron": circuit["neuron"].values,
            "iteration": range(1, iterations + 1),
        },
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
