"""Movements of a circuit with a fixed readout: what gains are learned for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from corticomotor.arrays import Array
from corticomotor.dynamics.trial_tapes import Tape
from corticomotor.dynamics.trials import Trials, read_out
from corticomotor.runtime.errors import InputError


@dataclass(frozen=True)
class Readout:
    """How rates become muscle activity: excitatory neurons drive it, on top of an offset.

    Attributes:
        weights: (neuron,) in 1/Hz, or (trial, neuron) where trials have readouts of their own; none
            is negative, and those of inhibitory neurons are 0.
        offset: activity at rest (), or (trial,).
    """

    weights: Array
    offset: Array

    def output(self, rates: Array) -> Array:
        """Muscle activity (..., trial) of rates (..., trial, neuron)."""
        return read_out(rates, self.weights) + self.offset


def nonnegative_readout(rates: Array, targets: Array, *, excitatory: int, ridge: float) -> Readout:
    """Fit a readout by non-negative least squares.

    Args:
        rates: in Hz (..., neuron), excitatory neurons first.
        targets: activity (...).
        excitatory: how many neurons drive the muscle.
        ridge: penalty of the weights relative to the mean power of a neuron summed over samples.
            Without one the fit is exact for few samples, by weights that are huge: any other
            activity then gives outputs that are.

    Raises:
        InputError: no neuron drives the muscle.

    Source: Lawson & Hanson, Solving Least Squares Problems (1974).
    """
    if excitatory < 1:
        raise InputError("readout: expected at least one excitatory neuron, found none")
    seen = rates[..., :excitatory].reshape(-1, excitatory).astype(float)
    wanted = targets.ravel().astype(float)
    penalty = np.sqrt(ridge * np.mean(np.sum(seen**2, axis=0))) * np.eye(excitatory)
    # An offset of either sign is the difference of two that are not negative.
    ones = np.ones((len(seen), 1))
    design = np.block(
        [[seen, ones, -ones], [penalty, np.zeros((excitatory, 2))]]
        if ridge > 0
        else [[seen, ones, -ones]]
    )
    solution, _ = nnls(design, np.concatenate([wanted, np.zeros(len(design) - len(wanted))]))
    weights = np.zeros(rates.shape[-1])
    weights[:excitatory] = solution[:excitatory]
    return Readout(weights, solution[excitatory] - solution[excitatory + 1])


def variance_errors(outputs: Array, targets: Array) -> Array:
    """Squared errors over the variance of the target, both summed over time (time, ...) -> (...).

    Times at which a target is NaN do not count.

    Source: Stroud et al., Nature Neuroscience 21:1774 (2018), equation 7.
    """
    found: Array = np.sum(_differences(outputs, targets) ** 2, axis=0) / target_powers(targets)
    return found


def target_powers(targets: Array) -> Array:
    """Squared deviations from the target's mean, summed over time (time, ...) -> (...)."""
    powers: Array = np.nansum((targets - np.nanmean(targets, axis=0)) ** 2, axis=0)
    return powers


def _differences(outputs: Array, targets: Array) -> Array:
    differences: Array = np.where(np.isnan(targets), 0.0, outputs - targets)
    return differences


@dataclass(frozen=True)
class MovementTask:
    """Targets that trials of a circuit shall produce, each with gains of its own.

    Attributes:
        trials: the simulator.
        initial_states: x at the start (neuron,) or (trial, neuron).
        readout: fixed.
        targets: muscle activity (time, trial), at the start and after each step; NaN where a trial
            is free.
    """

    trials: Trials
    initial_states: Array
    readout: Readout
    targets: Array

    def outputs(self, gains: Array) -> Array:
        """Muscle activity (time, trial) at gains (trial, neuron)."""
        readout = self.readout
        return self.trials.outputs(self.initial_states, gains, readout.weights, readout.offset)

    def errors(self, gains: Array) -> Array:
        """Errors (trial,) at gains (trial, neuron)."""
        return variance_errors(self.outputs(gains), self.targets)

    def errors_and_gradient(self, gains: Array) -> tuple[Array, Array]:
        """Errors (trial,), and the derivative of each by its gains (trial, neuron)."""
        tape = self.trials.record(self.initial_states, gains)
        errors, by_outputs = self.by_outputs(tape)
        return errors, self.trials.gradient(tape, self.rate_gradient(by_outputs)).gains

    def by_outputs(self, tape: Tape) -> tuple[Array, Array]:
        """Errors (trial,), and the derivative of each by its outputs (time, trial)."""
        differences = _differences(self.readout.output(tape.rates), self.targets)
        power = target_powers(self.targets)
        return np.sum(differences**2, axis=0) / power, 2 * differences / power

    def rate_gradient(self, by_outputs: Array) -> Callable[[int], Array]:
        """Give the derivative by the rates of a step, from that by the outputs (time, trial)."""
        weights = self.readout.weights.astype(self.trials.dtype)
        by_step = by_outputs.astype(self.trials.dtype)[..., np.newaxis]
        return lambda step: by_step[step] * weights
