"""Preparatory loops, which bring a linear cortex fast and smoothly to the state a motif needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg, optimize
from scipy.linalg import lapack

from corticomotor.arrays import Array
from corticomotor.runtime.errors import InputError

if TYPE_CHECKING:
    from corticomotor.studies.motifs.settings.thalamocortical import Thalamocortical


def preparatory_cost(
    dynamics: Array, readout: Array, roughness_penalty: float
) -> tuple[float, Array]:
    """Cost of equation 3 and its gradient by the preparatory dynamics A.

    The integral of E(|d|^2 + beta N (w^T dd/dt)^2) with dd/dt = A d and d(0) standard normal is
    tr X, where A^T X + X A = -(I + beta N A^T w w^T A). With the Gramian Y of A Y + Y A^T = -I, the
    gradient is 2 X Y + 2 beta N w w^T A Y.

    Args:
        dynamics: A (neuron, presynaptic neuron).
        readout: w (neuron,).
        roughness_penalty: beta.

    Returns:
        The cost, infinite if A is not stable, and its gradient (neuron, presynaptic neuron).
    """
    neurons = len(dynamics)
    form, basis = linalg.schur(dynamics)
    if np.diag(form).max() >= 0:
        return np.inf, np.zeros_like(dynamics)
    drift = dynamics.T @ readout
    rotated = basis.T @ drift
    running = np.eye(neurons) + roughness_penalty * neurons * np.outer(rotated, rotated)
    # In reverse order the transpose is quasi upper triangular as well.
    cost_to_go = _lyapunov(form.T[::-1, ::-1], -running[::-1, ::-1])[::-1, ::-1]
    spread = _lyapunov(form, -np.eye(neurons))
    gradient = 2 * basis @ (cost_to_go @ spread) @ basis.T
    gradient += 2 * roughness_penalty * neurons * np.outer(readout, basis @ (spread @ rotated))
    return float(np.trace(cost_to_go)), gradient


def preparatory_weights(
    rng: np.random.Generator,
    dynamics: Array,
    readout: Array,
    settings: Thalamocortical,
) -> tuple[Array, Array]:
    """Loops U V^T that prepare fast and smoothly: a minimum of equation 3 plus a cost of weights.

    Equation 3 alone has no minimum: the loops' directions decay the faster the stronger the loops.
    Half of `weight_cost` times the sum of all squared weights bounds them, and balances U and V.
    The descent begins at the linear-quadratic regulator of random U, which is stable even where
    the cortex is not.

    Args:
        rng: draws the first U.
        dynamics: M = g (J - I) (neuron, presynaptic neuron).
        readout: w (neuron,).
        settings: loops, costs and iterations.

    Returns:
        U and V, each (neuron, loop).

    Raises:
        InputError: there are more loops than neurons.
    """
    neurons, loops = len(dynamics), settings.loops
    if loops > neurons:
        raise InputError(
            f"motifs.thalamocortical.loops: expected at most {neurons} (neurons), found {loops}"
        )
    left_vectors = linalg.qr(rng.standard_normal((neurons, loops)), mode="economic")[0]
    regulator = linalg.solve_continuous_are(dynamics, left_vectors, np.eye(neurons), np.eye(loops))
    start = np.stack([left_vectors, -regulator @ left_vectors])
    barrier = np.inf

    def cost(weights: Array) -> tuple[float, Array]:
        left_vectors, right_vectors = weights.reshape(start.shape)
        value, gradient = preparatory_cost(
            dynamics + left_vectors @ right_vectors.T, readout, settings.roughness_penalty
        )
        value += settings.weight_cost / 2 * float(weights @ weights)
        by_weights = np.stack([gradient @ right_vectors, gradient.T @ left_vectors]).ravel()
        # The line search cannot go on from infinity; anything above the start turns it back.
        return min(value, barrier), by_weights + settings.weight_cost * weights

    barrier = 10 * cost(start.ravel())[0]
    result = optimize.minimize(
        cost,
        start.ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": settings.preparatory_iterations, "maxcor": 20, "gtol": 0.0},
    )
    weights: Array = result.x.reshape(start.shape)
    return weights[0], weights[1]


def _lyapunov(form: Array, right: Array) -> Array:
    """X with A X + X A^T = C for quasi upper triangular A."""
    scaled, scale, _ = lapack.dtrsyl(form, form, right, tranb="T")
    solution: Array = scaled / scale
    return solution
