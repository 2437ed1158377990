"""Surrogate populations that share a circuit's covariances and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from corticomotor.arrays import Array
from corticomotor.runtime.errors import InputError
from corticomotor.similarity._maximum_entropy import maximum_entropy_variances
from corticomotor.similarity._samples import NEGLIGIBLE, as_rates, require_finite


@dataclass(frozen=True)
class MaximumEntropyTensor:
    """Gaussian distribution over tensors (reach, time, neuron).

    Attributes:
        mean: (reach, time, neuron).
        bases: eigenvectors of the marginal covariances (reach, i), (time, j), (neuron, k).
        variances: of the independent coefficients in the product basis (i, j, k).
    """

    mean: Array
    bases: tuple[Array, Array, Array]
    variances: Array

    def draw(self, rng: np.random.Generator, count: int) -> Array:
        """Draw independent tensors (count, reach, time, neuron)."""
        coefficients = rng.standard_normal((count, *self.variances.shape))
        coefficients *= np.sqrt(self.variances)
        rotate = "sijk,ci,tj,nk->sctn"
        deviations: Array = np.einsum(rotate, coefficients, *self.bases, optimize=True)
        return self.mean + deviations


def maximum_entropy_tensor(rates: ArrayLike) -> MaximumEntropyTensor:
    """Find the least structured distribution with the means and covariances of rates.

    The mean tensor is additive, m_ctn = m_c + m_t + m_n − 2m of the averages over the two other
    axes and over all: the tensor of least norm with the marginal means of the rates. It is
    subtracted first, and added back to every draw. In expectation a draw then has the rates' three
    marginal means, and its deviations from the mean tensor have the rates' three marginal
    covariances, across reaches (summed over times and neurons), times and neurons. Among all
    distributions with these it has the largest entropy. Directions with less than 1e-8 of the
    variance are left out.

    Args:
        rates: (reach, time, neuron).

    Raises:
        ValueError: the rates are not a three-way tensor.
        InputError: the rates equal their mean tensor or are not finite.

    Source: Elsayed & Cunningham, Nature Neuroscience 20:1310 (2017), Methods.
    """
    rates = as_rates(rates)
    if rates.ndim != 3:
        raise ValueError(f"rates: expected shape (reach, time, neuron), found {rates.shape}")
    require_finite(rates)
    mean = _additive_mean(rates)
    deviation = rates - mean
    power = float(np.sum(deviation**2))
    if power <= np.finfo(float).eps * float(np.sum(rates**2)):
        raise InputError(
            "surrogates: expected rates that vary beyond their means over reaches, times and "
            "neurons, found none such"
        )
    eigensystems = [_eigensystem(deviation, axis) for axis in range(3)]
    (a, a_basis), (b, b_basis), (c, c_basis) = eigensystems
    return MaximumEntropyTensor(
        mean=mean,
        bases=(a_basis, b_basis, c_basis),
        variances=power * maximum_entropy_variances((a, b, c)),
    )


def maximum_entropy_surrogates(rng: np.random.Generator, rates: ArrayLike, count: int) -> Array:
    """Draw surrogates; see `maximum_entropy_tensor` for what they share with the rates.

    Args:
        rng: draws them.
        rates: (reach, time, neuron).
        count: how many.

    Returns:
        (count, reach, time, neuron).

    Raises:
        ValueError, InputError: see `maximum_entropy_tensor`.
    """
    return maximum_entropy_tensor(rates).draw(rng, count)


def _additive_mean(rates: Array) -> Array:
    mean: Array = -2 * rates.mean(keepdims=True)
    for others in ((1, 2), (0, 2), (0, 1)):
        mean = mean + rates.mean(axis=others, keepdims=True)
    return mean


def _eigensystem(deviation: Array, axis: int) -> tuple[Array, Array]:
    """Shares of variance and eigenvectors (axis, rank) of one marginal covariance."""
    flat = np.moveaxis(deviation, axis, 0).reshape(deviation.shape[axis], -1)
    eigenvalues, eigenvectors = np.linalg.eigh(flat @ flat.T)
    kept = eigenvalues > NEGLIGIBLE * eigenvalues.sum()
    return eigenvalues[kept] / eigenvalues[kept].sum(), eigenvectors[:, kept]
