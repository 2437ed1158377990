"""Stability optimisation as published: plain descent, everything solved afresh."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.linalg import solve_continuous_lyapunov

from corticomotor.arrays import Array


def plain_descent(
    weights: Array,
    *,
    excitatory: int,
    inhibition_ratio: float = 3.0,
    inhibitory_density: float = 0.4,
    learning_rate: float = 10.0,
    shift_factor: float = 1.5,
    shift_margin: float = 0.2,
) -> Iterator[tuple[Array, float]]:
    """Yield the weights (neuron, presynaptic neuron) and spectral abscissa of each iteration.

    The loop of the published code of Stroud et al. (2018): eigenvalues and two Lyapunov equations
    per iteration, no momentum. Only the constraints come in another order: self-connections go
    first and the scaling comes last, so that all of them hold at the end.
    """
    weights = weights.copy()
    identity = np.eye(len(weights))
    while True:
        abscissa = float(np.linalg.eigvals(weights).real.max())
        yield weights, abscissa
        shifted = weights - max(shift_factor * abscissa, abscissa + shift_margin) * identity
        observability = solve_continuous_lyapunov(shifted.T, -2 * identity)
        controllability = solve_continuous_lyapunov(shifted, -2 * identity)
        gradient = observability @ controllability
        gradient /= np.trace(gradient)
        moved = weights - learning_rate * gradient
        moved[:, :excitatory] = weights[:, :excitatory]
        weights = constrained(moved, excitatory, inhibition_ratio, inhibitory_density)


def constrained(weights: Array, excitatory: int, ratio: float, density: float) -> Array:
    """Weights (neuron, presynaptic neuron) whose inhibitory columns obey all constraints."""
    neurons = len(weights)
    weights = weights.copy()
    strengths = []
    for row in range(neurons):
        for column in range(excitatory, neurons):
            if row == column or weights[row, column] > 0:
                weights[row, column] = 0.0
            strengths.append((weights[row, column], row, column))
    for _, row, column in sorted(strengths)[round(density * len(strengths)) :]:
        weights[row, column] = 0.0
    for rows in (slice(0, excitatory), slice(excitatory, neurons)):
        inhibition = weights[rows, excitatory:].mean()
        weights[rows, excitatory:] *= -ratio * weights[rows, :excitatory].mean() / inhibition
    return weights
