"""One gain pattern that slows the movements from several initial states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.learning.groups import Grouped, random_groups
from corticomotor.learning.movements import MovementTask, variance_errors
from corticomotor.learning.rules import learn
from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.runtime.progress import StepReport, shifted, silent
from corticomotor.studies.gain_modulation.slow_tasks import ADVICE, FastMovements, gradient_rule
from corticomotor.studies.gain_modulation.system import described

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.studies.gain_modulation.settings.speed import Speed


@dataclass(frozen=True)
class SharedPatterns:
    """A task in which several trials in a row share the gains (pattern, neuron).

    Attributes:
        task: with trials of the first pattern, then of the next.
        trials_each: of a pattern.
    """

    task: MovementTask
    trials_each: int

    def errors(self, gains: Array) -> Array:
        """Mean errors over the trials of each pattern (pattern,)."""
        return self._means(self.task.errors(self._repeated(gains)))

    def errors_and_gradient(self, gains: Array) -> tuple[Array, Array]:
        """Mean errors (pattern,), and the derivative of each by its gains."""
        errors, gradient = self.task.errors_and_gradient(self._repeated(gains))
        return self._means(errors), self._means(gradient)

    def outputs(self, gains: Array) -> Array:
        """Muscle activity (time, pattern, trial)."""
        outputs = self.task.outputs(self._repeated(gains))
        return outputs.reshape(len(outputs), -1, self.trials_each)

    def _repeated(self, gains: Array) -> Array:
        return np.repeat(gains, self.trials_each, axis=0)

    def _means(self, values: Array) -> Array:
        means: Array = values.reshape(-1, self.trials_each, *values.shape[1:]).mean(axis=1)
        return means


def learn_from_several_states(
    rng: np.random.Generator,
    fast: FastMovements,
    speed: Speed,
    *,
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
) -> dict[str, ArrayLike]:
    """Learn slow movements from more and more initial states, with one readout and one pattern.

    Args:
        rng: draws groups.
        fast: movements and initial states, as many as there are at most.
        speed: settings of speed.
        report: called with the iteration, over all trainings, and the mean error.
        checkpoint: keeps the states of learning.

    Returns:
        What `contracts.INITIAL_CONDITIONS` says.
    """
    settings, factor = speed.initial_conditions, speed.factor
    counts, sessions, iterations = settings.counts, settings.sessions, settings.iterations
    errors = np.empty((len(counts), sessions, iterations))
    best, start, readout_error = (np.empty((len(counts), sessions)) for _ in range(3))
    outputs = np.full((max(counts), len(fast.slowed(factor))), np.nan)
    middle = sorted(counts)[len(counts) // 2]
    example: dict[str, ArrayLike] = {}
    for row, count in enumerate(counts):
        movements = list(range(count))
        readout = fast.readout(movements, count)
        targets = np.tile(fast.slowed(factor)[:, movements], sessions)
        states = np.tile(fast.states[:count], (sessions, 1))
        shared = SharedPatterns(MovementTask(fast.trials(factor), states, readout, targets), count)
        index = np.array([random_groups(rng, fast.neurons, speed.groups) for _ in range(sessions)])
        grouped = Grouped(shared, index)

        ones = np.ones((sessions, speed.groups))
        learned = learn(
            grouped,
            gradient_rule(speed, iterations),
            ones,
            iterations=iterations,
            advice=ADVICE,
            report=shifted(report, row * iterations),
            checkpoint=checkpoint.part(f"states_{count}") if checkpoint else None,
        )
        errors[row], best[row] = learned.errors.T, learned.best_errors
        start[row] = grouped.errors(ones)
        made = readout.output(fast.rates(fast.states[:count]))
        readout_error[row] = variance_errors(made, fast.movements[:, :count]).mean()
        if count == middle:
            gains, first = grouped.gains(learned.best), int(np.argmin(learned.best_errors))
            outputs[:count] = shared.outputs(gains)[:, first].T
            example = {
                "example_gains": gains[first],
                **described(fast.circuits, fast.states[: max(counts)], readout),
            }
    return {
        "count": counts,
        "session": range(1, sessions + 1),
        "iteration": range(1, iterations + 1),
        "state": range(1, max(counts) + 1),
        "time": fast.time[1] * np.arange(outputs.shape[1]),
        "target": fast.slowed(factor)[:, : max(counts)].T,
        "start_error": start[:, 0],
        "readout_error": readout_error[:, 0],
        "error": errors,
        "best_error": best,
        "neuron": range(fast.neurons),
        **example,
        "example_count": middle,
        "example_output": outputs,
    }
