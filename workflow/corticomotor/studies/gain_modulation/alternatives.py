"""Gains against other parameters that could learn the same movements, by gradients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.dynamics.trials import Trials
from corticomotor.learning.movements import MovementTask
from corticomotor.learning.rules import DifferentiableObjective, GradientRule, learn
from corticomotor.runtime.progress import StepReport, shifted, silent
from corticomotor.studies.gain_modulation.system import MotorSystem

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.studies.gain_modulation.settings import Alternatives

# What is learned, in the order of files and figures.
WAYS = ("gains", "initial state", "all weights", "rank-one change")
_ADVICE = "lower the learning rates in gain_modulation.alternatives"


@dataclass(frozen=True)
class InitialStates:
    """A task whose parameters are the initial states (trial, neuron), at gains of 1."""

    task: MovementTask

    def errors(self, parameters: Array) -> Array:
        """Errors (trial,)."""
        return replace(self.task, initial_states=parameters).errors(np.ones_like(parameters))

    def errors_and_gradient(self, parameters: Array) -> tuple[Array, Array]:
        """Errors (trial,), and the derivative of each by its parameters."""
        tape = self.task.trials.record(parameters, np.ones_like(parameters))
        errors, by_outputs = self.task.by_outputs(tape)
        gradient = self.task.trials.gradient(tape, self.task.rate_gradient(by_outputs))
        return errors, gradient.initial_states


@dataclass(frozen=True)
class Weights:
    """A task whose parameters are the weights (trial, neuron, neuron), at gains of 1."""

    task: MovementTask

    def errors(self, parameters: Array) -> Array:
        """Errors (trial,)."""
        return self._task(parameters).errors(np.ones(parameters.shape[:2]))

    def errors_and_gradient(self, parameters: Array) -> tuple[Array, Array]:
        """Errors (trial,), and the derivative of each by its parameters."""
        task = self._task(parameters)
        gains = np.ones(parameters.shape[:2])
        tape = task.trials.record(task.initial_states, gains, presynaptic=True)
        errors, by_outputs = task.by_outputs(tape)
        by_weights = task.trials.gradient(tape, task.rate_gradient(by_outputs)).weights
        assert by_weights is not None
        return errors, by_weights

    def _task(self, weights: Array) -> MovementTask:
        trials = self.task.trials
        circuits = replace(trials.circuits, weights=weights)
        own = Trials(circuits, steps=trials.steps, step_ms=trials.step_ms, dtype=trials.dtype)
        return replace(self.task, trials=own)


@dataclass(frozen=True)
class RankOneChanges:
    """A task whose parameters are u and v of weights W + u v^T (trial, factor, neuron)."""

    task: MovementTask

    def errors(self, parameters: Array) -> Array:
        """Errors (trial,)."""
        return Weights(self.task).errors(self._weights(parameters))

    def errors_and_gradient(self, parameters: Array) -> tuple[Array, Array]:
        """Errors (trial,), and the derivative of each by its parameters."""
        errors, by_weights = Weights(self.task).errors_and_gradient(self._weights(parameters))
        first, second = parameters[:, 0], parameters[:, 1]
        by_first = np.einsum("tij,tj->ti", by_weights, second)
        by_second = np.einsum("tij,ti->tj", by_weights, first)
        return errors, np.stack([by_first, by_second], axis=1)

    def _weights(self, parameters: Array) -> Array:
        changes = parameters[:, 0, :, np.newaxis] * parameters[:, 1, np.newaxis]
        weights: Array = self.task.trials.circuits.weights + changes
        return weights


def learn_alternatives(
    rng: np.random.Generator,
    system: MotorSystem,
    targets: Array,
    settings: Alternatives,
    report: StepReport = silent,
) -> dict[str, ArrayLike]:
    """Learn the same movements in each of four ways.

    Args:
        rng: draws the factors of rank-one changes.
        system: what learns.
        targets: movements (time, movement).
        settings: of the learning.
        report: called with the iteration, over all ways, and the mean error.

    Returns:
        What `contracts.ALTERNATIVES` says.
    """
    task, movements, neurons = system.task(targets), targets.shape[1], system.neurons
    gains = np.ones((movements, neurons))
    factors = settings.rank_one_scale * rng.standard_normal((movements, 2, neurons))
    attempts: tuple[tuple[DifferentiableObjective, float, Array], ...] = (
        (task, settings.gain_rate, gains),
        (InitialStates(task), settings.initial_state_rate, gains * system.initial_state),
        (Weights(task), settings.weight_rate, np.tile(system.circuits.weights, (movements, 1, 1))),
        (RankOneChanges(task), settings.rank_one_rate, factors),
    )
    errors, best = [], []
    for number, (objective, rate, start) in enumerate(attempts):
        learned = learn(
            objective,
            GradientRule(rate),
            start,
            iterations=settings.iterations,
            advice=_ADVICE,
            report=shifted(report, number * settings.iterations),
        )
        errors.append(learned.errors.T)
        best.append(learned.best_errors)
    return {
        "way": list(WAYS),
        "movement": range(1, movements + 1),
        "iteration": range(1, settings.iterations + 1),
        "time": system.time,
        "target": targets.T,
        "error": np.array(errors),
        "best_error": np.array(best),
        "start_error": task.errors(gains),
    }
