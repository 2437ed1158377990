"""Train FF (no hints) or FFH (hints from the observed neurons) of one replicate by full-FORCE."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime import jobs, store
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.networks import reaching_task, train_network
from corticomotor.studies.constrained.observation import observe
from corticomotor.studies.constrained.settings import Network

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Train the network and write its weights, rates and EMG."""
    settings = Network.model_validate(job.settings["network"])
    truth = store.read(job.input.ground_truth, contracts.GROUND_TRUTH)
    seen = observe(
        truth,
        store.read(job.input.sample, contracts.SAMPLE),
        settings,
        neuron_fraction=job.settings["hinted_fraction"],
        muscle_fraction=job.settings["muscle_fraction"],
    )
    # Weights, pulses and the steps that learn are the same for FF and FFH of a replicate.
    task = reaching_task(job.rng("constrained/network"), settings, seen.times, seen.emg)
    with job.progress(settings.epochs, "epoch") as report:
        network = train_network(
            task,
            settings,
            seen.rates,
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
            "time": seen.times,
            "unit": units,
            "presynaptic_unit": units,
            "muscle": truth["muscle"].values[seen.muscles],
            "neuron": seen.neurons,
            "epoch": range(1, settings.epochs + 1),
        },
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
