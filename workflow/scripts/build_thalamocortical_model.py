"""Build the analytic thalamocortical model of one replicate and test it like a trained network."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime import jobs
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.assembly import read_targets
from corticomotor.studies.motifs.evaluation import evaluate
from corticomotor.studies.motifs.settings import Dynamics, Evaluation
from corticomotor.studies.motifs.settings.thalamocortical import Thalamocortical
from corticomotor.studies.motifs.thalamocortical import (
    ModelProducer,
    approximations,
    build_model,
    distance_to_steady_state,
    preparatory_eigenvalues,
)

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

_TRIALS = 20


def main(job: jobs.Job) -> None:
    """Build, test, and write the model with its errors."""
    settings = Thalamocortical.model_validate(job.settings["thalamocortical"])
    evaluation = Evaluation.model_validate(job.settings["evaluation"])
    step_tau = Dynamics.model_validate(job.settings["dynamics"]).step_tau
    targets = read_targets(job.input.motifs)
    stage = "motifs/thalamocortical"
    with job.progress(len(targets.numbers) + 1, "part") as report:
        model = build_model(
            job.rng(stage),
            targets.output,
            step_tau,
            job.settings["preparation_tau"],
            settings,
            report,
        )
    outcome = evaluate(
        ModelProducer(model),
        targets.output,
        evaluation,
        initial_std=1.0,
        rng=job.rng(f"{stage}/tests"),
    )
    without, prepared = preparatory_eigenvalues(model)
    distance = distance_to_steady_state(model, job.rng(f"{stage}/relaxation"), _TRIALS)
    job.write(
        job.output.model,
        contracts.THALAMOCORTICAL,
        {
            "random_error": outcome.random_error,
            "transition_error": outcome.transition_error[:, -1],
            "target": targets.output,
            "approximation": approximations(model, targets.times_tau),
            "random_output": outcome.random_output,
            "transition_output": outcome.transition_output,
            "exponential_real": model.eigenvalues.real,
            "exponential_imaginary": model.eigenvalues.imag,
            "loop_feedback": model.loop_feedback,
            "loop_reading": model.loop_reading,
            "initial_state": model.initial_states,
            "readout": model.readout,
            "preparatory_feedback": model.preparatory_feedback,
            "preparatory_reading": model.preparatory_reading,
            "eigenvalue_real_without": without.real,
            "eigenvalue_imaginary_without": without.imag,
            "eigenvalue_real": prepared.real,
            "eigenvalue_imaginary": prepared.imag,
            "distance": distance,
        },
        {
            "motif": targets.numbers,
            "first_motif": targets.numbers,
            "repetition": range(1, evaluation.repetitions + 1),
            "start": np.arange(evaluation.starts),
            "time": targets.times_tau,
            "exponential": range(1, settings.exponentials + 1),
            "eigenvalue": np.arange(settings.neurons),
            "unit": np.arange(settings.neurons),
            "loop": np.arange(settings.loops),
            "relaxation_time": step_tau * np.arange(len(distance)),
            "trial": np.arange(_TRIALS),
        },
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
