"""Rate networks integrated by an adaptive solver to a tight tolerance."""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp

from corticomotor.arrays import Array
from corticomotor.dynamics import RateNetwork


def simulate_exactly(
    network: RateNetwork,
    initial_state: Array,
    *,
    steps: int,
    step_ms: float,
    gains: Array | float = 1.0,
    drive: Array | None = None,
    disturbance: Array | None = None,
) -> Array:
    """Rates (steps + 1, trial, unit), trial by trial and step by step.

    Arguments as those of `corticomotor.dynamics.simulate`.
    """
    trials, units = len(initial_state), len(network.weights)
    gains = np.broadcast_to(gains, (trials, units))
    rates = np.empty((steps + 1, trials, units))
    for trial in range(trials):
        state = initial_state[trial].astype(float)
        for step in range(steps):
            if disturbance is not None:
                state = state + disturbance[step, trial]
            rates[step, trial] = network.nonlinearity(gains[trial] * state)
            external = 0.0 if drive is None else drive[step, trial]
            solution = solve_ivp(
                _slope,
                (0.0, step_ms),
                state,
                method="DOP853",
                rtol=1e-12,
                atol=1e-12,
                args=(network, gains[trial], external),
            )
            state = solution.y[:, -1]
        rates[steps, trial] = network.nonlinearity(gains[trial] * state)
    return rates


def _slope(
    _: float, state: Array, network: RateNetwork, gains: Array, external: Array | float
) -> Array:
    rates = network.nonlinearity(gains * state)
    slope: Array = (-state + network.weights @ rates + external) / network.time_constant_ms
    return slope
