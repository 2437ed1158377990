"""Circuits of one size, learned by gradients with several numbers of random groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.learning.groups import Grouped, random_groups
from corticomotor.learning.movements import variance_errors
from corticomotor.learning.rules import GradientRule, learn
from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.runtime.progress import StepReport, silent
from corticomotor.studies.gain_modulation.system import MotorSystem, check_integration

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.studies.gain_modulation.settings import Sizes


def learn_at_size(
    rng: np.random.Generator,
    system: MotorSystem,
    movements: Array,
    settings: Sizes,
    *,
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
) -> dict[str, ArrayLike]:
    """Learn movements by gains of groups, from few groups to neuron-specific gains.

    Args:
        rng: draws groups.
        system: what learns.
        movements: the same for all sizes (time, movement).
        settings: of the learning.
        report: called with the iteration and the mean error.
        checkpoint: keeps the state of learning.

    Returns:
        What `contracts.SIZES` says.
    """
    neurons, count = system.neurons, movements.shape[1]
    groups = [*settings.groups, neurons]
    shape = (len(groups), count, settings.sessions)
    index = np.array(
        [
            random_groups(rng, neurons, each)
            for each in groups
            for _ in range(count * settings.sessions)
        ]
    )
    targets = np.tile(np.repeat(movements, settings.sessions, axis=1), len(groups))
    task = system.task(targets)
    grouped = Grouped(task, index)
    learned = learn(
        grouped,
        GradientRule(settings.rate),
        np.ones((len(index), neurons)),
        iterations=settings.iterations,
        advice="lower gain_modulation.sizes.rate",
        report=report,
        checkpoint=checkpoint,
    )
    gains = grouped.gains(learned.best)
    check_integration(task, gains)
    rates = system.rates(np.ones((1, neurons)))[:, 0]
    return {
        "groups": groups,
        "movement": range(1, count + 1),
        "session": range(1, settings.sessions + 1),
        "iteration": range(1, settings.iterations + 1),
        "time": system.time,
        "neuron": range(neurons),
        **system.described,
        "target": movements.T,
        "start_error": system.task(movements).errors(np.ones((count, neurons))),
        "readout_error": variance_errors(system.readout.output(rates), system.initial_movement),
        "error": learned.errors.T.reshape(*shape, -1),
        "best_error": learned.best_errors.reshape(shape),
        "gains": gains.reshape(*shape, -1),
        "output": task.outputs(gains).T.reshape(*shape, -1),
        "rates": rates,
    }
