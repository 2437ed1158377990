"""Slow variants of movements by gains of groups, taught by gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.learning.groups import Grouped, Index, random_groups
from corticomotor.learning.movements import Readout, variance_errors
from corticomotor.learning.rules import learn
from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.runtime.progress import StepReport, silent
from corticomotor.studies.gain_modulation.slow_tasks import (
    ADVICE,
    STEP,
    FastMovements,
    gradient_rule,
    slow_task,
)
from corticomotor.studies.gain_modulation.system import check_integration, described

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.studies.gain_modulation.settings.speed import Speed


def learn_slow_movements(
    rng: np.random.Generator,
    fast: FastMovements,
    settings: Speed,
    *,
    sessions: int,
    scale: float,
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
) -> dict[str, ArrayLike]:
    """Learn the slow variant of each movement in several random groupings.

    Args:
        rng: draws groups and noise.
        fast: the movements.
        settings: of speed.
        sessions: groupings for each movement.
        scale: of the slow variants' amplitude.
        report: called with the iteration and the mean error.
        checkpoint: keeps the state of learning.

    Returns:
        What `contracts.SLOW_MOVEMENTS` says.
    """
    neurons, movements = fast.neurons, fast.movements.shape[1]
    each: Index = np.repeat(np.arange(movements), sessions)
    readouts = fast.readouts()
    task = slow_task(fast, _of_trials(readouts, each), each.tolist(), settings.factor, scale)
    index = np.array([random_groups(rng, neurons, settings.groups) for _ in each])
    grouped = Grouped(task, index)
    start = np.ones((len(each), settings.groups))
    learned = learn(
        grouped,
        gradient_rule(settings, settings.iterations),
        start,
        iterations=settings.iterations,
        advice=ADVICE,
        report=report,
        checkpoint=checkpoint,
    )
    gains = grouped.gains(learned.best)
    check_integration(task, gains, STEP)
    shape = (movements, sessions)
    best = np.argmin(learned.best_errors.reshape(shape), axis=1)
    chosen = np.arange(movements) * sessions + best
    return {
        "movement": range(1, movements + 1),
        "session": range(1, sessions + 1),
        "iteration": range(1, settings.iterations + 1),
        "group": range(settings.groups),
        "neuron": range(neurons),
        "fast_time": fast.time,
        "time": fast.time[1] * np.arange(len(task.targets)),
        "sample": range(1, settings.noise_samples + 1),
        **described(fast.circuits, fast.states[0], readouts),
        "fast_movement": fast.movements.T,
        "readout_error": _readout_errors(fast, readouts),
        "target": task.targets[:, chosen].T,
        "start_error": grouped.errors(start).reshape(shape)[:, 0],
        "error": learned.errors.T.reshape(*shape, -1),
        "best_error": learned.best_errors.reshape(shape),
        "best_session": best + 1,
        "group_gains": learned.best.reshape(*shape, -1),
        "gains": gains[chosen],
        "output": task.outputs(gains)[:, chosen].T,
        **_spectra(fast.circuits.weights, gains[chosen]),
        "noisy_output": _noisy_outputs(rng, fast, readouts, gains[chosen[0]], settings),
    }


def _spectra(weights: Array, patterns: Array) -> dict[str, ArrayLike]:
    """Eigenvalues of W diag(g) - I of patterns (movement, neuron); all of them for the first."""
    identity = np.eye(len(weights))
    before = np.linalg.eigvals(weights - identity)
    after = [np.linalg.eigvals(weights * pattern - identity) for pattern in patterns]
    return {
        "eigenvalue": range(len(weights)),
        "largest_real_part": [float(each.real.max()) for each in after],
        "eigenvalue_real_before": before.real,
        "eigenvalue_imaginary_before": before.imag,
        "eigenvalue_real": after[0].real,
        "eigenvalue_imaginary": after[0].imag,
    }


def _of_trials(readouts: Readout, movements: Index) -> Readout:
    return Readout(readouts.weights[movements], readouts.offset[movements])


def _readout_errors(fast: FastMovements, readouts: Readout) -> Array:
    """Errors of readouts on the movements that they were fitted to (movement,)."""
    rates = fast.rates(fast.states[:1])
    outputs = readouts.output(np.repeat(rates, fast.movements.shape[1], axis=1))
    return variance_errors(outputs, fast.movements)


def _noisy_outputs(
    rng: np.random.Generator,
    fast: FastMovements,
    readouts: Readout,
    pattern: Array,
    settings: Speed,
) -> Array:
    """Outputs of the first slow movement with noise in the initial state (sample, time)."""
    state, samples = fast.states[0], settings.noise_samples
    scale = np.sqrt(np.mean(state**2) / 10 ** (settings.noise_db / 10))
    states = state + scale * rng.standard_normal((samples, fast.neurons))
    outputs: Array = (
        fast.trials(settings.factor)
        .outputs(
            states,
            np.tile(pattern, (samples, 1)),
            readouts.weights[0],
            readouts.offset[0],
        )
        .T
    )
    return outputs
