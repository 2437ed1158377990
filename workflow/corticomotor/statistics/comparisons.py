"""Comparisons of paired measurements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from corticomotor.arrays import Array
from corticomotor.statistics.intervals import (
    ROUNDING,
    check_vector,
    p_of_zero,
    student_quantile,
)


@dataclass(frozen=True)
class PairedTest:
    """Comparison of paired measurements a and b.

    Attributes:
        p: exact two-sided p of the Wilcoxon signed-rank test.
        effect_size: matched-pairs rank-biserial correlation, from −1 (all pairs a < b) to 1.
    """

    p: float
    effect_size: float


@dataclass(frozen=True)
class RatioOfMeans:
    """Mean of a over mean of b, of paired positive measurements.

    Attributes:
        value: the ratio.
        low, high: its confidence interval; NaN with a single pair.
        p: two-sided p of the ratio being 1; NaN with a single pair.
        deviation: of the logarithm of the ratio, the standard error times √n.
    """

    value: float
    low: float
    high: float
    p: float
    deviation: float


def ratio_of_means(a: Array, b: Array, level: float = 0.95) -> RatioOfMeans:
    """Compare the means of paired positive measurements by their ratio.

    Student's t of the logarithm of the ratio, whose standard error is the jackknife's over pairs.

    Args:
        a, b: (n,), in the same unit.
        level: probability that the interval covers.

    Raises:
        ValueError: a and b are not positive, finite vectors of the same length of at least 1.

    Source: Efron & Tibshirani, An introduction to the bootstrap (1993), chapter 11.
    """
    if a.shape != b.shape or a.size == 0:
        raise ValueError(f"expected paired vectors of the same length, found {a.shape}, {b.shape}")
    for values in (a, b):
        check_vector(values)
        if (values <= 0).any():
            raise ValueError(f"expected positive values, found {values.min()}")
    value, count = float(a.mean() / b.mean()), a.size
    if count == 1:
        return RatioOfMeans(value, *[float("nan")] * 4)
    without_one = np.log((a.sum() - a) / (b.sum() - b))
    deviation = float(np.sqrt(count * (count - 1)) * without_one.std())
    # Rounding is no deviation, and no ratio other than 1.
    deviation = deviation if deviation > ROUNDING else 0.0
    log_ratio = float(np.log(value)) if abs(value - 1) > ROUNDING else 0.0
    factor = float(np.exp(student_quantile(level, count) * deviation / np.sqrt(count)))
    p = p_of_zero(log_ratio, deviation, count)
    return RatioOfMeans(value, value / factor, value * factor, p, deviation)


def paired_test(a: Array, b: Array) -> PairedTest:
    """Compare paired measurements.

    Wilcoxon's signed-rank test, exact for every n and with ties; pairs without a difference are
    dropped, and p is 1 if all are. The effect size is the matched-pairs rank-biserial correlation:
    the difference between the rank sums of positive and negative differences over their total, 0
    without any.

    Args:
        a, b: (n,), in the same unit.

    Raises:
        ValueError: a and b are not finite vectors of the same length of at least 1.

    Source: Wilcoxon, Biometrics Bulletin 1:80 (1945); Kerby, Comprehensive Psychology 3:1 (2014).
    """
    if a.shape != b.shape or a.size == 0:
        raise ValueError(f"expected paired vectors of the same length, found {a.shape}, {b.shape}")
    difference: Array = a - b
    check_vector(difference)
    nonzero = difference[difference != 0]
    # average ranks of ties are multiples of one half
    doubled_ranks = np.rint(2 * rankdata(np.abs(nonzero))).astype(np.int64)
    total = int(doubled_ranks.sum())
    positive = int(doubled_ranks[nonzero > 0].sum())
    return PairedTest(
        p=_signed_rank_p(doubled_ranks.tolist(), positive),
        effect_size=(2 * positive - total) / total if total else 0.0,
    )


def _signed_rank_p(doubled_ranks: list[int], positive: int) -> float:
    """Two-sided probability of a sum at least as far from its mean, each sign a fair coin.

    Args:
        doubled_ranks: of the absolute differences, times 2.
        positive: their sum over positive differences.
    """
    total = sum(doubled_ranks)
    probability = np.zeros(total + 1)
    probability[0] = 1.0
    for rank in doubled_ranks:
        added = np.zeros_like(probability)
        added[rank:] = probability[: total + 1 - rank]
        probability = (probability + added) / 2
    upper_tail = probability[max(positive, total - positive) :].sum()
    return min(1.0, float(2 * upper_tail))
