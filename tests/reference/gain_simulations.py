"""Movements of a circuit one gain pattern at a time, by a general solver with adaptive steps."""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp

from corticomotor.arrays import Array
from corticomotor.dynamics.trials import Circuits
from corticomotor.learning.movements import Readout


def outputs_one_at_a_time(
    circuits: Circuits,
    initial_state: Array,
    gains: Array,
    readout: Readout,
    times_ms: Array,
    *,
    tolerance: float,
) -> Array:
    """Outputs (time, trial) by Runge-Kutta steps of fifth order.

    Args:
        circuits: with weights that all trials share.
        initial_state: x at the start (neuron,).
        gains: (trial, neuron).
        readout: that all trials share.
        times_ms: from 0.
        tolerance: of a step, relative to the state and in its unit.
    """
    weights, nonlinearity = circuits.weights, circuits.nonlinearity

    def slope(_: float, state: Array, own: Array) -> Array:
        change: Array = (weights @ nonlinearity(own * state) - state) / circuits.time_constant_ms
        return change

    outputs = np.empty((len(times_ms), len(gains)))
    for trial, own in enumerate(gains):
        solution = solve_ivp(
            slope,
            (0.0, times_ms[-1]),
            initial_state,
            method="RK45",
            t_eval=times_ms,
            rtol=tolerance,
            atol=tolerance,
            args=(own,),
        )
        outputs[:, trial] = readout.output(nonlinearity(own[:, np.newaxis] * solution.y).T)
    return outputs
