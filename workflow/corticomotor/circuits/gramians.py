"""Gramians of a linear network and the initial state that they prefer."""

import numpy as np
from scipy import linalg
from scipy.linalg import lapack

from corticomotor.arrays import Array


def shifted_gramians(schur_form: Array, shift: float) -> tuple[Array, Array]:
    """Solve both Lyapunov equations of W - shift * I in the real Schur basis of W.

    With W = Z T Z^T and A = T - shift * I the solutions obey A^T Q + Q A = -2I and
    A P + P A^T = -2I. One Schur form thus serves the spectrum and both Gramians.

    Args:
        schur_form: T (neuron, neuron), quasi upper triangular.
        shift: above the spectral abscissa, so that A is stable.

    Returns:
        Q and P (neuron, neuron) in the Schur basis: Z Q Z^T and Z P Z^T are the Gramians.
    """
    identity = np.eye(len(schur_form))
    shifted = schur_form - shift * identity
    observability, scale_q, _ = lapack.dtrsyl(shifted, shifted, -2 * identity, trana="T")
    controllability, scale_p, _ = lapack.dtrsyl(shifted, shifted, -2 * identity, tranb="T")
    return observability / scale_q, controllability / scale_p


def observability_gramian(weights: Array) -> Array:
    """Observability Gramian Q of the linear dynamics dx/dt = (W - I) x, time in time constants.

    x^T Q x / 2 is the energy that the network's activity goes on to have when it starts at x
    (Hennequin et al. 2014).

    Args:
        weights: W (neuron, presynaptic neuron) with spectral abscissa below 1.

    Returns:
        Q (neuron, neuron), symmetric positive definite: A^T Q + Q A = -2I for A = W - I.
    """
    dynamics = weights - np.eye(len(weights))
    gramian: Array = linalg.solve_continuous_lyapunov(dynamics.T, -2 * np.eye(len(weights)))
    return (gramian + gramian.T) / 2


def preferred_initial_state(weights: Array, scale: float) -> Array:
    """Initial state that evokes the largest transient.

    Returns:
        The top eigenvector of the observability Gramian (neuron,) with norm `scale` * sqrt(N).
        Its sign is chosen so that its largest entry is positive.
    """
    neurons = len(weights)
    _, vectors = linalg.eigh(
        observability_gramian(weights), subset_by_index=[neurons - 1, neurons - 1]
    )
    vector = vectors[:, 0]
    state: Array = vector * np.sign(vector[np.argmax(np.abs(vector))]) * scale * np.sqrt(neurons)
    return state
