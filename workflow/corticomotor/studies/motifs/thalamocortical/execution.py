"""Loops that make a linear cortex produce a sum of exponentials, robustly to noise.

While motif mu is executed, dx/dt = (M + u v^T) x with M = g (J - I), time in units of tau. The
loop's right vector v places eigenvalues, the initial state sets their amplitudes, and the loop's
left vector u is free to shape the eigenvectors (motor-motif paper, appendix A.4; Logiaco et al.
2019).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize

from corticomotor.arrays import Array
from corticomotor.runtime.errors import InputError
from corticomotor.studies.motifs.thalamocortical.exponentials import ComplexArray, Exponentials

if TYPE_CHECKING:
    from corticomotor.studies.motifs.settings.thalamocortical import Thalamocortical


def place_eigenvalues(dynamics: Array, left_vector: Array, eigenvalues: ComplexArray) -> Array:
    """Loop right_vector v with which M + u v^T has the wanted eigenvalues.

    v = L^T diag(L u)^-1 Q^+ 1 with the left eigenvectors L of M and Q_kj = 1 / (wanted_k - of M_j).
    The pseudo-inverse keeps the loop small in eigenvector coordinates, so that the eigenvalues that
    are not asked for stay close to those of M.

    Args:
        dynamics: M (neuron, presynaptic neuron).
        left_vector: u (neuron,).
        eigenvalues: wanted (exponential,), closed under conjugation.

    Returns:
        v (neuron,).

    Raises:
        InputError: more eigenvalues are wanted than there are neurons.
    """
    own, _, left = _eigensystem(dynamics)
    right_vector: Array = (left.T @ (_strengths(own, eigenvalues) / (left @ left_vector))).real
    return right_vector


def initial_state(
    dynamics: Array, left_vector: Array, readout: Array, motif: Exponentials
) -> Array:
    """State from which the readout follows the motif.

    x = R diag(R^T w)^-1 alpha, with the right eigenvectors R of M + u v^T for the motif's
    eigenvalues: those are (eigenvalue - M)^-1 u, whatever their length.

    Args:
        dynamics: M (neuron, presynaptic neuron).
        left_vector: u (neuron,); v is that of `place_eigenvalues`.
        readout: w (neuron,).
        motif: eigenvalues and amplitudes.

    Returns:
        x (neuron,).
    """
    shifted = motif.eigenvalues[:, np.newaxis, np.newaxis] * np.eye(len(dynamics)) - dynamics
    vectors = np.linalg.solve(shifted, left_vector[:, np.newaxis])[..., 0]
    state: Array = ((motif.amplitudes / (vectors @ readout)) @ vectors).real
    return state


def noise_robust_loop(
    rng: np.random.Generator,
    dynamics: Array,
    readout: Array,
    motif: Exponentials,
    duration: float,
    settings: Thalamocortical,
) -> tuple[Array, Array]:
    """Loop whose motif suffers least from noise in the initial state; see `LoopCost`.

    The best of several starts from random u. Only the product u v^T matters: u and v share its
    norm equally.

    Args:
        rng: draws the starts.
        dynamics: M (neuron, presynaptic neuron).
        readout: w (neuron,).
        motif: eigenvalues to place and amplitudes.
        duration: length of the execution in time constants.
        settings: starts and iterations.

    Returns:
        u and v, each (neuron,).

    Raises:
        InputError: the motif has more exponentials than there are neurons.
    """
    cost = LoopCost(dynamics, readout, motif, duration)
    fits = [
        optimize.minimize(
            cost,
            rng.standard_normal(len(dynamics)),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": settings.loop_iterations, "maxcor": 20},
        )
        for _ in range(settings.loop_starts)
    ]
    left_vector = min(fits, key=lambda fit: float(fit.fun)).x
    right_vector = place_eigenvalues(dynamics, left_vector, motif.eigenvalues)
    balance = np.sqrt(np.linalg.norm(right_vector) / np.linalg.norm(left_vector))
    return left_vector * balance, right_vector / balance


class LoopCost:
    """Logarithm of the noise in the readout times the distances that preparations cover.

    The noise is the time-integral over the execution of E (w^T exp(J t) d)^2 with J = M + u v^T and
    isotropic d of unit variance. Alone, it would lead to vast states, which are hard to prepare and
    to leave: what a preparation leaves of a distance is proportional to it. So the noise is
    multiplied by 1 + |x(0)|^2 / N, for the preparation of this motif from standard normal states,
    and by 1 + the mean over time of |x(t)|^2 / N, for the preparation of others from this one.

    With the eigenvectors R, L of M and b = L u, J is R diag(b) (diag(eigenvalues of M) + 1 a^T)
    diag(b)^-1 L, where a does not depend on u: u scales the axes and leaves all eigenvalues alone.

    Args:
        dynamics: M (neuron, presynaptic neuron).
        readout: w (neuron,).
        motif: eigenvalues to place and amplitudes.
        duration: length of the execution in time constants.
    """

    def __init__(
        self, dynamics: Array, readout: Array, motif: Exponentials, duration: float
    ) -> None:
        own, self._right, self._left = _eigensystem(dynamics)
        self._overlap = self._left @ self._left.conj().T
        self._readout = self._right.T @ readout
        self._amplitudes = motif.amplitudes
        placed, self._vectors, self._inverse = _eigensystem(
            np.diag(own) + _strengths(own, motif.eigenvalues)
        )
        self._decay = _integrals(placed, duration)
        # The eigenvectors of the motif's own eigenvalues, in their order.
        self._motif_vectors = 1 / (motif.eigenvalues - own[:, np.newaxis])
        self._motif_decay = _integrals(motif.eigenvalues, duration) / duration

    def __call__(self, left_vector: Array) -> tuple[float, Array]:
        """Cost of u (neuron,) and its gradient (neuron,)."""
        scales = self._left @ left_vector
        neurons = len(scales)
        noise, by_scales = self._noise(scales)
        cost, gradient = np.log(noise), by_scales / noise
        for kernel in (np.ones_like(self._motif_decay), self._motif_decay):
            square, by_scales = self._squared_norm(scales, kernel)
            cost += np.log1p(square / neurons)
            gradient += by_scales / (neurons + square)
        by_left_vector: Array = (self._left.T @ gradient).real
        return float(cost), by_left_vector

    # A gradient g by a complex z means here that a cost changes by the real part of g^T dz.

    def _noise(self, scales: ComplexArray) -> tuple[float, ComplexArray]:
        """Time-integral of the squared readout, by b."""
        seen = self._vectors.T @ (self._readout * scales)
        spread = np.outer(1 / scales, 1 / scales.conj()) * self._overlap
        covariance = self._inverse @ spread @ self._inverse.conj().T
        by_seen = 2 * (self._decay * covariance) @ seen.conj()
        weight = self._inverse.T @ (self._decay * np.outer(seen, seen.conj()))
        by_inverse_scales = (
            2 * (self._overlap * (weight @ self._inverse.conj())) @ (1 / scales.conj())
        )
        gradient = self._readout * (self._vectors @ by_seen) - by_inverse_scales / scales**2
        return float((seen @ by_seen).real / 2), gradient

    def _squared_norm(
        self, scales: ComplexArray, kernel: ComplexArray
    ) -> tuple[float, ComplexArray]:
        """Squared norm of the motif's state by b; the kernel weighs pairs of exponentials."""
        seen = self._motif_vectors.T @ (self._readout * scales)
        factors = self._amplitudes / seen
        vectors = self._right @ (scales[:, np.newaxis] * self._motif_vectors)
        weighted = kernel * (vectors.T @ vectors.conj())
        by_factors = 2 * weighted @ factors.conj()
        by_vectors = 2 * vectors.conj() @ (kernel * np.outer(factors, factors.conj())).T
        gradient = np.sum((self._right.T @ by_vectors) * self._motif_vectors, axis=1)
        gradient -= self._readout * (self._motif_vectors @ (by_factors * factors / seen))
        return float((factors @ by_factors).real / 2), gradient


