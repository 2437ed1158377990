"""Gramians of a linear network and the initial state that they prefer."""

import numpy as np
from scipy import linalg
from scipy.linalg import lapack

from corticomotor.arrays import Array

# Below this size halving costs more in calls than it saves in the solver.
_SMALL = 32


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
    shifted, right = schur_form - shift * identity, -2 * identity
    # With rows and columns in reverse order the transpose is quasi upper triangular as well.
    observability = _lyapunov(shifted.T[::-1, ::-1], right)[::-1, ::-1]
    return observability, _lyapunov(shifted, right)


def _lyapunov(form: Array, right: Array) -> Array:
    """X with A X + X A^T = C for quasi upper triangular A and symmetric C.

    By halves, so that matrix products do most of the work: LAPACK's solver alone, which goes
    element by element and knows nothing of the symmetry, takes three times as long.

    Source: Jonsson & Kågström, ACM Transactions on Mathematical Software 28:392 (2002).
    """
    neurons = len(form)
    if neurons <= _SMALL:
        return _sylvester(form, form, right)
    half = neurons // 2
    # A pair of complex eigenvalues is a block of two rows, which stay together.
    half += form[half, half - 1] != 0
    first, second = slice(None, half), slice(half, None)
    solution = np.empty_like(right)
    last = _lyapunov(form[second, second], right[second, second])
    corner = _sylvester(
        form[first, first],
        form[second, second],
        right[first, second] - form[first, second] @ last,
    )
    feedback = form[first, second] @ corner.T
    solution[first, first] = _lyapunov(
        form[first, first], right[first, first] - feedback - feedback.T
    )
    solution[first, second] = corner
    solution[second, first] = corner.T
    solution[second, second] = last
    return solution


def _sylvester(left_form: Array, right_form: Array, right: Array) -> Array:
    """X with A X + X B^T = C for quasi upper triangular A and B."""
    scaled, scale, _ = lapack.dtrsyl(left_form, right_form, right, tranb="T")
    solution: Array = scaled / scale
    return solution


def observability_gramian(weights: Array) -> Array:
    """Observability Gramian Q of the linear dynamics dx/dt = (W - I) x, time in time constants.

    x^T Q x / 2 is the energy that the network's activity goes on to have when it starts at x.

    Args:
        weights: W (neuron, presynaptic neuron) with spectral abscissa below 1.

    Returns:
        Q (neuron, neuron), symmetric positive definite: A^T Q + Q A = -2I for A = W - I.

    Source: Hennequin, Vogels & Gerstner, Neuron 82:1394 (2014).
    """
    dynamics = weights - np.eye(len(weights))
    gramian = linalg.solve_continuous_lyapunov(dynamics.T, -2 * np.eye(len(weights)))
    return np.asarray((gramian + gramian.T) / 2, dtype=np.float64)


def preferred_initial_state(weights: Array, scale: float) -> Array:
    """Initial state that evokes the largest transient (neuron,); see `preferred_initial_states`."""
    return preferred_initial_states(weights, scale, 1)[0]


def preferred_initial_states(weights: Array, scale: float, count: int) -> Array:
    """Initial states that evoke the largest transients, at right angles to each other.

    Args:
        weights: W (neuron, presynaptic neuron) with spectral abscissa below 1.
        scale: root mean square of each state.
        count: how many.

    Returns:
        The leading eigenvectors of the observability Gramian (state, neuron), the first first, with
        norms `scale` * sqrt(N). Signs are chosen so that the largest entry of each is positive.
    """
    neurons = len(weights)
    _, vectors = linalg.eigh(
        observability_gramian(weights), subset_by_index=[neurons - count, neurons - 1]
    )
    leading = vectors.T[::-1]
    largest = np.take_along_axis(leading, np.argmax(np.abs(leading), axis=1)[:, np.newaxis], axis=1)
    states: Array = leading * np.sign(largest) * scale * np.sqrt(neurons)
    return states
