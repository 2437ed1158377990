"""Learning rules for many trials at once: reward alone, or the gradient.

A trial is one session of learning, with a target, parameters and, in the reward rule, noise of its
own. Trials share nothing but the products of their simulation: learning together equals learning
alone. What is learned is whatever the objective takes: gains of neurons or of groups, initial
states, weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np

from corticomotor.arrays import Array
from corticomotor.learning.adam import Adam
from corticomotor.runtime.checkpoints import (
    Checkpoint,
    State,
    generator_state,
    restored_generator,
)
from corticomotor.runtime.errors import DivergenceError
from corticomotor.runtime.progress import StepReport, silent


class Objective(Protocol):
    """What is to become small."""

    def errors(self, parameters: Array) -> Array:
        """Errors (trial,) at parameters (trial, ...)."""
        ...


class DifferentiableObjective(Objective, Protocol):
    """What is to become small, and which way is down."""

    def errors_and_gradient(self, parameters: Array) -> tuple[Array, Array]:
        """Errors (trial,), and the derivative of what is descended (trial, ...)."""
        ...


class Rule(Protocol):
    """How parameters change from one iteration to the next."""

    def step(self, objective: Any, parameters: Array) -> tuple[Array, Array]:
        """Errors (trial,) at the parameters, and the next parameters."""
        ...

    @property
    def state(self) -> State:
        """All that the next step depends on."""
        ...

    def restore(self, state: State) -> None:
        """Go on from a state."""
        ...


class RewardRule:
    """Reward alone: all that a trial learns of its error is whether it fell.

    g <- g + R (g - g_mean) + xi with xi ~ N(0, perturbation^2), where R = sign(e_mean - e) tells
    whether the error e fell below its running mean. Running means forget: they become
    memory * old + (1 - memory) * new.

    Args:
        rng: draws the perturbations.
        perturbation: their standard deviation, in each iteration or (iteration,) in turn.
        memory: weight of the old value in the running means.

    Source: Stroud et al., Nature Neuroscience 21:1774 (2018), equations 8-10.
    """

    def __init__(
        self, rng: np.random.Generator, *, perturbation: float | Array, memory: float
    ) -> None:
        self._rng, self._memory = rng, memory
        self._perturbation = np.asarray(perturbation, dtype=float)
        self._count = 0
        self._mean_error: Array | None = None
        self._mean: Array | None = None

    def step(self, objective: Objective, parameters: Array) -> tuple[Array, Array]:
        """Errors at the parameters, and the next parameters."""
        errors = np.asarray(objective.errors(parameters), dtype=float)
        if self._mean_error is None or self._mean is None:
            self._mean_error, self._mean = errors, parameters.copy()
        reward = np.sign(self._mean_error - errors)
        reward = reward.reshape(len(errors), *[1] * (parameters.ndim - 1))
        # The means take in the present trial before the gains move away from them: moving away
        # from the older mean takes steps 1 / memory times as long, and gains explode.
        memory = self._memory
        self._mean_error = memory * self._mean_error + (1 - memory) * errors
        self._mean = memory * self._mean + (1 - memory) * parameters
        if self._perturbation.ndim:
            scale = float(self._perturbation[self._count])
        else:
            scale = float(self._perturbation)
        self._count += 1
        noise = scale * self._rng.standard_normal(parameters.shape)
        return errors, parameters + reward * (parameters - self._mean) + noise

    @property
    def state(self) -> State:
        """All that the next step depends on."""
        assert self._mean_error is not None
        assert self._mean is not None
        return State(
            {"mean_error": self._mean_error, "mean": self._mean},
            {"count": self._count, "rng": generator_state(self._rng)},
        )

    def restore(self, state: State) -> None:
        """Go on from a state."""
        self._mean_error, self._mean = state.arrays["mean_error"], state.arrays["mean"]
        self._count = state.values["count"]
        # In place: who shares the generator draws from it afterwards, as without an interruption.
        restored = restored_generator(state.values["rng"])
        self._rng.bit_generator.state = restored.bit_generator.state


class GradientRule:
    """Adam along the gradient.

    Args:
        learning_rate: in each iteration, or (iteration,) in turn.
        largest_norm: gradients of a trial that are longer are cut to this length.
        project: brings parameters back to where they may be.
    """

    def __init__(
        self,
        learning_rate: float | Array,
        *,
        largest_norm: float | None = None,
        project: Callable[[Array], Array] | None = None,
    ) -> None:
        self._rates = np.asarray(learning_rate, dtype=float)
        self._largest_norm, self._project = largest_norm, project
        self._count = 0
        self._adam = Adam(float(self._rates.flat[0]))

    def step(self, objective: DifferentiableObjective, parameters: Array) -> tuple[Array, Array]:
        """Errors at the parameters, and the next parameters."""
        errors, gradient = objective.errors_and_gradient(parameters)
        if self._largest_norm is not None:
            gradient = _cut(gradient, self._largest_norm)
        if self._rates.ndim:
            self._adam.learning_rate = float(self._rates[self._count])
        self._count += 1
        updated = self._adam.step(parameters, gradient)
        return errors, updated if self._project is None else self._project(updated)

    @property
    def state(self) -> State:
        """All that the next step depends on."""
        return State(self._adam.state, {"count": self._count})

    def restore(self, state: State) -> None:
        """Go on from a state."""
        self._adam.restore(state.arrays)
        self._count = state.values["count"]


def _cut(gradient: Array, largest_norm: float) -> Array:
    """Shorten long gradients (trial, ...); of those that left the finite numbers nothing is left.

    Next to instability gradients through a long movement grow without bound: their direction
    is right for as small a step only as their length allows.
    """
    flat = gradient.reshape(len(gradient), -1)
    with np.errstate(over="ignore", invalid="ignore"):
        norms = np.linalg.norm(flat, axis=1, keepdims=True)
        scale = np.minimum(1.0, largest_norm / np.maximum(norms, np.finfo(float).tiny))
    cut = np.where(np.isfinite(norms), flat, 0.0) * np.where(np.isfinite(norms), scale, 0.0)
    found: Array = cut.reshape(gradient.shape)
    return found


@dataclass(frozen=True)
class Learned:
    """What learning found.

    Attributes:
        last: parameters after the last iteration (trial, ...).
        best: those with the smallest error of each trial.
        best_errors: that error (trial,).
        errors: before each update (iteration, trial).
    """

    last: Array
    best: Array
    best_errors: Array
    errors: Array


def learn(
    objective: Objective | Callable[[int], Objective],
    rule: Rule,
    start: Array,
    *,
    iterations: int,
    advice: str,
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
) -> Learned:
    """Learn all trials for a number of iterations.

    Args:
        objective: what is to become small, or what gives it for an iteration, from 0; the gradient
            rule needs a `DifferentiableObjective`.
        rule: new; how parameters change.
        start: parameters (trial, ...).
        iterations: how many.
        advice: which settings to look at if errors are no longer finite.
        report: called with the iteration and the mean error.
        checkpoint: keeps the state; with one a job that was killed goes on to the same result.

    Raises:
        DivergenceError: an error is not finite.
    """
    parameters = np.array(start, dtype=float)
    trials = len(parameters)
    errors = np.full((iterations, trials), np.nan)
    best, best_errors = parameters.copy(), np.full(trials, np.inf)
    first = 0
    if checkpoint is not None and (state := checkpoint.load()) is not None:
        parameters, best, best_errors = (
            state.arrays[name] for name in ("parameters", "best", "best_errors")
        )
        first = len(state.arrays["errors"])
        errors[:first] = state.arrays["errors"]
        rule.restore(_part(state, "rule/"))
    for iteration in range(first, iterations):
        before = parameters
        present = objective(iteration) if callable(objective) else objective
        errors[iteration], parameters = rule.step(present, before)
        if not np.isfinite(errors[iteration]).all():
            raise DivergenceError(
                f"learning: an error is not finite in iteration {iteration + 1}: {advice}"
            )
        better = errors[iteration] < best_errors
        best[better] = before[better]
        best_errors = np.where(better, errors[iteration], best_errors)
        report(iteration + 1, error=float(errors[iteration].mean()))
        if checkpoint is not None:
            arrays = {
                "parameters": parameters,
                "best": best,
                "best_errors": best_errors,
                "errors": errors[: iteration + 1],
            }
            checkpoint.save_if_due(partial(_state, rule, arrays))
    return Learned(parameters, best, best_errors, errors)


def _state(rule: Rule, arrays: Mapping[str, Array]) -> State:
    own = rule.state
    return State(
        {**arrays, **{f"rule/{name}": value for name, value in own.arrays.items()}},
        {"rule": own.values},
    )


def _part(state: State, prefix: str) -> State:
    """The rule's own part of a state."""
    arrays = {
        name.removeprefix(prefix): value
        for name, value in state.arrays.items()
        if name.startswith(prefix)
    }
    return State(arrays, state.values[prefix.rstrip("/")])


def falling(high: float, low: float, iterations: int, last_part: float) -> Array:
    """A rate that is lower in the last part of learning (iteration,)."""
    rates = np.full(iterations, high)
    rates[iterations - round(last_part * iterations) :] = low
    return rates
