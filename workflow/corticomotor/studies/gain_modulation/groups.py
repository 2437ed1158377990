"""Groups that share a gain: random ones, and ones that suit a movement or several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.learning.groups import Grouped, Index, random_groups, specialised_groups
from corticomotor.learning.rules import GradientRule, RewardRule, learn
from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.runtime.progress import StepReport, silent
from corticomotor.studies.gain_modulation.new_movement import ADVICE
from corticomotor.studies.gain_modulation.system import MotorSystem, check_integration

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.studies.gain_modulation.settings import Grouping, RewardedGains

# Kinds of groups, in the order of files and figures.
SPECIFIC, RANDOM, SHARED, OWN = "specific", "random", "shared", "own"


def learn_in_groups(
    rng: np.random.Generator,
    system: MotorSystem,
    movements: Array,
    settings: Grouping,
    reward: RewardedGains,
    *,
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
) -> dict[str, ArrayLike]:
    """Learn movements from reward by gains of groups of several kinds and numbers.

    Specialised groups are clusters of neurons by the gains that each learned by gradients: for
    the movement itself (own), or for the first `settings.movements` together (shared). Those
    groups then learn the others, which are novel to them.

    Args:
        rng: draws groups and perturbations.
        system: what learns.
        movements: those for which groups are specialised, then novel ones (time, movement).
        settings: of the groups.
        reward: of the rule.
        report: called with the iteration and the mean error.
        checkpoint: keeps the state of learning.

    Returns:
        What `contracts.GROUPS` says.
    """
    neurons, count = system.neurons, movements.shape[1]
    trained = settings.movements
    patterns = learn(
        system.task(movements[:, :trained]),
        GradientRule(settings.pattern_rate),
        np.ones((trained, neurons)),
        iterations=settings.pattern_iterations,
        advice="lower gain_modulation.groups.pattern_rate",
    ).best
    kinds = cells(neurons, settings.counts)
    shape = (len(kinds), count, settings.sessions)
    index = _all_groupings(rng, kinds, patterns, shape)
    # Own groups exist for the movements that they were made for alone.
    movement = np.broadcast_to(np.arange(count)[:, np.newaxis], shape).ravel()
    kind = np.repeat([kind for kind, _ in kinds], count * settings.sessions)
    present = (kind != OWN) | (movement < trained)
    task = system.task(movements[:, movement[present]])
    grouped = Grouped(task, index[present])
    learned = learn(
        grouped,
        RewardRule(rng, perturbation=reward.perturbation, memory=reward.memory),
        np.ones((len(task.targets.T), neurons)),
        iterations=settings.iterations,
        advice=ADVICE,
        report=report,
        checkpoint=checkpoint,
    )
    check_integration(task, grouped.gains(learned.best))
    errors = np.full((len(present), settings.iterations), np.nan)
    best = np.full(len(present), np.nan)
    errors[present], best[present] = learned.errors.T, learned.best_errors
    start = system.task(movements).errors(np.ones((count, neurons)))
    return {
        "grouping": [name_of(kind, groups) for kind, groups in kinds],
        "movement": range(1, count + 1),
        "session": range(1, settings.sessions + 1),
        "iteration": range(1, settings.iterations + 1),
        "time": system.time,
        "neuron": range(neurons),
        "trained": range(1, trained + 1),
        **system.described,
        "target": movements.T,
        "start_error": start,
        "error": errors.reshape(*shape, -1),
        "best_error": best.reshape(shape),
        "pattern": patterns,
    }


def cells(neurons: int, counts: Sequence[int]) -> list[tuple[str, int]]:
    """Kinds and numbers of groups, in the order of files and figures."""
    grouped = [
        (kind, count) for kind in (RANDOM, SHARED, OWN) for count in sorted(counts, reverse=True)
    ]
    return [(SPECIFIC, neurons), *grouped]


def name_of(kind: str, groups: int) -> str:
    """Name of groups in files, such as `shared-20`."""
    return kind if kind == SPECIFIC else f"{kind}-{groups}"


def _all_groupings(
    rng: np.random.Generator,
    kinds: Sequence[tuple[str, int]],
    patterns: Array,
    shape: tuple[int, int, int],
) -> Index:
    """Groups of all trials (trial, neuron): kinds, within them movements, then sessions."""
    _, movements, sessions = shape
    found: Index = np.array(
        [
            _grouping(rng, kind, groups, patterns, movement)
            for kind, groups in kinds
            for movement in range(movements)
            for _ in range(sessions)
        ]
    )
    return found


def _grouping(
    rng: np.random.Generator, kind: str, groups: int, patterns: Array, movement: int
) -> Index:
    """The group of each neuron (neuron,) for one movement and session."""
    neurons = patterns.shape[1]
    if kind == SPECIFIC:
        return np.arange(neurons, dtype=np.int64)
    if kind == RANDOM:
        return random_groups(rng, neurons, groups)
    if kind == SHARED or movement >= len(patterns):
        return specialised_groups(rng, patterns, groups)
    return specialised_groups(rng, patterns[movement : movement + 1], groups)
