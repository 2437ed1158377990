"""Several speeds of two movements by gain patterns between a fast and a slow one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import CubicSpline

from corticomotor.arrays import Array
from corticomotor.learning.groups import Index, random_groups
from corticomotor.learning.movements import MovementTask, Readout
from corticomotor.learning.rules import GradientRule, falling, learn
from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.runtime.progress import StepReport, shifted, silent
from corticomotor.studies.gain_modulation.slow_tasks import ADVICE, FastMovements
from corticomotor.studies.gain_modulation.system import described

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.studies.gain_modulation.settings.speed import Speed

# Two movements, from two initial states.
_MOVEMENTS = 2
# How the patterns of all speeds are found, in the order of files and figures.
WAYS = ("path in the loss", "ends alone", "a pattern for each speed")


def speeds_between(factor: float, count: int) -> Array:
    """Speeds relative to the fast movement, evenly spaced, from fast to slow (speed,)."""
    return np.linspace(1.0, 1.0 / factor, count)


@dataclass(frozen=True)
class Path:
    """An objective of gain patterns and a readout for all speeds.

    Parameters of a session are group gains of each pattern, then readout weights, all over those at
    the start; what simulates a speed is a sum of the patterns.

    Attributes:
        task: trials of the first session: all movements at the first speed, then at the next.
        index: the group of each neuron (session, neuron).
        groups: their number.
        blend: weights of the patterns at each speed (speed, pattern).
        asked: weights of the speeds in the loss (speed,).
        readout: at the start.
        excitatory: neurons that it sees.
    """

    task: MovementTask
    index: Index
    groups: int
    blend: Array
    asked: Array
    readout: Readout
    excitatory: int

    @property
    def start(self) -> Array:
        """Gains of 1 and the readout as it was fitted (session, parameter)."""
        sessions, patterns = len(self.index), self.blend.shape[1]
        ones = np.ones((sessions, patterns * self.groups))
        weights = self.readout.weights[: self.excitatory] / self._scale
        return np.hstack([ones, np.tile(weights, (sessions, 1))])

    @property
    def _scale(self) -> float:
        return float(self.readout.weights[: self.excitatory].mean())

    def patterns(self, parameters: Array) -> Array:
        """Group gains (session, pattern, group)."""
        sessions, patterns = len(self.index), self.blend.shape[1]
        return parameters[:, : patterns * self.groups].reshape(sessions, patterns, self.groups)

    def project(self, parameters: Array) -> Array:
        """Keep readout weights from falling below 0."""
        projected = parameters.copy()
        first = self.blend.shape[1] * self.groups
        projected[:, first:] = np.maximum(projected[:, first:], 0.0)
        return projected

    def speed_errors(self, parameters: Array) -> Array:
        """Mean errors over movements (session, speed)."""
        return self._by_speed(self._put(parameters).errors(self._gains(parameters)))

    def outputs(self, parameters: Array) -> Array:
        """Muscle activity (time, session, speed, movement)."""
        outputs = self._put(parameters).outputs(self._gains(parameters))
        return outputs.reshape(len(outputs), len(self.index), len(self.blend), _MOVEMENTS)

    def errors(self, parameters: Array) -> Array:
        """Mean errors over the speeds asked for (session,)."""
        return self.speed_errors(parameters) @ (self.asked / self.asked.sum())

    def errors_and_gradient(self, parameters: Array) -> tuple[Array, Array]:
        """Errors (session,), and the derivative of each by its parameters."""
        task, gains = self._put(parameters), self._gains(parameters)
        tape = task.trials.record(task.initial_states, gains)
        errors, by_outputs = task.by_outputs(tape)
        weights = self.asked / self.asked.sum()
        trial_weights = np.tile(np.repeat(weights, _MOVEMENTS), len(self.index)) / _MOVEMENTS
        by_outputs = by_outputs * trial_weights
        by_gains = task.trials.gradient(tape, task.rate_gradient(by_outputs)).gains
        seen = tape.rates[..., : self.excitatory]
        by_readout = np.einsum("tk,tkn->kn", by_outputs, seen) * self._scale
        sessions = len(self.index)
        gradient = np.hstack(
            [
                self._by_patterns(by_gains).reshape(sessions, -1),
                by_readout.reshape(sessions, -1, self.excitatory).sum(axis=1),
            ]
        )
        return self._by_speed(errors) @ weights, gradient

    def _gains(self, parameters: Array) -> Array:
        """Gains of all trials (trial, neuron)."""
        patterns = np.einsum("vp,spg->svg", self.blend, self.patterns(parameters))
        gains = np.take_along_axis(patterns, self.index[:, np.newaxis], axis=2)
        return np.repeat(gains.reshape(-1, self.index.shape[1]), _MOVEMENTS, axis=0)

    def _by_patterns(self, by_gains: Array) -> Array:
        """Derivatives by group gains (session, pattern, group) from those by gains of trials."""
        sessions, neurons = self.index.shape
        by_speed = by_gains.reshape(sessions, len(self.blend), _MOVEMENTS, neurons).sum(axis=2)
        one_hot = (self.index[..., np.newaxis] == np.arange(self.groups)).astype(float)
        found: Array = np.einsum("vp,svn,sng->spg", self.blend, by_speed, one_hot)
        return found

    def _by_speed(self, errors: Array) -> Array:
        means: Array = errors.reshape(len(self.index), len(self.blend), _MOVEMENTS).mean(axis=2)
        return means

    def readouts(self, parameters: Array) -> Array:
        """Readout weights (session, neuron)."""
        weights = np.zeros((len(self.index), self.index.shape[1]))
        first = self.blend.shape[1] * self.groups
        weights[:, : self.excitatory] = parameters[:, first:] * self._scale
        return weights

    def _put(self, parameters: Array) -> MovementTask:
        """The task with the sessions' own readouts."""
        trials = len(self.blend) * _MOVEMENTS
        weights = np.repeat(self.readouts(parameters), trials, axis=0)
        readout = Readout(weights, self.readout.offset)
        task = self.task
        return MovementTask(task.trials, task.initial_states, readout, task.targets)


