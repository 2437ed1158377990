"""Generalisation of one replicate's FF and FFH: noise, and inputs between two reaches."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime import jobs, store
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.generalisation import (
    Perturbable,
    errors_by_level,
    half_way,
    respond_half_way,
)
from corticomotor.studies.constrained.ground_truth import gain_task
from corticomotor.studies.constrained.settings import (
    Dynamics,
    GainLearning,
    Generalisation,
    Network,
)
from corticomotor.studies.constrained.timing import grid_step_ms, resample

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Perturb both networks alike and write their errors."""
    settings = Generalisation.model_validate(job.settings["generalisation"])
    network_settings = Network.model_validate(job.settings["network"])
    circuit = store.read(job.input.circuit, contracts.CIRCUIT)
    truth = store.read(job.input.ground_truth, contracts.GROUND_TRUTH)
    grid = truth["time"].values
    between = gain_task(
        Dynamics.model_validate(job.settings["dynamics"]),
        GainLearning.model_validate(job.settings["gain_learning"]),
        weights=circuit["weights"].values,
        excitatory=int(circuit["excitatory"].sum()),
        initial_state=circuit["initial_state"].values,
        emg=truth["emg_target"].values,
        step_ms=grid_step_ms(grid),
    ).rates(half_way(truth["gains"].values))

    levels = {"initial_noise": settings.initial_noise, "step_noise": settings.step_noise}
    results = []
    for path in (job.input.free, job.input.hinted):
        trained = store.read(path, contracts.NETWORK)
        times = trained["time"].values
        moving = times[times >= 0]
        seen = np.isin(truth["muscle"].values, trained["muscle"].values)
        subject = Perturbable(
            settings=network_settings,
            times=times,
            weights=trained["weights"].values,
            readout=trained["readout"].values,
            pulse_weights=trained["pulse_weights"].values,
            emg=resample(truth["emg"].values[..., seen], grid, moving),
        )
        circuit_emg = resample(between @ truth["readout"].values[:, seen], grid, moving)
        response = respond_half_way(
            subject,
            circuit_rates=resample(truth["rates"].values, grid, moving),
            half_way_rates=resample(between, grid, moving),
            half_way_emg=circuit_emg,
            components=job.settings["components"],
        )
        noisy = errors_by_level(
            subject,
            lambda purpose: job.rng(f"constrained/generalisation/{purpose}"),
            levels,
            settings.trials,
        )
        results.append(
            noisy
            | {
                "emg_error_half_way": response.errors.emg,
                "dynamics_error_half_way": response.errors.dynamics,
                "emg_half_way": response.emg,
            }
        )
    job.write(
        job.output.generalisation,
        contracts.GENERALISATION,
        {name: np.stack([each[name] for each in results]) for name in results[0]}
        | {"circuit_emg_half_way": circuit_emg},
        {
            "network": ["FF", "FFH"],
            **levels,
            "target": truth["target"].values,
            "time": moving,
            "muscle": trained["muscle"].values,
        },
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
