"""Training of a sequence model in one phase."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from corticomotor.arrays import Array
from corticomotor.learning.torch_adam import TorchAdam
from corticomotor.runtime.checkpoints import Checkpoint, State, generator_state, restored_generator
from corticomotor.runtime.errors import DivergenceError
from corticomotor.runtime.progress import StepReport, silent
from corticomotor.studies.reaching.sequence.movements import Batch
from corticomotor.studies.reaching.sequence.networks import Network

if TYPE_CHECKING:
    from corticomotor.studies.reaching.settings.sequence import SequenceTraining

# Of both moments of Adam. With 0.95, velocities of a standard model err three times as much after
# 400 iterations.
_BETA = 0.9


@dataclass(frozen=True)
class Course:
    """What is learned in a phase.

    Attributes:
        draw: reaches of an iteration, from a stream, like some parameters in type and device.
        look: errors of a test (measure,) at some parameters.
        iterations: how many.
        learning_rate: at the beginning, once the rate has risen.
        name: of the phase, for messages.
        advice: what to do if it diverges.
    """

    draw: Callable[[np.random.Generator, Tensor], Batch]
    look: Callable[[Tensor], Array]
    iterations: int
    learning_rate: float
    name: str
    advice: str


def look_iterations(iterations: int, looks: int) -> list[int]:
    """Iterations after which to test, from 0 to the last (look + 1,)."""
    return [round(iterations * look / looks) for look in range(looks + 1)]


def rate_at(iteration: int, iterations: int, training: SequenceTraining) -> float:
    """Learning rate of an iteration, from 1, over that at the beginning.

    It rises on a line, and falls as half a period of a cosine.
    """
    warm_up = min(training.warm_up, iterations // 4)
    if iteration <= warm_up:
        return iteration / (warm_up + 1)
    course = (iteration - warm_up) / (iterations - warm_up)
    last = training.last_rate
    return last + (1 - last) * (1 + cos(pi * course)) / 2


def train_phase(
    network: Network,
    parameters: Tensor,
    course: Course,
    training: SequenceTraining,
    *,
    reaches_rng: np.random.Generator,
    dropout_rng: np.random.Generator,
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
) -> tuple[Tensor, Array]:
    """Train by Adam on clipped gradients.

    Args:
        network: what learns.
        parameters: before (parameter,); they stay as they are.
        course: what to learn.
        training: of all models.
        reaches_rng: draws the reaches.
        dropout_rng: draws the units that are left out.
        report: called after each iteration with the error of its reaches.
        checkpoint: continues a training that was killed, with the same result.

    Returns:
        parameters at the end, and what `course.look` gave (look, measure).

    Raises:
        DivergenceError: the error or its gradient is not finite.
    """
    learner = _Learner(parameters, reaches_rng, dropout_rng)
    if checkpoint is not None and (state := checkpoint.load()) is not None:
        learner.resume(state)
    due = look_iterations(course.iterations, training.looks)
    learner.look_if_due(course, due)
    while learner.iteration < course.iterations:
        error = learner.iterate(network, course, training)
        learner.look_if_due(course, due)
        report(learner.iteration, error=error)
        if checkpoint is not None:
            checkpoint.save_if_due(learner.state)
    if checkpoint is not None:
        checkpoint.save(learner.state())
    return learner.parameters, np.array(learner.looks)


class _Learner:
    """The state of a training."""

    def __init__(
        self,
        parameters: Tensor,
        reaches_rng: np.random.Generator,
        dropout_rng: np.random.Generator,
    ) -> None:
        self.parameters = parameters.clone()
        self.iteration = 0
        self.looks: list[Array] = []
        self._adam = TorchAdam(self.parameters, _BETA)
        self._reaches_rng, self._dropout_rng = reaches_rng, dropout_rng

    def iterate(self, network: Network, course: Course, training: SequenceTraining) -> float:
        """Do one iteration; give the error of its reaches."""
        batch = course.draw(self._reaches_rng, self.parameters)
        error, gradient = network.error_and_gradient(self.parameters, batch, self._dropout_rng)
        self.iteration += 1
        value, norm = float(error), float(gradient.norm())
        if not np.isfinite([value, norm]).all():
            raise DivergenceError(
                f"training diverged in iteration {self.iteration} of the phase {course.name}: the "
                f"error or its gradient is not finite ({course.advice})"
            )
        gradient *= min(1.0, training.largest_gradient / (norm + 1e-12))
        change = self._adam.step(gradient, self.iteration)
        rate = course.learning_rate * rate_at(self.iteration, course.iterations, training)
        self.parameters.sub_(change, alpha=rate)
        return value

    def look_if_due(self, course: Course, due: list[int]) -> None:
        """Test, if it is time; where several tests fall together, once for all."""
        missing = sum(iteration <= self.iteration for iteration in due) - len(self.looks)
        if missing:
            self.looks += [course.look(self.parameters)] * missing

    def state(self) -> State:
        """All that a killed training needs to continue."""
        return State(
            {
                "parameters": self.parameters.cpu().numpy(),
                "mean": self._adam.mean.cpu().numpy(),
                "square": self._adam.square.cpu().numpy(),
                "looks": np.array(self.looks),
            },
            {
                "iteration": self.iteration,
                "reaches": generator_state(self._reaches_rng),
                "dropout": generator_state(self._dropout_rng),
            },
        )

    def resume(self, state: State) -> None:
        """Continue where a state was taken."""
        self.parameters.copy_(torch.as_tensor(state.arrays["parameters"]))
        self._adam.mean.copy_(torch.as_tensor(state.arrays["mean"]))
        self._adam.square.copy_(torch.as_tensor(state.arrays["square"]))
        self.looks = list(state.arrays["looks"])
        self.iteration = state.values["iteration"]
        self._reaches_rng = restored_generator(state.values["reaches"])
        self._dropout_rng = restored_generator(state.values["dropout"])
