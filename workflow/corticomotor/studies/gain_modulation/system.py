"""A circuit with a readout: what learns in all experiments of the study."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.dynamics.nonlinearities import AsymmetricTanh
from corticomotor.dynamics.trials import Circuits, Trials
from corticomotor.learning.movements import (
    MovementTask,
    Readout,
    nonnegative_readout,
    variance_errors,
)
from corticomotor.motor_cortex.movements import gaussian_process_emg, time_grid
from corticomotor.runtime.errors import DivergenceError, InputError, settings_named

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.motor_cortex.settings import NeuronDynamics
    from corticomotor.runtime.jobs import Job
    from corticomotor.runtime.store import Dataset
    from corticomotor.studies.gain_modulation.settings import GainModulation, Movement

# Errors at half the step may differ by so much of themselves, and by so much in all.
_RELATIVE, _ABSOLUTE = 0.2, 1e-3


@dataclass(frozen=True)
class MotorSystem:
    """A circuit and the readout that was fitted while all gains were 1.

    Attributes:
        circuits: the circuit.
        initial_state: x at movement onset (neuron,).
        time: of a movement in seconds (time,).
        initial_movement: what the readout was fitted to (time,).
        readout: fixed from then on.
    """

    circuits: Circuits
    initial_state: Array
    time: Array
    initial_movement: Array
    readout: Readout

    @property
    def neurons(self) -> int:
        """Number of neurons."""
        return self.circuits.neurons

    @property
    def trials(self) -> Trials:
        """The simulator of movements."""
        return trials_of(self.circuits, self.time)

    def task(self, targets: Array) -> MovementTask:
        """Give the task to produce targets (time, trial), each with gains of its own."""
        return MovementTask(self.trials, self.initial_state, self.readout, targets)

    @property
    def described(self) -> dict[str, ArrayLike]:
        """See `described`."""
        return described(self.circuits, self.initial_state, self.readout)

    def rates(self, gains: Array) -> Array:
        """Rates in Hz (time, trial, neuron) at gains (trial, neuron)."""
        return self.trials.rates(self.initial_state, gains).astype(float)


def motor_system(
    rng: np.random.Generator,
    circuit: Dataset,
    dynamics: NeuronDynamics,
    movement: Movement,
    *,
    ridge: float,
    baseline_rate_hz: float | None = None,
) -> MotorSystem:
    """Draw an initial movement and fit the readout of a circuit to it.

    Args:
        rng: draws the movement.
        circuit: see `motor_cortex.contract`.
        dynamics: of its neurons.
        movement: its kind.
        ridge: penalty of the readout.
        baseline_rate_hz: in place of that of `dynamics`.

    Raises:
        InputError: the integration step is too long for the circuit.
    """
    circuits = circuits_of(circuit, dynamics, baseline_rate_hz)
    check_step(circuits, movement.step_ms)
    state = circuit["initial_state"].values
    time = time_grid(movement.duration_ms, movement.step_ms)
    initial = draw_movements(rng, 1, movement)[:, 0]
    rates = trials_of(circuits, time).rates(state, np.ones((1, circuits.neurons)))[:, 0]
    excitatory = int(circuit["excitatory"].values.sum())
    readout = nonnegative_readout(rates, initial, excitatory=excitatory, ridge=ridge)
    return MotorSystem(circuits, state, time, initial, readout)


def system_of(job: Job[GainModulation], *, baseline_rate_hz: float | None = None) -> MotorSystem:
    """Give the system of a job that reads a circuit; that of a circuit is the same in all jobs.

    Args:
        job: the job.
        baseline_rate_hz: in place of the setting.
    """
    settings = job.settings
    return motor_system(
        job.rng("gain_modulation/initial_movement"),
        job.read("circuit"),
        settings.dynamics,
        settings.movement,
        ridge=settings.readout.ridge,
        baseline_rate_hz=baseline_rate_hz,
    )


def circuits_of(
    circuit: Dataset, dynamics: NeuronDynamics, baseline_rate_hz: float | None = None
) -> Circuits:
    """Give the circuit of a file, for any number of trials.

    Args:
        circuit: see `motor_cortex.contract`.
        dynamics: of its neurons.
        baseline_rate_hz: in place of that of `dynamics`.
    """
    baseline = dynamics.baseline_rate_hz if baseline_rate_hz is None else baseline_rate_hz
    return Circuits(
        circuit["weights"].values,
        dynamics.time_constant_ms,
        AsymmetricTanh(baseline, dynamics.max_rate_hz),
    )


def described(circuits: Circuits, initial_state: Array, readout: Readout) -> dict[str, ArrayLike]:
    """Give what `system_contract.system_variables` says of a circuit, for the file of a stage.

    Args:
        circuits: one circuit.
        initial_state: x at movement onset (..., neuron).
        readout: of each trial, or of all.
    """
    return {
        "presynaptic_neuron": range(circuits.neurons),
        "weights": circuits.weights,
        "initial_state": initial_state,
        "readout": readout.weights,
        "readout_offset": np.broadcast_to(readout.offset, readout.weights.shape[:-1]),
        "time_constant": circuits.time_constant_ms / 1000,
        "baseline_rate": circuits.nonlinearity.baseline_rate_hz,
        "max_rate": circuits.nonlinearity.max_rate_hz,
    }


def draw_movements(
    rng: np.random.Generator, count: int, movement: Movement, *, step_ms: float | None = None
) -> Array:
    """Draw movements, each of unit variance (time, movement).

    Args:
        rng: draws them.
        count: how many.
        movement: their kind.
        step_ms: of the time grid, in place of that of `movement`.
    """
    with settings_named("gain_modulation.movement"):
        (drawn,) = gaussian_process_emg(
            rng,
            reaches=1,
            muscles=count,
            time_s=time_grid(movement.duration_ms, step_ms or movement.step_ms),
            envelope_ms=movement.envelope_ms,
            smoothness_ms=movement.smoothness_ms,
        )
    return drawn


def trials_of(circuits: Circuits, time: Array) -> Trials:
    """Give the simulator of circuits over a grid of times in seconds from 0."""
    return Trials(circuits, steps=len(time) - 1, step_ms=1000 * float(time[-1]) / (len(time) - 1))


def check_step(circuits: Circuits, step_ms: float, setting: str = "movement.step_ms") -> None:
    """Refuse a step at which the circuit's most inhibited direction explodes.

    Raises:
        InputError: with the longest step that there is.
    """
    longest = circuits.longest_step_ms()
    if step_ms > longest:
        raise InputError(
            f"gain_modulation.{setting}: expected at most {longest:.3g} ms for this circuit of "
            f"{circuits.neurons} neurons, found {step_ms}"
        )


def check_integration(task: MovementTask, gains: Array, setting: str = "movement.step_ms") -> None:
    """Make sure that learned gains (trial, neuron) do what they do at half the step as well.

    Rates are bounded: where the integration of learned gains explodes, no number tells.

    Raises:
        DivergenceError: errors differ.
    """
    trials = task.trials
    finer = replace(
        task,
        trials=Trials(trials.circuits, steps=2 * trials.steps, step_ms=trials.step_ms / 2),
    )
    errors, exact = task.errors(gains), variance_errors(finer.outputs(gains)[::2], task.targets)
    off = np.abs(errors - exact) > _RELATIVE * exact + _ABSOLUTE
    if off.any():
        worst = int(np.argmax(np.abs(errors - exact)))
        raise DivergenceError(
            f"learned gains have an error of {errors[worst]:.3g} in steps of {trials.step_ms:g} ms "
            f"and of {exact[worst]:.3g} in half as long ones: shorten gain_modulation.{setting}"
        )
