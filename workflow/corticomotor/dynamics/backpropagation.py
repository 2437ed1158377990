"""Gradients by gains, back through the Runge-Kutta steps of a circuit with fixed weights."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from corticomotor.arrays import Array
from corticomotor.dynamics.integration import NEXT_STAGE_WEIGHTS, STAGE_WEIGHTS, rk4_step
from corticomotor.dynamics.nonlinearities import AsymmetricTanh


@dataclass(frozen=True)
class GainTape:
    """A simulation and what its gradient needs.

    Attributes:
        rates: f(g * x) in Hz (steps + 1, trial, neuron).
        gains: (trial, neuron).
        states: x at each stage (steps + 1, stage, trial, neuron); the last step has one stage.
        slopes: f'(g * x), laid out like `states`.
        rate: step over time constant.
    """

    rates: Array
    gains: Array
    states: Array
    slopes: Array
    rate: float


def record_gain_tape(
    weights: Array,
    gains: Array,
    initial_states: Array,
    *,
    steps: int,
    step_ms: float,
    time_constant_ms: float,
    nonlinearity: AsymmetricTanh,
) -> GainTape:
    """Simulate tau dx/dt = -x + W f(g * x) by RK4 and keep every stage.

    Args:
        weights: W (neuron, presynaptic neuron).
        gains: g (trial, neuron).
        initial_states: x at time 0 (trial, neuron).
        steps: number of integration steps.
        step_ms: their length.
        time_constant_ms: tau.
        nonlinearity: f.
    """
    trials, neurons = gains.shape
    rate = step_ms / time_constant_ms
    recurrent = np.ascontiguousarray(weights.T)
    rates = np.empty((steps + 1, trials, neurons))
    states = np.empty((steps + 1, len(STAGE_WEIGHTS), trials, neurons))
    slopes = np.empty_like(states)

    def recorded_current(step: int, stage: int, at: Array) -> Array:
        states[step, stage] = at
        stage_rates, slopes[step, stage] = nonlinearity.with_slope(gains * at)
        if stage == 0:
            rates[step] = stage_rates
        return stage_rates @ recurrent

    state = np.array(initial_states, dtype=float)
    for step in range(steps):
        rk4_step(state, partial(recorded_current, step), rate)
    states[steps, 0] = state
    rates[steps], slopes[steps, 0] = nonlinearity.with_slope(gains * state)
    return GainTape(rates, gains, states, slopes, rate)


def gain_gradient(tape: GainTape, weights: Array, rate_gradient: Array) -> Array:
    """Derivative of a loss by the gains.

    Args:
        tape: of the simulation with these weights.
        weights: W (neuron, presynaptic neuron).
        rate_gradient: derivative of the loss by the rates (steps + 1, trial, neuron).

    Returns:
        Derivative by the gains (trial, neuron).
    """
    gains = tape.gains
    last = len(tape.rates) - 1
    by_activation = rate_gradient[last] * tape.slopes[last, 0]
    by_gains = by_activation * tape.states[last, 0]
    by_state = by_activation * gains
    for step in range(last - 1, -1, -1):
        by_step_start = by_state.copy()
        by_next_stage = np.zeros_like(by_state)
        for stage in (3, 2, 1, 0):
            by_change = STAGE_WEIGHTS[stage] * by_state
            if stage < 3:
                by_change += NEXT_STAGE_WEIGHTS[stage] * by_next_stage
            by_change *= tape.rate
            by_activation = by_change @ weights
            if stage == 0:
                by_activation += rate_gradient[step]
            by_activation *= tape.slopes[step, stage]
            by_gains += by_activation * tape.states[step, stage]
            by_activation *= gains
            by_activation -= by_change
            by_next_stage = by_activation
            by_step_start += by_next_stage
        by_state = by_step_start
    return by_gains
