"""full-FORCE one sample at a time.

As in the published code of DePasquale et al. (2018), trials come one after the other; but the
network is driven by what its weights give after an update, not by what they gave before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from corticomotor.arrays import Array
from reference.recursive_least_squares import RankOneRecursiveLeastSquares


@dataclass(frozen=True)
class Epoch:
    """State after a pass over all trials.

    Attributes:
        weights: recurrent (unit, presynaptic unit).
        readout: (output, unit).
        error: normalised error of the output before each update.
    """

    weights: Array
    readout: Array
    error: float


def drive_targets(
    weights: Array, inputs: Array, extra: Array, *, time_constant_ms: float, step_ms: float
) -> tuple[Array, Array]:
    """Rates and currents (time, trial, unit) of the target-generating network."""
    times, trials, units = inputs.shape
    rates, currents = np.empty_like(inputs), np.empty_like(inputs)
    for trial in range(trials):
        state = np.zeros(units)
        for time in range(times):
            rates[time, trial] = np.tanh(state)
            currents[time, trial] = weights @ rates[time, trial] + extra[time, trial]
            drive = currents[time, trial] + inputs[time, trial]
            state = state + step_ms / time_constant_ms * (-state + drive)
    return rates, currents


def train_one_at_a_time(
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
) -> Iterator[Epoch]:
    """Train on each trial from rest and yield the networks, epoch by epoch.

    Arguments as those of `corticomotor.learning.full_force.train_full_force`.
    """
    times, trials, units = inputs.shape
    start = np.concatenate([initial_weights, np.zeros((outputs.shape[2], units))])
    learner = RankOneRecursiveLeastSquares(start, regularisation)
    noise_rng = rng.spawn(1)[0]
    pool = noise_rng.standard_normal((times + 1) * trials * units)
    pool *= noise * np.sqrt(step_ms / 1000)
    for _ in range(epochs):
        squared_error, samples = 0.0, 0
        for trial in range(trials):
            updates = rng.random(len(inputs)) < update_probability
            places = noise_rng.integers(inputs.size + 1, size=times)
            state = np.zeros(units)
            for time in range(times):
                rates = np.tanh(state)
                if updates[time]:
                    target = np.concatenate([currents[time, trial], outputs[time, trial]])
                    error = learner.update(rates, target)
                    squared_error += float(np.sum(error[units:] ** 2))
                    samples += 1
                drive = learner.weights[:units] @ rates + inputs[time, trial]
                state = state + step_ms / time_constant_ms * (-state + drive)
                state = state + pool[places[time] + trial * units :][:units]
        power = np.sum(outputs**2) / (times * trials)
        yield Epoch(
            weights=learner.weights[:units].copy(),
            readout=learner.weights[units:].copy(),
            error=squared_error / max(samples, 1) / float(power),
        )


def train_in_lockstep(
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
) -> tuple[Array, Array]:
    """Advance all copies of all trials together, but still update one sample at a time.

    Returns:
        Recurrent weights (unit, presynaptic unit) and readout (output, unit).
    """
    times, trials, units = inputs.shape
    start = np.concatenate([initial_weights, np.zeros((outputs.shape[2], units))])
    learner = RankOneRecursiveLeastSquares(start, regularisation)
    noise_rng = rng.spawn(1)[0]
    samples = copies * trials
    pool = noise_rng.standard_normal(inputs.size + samples * units)
    pool *= noise * np.sqrt(step_ms / 1000)
    for _ in range(epochs):
        updates = rng.random(len(inputs)) < update_probability
        places = noise_rng.integers(inputs.size + 1, size=times)
        states = np.zeros((samples, units))
        for time in range(times):
            rates = np.tanh(states)
            if updates[time]:
                for sample in range(samples):
                    trial = sample % trials
                    target = np.concatenate([currents[time, trial], outputs[time, trial]])
                    learner.update(rates[sample], target)
            for sample in range(samples):
                drive = learner.weights[:units] @ rates[sample] + inputs[time, sample % trials]
                states[sample] += step_ms / time_constant_ms * (-states[sample] + drive)
                states[sample] += pool[places[time] + sample * units :][:units]
    return learner.weights[:units], learner.weights[units:]
