"""The one simulator: tau dx/dt = -x + W f(g * x) + input."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from corticomotor.arrays import Array
from corticomotor.dynamics.integration import euler_step, rk4_step
from corticomotor.dynamics.nonlinearities import Nonlinearity
from corticomotor.runtime.errors import DivergenceError


@dataclass(frozen=True)
class RateNetwork:
    """tau dx/dt = -x + W f(x), with x the activations and f(x) the rates.

    Attributes:
        weights: W (unit, presynaptic unit).
        time_constant_ms: tau.
        nonlinearity: f.
    """

    weights: Array
    time_constant_ms: float
    nonlinearity: Nonlinearity


def simulate(
    network: RateNetwork,
    initial_state: Array,
    *,
    steps: int,
    step_ms: float,
    method: Literal["euler", "rk4"],
    gains: Array | float = 1.0,
    drive: Array | None = None,
    disturbance: Array | None = None,
    activations: Array | None = None,
) -> Array:
    """Simulate a batch of trials of a rate network.

    Args:
        network: with n units.
        initial_state: activations (trial, unit) at time 0.
        steps: number of integration steps.
        step_ms: their length.
        method: Euler, or Runge-Kutta of fourth order. Circuits with strong transients need the
            latter: at 1 ms Euler errs by 9 % on a stability-optimised circuit.
        gains: per-unit gains g of the rates f(g * x), (trial, unit) or broadcast to it.
        drive: external input (steps, trial, unit), held constant within a step.
        disturbance: added to the state before each of the first steps (step, trial, unit).
        activations: filled, if given, with the activations x behind the rates
            (steps + 1, trial, unit).

    Returns:
        Rates f(g * x) (steps + 1, trial, unit), at the start and after each step.

    Raises:
        DivergenceError: the activity leaves the finite numbers.
    """
    batch = (len(initial_state), len(network.weights))
    gains = np.broadcast_to(np.asarray(gains, dtype=float), batch)
    rates = np.empty((steps + 1, *batch))
    recurrent = np.ascontiguousarray(network.weights.T)
    rate = step_ms / network.time_constant_ms

    def activate(state: Array) -> Array:
        return network.nonlinearity(gains * state)

    def record(step: int, state_rates: Array, state: Array) -> None:
        rates[step] = state_rates
        if activations is not None:
            activations[step] = state

    def current(step: int, stage: int, at: Array) -> Array:
        stage_rates = activate(at)
        if stage == 0:
            record(step, stage_rates, at)
        total: Array = stage_rates @ recurrent
        return total if drive is None else total + drive[step]

    state = np.array(initial_state, dtype=float)
    for step in range(steps):
        if disturbance is not None and step < len(disturbance):
            state += disturbance[step]
        if method == "euler":
            euler_step(state, current(step, 0, state), rate)
        else:
            rk4_step(state, partial(current, step), rate)
    record(steps, activate(state), state)
    # Bounded nonlinearities hide a runaway state from the rates, so the state itself is looked at.
    if not np.isfinite(state).all():
        raise DivergenceError(
            f"simulation: activity is no longer finite after {steps} steps of {step_ms} ms: "
            "use a shorter step or smaller gains"
        )
    return rates
