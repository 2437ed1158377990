"""Slow, plain versions of the statistics."""

from __future__ import annotations

from itertools import product
from math import erf, sqrt

import numpy as np
from scipy.special import ndtri

from corticomotor.arrays import Array


def signed_rank_p_by_enumeration(differences: list[float]) -> float:
    """Two-sided p of the signed-rank test: all 2ⁿ signs of the nonzero differences, counted."""
    sizes = [abs(d) for d in differences if d != 0]
    ranks = [
        sum(other < size for other in sizes) + (sum(other == size for other in sizes) + 1) / 2
        for size in sizes
    ]
    observed = sum(
        rank if d > 0 else -rank
        for rank, d in zip(ranks, [d for d in differences if d != 0], strict=True)
    )
    sums = [
        sum(sign * rank for sign, rank in zip(signs, ranks, strict=True))
        for signs in product([-1, 1], repeat=len(ranks))
    ]
    return sum(abs(s) >= abs(observed) for s in sums) / len(sums)


def bca_interval(
    values: Array, rng: np.random.Generator, level: float, resamples: int
) -> tuple[float, float]:
    """BCa interval of the mean, step by step (Efron 1987, section 4)."""
    n = values.size
    means = np.array([rng.choice(values, n).mean() for _ in range(resamples)])
    bias = ndtri(np.mean(means < values.mean()))
    jackknife = np.array([np.delete(values, i).mean() for i in range(n)])
    influence = jackknife.mean() - jackknife
    acceleration = np.sum(influence**3) / (6 * np.sum(influence**2) ** 1.5)
    bounds = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        z = bias + ndtri(tail)
        corrected = bias + z / (1 - acceleration * z)
        bounds.append(float(np.quantile(means, (1 + erf(corrected / sqrt(2))) / 2)))
    return bounds[0], bounds[1]
