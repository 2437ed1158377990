"""full-FORCE: train all recurrent weights towards the currents of a driven network.

A target-generating network with random weights is driven by the task's inputs and by signals that
the trained network must do without: the desired output and, optionally, hints. The trained network
receives the inputs alone and learns, by recursive least squares, to supply the missing currents
from its own rates.

Source: DePasquale, Cueva, Rajan & Abbott, PLoS ONE 13:e0191527 (2018).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corticomotor.arrays import Array, IntArray
from corticomotor.dynamics import RateNetwork, Tanh, euler_step, simulate
from corticomotor.learning.recursive_least_squares import BlockRecursiveLeastSquares, Precision
from corticomotor.runtime.errors import DivergenceError, InputError
from corticomotor.runtime.progress import StepReport, silent


@dataclass(frozen=True)
class FullForceTargets:
    """What the trained network must reproduce, and the network that it is taken from.

    Attributes:
        rates: of the target-generating network (time, trial, unit).
        currents: its recurrent and extra input (time, trial, unit): everything but the inputs
            that the trained network receives itself.
    """

    rates: Array
    currents: Array


@dataclass(frozen=True)
class Clamp:
    """Units of the target-generating network that are forced onto given activations.

    Attributes:
        units: their numbers (clamped unit,).
        activation: (time, trial, clamped unit).
    """

    units: IntArray
    activation: Array


@dataclass(frozen=True)
class TrainedNetwork:
    """A network trained by full-FORCE.

    Attributes:
        weights: recurrent (unit, presynaptic unit).
        readout: (output, unit).
        errors: normalised error of the output before each update, averaged over the epoch (epoch,);
            over all of its time steps if none of them updates.
    """

    weights: Array
    readout: Array
    errors: Array


def target_currents(
    weights: Array,
    inputs: Array,
    extra: Array,
    *,
    time_constant_ms: float,
    step_ms: float,
    clamp: Clamp | None = None,
) -> FullForceTargets:
    """Run the target-generating network from rest.

    Args:
        weights: random recurrent weights (unit, presynaptic unit).
        inputs: task inputs, shared with the trained network (time, trial, unit).
        extra: desired output and hints, projected onto the units (time, trial, unit).
        time_constant_ms, step_ms: of the Euler integration.
        clamp: units whose activation is imposed.
    """
    if clamp is None:
        rates = _run_from_rest(weights, inputs + extra, time_constant_ms, step_ms)
        return FullForceTargets(rates, rates @ weights.T + extra)
    free = np.setdiff1d(np.arange(len(weights)), clamp.units)
    imposed = np.tanh(clamp.activation)
    rates = np.empty_like(inputs)
    rates[..., clamp.units] = imposed
    rates[..., free] = _run_from_rest(
        weights[np.ix_(free, free)],
        (inputs + extra)[..., free] + imposed @ weights[np.ix_(free, clamp.units)].T,
        time_constant_ms,
        step_ms,
    )
    currents = rates @ weights.T + extra
    currents[..., clamp.units] = (
        leading_current(clamp.activation, time_constant_ms / step_ms) - inputs[..., clamp.units]
    )
    return FullForceTargets(rates, currents)


def leading_current(activation: Array, steps_per_time_constant: float) -> Array:
    """Current under which a unit's Euler-integrated low-pass follows an activation exactly.

    Inverts x[t+1] = x[t] + (c[t] - x[t]) / steps_per_time_constant; the last step repeats the
    change of the one before.

    Args:
        activation: x (time, ...).
        steps_per_time_constant: Euler steps in a time constant.

    Returns:
        c (time, ...).
    """
    change = np.diff(activation, axis=0)
    change = np.concatenate([change, change[-1:]])
    current: Array = activation + steps_per_time_constant * change
    return current


def train_full_force(
    rng: np.random.Generator,
    *,
    initial_weights: Array,
    currents: Array,
    outputs: Array,
    inputs: Array,
    time_constant_ms: float,
    step_ms: float,
    epochs: int,
    update_probability: float,
    regularisation: float,
    noise: float = 0.0,
    copies: int = 1,
    weights_precision: Precision = "float64",
    report: StepReport = silent,
) -> TrainedNetwork:
    """Train recurrent weights and readout, all trials in lockstep.

    Recursive least squares does not depend on the order of the samples of one time step, so the
    trials advance together and each update takes all of them in: the same solution as one after
    the other at a fraction of the cost. Copies of a trial under different noise come along as
    further samples: an update of more samples costs less for each of them.

    Args:
        rng: draws the time steps that update, and the noise.
        initial_weights: (unit, presynaptic unit).
        currents: targets of the recurrent input (time, trial, unit), see `target_currents`.
        outputs: targets of the readout (time, trial, output).
        inputs: (time, trial, unit).
        time_constant_ms, step_ms: of the Euler integration.
        epochs: passes over all trials.
        update_probability: probability that a time step updates the weights.
        regularisation: inverse of the initial diagonal of the inverse correlation matrix.
        noise: standard deviation per root second of noise in the activations while training.
            Without it the weights fit exact trajectories and let small perturbations grow.
        copies: of each trial in a pass, each with noise of its own.
        weights_precision: of the weights while they are trained.
        report: called with the epoch and the normalised error.

    Raises:
        InputError: there is nothing to learn from: no output, or one that is 0 throughout or not
            finite, no epoch, or no step that updates.
        DivergenceError: the error is no longer finite.
    """
    _require_something_to_learn(outputs, epochs, update_probability)
    times, _, units = inputs.shape
    targets = np.concatenate([currents, outputs], axis=2)
    power = copies * np.sum(outputs**2) / times
    rate = step_ms / time_constant_ms
    start = np.concatenate([initial_weights, np.zeros((outputs.shape[2], units))])
    learner = BlockRecursiveLeastSquares(start, regularisation, weights_precision)
    # Drawing noise costs as much as a matrix product: each time step takes a window of one pool, at
    # a place of its own. Were whole steps of the pool drawn again and again, networks would learn
    # to bear these few vectors alone. Its own stream leaves the steps that update as they are.
    noise_rng = rng.spawn(1)[0]
    shape = (copies, *inputs.shape[1:])
    window = math.prod(shape)
    noise_pool = noise_rng.standard_normal(inputs.size + window)
    noise_pool *= noise * np.sqrt(step_ms / 1000)
    errors = np.empty(epochs)
    for epoch, updates in enumerate(_drawn_updates(rng, (epochs, times), update_probability)):
        places = noise_rng.integers(inputs.size + 1, size=(times,))
        noises = (noise_pool[place : place + window].reshape(shape) for place in places)
        squared_error = _run_epoch(learner, targets, inputs, noises, updates, copies, rate)
        errors[epoch] = squared_error / (int(updates.sum()) or times) / power
        if not np.isfinite(errors[epoch]):
            raise DivergenceError(
                f"full-FORCE: error is not finite in epoch {epoch + 1}: raise "
                "network.regularisation or lower network.gain"
            )
        report(epoch + 1, error=errors[epoch])
    weights = learner.weights
    return TrainedNetwork(weights[:units], weights[units:], errors)


def _require_something_to_learn(outputs: Array, epochs: int, update_probability: float) -> None:
    if not np.isfinite(outputs).all():
        bad = int(np.count_nonzero(~np.isfinite(outputs)))
        raise InputError(
            f"full-FORCE: expected finite outputs, found {bad} of {outputs.size} that are not"
        )
    if not np.any(outputs):
        found = "only zeros" if outputs.size else f"none (shape {outputs.shape})"
        raise InputError(f"full-FORCE: expected outputs to learn, found {found}")
    if not 0 < update_probability <= 1:
        raise InputError(
            "full-FORCE: expected update_probability above 0 and at most 1, "
            f"found {update_probability:g}"
        )
    if epochs < 1:
        raise InputError(f"full-FORCE: expected at least one epoch, found {epochs}")


def _drawn_updates(
    rng: np.random.Generator, shape: tuple[int, int], probability: float
) -> NDArray[np.bool_]:
    """Draw which time steps update the weights (epoch, time)."""
    updates: NDArray[np.bool_] = rng.random(shape) < probability
    if not updates.any():
        raise InputError(
            f"full-FORCE: expected time steps that update the weights, found none of {updates.size}"
            ": raise network.update_probability"
        )
    return updates


def _run_epoch(
    learner: BlockRecursiveLeastSquares,
    targets: Array,
    inputs: Array,
    noises: Iterable[Array],
    updates: NDArray[np.bool_],
    copies: int,
    rate: float,
) -> float:
    """Let a network learn through all copies of all trials once, from rest.

    Args:
        learner: of its recurrent weights and readout.
        targets: of both (time, trial, unit and output).
        inputs: (time, trial, unit).
        noises: of each time step (copy, trial, unit).
        updates: whether a time step updates the weights (time,).
        copies: of each trial.
        rate: step over time constant.

    Returns:
        Squared error of the outputs, summed over samples and the time steps that update, or over
        all if none does.
    """
    _, trials, units = inputs.shape
    squared_error, any_update = 0.0, bool(updates.any())
    state = np.zeros((copies, trials, units))
    for target, external, noise, update in zip(targets, inputs, noises, updates, strict=True):
        rates = np.tanh(state).reshape(-1, units)
        if update:
            before, after = learner.update(rates, np.tile(target, (copies, 1)))
            squared_error += float(np.sum(before[:, units:] ** 2))
            # The published code feeds back what W gave before the update. What it gives
            # afterwards is closer to the target and leads to a more accurate network.
            recurrent = after[:, :units].reshape(state.shape) + target[:, :units]
        else:
            given = learner.predict(rates)
            recurrent = given[:, :units].reshape(state.shape)
            if not any_update:
                missed = given[:, units:] - np.tile(target[:, units:], (copies, 1))
                squared_error += float(np.sum(missed**2))
        euler_step(state, recurrent + external, rate)
        state += noise
    return squared_error


def _run_from_rest(weights: Array, drive: Array, time_constant_ms: float, step_ms: float) -> Array:
    """Rates (time, trial, unit) under a drive (time, trial, unit), from zero activation."""
    times, trials, units = drive.shape
    return simulate(
        RateNetwork(weights, time_constant_ms, Tanh()),
        np.zeros((trials, units)),
        steps=times - 1,
        step_ms=step_ms,
        method="euler",
        drive=drive[: times - 1],
    )
