"""Canonical correlations of two populations, exact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import qr, solve_triangular

from corticomotor.arrays import Array
from corticomotor.runtime.errors import InputError
from corticomotor.similarity._samples import RANK_TOLERANCE, centred_pair


@dataclass(frozen=True)
class CanonicalCorrelation:
    """Canonical correlations of populations a (p neurons) and b (q neurons).

    A population of lower rank than it has neurons has fewer variates: the correlations and the
    weights of the missing ones are 0.

    Attributes:
        correlations: within 0 to 1, in decreasing order (min(p, q),).
        a_weights, b_weights: (p, min(p, q)) and (q, min(p, q)). The centred samples of a times
            a_weights are a's canonical variates: orthogonal, with unit norm over all samples.
    """

    correlations: Array
    a_weights: Array
    b_weights: Array


def canonical_correlation(a: ArrayLike, b: ArrayLike) -> CanonicalCorrelation:
    """Correlate two populations recorded at the same samples.

    Subspaces of ranks p and q share p + q − (n − 1) of the n − 1 dimensions that n centred samples
    have: that many correlations would be 1 by necessity, and say nothing.

    Args:
        a: rates (..., p); leading axes are samples.
        b: rates (..., q), with the leading axes of a.

    Raises:
        ValueError: the leading axes differ.
        InputError: rates are not finite, or their ranks together exceed n − 1.

    Source: Björck & Golub, Mathematics of Computation 27:579 (1973): cosines of the principal
    angles between the two column spaces, from QR factors and a singular value decomposition.
    """
    a_samples, b_samples = centred_pair(a, b)
    a_basis, a_map = orthonormal_basis(a_samples)
    b_basis, b_map = orthonormal_basis(b_samples)
    ranks, dimensions = (a_basis.shape[1], b_basis.shape[1]), len(a_samples) - 1
    if sum(ranks) > dimensions:
        raise InputError(
            f"components: expected no more in both populations together than {dimensions}, one "
            f"less than the samples, found {ranks[0]} and {ranks[1]}: that makes "
            f"{sum(ranks) - dimensions} canonical correlations 1 by necessity"
        )
    left, cosines, right = np.linalg.svd(a_basis.T @ b_basis, full_matrices=False)

    missing = min(a_samples.shape[1], b_samples.shape[1]) - cosines.size
    return CanonicalCorrelation(
        # rounding can leave a cosine a hair above 1
        correlations=np.pad(np.clip(cosines, 0, 1), (0, missing)),
        a_weights=np.pad(a_map @ left, ((0, 0), (0, missing))),
        b_weights=np.pad(b_map @ right.T, ((0, 0), (0, missing))),
    )


def orthonormal_basis(samples: Array) -> tuple[Array, Array]:
    """Basis (sample, rank) of the column space and the map (neuron, rank) that leads to it.

    What counts as rounding is judged with all neurons at one scale: a neuron is no less a dimension
    for being recorded in another unit.
    """
    norms = np.linalg.norm(samples, axis=0)
    scales = np.where(norms > 0, norms, 1.0)
    basis, factor, order = qr(samples / scales, mode="economic", pivoting=True)
    pivots = np.abs(np.diagonal(factor))
    rank = int(np.count_nonzero(pivots > RANK_TOLERANCE * pivots[0]))
    leading_map = np.zeros((samples.shape[1], rank))
    leading_map[order[:rank]] = solve_triangular(factor[:rank, :rank], np.eye(rank))
    return np.asarray(basis[:, :rank], dtype=np.float64), leading_map / scales[:, np.newaxis]
