"""The model of one replicate, tested like a trained network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime.progress import StepReport, silent
from corticomotor.studies.motifs.evaluation import evaluate
from corticomotor.studies.motifs.targets import targets_of
from corticomotor.studies.motifs.thalamocortical.model import (
    ThalamocorticalModel,
    build_model,
    distance_to_steady_state,
    preparatory_eigenvalues,
)
from corticomotor.studies.motifs.thalamocortical.rollout_network import (
    ThalamocorticalNetwork,
    approximations,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.runtime.store import Dataset
    from corticomotor.studies.motifs.settings.thalamocortical import Thalamocortical

_TRIALS = 20


def build_and_test(
    rng: Callable[[str], np.random.Generator],
    motifs: Sequence[Dataset],
    settings: Thalamocortical,
    *,
    dt: float,
    preparation_duration: float,
    repetitions: int,
    starts: int,
    report: StepReport = silent,
) -> dict[str, ArrayLike]:
    """Build a model that produces the motifs, and test it from random states and after motifs.

    Args:
        rng: gives the random stream of a purpose.
        motifs: all sessions (`contracts.LIBRARY`).
        settings: of the model.
        dt: integration step in time constants.
        preparation_duration: length of the preparation in time constants.
        repetitions: how often every test is run.
        starts: random starts of each motif.
        report: see `build_model`.

    Returns:
        What `contracts.THALAMOCORTICAL` says.
    """
    targets, stage = targets_of(motifs), "motifs/thalamocortical"
    model = build_model(rng(stage), targets.output, dt, preparation_duration, settings, report)
    outcome = evaluate(
        ThalamocorticalNetwork(model),
        targets.output,
        repetitions=repetitions,
        starts=starts,
        initial_std=1.0,
        rng=rng(f"{stage}/tests"),
    )
    distance = distance_to_steady_state(model, rng(f"{stage}/relaxation"), _TRIALS)
    return {
        "motif": targets.numbers,
        "first_motif": targets.numbers,
        "repetition": range(1, repetitions + 1),
        "start": np.arange(starts),
        "time": targets.times,
        "exponential": range(1, settings.exponentials + 1),
        "eigenvalue": np.arange(settings.neurons),
        "unit": np.arange(settings.neurons),
        "presynaptic_unit": np.arange(settings.neurons),
        "loop": np.arange(settings.loops),
        "relaxation_time": dt * np.arange(len(distance)),
        "trial": np.arange(_TRIALS),
        "random_error": outcome.random_error,
        "transition_error": outcome.transition_error[:, -1],
        "target": targets.output,
        "approximation": approximations(model, targets.times),
        "random_output": outcome.random_output,
        "transition_output": outcome.transition_output,
        "distance": distance,
        **_weights_and_eigenvalues(model),
    }


def _weights_and_eigenvalues(model: ThalamocorticalModel) -> dict[str, ArrayLike]:
    """What a model is made of, as the variables of the file have it."""
    without, prepared = preparatory_eigenvalues(model)
    return {
        "exponential_real": model.eigenvalues.real,
        "exponential_imaginary": model.eigenvalues.imag,
        "gain": model.gain,
        "weights": model.weights,
        "preparation": model.dt * model.preparation_steps,
        "loop_left_vector": model.loop_left_vectors,
        "loop_right_vector": model.loop_right_vectors,
        "initial_state": model.initial_states,
        "readout": model.readout,
        "preparatory_left_vectors": model.preparatory_left_vectors,
        "preparatory_right_vectors": model.preparatory_right_vectors,
        "eigenvalue_real_without": without.real,
        "eigenvalue_imaginary_without": without.imag,
        "eigenvalue_real": prepared.real,
        "eigenvalue_imaginary": prepared.imag,
    }
