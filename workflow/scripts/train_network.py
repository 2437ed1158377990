"""Train FF (no hints) or FFH (hints from the observed neurons) of one replicate by full-FORCE."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor import jobs, store
from corticomotor.settings.constrained import Network
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.networks import reaching_task, train_network
from corticomotor.studies.constrained.sampling import observed_ids
from corticomotor.studies.constrained.timing import resample, trial_times

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Train the network and write its weights, rates and EMG."""
    settings = Network.model_validate(job.settings["network"])
    truth = store.read(job.input.ground_truth, contracts.GROUND_TRUTH)
    sample = store.read(job.input.sample, contracts.SAMPLE)
    muscles = observed_ids(sample["muscle_order"].values, job.settings["muscle_fraction"])
    neurons = observed_ids(sample["neuron_order"].values, job.settings["hinted_fraction"])

    grid = truth["time"].values
    times = trial_times(
        pulse_ms=settings.pulse_ms, duration_ms=1000 * grid[-1], step_ms=settings.step_ms
    )
    moving = times[times >= 0]
    emg = resample(truth["emg"].values[..., muscles], grid, moving)
    rates = resample(truth["rates"].values[..., neurons], grid, moving)
    # Weights, pulses and the steps that learn are the same for FF and FFH of a replicate.
    task = reaching_task(job.rng("constrained/network"), settings, times, emg)
    with job.progress(settings.epochs, "epoch") as report:
        network = train_network(
            task,
            settings,
            rates,
            update_rng=job.rng("constrained/network/updates"),
            hint_rng=job.rng("constrained/network/hints"),
            report=report,
        )
    units = np.arange(settings.units)
    job.write(
        job.output.network,
        contracts.NETWORK,
        {
            "weights": network.weights,
            "readout": network.readout,
            "pulse_weights": task.pulse_weights,
            "hint_weights": network.hint_weights,
            # Single precision exceeds the accuracy of the integration and halves the file.
            "rates": network.rates.astype(np.float32),
            "target_rates": network.target_rates.astype(np.float32),
            "emg": network.emg,
            "emg_error": network.emg_error,
            "emg_error_by_target": network.emg_error_by_target,
            "training_error": network.training_error,
        },
        {
            "target": truth["target"].values,
            "time": times,
            "unit": units,
            "presynaptic_unit": units,
            "muscle": truth["muscle"].values[muscles],
            "neuron": neurons,
            "epoch": range(1, settings.epochs + 1),
        },
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
