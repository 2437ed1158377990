"""Gain modulation: one gain pattern per reach and one readout produce all movements."""

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
from corticomotor.learning.readout import ridge_readout
from corticomotor.learning.rules import GradientRule, RewardRule, learn
from corticomotor.runtime.errors import DivergenceError
from corticomotor.runtime.progress import StepReport, silent

_ADVICE = "lower gain_learning.learning_rate or gain_learning.training_step_ms"


@dataclass(frozen=True)
class GainTask:
    """A circuit, the EMG that it shall produce, and the neurons that drive the muscles.

    Attributes:
        network: tau dx/dt = -x + W f(g * x), with an asymmetric tanh.
        initial_states: x at movement onset (reach, neuron).
        emg: targets (reach, time, muscle) on a grid of `step_ms` that starts at onset.
        step_ms: integration step.
        readout_neurons: number of neurons, from the first, that the readout sees.
        ridge: relative penalty of the readout (see `ridge_readout`).
    """

    network: RateNetwork
    initial_states: Array
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
            self.initial_states,
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

    def errors(self, gains: Array) -> Array:
        """Each reach's squared error (reach,), over the mean summed square of a reach's EMG.

        Args:
            gains: (reach, neuron).
        """
        return self._errors(self.readout(self.rates(gains))[1])

    def errors_and_gradient(self, gains: Array) -> tuple[Array, Array]:
        """Each reach's error, and the derivative of their mean by the gains (reach, neuron).

        As the readout minimises the error plus its ridge penalty, its own change does not
        contribute to the gradient of that sum, so the error is differentiated with the readout held
        fixed (variable projection).

        Source: Golub & Pereyra, SIAM Journal on Numerical Analysis 10:413 (1973).
        """
        nonlinearity = self.network.nonlinearity
        if not isinstance(nonlinearity, AsymmetricTanh):
            raise TypeError("gain gradients are written for the asymmetric tanh")
        tape = record_gain_tape(
            self.network.weights,
            gains,
            self.initial_states,
            steps=self.steps,
            step_ms=self.step_ms,
            time_constant_ms=self.network.time_constant_ms,
            nonlinearity=nonlinearity,
        )
        if not np.isfinite(tape.rates).all():
            raise DivergenceError(f"gain learning: rates are not finite: {_ADVICE}")
        readout, output = self.readout(np.swapaxes(tape.rates, 0, 1))
        by_rates = np.zeros_like(tape.rates)
        by_rates[..., : self.readout_neurons] = np.swapaxes(
            2 / np.sum(self.emg**2) * (output - self.emg) @ readout.T, 0, 1
        )
        return self._errors(output), gain_gradient(tape, self.network.weights, by_rates)

    def _errors(self, output: Array) -> Array:
        errors: Array = np.sum((output - self.emg) ** 2, axis=(1, 2))
        errors *= len(errors) / np.sum(self.emg**2)
        return errors


@dataclass(frozen=True)
class LearnedGains:
    """What learning found.

    Attributes:
        gains: (reach, neuron).
        errors: normalised error of the EMG before each update (iteration,).
    """

    gains: Array
    errors: Array


def learn_gains(
    task: GainTask, rule: GradientRule | RewardRule, *, iterations: int, report: StepReport = silent
) -> LearnedGains:
    """Learn from gains of 1; the readout is solved anew at every step.

    Args:
        task: what to learn. A reward is a reach's own.
        rule: gradients, or reward.
        iterations: gain updates.
        report: called with the iteration and the error.

    Raises:
        DivergenceError: the rates are no longer finite.
    """
    start = np.ones((len(task.emg), len(task.network.weights)))
    learned = learn(task, rule, start, iterations=iterations, advice=_ADVICE, report=report)
    return LearnedGains(learned.last, learned.errors.mean(axis=1))
