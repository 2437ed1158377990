"""The eigenvalues of the Gaussian tensor of largest entropy with given marginal covariances."""

from __future__ import annotations

import math

import numpy as np

from corticomotor.arrays import Array
from corticomotor.runtime.errors import DivergenceError

MAX_ITERATIONS = 100
TOLERANCE = 1e-9
# Newton steps on a self-concordant function converge quadratically below this decrement
# (Boyd & Vandenberghe, Convex Optimization, section 9.6.4).
SAFE_DECREMENT = 0.25


def maximum_entropy_variances(marginals: tuple[Array, Array, Array]) -> Array:
    """Find the variances s_ijk of largest Σ log s whose sums over two axes are the marginals.

    They are s_ijk = 1/(a_i + b_j + c_k) with multipliers a, b, c such that Σ_jk s_ijk = α_i, and
    so on, to a relative error of 1e-9 each. The multipliers minimise
    Σ aα + Σ bβ + Σ cγ − Σ log(a_i + b_j + c_k), which is convex and self-concordant: Newton steps
    with a line search find them from any start.

    Args:
        marginals: α (I,), β (J,) and γ (K,), all positive and with the same sum.

    Returns:
        s (I, J, K).

    Raises:
        DivergenceError: the marginals are not met after many steps.

    Source: Elsayed & Cunningham, Nature Neuroscience 20:1310 (2017), Methods and supplement
    (there by conjugate gradients on the logarithms of the multipliers).
    """
    marginal = np.concatenate(marginals)
    shape = tuple(part.size for part in marginals)
    ends = np.cumsum(shape)[:-1]
    gauge = _gauge(marginals)

    def multiplier_sums(scaled: Array) -> Array:
        """Sum a_i + b_j + c_k, of multipliers that come times their marginals.

        So scaled, they and the Hessian are of moderate size however small a marginal is.
        """
        a, b, c = np.split(scaled / marginal, ends)
        return a[:, np.newaxis, np.newaxis] + b[:, np.newaxis] + c

    sums = multiplier_sums(
        np.concatenate([np.full(size, math.prod(shape) / size / 3) for size in shape])
    )
    error = np.inf
    for _ in range(MAX_ITERATIONS):
        variances = 1 / sums
        gradient = 1 - _marginal_sums(variances) / marginal
        error = float(np.abs(gradient).max())
        if error < TOLERANCE:
            return variances
        hessian = _hessian(variances**2) / np.outer(marginal, marginal)
        newton = np.linalg.solve(hessian + gauge @ gauge.T, gradient)
        step: Array = -np.asarray(newton, dtype=np.float64)
        slope = float(gradient @ step)
        change = multiplier_sums(step)
        length = _step_length(float(step.sum()), change / sums, slope)
        sums = sums + length * change
    raise DivergenceError(
        f"surrogates: marginal covariances still off by {error:.1e} after {MAX_ITERATIONS} Newton "
        "steps; check the circuit's rates"
    )


def _marginal_sums(tensor: Array) -> Array:
    return np.concatenate([tensor.sum((1, 2)), tensor.sum((0, 2)), tensor.sum((0, 1))])


def _hessian(squares: Array) -> Array:
    """Second derivatives with respect to (a, b, c): marginal sums of the squared variances."""
    ab, ac, bc = squares.sum(2), squares.sum(1), squares.sum(0)
    zeros = [np.zeros((n, n)) for n in squares.shape]
    off_diagonal = np.block([[zeros[0], ab, ac], [ab.T, zeros[1], bc], [ac.T, bc.T, zeros[2]]])
    return off_diagonal + np.diag(_marginal_sums(squares))


def _gauge(marginals: tuple[Array, Array, Array]) -> Array:
    """Orthonormal directions (2) that change no sum a_i + b_j + c_k; the Hessian is 0 there."""
    a, b, c = marginals
    shift_ab = np.concatenate([a, -b, np.zeros_like(c)])
    shift_ac = np.concatenate([a, np.zeros_like(b), -c])
    return np.linalg.qr(np.stack([shift_ab, shift_ac], axis=1))[0]


def _step_length(linear: float, relative: Array, slope: float) -> float:
    """Longest of a halving sequence of steps that stays feasible and lowers the objective enough.

    Along the step the objective changes by length·linear − Σ log(1 + length·relative).
    """
    if -slope < SAFE_DECREMENT**2:
        return 1.0
    length = min(1.0, 0.95 / max(-float(relative.min()), np.finfo(float).tiny))
    while length * linear - np.log1p(length * relative).sum() > 0.01 * length * slope:
        length /= 2
    return length
