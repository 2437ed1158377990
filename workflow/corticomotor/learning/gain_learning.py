"""Gain modulation: one gain pattern per reach and one readout produce all movements.

Both rules train the same circuit and return the same result: `learn_gains_by_gradient` descends
the error through the dynamics, `learn_gains_by_reward` knows only whether the error fell.
"""

from dataclasses import dataclass

import numpy as np

from corticomotor.arrays import Array
from corticomotor.dynamics import (
    AsymmetricTanh,
    RateNetwork,
    gain_gradient,
    record_gain_tape,
    simulate,
)
from corticomotor.learning.adam import Adam
from corticomotor.learning.readout import normalised_error, ridge_readout
from corticomotor.runtime.errors import DivergenceError
from corticomotor.runtime.progress import StepReport, silent


@dataclass(frozen=True)
class GainTask:
    """A circuit, the EMG that it shall produce, and the neurons that drive the muscles.

    Attributes:
        network: tau dx/dt = -x + W f(g * x), with an asymmetric tanh.
        initial_state: x at movement onset (neuron,).
        emg: targets (reach, time, muscle) on a grid of `step_ms` that starts at onset.
        step_ms: integration step.
        readout_neurons: number of neurons, from the first, that the readout sees.
        ridge: relative penalty of the readout (see `ridge_readout`).
    """

    network: RateNetwork
    initial_state: Array
    emg: Array
    step_ms: float
    readout_neurons: int
    ridge: float

    @property
    def steps(self) -> int:
        """Number of integration steps of a movement."""
        return self.emg.shape[1] - 1

    def rates(self, gains: Array) -> Array:
        """Simulate all movements.

        Args:
            gains: (reach, neuron).

        Returns:
            Rates in Hz (reach, time, neuron).

        Raises:
            DivergenceError: the activity leaves the finite numbers.
        """
        rates = simulate(
            self.network,
            np.tile(self.initial_state, (len(gains), 1)),
            steps=self.steps,
            step_ms=self.step_ms,
            method="rk4",
            gains=gains,
        )
        return np.swapaxes(rates, 0, 1)

    def readout(self, rates: Array) -> tuple[Array, Array]:
        """Fit the readout.

        Args:
            rates: in Hz (reach, time, neuron).

        Returns:
            Weights (readout neuron, muscle) and the EMG that they give (reach, time, muscle).
        """
        seen = rates[..., : self.readout_neurons]
        weights = ridge_readout(seen, self.emg, self.ridge)
        return weights, seen @ weights


@dataclass(frozen=True)
class LearnedGains:
    """What learning found.

    Attributes:
        gains: (reach, neuron).
        errors: normalised error of the EMG before each update (iteration,).
    """

    gains: Array
    errors: Array


def learn_gains_by_gradient(
    task: GainTask, *, iterations: int, learning_rate: float, report: StepReport = silent
) -> LearnedGains:
    """Descend the EMG error by Adam through the dynamics, from gains of 1.

    The readout is solved anew at every step. As it minimises the error plus its ridge penalty, its
    own change does not contribute to the gradient of that sum, so the error is differentiated with
    the readout held fixed (variable projection).

    Args:
        task: what to learn.
        iterations: gradient steps.
        learning_rate: of Adam.
        report: called with the iteration and the normalised error.

    Raises:
        DivergenceError: the rates are no longer finite.

    Source: Golub & Pereyra, SIAM Journal on Numerical Analysis 10:413 (1973).
    """
    nonlinearity = task.network.nonlinearity
    if not isinstance(nonlinearity, AsymmetricTanh):
        raise TypeError("gain gradients are written for the asymmetric tanh")
    weights = task.network.weights
    power = np.sum(task.emg**2)
    gains = np.ones((len(task.emg), len(weights)))
    optimiser = Adam(learning_rate)
    errors = np.empty(iterations)
    for iteration in range(iterations):
        tape = record_gain_tape(
            weights,
            gains,
            task.initial_state,
            steps=task.steps,
            step_ms=task.step_ms,
            time_constant_ms=task.network.time_constant_ms,
            nonlinearity=nonlinearity,
        )
        if not np.isfinite(tape.rates).all():
            raise DivergenceError(
                f"gain learning: rates are not finite in iteration {iteration + 1}: "
                "lower gain_learning.learning_rate or gain_learning.training_step_ms"
            )
        readout, output = task.readout(np.swapaxes(tape.rates, 0, 1))
        errors[iteration] = normalised_error(output, task.emg)
        report(iteration + 1, error=errors[iteration])
        by_rates = np.zeros_like(tape.rates)
        by_rates[..., : task.readout_neurons] = np.swapaxes(
            2 / power * (output - task.emg) @ readout.T, 0, 1
        )
        gains = optimiser.step(gains, gain_gradient(tape, weights, by_rates))
    return LearnedGains(gains, errors)


def learn_gains_by_reward(
    task: GainTask,
    rng: np.random.Generator,
    *,
    iterations: int,
    perturbation: float,
    memory: float,
    report: StepReport = silent,
) -> LearnedGains:
    """Learn from a reward alone, a reward per reach.

    g <- g + R (g - g_mean) + xi with xi ~ N(0, perturbation^2), where R = sign(e_mean - e) tells
    whether the reach's error e fell below its running mean. Running means forget: they become
    memory * old + (1 - memory) * new.

    Args:
        task: what to learn.
        rng: draws the perturbations.
        iterations: gain updates.
        perturbation: standard deviation of the perturbations.
        memory: weight of the old value in the running means.
        report: called with the iteration and the normalised error over all reaches.

    Raises:
        DivergenceError: the activity leaves the finite numbers.

    Source: Stroud et al., Nature Neuroscience 21:1774 (2018), equations 8-10.
    """
    gains = np.ones((len(task.emg), len(task.network.weights)))
    mean_gains = gains.copy()
    mean_error: Array | None = None
    errors = np.empty(iterations)
    power = np.sum(task.emg**2, axis=(1, 2))
    for iteration in range(iterations):
        _, output = task.readout(task.rates(gains))
        error = np.sum((output - task.emg) ** 2, axis=(1, 2)) / power
        errors[iteration] = normalised_error(output, task.emg)
        report(iteration + 1, error=errors[iteration])
        if mean_error is None:
            mean_error = error
        reward = np.sign(mean_error - error)[:, np.newaxis]
        # The means take in the present trial before the gains move away from them: moving away
        # from the older mean takes steps 1 / memory times as long, and gains explode.
        mean_error = memory * mean_error + (1 - memory) * error
        mean_gains = memory * mean_gains + (1 - memory) * gains
        perturbations = perturbation * rng.standard_normal(gains.shape)
        gains = gains + reward * (gains - mean_gains) + perturbations
    return LearnedGains(gains, errors)