def _strengths(own: ComplexArray, wanted: ComplexArray) -> ComplexArray:
    """Product a = Q^+ 1 of both loop vectors along each eigenvector that places eigenvalues."""
    if len(wanted) > len(own):
        raise InputError(
            f"motifs.thalamocortical.exponentials: expected at most {len(own)} (neurons), "
            f"found {len(wanted)}"
        )
    gains = 1 / (wanted[:, np.newaxis] - own)
    strengths: ComplexArray = np.linalg.pinv(gains).sum(axis=1)
    return strengths


def _eigensystem(matrix: Array | ComplexArray) -> tuple[ComplexArray, ComplexArray, ComplexArray]:
    """Eigenvalues, right eigenvectors in columns and left ones in rows, each other's inverse."""
    values, right = np.linalg.eig(matrix)
    return (
        values.astype(np.complex128),
        right.astype(np.complex128),
        np.linalg.inv(right).astype(np.complex128),
    )


def _integrals(eigenvalues: ComplexArray, duration: float) -> ComplexArray:
    """Integrals of exp((eigenvalue_i + conjugate of eigenvalue_j) t) from 0 to the duration."""
    rates = eigenvalues[:, np.newaxis] + eigenvalues.conj()
    integrals: ComplexArray = np.expm1(rates * duration) / rates
    return integrals
