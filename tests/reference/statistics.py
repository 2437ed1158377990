"""Slow, plain versions of the statistics."""

from __future__ import annotations

from itertools import product
from math import log, sqrt

import numpy as np

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


def jackknife_ratio(a: Array, b: Array) -> tuple[float, float]:
    """Logarithm of the ratio of means, and its standard error: each pair left out in turn."""
    n = a.size
    without = [log(float(np.delete(a, i).mean()) / float(np.delete(b, i).mean())) for i in range(n)]
    middle = sum(without) / n
    variance = (n - 1) / n * sum((each - middle) ** 2 for each in without)
    return log(float(a.mean()) / float(b.mean())), sqrt(variance)


def percentile_interval(values: Array, rng: np.random.Generator, resamples: int) -> Array:
    """95 % percentile bootstrap interval of the mean."""
    means = rng.choice(values, (resamples, values.size)).mean(axis=1)
    return np.asarray(np.quantile(means, [0.025, 0.975]))
