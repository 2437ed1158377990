"""How two measures of the same motifs compare."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import bootstrap

from corticomotor.arrays import Array
from corticomotor.statistics import paired_test


@dataclass(frozen=True)
class Ratio:
    """How two measures of the motifs of all replicates compare.

    Attributes:
        mean: mean of the first over mean of the second.
        by_replicate: the same for each replicate.
        interval: 95 % bootstrap interval (BCa) over motifs of all replicates.
        p: of the exact signed-rank test over the same.
    """

    mean: float
    by_replicate: list[float]
    interval: list[float]
    p: float


def ratio(a: Sequence[Array], b: Sequence[Array], rng: np.random.Generator) -> Ratio:
    """Compare two measures, each item (motif,) of one replicate.

    Args:
        a: numerators by replicate.
        b: denominators by replicate.
        rng: draws the bootstrap samples.
    """
    numerator, denominator = np.concatenate(list(a)), np.concatenate(list(b))

    def ratio_of_means(x: Array, y: Array, axis: int = -1) -> Array:
        found: Array = x.mean(axis) / y.mean(axis)
        return found

    mean = float(ratio_of_means(numerator, denominator))
    low = high = mean
    # BCa divides by the spread of the jackknife, which is 0 for motifs of the same ratio.
    if np.ptp(numerator / denominator) > 1e-12 * abs(mean):
        found = bootstrap(
            (numerator, denominator), ratio_of_means, paired=True, vectorized=True, rng=rng
        ).confidence_interval
        low, high = float(found.low), float(found.high)
    return Ratio(
        mean=mean,
        by_replicate=[float(x.mean() / y.mean()) for x, y in zip(a, b, strict=True)],
        interval=[low, high],
        p=paired_test(numerator, denominator).p,
    )
