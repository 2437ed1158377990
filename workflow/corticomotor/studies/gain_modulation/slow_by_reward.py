"""Slow variants of movements by the reward rule, from several starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.learning.groups import Grouped, random_groups
from corticomotor.learning.movements import MovementTask, Readout
from corticomotor.learning.rules import Learned, RewardRule, learn
from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.runtime.progress import StepReport, shifted, silent
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

    from corticomotor.studies.gain_modulation.settings import RewardedGains
    from corticomotor.studies.gain_modulation.settings.speed import Speed

# Where learning starts, in the order of files and figures.
STARTS = ("gains of 1", "gradual slowing", "another slow movement")


def learn_slow_by_reward(
    rng: np.random.Generator,
    fast: FastMovements,
    speed: Speed,
    reward: RewardedGains,
    *,
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
) -> dict[str, ArrayLike]:
    """Learn slow movements from reward: at once, more and more slowly, or from another one.

    Args:
        rng: draws groups and perturbations.
        fast: the movements to learn, and one more whose slow pattern others start from.
        speed: settings of speed.
        reward: of the rule, but for its perturbation.
        report: called with the iteration, over all trainings, and the mean error.
        checkpoint: keeps the states of learning.

    Returns:
        What `contracts.SLOW_BY_REWARD` says.
    """
    settings = speed.reward
    count = fast.movements.shape[1] - 1
    movements, readouts = list(range(count)), fast.readouts()
    own = Readout(readouts.weights[:count], readouts.offset[:count])
    other = Readout(readouts.weights[count:], readouts.offset[count:])
    index = np.tile(random_groups(rng, fast.neurons, speed.groups), (count, 1))
    ones = np.ones((count, speed.groups))
    base = _taught(Grouped(slow_task(fast, other, [count], speed.factor), index[:1]), speed)

    def trained(
        name: str, objective: Grouped, start: Array, iterations: int, before: int
    ) -> Learned:
        return learn(
            objective,
            RewardRule(rng, perturbation=settings.perturbation, memory=reward.memory),
            start,
            iterations=iterations,
            advice=ADVICE,
            report=shifted(report, before),
            checkpoint=checkpoint.part(name) if checkpoint else None,
        )

    # Two starts in one batch: the fewer calls, the better they use the processor.
    both = Readout(np.tile(own.weights, (2, 1)), np.tile(own.offset, 2))
    twice = Grouped(slow_task(fast, both, movements * 2, speed.factor), np.tile(index, (2, 1)))
    starts = np.concatenate([ones, np.tile(base, (count, 1))])
    at_once = trained("at_once", twice, starts, settings.iterations, 0)
    gains, courses = ones, []
    for number, factor in enumerate(settings.gradual_factors):
        learned = trained(
            f"gradual_{number}",
            Grouped(slow_task(fast, own, movements, factor), index),
            gains,
            settings.gradual_iterations,
            settings.iterations + number * settings.gradual_iterations,
        )
        gains = learned.last
        courses.append(learned.errors)
    task = slow_task(fast, own, movements, speed.factor)
    slow = Grouped(task, index)
    best = (at_once.best[:count], learned.best, at_once.best[count:])
    return {
        "movement": [number + 1 for number in movements],
        "iteration": range(1, settings.iterations + 1),
        "gradual_iteration": range(1, len(courses) * settings.gradual_iterations + 1),
        "time": fast.time[1] * np.arange(len(task.targets)),
        "neuron": range(fast.neurons),
        "start_error": slow.errors(ones),
        "warm_start_error": slow.errors(starts[count:]),
        "error": at_once.errors[:, :count].T,
        "gradual_error": np.concatenate(courses).T,
        "gradual_factor": np.repeat(settings.gradual_factors, settings.gradual_iterations),
        "warm_error": at_once.errors[:, count:].T,
        **described(fast.circuits, fast.states[0], own),
        "base_gains": slow.gains(base)[0],
        **_patterns(task, np.array([slow.gains(each) for each in best])),
    }


def _taught(slow: Grouped, speed: Speed) -> Array:
    """Group gains (1, group) that gradients teach for one slow movement."""
    learned = learn(
        slow,
        gradient_rule(speed, speed.iterations),
        np.ones((1, speed.groups)),
        iterations=speed.iterations,
        advice=ADVICE,
    )
    return learned.best


def _patterns(task: MovementTask, gains: Array) -> dict[str, ArrayLike]:
    """What the best gains of each start (start, movement, neuron) make."""
    for pattern in gains:
        check_integration(task, pattern, STEP)
    return {
        "start": list(STARTS),
        "target": task.targets.T,
        "best_error": [task.errors(pattern) for pattern in gains],
        "gains": gains,
        "output": [task.outputs(pattern).T for pattern in gains],
    }


def iterations_of(speed: Speed) -> int:
    """Reward iterations of all trainings."""
    settings = speed.reward
    gradual = len(settings.gradual_factors) * settings.gradual_iterations
    return settings.iterations + gradual
