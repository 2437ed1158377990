"""Approximation of a motif by a few complex exponentials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from corticomotor.arrays import Array
from corticomotor.runtime.errors import DivergenceError

if TYPE_CHECKING:
    from corticomotor.studies.motifs.settings.thalamocortical import Thalamocortical

ComplexArray = NDArray[np.complex128]


@dataclass(frozen=True)
class Exponentials:
    """A real sum of complex exponentials: its terms are real or come in conjugate pairs.

    Attributes:
        eigenvalues: per tau (exponential,).
        amplitudes: (exponential,).
    """

    eigenvalues: ComplexArray
    amplitudes: ComplexArray

    def __call__(self, times: Array) -> Array:
        """Value at the times (time,)."""
        values: Array = (np.exp(np.outer(times, self.eigenvalues)) @ self.amplitudes).real
        return values


def fit_exponentials(
    rng: np.random.Generator, target: Array, times: Array, count: int, settings: Thalamocortical
) -> Exponentials:
    """Least-squares fit of a motif by decaying exponentials that add up to 0 at time 0.

    The best of several starts, each from random eigenvalues with their best amplitudes. The
    eigenvalues lie at least `separation` apart and decay at rates of at most `largest_damping`;
    the amplitudes are at most `largest_amplitude` (motor-motif paper, appendix A.4).

    Args:
        rng: draws the starts.
        target: (time,).
        times: (time,), rising from 0 or later, in time constants.
        count: number of exponentials; one is real if that is odd.
        settings: constraints and starts.

    Raises:
        DivergenceError: no start leads to a fit that obeys the constraints.
    """
    problem = _Problem(target, times, count, settings)
    fits = [problem.fit(problem.start(rng)) for _ in range(settings.fit_starts)]
    allowed = [fit for fit in fits if problem.violation(fit.x) < 1e-6]
    if not allowed:
        raise DivergenceError(
            f"fit of a motif by exponentials: none of {settings.fit_starts} starts obeys the "
            "constraints: raise motifs.thalamocortical.fit_starts"
        )
    return problem.exponentials(min(allowed, key=lambda fit: float(fit.fun)).x)


class _Problem:
    """The fit as a nonlinear programme.

    The parameters are decay rates, angular frequencies and the amplitudes' real and imaginary parts
    (4, term), flattened. A term stands for a conjugate pair, or is real: then its frequency and its
    imaginary part are held at 0.
    """

    def __init__(self, target: Array, times: Array, count: int, settings: Thalamocortical) -> None:
        self._target, self._times, self._settings = target, times, settings
        self._count = count
        pairs, odd = divmod(count, 2)
        self._pairs, self._terms = pairs, pairs + odd
        self._multiplicity = np.r_[np.full(pairs, 2.0), np.ones(odd)]
        # The value at time 0 is this times the parameters.
        zeros = np.zeros(self._terms)
        self._sum_at_0 = np.concatenate([zeros, zeros, self._multiplicity, zeros])
        self._others = np.triu_indices(self._terms, 1)
        # Slower decay than by a tenth over the whole motif could not be told from none.
        slowest = min(0.1 / times[-1], settings.largest_damping)
        lower = np.full((4, self._terms), -np.inf)
        upper = np.full((4, self._terms), np.inf)
        lower[0], upper[0] = slowest, settings.largest_damping
        # An eigenvalue keeps its distance from its own conjugate, too.
        lower[1] = settings.separation / 2
        lower[[1, 3], pairs:] = upper[[1, 3], pairs:] = 0.0
        self._bounds = optimize.Bounds(lower.ravel(), upper.ravel())

    def start(self, rng: np.random.Generator) -> Array:
        """Draw eigenvalues and find their best amplitudes; all constraints hold."""
        times, separation = self._times, self._settings.separation
        slowest, fastest = self._bounds.lb[0], self._bounds.ub[0]
        decay = rng.uniform(slowest, np.clip(10 / times[-1], slowest, fastest), self._terms)
        # Up to as many cycles as there are exponentials.
        highest = 2 * np.pi * self._count / times[-1]
        frequency = np.zeros(self._terms)
        frequency[: self._pairs] = np.sort(rng.uniform(0, highest, self._pairs))
        frequency[: self._pairs] += separation * (np.arange(self._pairs) + 1)
        waves = self._multiplicity * np.exp(np.outer(times, -decay + 1j * frequency))
        columns = np.hstack([waves.real, -waves.imag])
        # A ridge penalty keeps amplitudes of similar waves apart from infinity; a Lagrange
        # multiplier makes the sum 0 at time 0.
        sum_at_0 = self._sum_at_0[2 * self._terms :]
        power = columns.T @ columns + 1e-2 * len(times) * np.eye(len(sum_at_0))
        equations = np.block([[power, sum_at_0[:, np.newaxis]], [sum_at_0, 0.0]])
        amplitudes = np.linalg.solve(equations, np.r_[columns.T @ self._target, 0.0])[:-1]
        allowed = self._settings.largest_amplitude
        largest = np.hypot(*amplitudes.reshape(2, -1)).max()
        amplitudes *= allowed / max(allowed, largest)
        return np.concatenate([decay, frequency, amplitudes])

    def fit(self, start: Array) -> optimize.OptimizeResult:
        """Move all parameters under all constraints."""
        result: optimize.OptimizeResult = optimize.minimize(
            self._cost,
            start,
            jac=True,
            method="SLSQP",
            bounds=self._bounds,
            constraints=[
                optimize.LinearConstraint(self._sum_at_0, 0.0, 0.0),
                optimize.NonlinearConstraint(
                    self._margins, 0.0, np.inf, jac=self._margin_gradients
                ),
            ],
            options={"maxiter": 200, "ftol": 1e-7},
        )
        return result

    def violation(self, parameters: Array) -> float:
        """Largest amount by which a constraint is not met."""
        return float(max(abs(self._sum_at_0 @ parameters), -self._margins(parameters).min()))

    def exponentials(self, parameters: Array) -> Exponentials:
        """Write all terms out."""
        decay, frequency, real, imaginary = parameters.reshape(4, -1)
        pair = slice(0, self._pairs)
        eigenvalues, amplitudes = -decay + 1j * frequency, real + 1j * imaginary
        return Exponentials(
            np.concatenate([eigenvalues, eigenvalues[pair].conj()]),
            np.concatenate([amplitudes, amplitudes[pair].conj()]),
        )

    def _cost(self, parameters: Array) -> tuple[float, Array]:
        """Mean squared error and its gradient."""
        decay, frequency, real, imaginary = parameters.reshape(4, -1)
        waves = self._multiplicity * np.exp(np.outer(self._times, -decay + 1j * frequency))
        amplitudes = real + 1j * imaginary
        error = (waves @ amplitudes).real - self._target
        scale = 2 / len(error)
        by_amplitude = scale * (error @ waves)
        by_eigenvalue = scale * ((self._times * error) @ waves) * amplitudes
        gradient = [-by_eigenvalue.real, -by_eigenvalue.imag, by_amplitude.real, -by_amplitude.imag]
        return float(np.mean(error**2)), np.concatenate(gradient)

    def _margins(self, parameters: Array) -> Array:
        """What must not be negative: first for each two terms, then for each amplitude."""
        values = parameters.reshape(4, -1)
        first, second = self._others
        distance = values[:2, first] - values[:2, second]
        return np.concatenate(
            [
                np.sum(distance**2, axis=0) / self._settings.separation**2 - 1,
                1 - np.sum(values[2:] ** 2, axis=0) / self._settings.largest_amplitude**2,
            ]
        )

    def _margin_gradients(self, parameters: Array) -> Array:
        values = parameters.reshape(4, -1)
        first, second = self._others
        slope = 2 * (values[:2, first] - values[:2, second]) / self._settings.separation**2
        distances = np.zeros((len(first), 4, self._terms))
        rows = np.arange(len(first))
        distances[rows, :2, first] = slope.T
        distances[rows, :2, second] = -slope.T
        amplitudes = np.zeros((self._terms, 4, self._terms))
        terms = np.arange(self._terms)
        amplitudes[terms, 2:, terms] = -2 * values[2:].T / self._settings.largest_amplitude**2
        return np.concatenate([distances, amplitudes]).reshape(-1, 4 * self._terms)
