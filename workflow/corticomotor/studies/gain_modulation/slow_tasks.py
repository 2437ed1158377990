"""Fast movements of larger circuits, and the task to make them slow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import CubicSpline

from corticomotor.arrays import Array
from corticomotor.circuits import preferred_initial_states
from corticomotor.dynamics.trials import Circuits, Trials
from corticomotor.learning.movements import MovementTask, Readout, nonnegative_readout
from corticomotor.learning.rules import GradientRule, falling
from corticomotor.motor_cortex.movements import time_grid
from corticomotor.studies.gain_modulation.system import check_step, circuits_of, draw_movements

if TYPE_CHECKING:
    from corticomotor.runtime.jobs import Job
    from corticomotor.studies.gain_modulation.settings import GainModulation
    from corticomotor.studies.gain_modulation.settings.speed import Speed

STEP = "speed.step_ms"
ADVICE = "lower gain_modulation.speed.rate or gain_modulation.speed.step_ms"


@dataclass(frozen=True)
class FastMovements:
    """Movements that a circuit makes at gains of 1, each by a readout that was fitted to it.

    Attributes:
        circuits: the circuit.
        states: initial states (state, neuron), that of all movements first.
        excitatory: number of excitatory neurons, which come first.
        time: of a movement in seconds (time,).
        movements: muscle activity (time, movement).
        ridge: penalty of readouts.
    """

    circuits: Circuits
    states: Array
    excitatory: int
    time: Array
    movements: Array
    ridge: float

    @property
    def neurons(self) -> int:
        """Number of neurons."""
        return self.circuits.neurons

    def rates(self, states: Array) -> Array:
        """Rates in Hz (time, state, neuron) from initial states (state, neuron) at gains of 1."""
        return self.trials(1.0).rates(states, np.ones(states.shape)).astype(float)

    def readout(self, movements: Sequence[int], states: int = 1) -> Readout:
        """Fit one readout to movements (numbers from 0), the next from the next initial state."""
        rates = self.rates(self.states[:states])
        targets = self.movements[:, list(movements)]
        return nonnegative_readout(rates, targets, excitatory=self.excitatory, ridge=self.ridge)

    def readouts(self) -> Readout:
        """Fit a readout to each movement from the first initial state (movement, neuron)."""
        each = [self.readout([number]) for number in range(self.movements.shape[1])]
        return Readout(
            np.array([one.weights for one in each]), np.array([one.offset for one in each])
        )

    def trials(self, factor: float) -> Trials:
        """Give the simulator of movements that last so many times as long."""
        step_ms = 1000 * float(self.time[1])
        return Trials(self.circuits, steps=round((len(self.time) - 1) * factor), step_ms=step_ms)

    def slowed(self, factor: float) -> Array:
        """All movements as they should be when they last so many times as long (time, movement)."""
        steps = round((len(self.time) - 1) * factor)
        times = self.time[1] * np.arange(steps + 1) / factor
        found: Array = CubicSpline(self.time, self.movements)(times)
        return found


def fast_movements(job: Job[GainModulation], count: int, states: int = 1) -> FastMovements:
    """Draw the movements of a job that reads a circuit: the same for a circuit in all jobs.

    Args:
        job: the job.
        count: movements; more of them leave the first ones as they are.
        states: initial states.

    Raises:
        InputError: the integration step is too long for the circuit.
    """
    settings, circuit = job.settings, job.read("circuit")
    speed, movement = settings.speed, settings.movement
    circuits = circuits_of(circuit, settings.dynamics)
    check_step(circuits, speed.step_ms, STEP)
    state = circuit["initial_state"].values
    scale = float(np.sqrt(np.mean(state**2)))
    rng = job.rng("gain_modulation/speed/movements")
    # One by one, so that further ones change none.
    movements = [draw_movements(rng, 1, movement, step_ms=speed.step_ms) for _ in range(count)]
    return FastMovements(
        circuits,
        preferred_initial_states(circuits.weights, scale, states),
        int(circuit["excitatory"].values.sum()),
        time_grid(movement.duration_ms, speed.step_ms),
        np.hstack(movements),
        speed.ridge,
    )


def slow_task(
    fast: FastMovements,
    readout: Readout,
    movements: Sequence[int],
    factor: float,
    scale: float = 1.0,
) -> MovementTask:
    """Give the task to produce slow variants, a trial for each of some movements (from 0).

    Args:
        fast: the movements.
        readout: of each trial, or of all.
        movements: that of each trial.
        factor: how many times as long they last.
        scale: of their amplitude.
    """
    targets = scale * fast.slowed(factor)[:, list(movements)]
    return MovementTask(fast.trials(factor), fast.states[0], readout, targets)


def gradient_rule(speed: Speed, iterations: int) -> GradientRule:
    """Give the rule by which slow patterns are learned."""
    rates = falling(speed.rate, speed.last_rate, iterations, 0.3)
    return GradientRule(rates, largest_norm=speed.largest_gradient)
