"""The formulas of appendix A.4 of the motif paper as they are printed, and plain integration."""

import numpy as np
from scipy.linalg import expm


def equation_3(dynamics, readout, roughness_penalty):
    """Cost of preparation by the eigenvectors of J_prep, for differences of unit variance."""
    neurons = len(dynamics)
    eigenvalues, right = np.linalg.eig(dynamics)
    left = np.linalg.inv(right)
    lam = -1 / (eigenvalues[:, None] + eigenvalues[None, :])
    gamma = eigenvalues[:, None] * eigenvalues[None, :] * lam
    speed = np.trace(right @ ((left @ left.T) * lam) @ right.T)
    change = readout @ right @ ((left @ left.T) * gamma) @ right.T @ readout
    return (speed + roughness_penalty * neurons * change).real


def loop_cost(dynamics, readout, left_vector, right_vector, state, duration, intervals=400):
    """See `LoopCost`: its integrals by Simpson's rule along exp(J t)."""
    step = duration / intervals
    propagator = expm(step * (dynamics + np.outer(left_vector, right_vector)))
    weights = np.full(intervals + 1, 2.0)
    weights[1::2], weights[[0, -1]] = 4.0, 1.0
    noise = square = 0.0
    sensitivity, moving = readout, state
    for weight in weights * step / 3:
        noise += weight * sensitivity @ sensitivity
        square += weight * moving @ moving / duration
        sensitivity, moving = sensitivity @ propagator, propagator @ moving
    neurons = len(readout)
    return np.log(noise * (1 + state @ state / neurons) * (1 + square / neurons))


def runge_kutta(dynamics, constant, state, duration, steps):
    """Integrate dx/dt = dynamics x + constant."""
    step = duration / steps

    def velocity(x):
        return dynamics @ x + constant

    for _ in range(steps):
        first = velocity(state)
        second = velocity(state + step / 2 * first)
        third = velocity(state + step / 2 * second)
        fourth = velocity(state + step * third)
        state = state + step / 6 * (first + 2 * second + 2 * third + fourth)
    return state
