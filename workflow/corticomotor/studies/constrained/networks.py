"""The free (FF) and the hint-constrained (FFH) network: the same task with and without hints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.dynamics import RateNetwork, Tanh, simulate
from corticomotor.learning.full_force import target_currents, train_full_force
from corticomotor.learning.readout import normalised_error
from corticomotor.runtime.progress import StepReport, silent
from corticomotor.studies.constrained.hints import draw_hints
from corticomotor.studies.constrained.input_weights import pulse_weights, uniform_weights
from corticomotor.studies.constrained.observation import observe

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.runtime.store import Dataset
    from corticomotor.studies.constrained.settings import FullForceNetwork

# The largest whose activation is finite is nearer to 1, but tells little of it.
_LARGEST_RATE = 1 - 1e-12


@dataclass(frozen=True)
class ReachingTask:
    """What FF and FFH share: time, random weights, input pulses and EMG targets.

    Attributes:
        times: (time,) in seconds; the movement starts at 0.
        weights: initial recurrent weights of both networks (unit, presynaptic unit).
        pulses: input of each reach's pulse (reach, unit).
        inputs: the pulses (time, reach, unit).
        emg: observed muscles, 0 before the movement (time, reach, muscle).
        emg_weights: of the EMG in the target-generating network (unit, muscle).
        emg_current: the EMG projected onto the units (time, reach, unit).
    """

    times: Array
    weights: Array
    pulses: Array
    inputs: Array
    emg: Array
    emg_weights: Array
    emg_current: Array

    def of(self, reaches: slice) -> ReachingTask:
        """Give the task of some of the reaches."""
        return replace(
            self,
            pulses=self.pulses[reaches],
            inputs=self.inputs[:, reaches],
            emg=self.emg[:, reaches],
            emg_current=self.emg_current[:, reaches],
        )


def reaching_task(
    rng: np.random.Generator,
    settings: FullForceNetwork,
    times: Array,
    emg: Array,
    *,
    on_circle: bool,
) -> ReachingTask:
    """Draw the task of one replicate.

    Args:
        rng: draws the recurrent weights and the weights of pulses and EMG.
        settings: sizes and strengths.
        times: grid of the trial (see `trial_times`).
        emg: observed muscles during the movement (reach, time, muscle), on the grid's times >= 0.
        on_circle: whether the reaches lie on a circle, and with them their pulses.
    """
    reaches, _, muscles = emg.shape
    before = int(np.count_nonzero(times < 0))
    weights = rng.standard_normal((settings.units, settings.units))
    weights *= settings.gain / np.sqrt(settings.units)
    pulses = pulse_weights(
        rng, settings.pulse_strength, reaches, settings.units, on_circle=on_circle
    )
    inputs = np.zeros((len(times), reaches, settings.units))
    inputs[:before] = pulses
    padded = np.zeros((len(times), reaches, muscles))
    padded[before:] = np.swapaxes(emg, 0, 1)
    emg_weights = uniform_weights(rng, settings.output_strength, muscles, (muscles, settings.units))
    return ReachingTask(
        times=times,
        weights=weights,
        pulses=pulses,
        inputs=inputs,
        emg=padded,
        emg_weights=emg_weights.T,
        emg_current=padded @ emg_weights,
    )


@dataclass(frozen=True)
class ConstrainedNetwork:
    """A trained FF or FFH network.

    Attributes:
        weights: (unit, presynaptic unit).
        readout: (muscle, unit).
        hint_weights: (unit, neuron), without neurons for FF; 0 if hints are clamped.
        hints: as they enter the target-generating network (reach, time, neuron).
        clamped: whether they hold units of that network.
        rates, target_rates: of this and of the target-generating network (reach, time, unit).
        emg: (reach, time, muscle).
        emg_error: normalised error of the EMG during the movement.
        emg_error_by_reach: the same for each reach (reach,).
        training_error: (epoch,).
    """

    weights: Array
    readout: Array
    hint_weights: Array
    hints: Array
    clamped: bool
    rates: Array
    target_rates: Array
    emg: Array
    emg_error: float
    emg_error_by_reach: Array
    training_error: Array


def train_network(
    task: ReachingTask,
    settings: FullForceNetwork,
    observed_rates: Array,
    *,
    update_rng: np.random.Generator,
    hint_rng: np.random.Generator,
    report: StepReport = silent,
) -> ConstrainedNetwork:
    """Train FF or FFH by full-FORCE and run it from rest.

    Args:
        task: shared by FF and FFH.
        settings: of both.
        observed_rates: of the hinting neurons during the movement (reach, time, neuron), in Hz;
            without neurons the network is FF.
        update_rng: draws the steps that update the weights, and the noise while training.
        hint_rng: draws the weights of the hints.
        report: called with the epoch and the training error.
    """
    hints = draw_hints(hint_rng, settings, observed_rates, task.times)
    targets = target_currents(
        task.weights,
        task.inputs,
        task.emg_current if hints.current is None else task.emg_current + hints.current,
        time_constant_ms=settings.time_constant_ms,
        step_ms=settings.step_ms,
        clamp=hints.clamp,
    )
    trained = train_full_force(
        update_rng,
        initial_weights=task.weights,
        currents=targets.currents,
        outputs=task.emg,
        inputs=task.inputs,
        time_constant_ms=settings.time_constant_ms,
        step_ms=settings.step_ms,
        epochs=settings.epochs,
        update_probability=settings.update_probability,
        regularisation=settings.regularisation,
        noise=settings.training_noise * activation_scale(targets.rates),
        copies=settings.copies,
        weights_precision=settings.weights_precision,
        report=report,
    )
    rates = run_network(trained.weights, task.inputs, settings)
    emg = rates @ trained.readout.T
    moving = task.times >= 0
    pairs = list(zip(*(np.swapaxes(x[moving], 0, 1) for x in (emg, task.emg)), strict=True))
    return ConstrainedNetwork(
        weights=trained.weights,
        readout=trained.readout,
        hint_weights=hints.weights,
        hints=np.swapaxes(hints.signals, 0, 1),
        clamped=hints.clamp is not None,
        rates=np.swapaxes(rates, 0, 1),
        target_rates=np.swapaxes(targets.rates, 0, 1),
        emg=np.swapaxes(emg, 0, 1),
        emg_error=normalised_error(emg[moving], task.emg[moving]),
        emg_error_by_reach=np.array([normalised_error(*pair) for pair in pairs]),
        training_error=trained.errors,
    )


def activation_scale(rates: Array) -> float:
    """Standard deviation of the activations x of a network with rates tanh(x), of any shape.

    Noise relative to it means the same for every network, however strongly it is driven.
    """
    return float(np.arctanh(np.clip(rates, -_LARGEST_RATE, _LARGEST_RATE)).std())


def run_network(weights: Array, inputs: Array, settings: FullForceNetwork) -> Array:
    """Run a trained network from rest.

    Args:
        weights: (unit, presynaptic unit).
        inputs: (time, trial, unit).
        settings: time constant and step.

    Returns:
        Rates (time, trial, unit).
    """
    steps = len(inputs) - 1
    return simulate(
        RateNetwork(weights, settings.time_constant_ms, Tanh()),
        np.zeros(inputs.shape[1:]),
        steps=steps,
        step_ms=settings.step_ms,
        method="euler",
        drive=inputs[:steps],
    )


def train_on_sample(
    ground_truth: Dataset,
    sample: Dataset,
    settings: FullForceNetwork,
    *,
    neuron_fraction: float,
    muscle_fraction: float,
    on_circle: bool,
    rng: Callable[[str], np.random.Generator],
    report: StepReport = silent,
) -> dict[str, ArrayLike]:
    """Train FF or FFH on what was observed.

    Args:
        ground_truth, sample: see `contracts`.
        settings: of both networks.
        neuron_fraction: observed part of the neurons; 0 gives FF.
        muscle_fraction: observed part of the muscles.
        on_circle: whether the reaches lie on a circle.
        rng: a random stream by its name.
        report: called with the epoch and the training error.

    Returns:
        What `contracts.NETWORK` says.
    """
    seen = observe(
        ground_truth,
        sample,
        settings,
        neuron_fraction=neuron_fraction,
        muscle_fraction=muscle_fraction,
    )
    # Weights, pulses and the steps that learn are the same for FF and FFH of a replicate.
    task = reaching_task(
        rng("constrained/network"), settings, seen.times, seen.emg, on_circle=on_circle
    )
    network = train_network(
        task,
        settings,
        seen.rates,
        update_rng=rng("constrained/network/updates"),
        hint_rng=rng("constrained/network/hints"),
        report=report,
    )
    return vars(network) | {
        # Single precision exceeds the accuracy of the integration and halves the file.
        "rates": network.rates.astype(np.float32),
        "target_rates": network.target_rates.astype(np.float32),
        "hints": network.hints.astype(np.float32),
        # As training begins with them.
        "initial_weights": task.weights.astype(settings.weights_precision),
        "pulse_weights": task.pulses.T,
        "emg_weights": task.emg_weights,
        "emg_target": np.swapaxes(task.emg, 0, 1),
        "time_constant": settings.time_constant_ms / 1000,
        "reach": ground_truth["reach"].values,
        "time": seen.times,
        "unit": np.arange(settings.units),
        "presynaptic_unit": np.arange(settings.units),
        "muscle": ground_truth["muscle"].values[seen.muscles],
        "neuron": seen.neurons,
        "epoch": range(1, settings.epochs + 1),
    }