def learn_seven_speeds(
    rng: np.random.Generator,
    fast: FastMovements,
    speed: Speed,
    *,
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
) -> dict[str, ArrayLike]:
    """Learn two movements at several speeds in three ways.

    Args:
        rng: draws groups.
        fast: two movements, from two initial states.
        speed: settings of speed.
        report: called with the iteration, over all trainings, and the mean error.
        checkpoint: keeps the states of learning.

    Returns:
        What `contracts.SEVEN_SPEEDS` says.
    """
    settings, factor = speed.seven_speeds, speed.factor
    speeds = speeds_between(factor, settings.speeds)
    sessions, count = settings.sessions, settings.speeds
    index = np.array([random_groups(rng, fast.neurons, speed.groups) for _ in range(sessions)])
    readout = fast.readout(range(_MOVEMENTS), _MOVEMENTS)
    targets = np.concatenate([_at_speed(fast, each, factor) for each in speeds], axis=1)
    task = MovementTask(
        fast.trials(factor),
        np.tile(fast.states[:_MOVEMENTS], (count * sessions, 1)),
        readout,
        np.tile(targets, sessions),
    )
    share = (speeds - speeds[-1]) / (speeds[0] - speeds[-1])
    line = np.stack([share, 1 - share], axis=1)
    at_ends = np.zeros(count)
    at_ends[[0, -1]] = 1.0
    everywhere = np.ones(count)
    rates = falling(settings.rate, settings.rate / 5, settings.iterations, 0.3)
    errors, curves, patterns, outputs, readouts = [], [], [], [], []
    for number, (blend, asked) in enumerate(
        [(line, everywhere), (line, at_ends), (np.eye(count), everywhere)]
    ):
        path = Path(task, index, speed.groups, blend, asked, readout, fast.excitatory)

        learned = learn(
            path,
            GradientRule(rates, largest_norm=speed.largest_gradient, project=path.project),
            path.start,
            iterations=settings.iterations,
            advice=ADVICE,
            report=shifted(report, number * settings.iterations),
            checkpoint=checkpoint.part(f"way_{number}") if checkpoint else None,
        )
        errors.append(path.speed_errors(learned.best))
        curves.append(learned.errors.T)
        patterns.append(np.einsum("vp,spg->svg", blend, path.patterns(learned.best)))
        outputs.append(np.moveaxis(path.outputs(learned.best)[:, 0], 0, -1))
        readouts.append(path.readouts(learned.best))
    return {
        "way": list(WAYS),
        "session": range(1, sessions + 1),
        "iteration": range(1, settings.iterations + 1),
        "speed": speeds,
        "group": range(speed.groups),
        "movement": range(1, _MOVEMENTS + 1),
        "time": fast.time[1] * np.arange(len(targets)),
        "target": targets.T.reshape(count, _MOVEMENTS, -1),
        "start_error": path.speed_errors(path.start)[0],
        "training_error": curves,
        "error": errors,
        "neuron": range(fast.neurons),
        "neuron_group": index,
        **described(
            fast.circuits,
            fast.states[:_MOVEMENTS],
            Readout(np.array(readouts), readout.offset),
        ),
        "group_gains": patterns,
        "output": outputs,
    }


def _at_speed(fast: FastMovements, speed: float, factor: float) -> Array:
    """Two movements at a speed (time, movement), on the grid of the slowest, NaN when over."""
    steps = round((len(fast.time) - 1) * factor)
    times = fast.time[1] * np.arange(steps + 1) * speed
    movements = fast.movements[:, :_MOVEMENTS]
    # A movement whose end lies on the grid keeps it, whatever rounding makes of the times.
    over = times > fast.time[-1] * (1 + 1e-9)
    found: Array = CubicSpline(fast.time, movements)(np.minimum(times, fast.time[-1]))
    found[over] = np.nan
    return found
