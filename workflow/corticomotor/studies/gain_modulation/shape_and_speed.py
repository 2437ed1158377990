"""Shape and speed controlled apart: primitives at two speeds, combined by the same coefficients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from corticomotor.arrays import Array
from corticomotor.learning.groups import Index
from corticomotor.learning.movements import MovementTask, variance_errors
from corticomotor.learning.rules import GradientRule, Learned, falling, learn
from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.runtime.progress import StepReport, shifted, silent
from corticomotor.studies.gain_modulation.primitives import convex_coefficients
from corticomotor.studies.gain_modulation.slow_tasks import (
    ADVICE,
    STEP,
    FastMovements,
    gradient_rule,
    slow_task,
)
from corticomotor.studies.gain_modulation.system import check_integration, described

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    from corticomotor.studies.gain_modulation.settings.speed import Speed

_SPEEDS = ("fast", "slow")
# Of the Dirichlet distribution of mixtures: low, as few members make up most of a movement.
_CONCENTRATION = 0.5


@dataclass(frozen=True)
class Library:
    """A task whose gains (member, neuron) shall combine as their movements do.

    Attributes:
        task: the movements of the members, a trial each.
        mixtures: weights of the members (mixture, member) in movements that are asked for as well,
            of the gains that are mixed likewise.
        base: gains (neuron,) that the members are pulled to.
        pull: of the squared distance, halved.
    """

    task: MovementTask
    mixtures: Array
    base: Array
    pull: float

    def errors(self, gains: Array) -> Array:
        """Errors of the members alone (member,)."""
        return self.task.errors(gains)

    def errors_and_gradient(self, gains: Array) -> tuple[Array, Array]:
        """Errors of the members alone, and the derivative of all errors, with that of the pull.

        All mixtures together weigh as much as all members.
        """
        members = len(gains)
        weights = np.concatenate([np.eye(members), self.mixtures])
        task = replace(self.task, targets=self.task.targets @ weights.T)
        errors, by_gains = task.errors_and_gradient(weights @ gains)
        by_gains[members:] *= members / max(len(self.mixtures), 1)
        gradient: Array = weights.T @ by_gains + self.pull * (gains - self.base)
        return errors[:members], gradient


def learn_shape_and_speed(
    rng: np.random.Generator,
    fast: FastMovements,
    speed: Speed,
    *,
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
) -> dict[str, ArrayLike]:
    """Learn a library at two speeds and assemble novel movements at both.

    Args:
        rng: draws libraries.
        fast: the movement that the readout is fitted to, the library's members, and novel ones.
        speed: settings of speed.
        report: called with the iteration, over all trainings, and the mean error.
        checkpoint: keeps the states of learning.

    Returns:
        What `contracts.SHAPE_AND_SPEED` says.
    """
    settings = speed.shape_and_speed
    members = list(range(1, settings.members + 1))
    novel = list(range(settings.members + 1, settings.members + 1 + settings.novel))
    readout = fast.readout([0])
    rates = falling(settings.rate, settings.rate / 5, settings.iterations, 0.3)

    seed = int(rng.integers(2**32))

    def learned(
        number: int, task: MovementTask, base: Array, rule: GradientRule, mixtures: int, pull: float
    ) -> Learned:
        count = task.targets.shape[1]

        def library(iteration: int) -> Library:
            # Of the iteration alone, so that a training that was killed goes on as it would have.
            drawn = np.random.default_rng([seed, iteration])
            weights = drawn.dirichlet(np.full(count, _CONCENTRATION), mixtures)
            return Library(task, weights, base, pull)

        return learn(
            library,
            rule,
            np.tile(base, (count, 1)),
            iterations=settings.iterations,
            advice=ADVICE,
            report=shifted(report, number * settings.iterations),
            checkpoint=checkpoint.part(f"training_{number}") if checkpoint else None,
        )

    first = slow_task(fast, readout, [0], speed.factor)
    tasks = [slow_task(fast, readout, members, each) for each in (1.0, speed.factor)]
    ones, cut = np.ones(fast.neurons), speed.largest_gradient
    found = learned(0, first, ones, gradient_rule(speed, settings.iterations), 0, 0.0)
    base, rule = found.best[0], GradientRule(rates, largest_norm=cut)
    of_fast = learned(1, tasks[0], ones, rule, 0, 0.0)
    rule = GradientRule(rates, largest_norm=cut)
    of_slow = learned(2, tasks[1], base, rule, settings.mixtures, settings.pull)
    # The best of each slow member would be of different iterations, and not mix.
    gains = [of_fast.best, of_slow.last]
    for task, each in zip(tasks, gains, strict=True):
        check_integration(task, each, STEP)
    libraries = {
        size: [rng.choice(settings.members, size, replace=False) for _ in range(settings.libraries)]
        for size in sorted(settings.sizes)
    }
    errors, examples = _combined(fast, speed, gains, novel, libraries)
    return {
        "speed": list(_SPEEDS),
        "member": members,
        "neuron": range(fast.neurons),
        "size": list(libraries),
        "library": range(1, settings.libraries + 1),
        "novel": range(1, settings.novel + 1),
        "quartile": [25, 50, 75],
        "fast_time": fast.time,
        "time": fast.time[1] * np.arange(len(tasks[1].targets)),
        **described(fast.circuits, fast.states[0], readout),
        "base_gains": base,
        "base_error": found.best_errors[0],
        "gains": gains,
        "member_error": [task.errors(each) for task, each in zip(tasks, gains, strict=True)],
        **errors,
        **examples,
    }


def _combined(
    fast: FastMovements,
    speed: Speed,
    gains: Sequence[Array],
    novel: list[int],
    libraries: Mapping[int, Sequence[Index]],
) -> tuple[dict[str, Array], dict[str, Any]]:
    """Errors of all libraries and movements, and three examples from the largest library."""
    readout = fast.readout([0])
    tasks = [slow_task(fast, readout, novel, factor) for factor in (1.0, speed.factor)]
    outputs = [task.outputs(each).astype(float) for task, each in zip(tasks, gains, strict=True)]
    shape = (len(_SPEEDS), len(libraries), len(next(iter(libraries.values()))), len(novel))
    errors = {name: np.empty(shape) for name in ("fit_error", "output_error")}
    examples: dict[str, Any] = {}
    for row, drawn in enumerate(libraries.values()):
        for column, library in enumerate(drawn):
            # The same for both speeds: coefficients choose the shape, patterns the speed.
            coefficients = convex_coefficients(outputs[0][:, library], tasks[0].targets)
            for place, (task, each) in enumerate(zip(tasks, gains, strict=True)):
                fit = outputs[place][:, library] @ coefficients.T
                made = task.outputs(coefficients @ each[library]).astype(float)
                at = place, row, column
                errors["fit_error"][at] = variance_errors(fit, task.targets)
                errors["output_error"][at] = variance_errors(made, task.targets)
                if row == len(libraries) - 1 and column == 0:
                    shown = _quartiles(errors["output_error"][0, row, column])
                    name = _SPEEDS[place]
                    examples[f"example_{name}_target"] = task.targets[:, shown].T
                    examples[f"example_{name}_fit"] = fit[:, shown].T
                    examples[f"example_{name}_output"] = made[:, shown].T
    return errors, examples | {"example": _quartiles(errors["output_error"][0, -1, 0]) + 1}


def _quartiles(errors: Array) -> Index:
    """Places of three movements, at the quartiles of the errors (movement,)."""
    order = np.argsort(errors)
    places: Index = order[[len(order) // 4, len(order) // 2, 3 * len(order) // 4]]
    return places
