"""Intervals and tests over replicates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.stats import bootstrap, rankdata, t

from corticomotor.arrays import Array

# A value, its 95 % interval and on how many it rests, as JSON holds them.
Merit = dict[str, Any]
_RESAMPLES = 10_000


@dataclass(frozen=True)
class PairedTest:
    """Comparison of paired measurements a and b.

    Attributes:
        difference_mean: mean of a − b, in the unit of the measurements.
        low, high: its confidence interval by Student's t; NaN with a single pair.
        p: exact two-sided p of the Wilcoxon signed-rank test.
        effect_size: matched-pairs rank-biserial correlation, from −1 (all pairs a < b) to 1.
    """

    difference_mean: float
    low: float
    high: float
    p: float
    effect_size: float


def bootstrap_interval(
    values: Array, rng: np.random.Generator, level: float = 0.95, resamples: int = 10_000
) -> tuple[float, float]:
    """Confidence interval of a mean: the bias-corrected and accelerated bootstrap (BCa).

    Args:
        values: (n,), in any unit.
        rng: draws the resamples.
        level: probability that the interval covers.
        resamples: how many.

    Returns:
        Its low and high end, in the unit of the values; of equal values that value twice, of
        fewer than two values NaN twice.

    Raises:
        ValueError: the values are not a finite vector.

    Source: Efron, Journal of the American Statistical Association 82:171 (1987).
    """
    _check_vector(values)
    if values.size < 2:
        return float("nan"), float("nan")
    lowest, spread = float(values.min()), float(np.ptp(values))
    # BCa divides by the spread of the jackknife means, which is rounding for equal values
    if spread <= 1e-12 * np.abs(values).max():
        return float(values.mean()), float(values.mean())
    # Sums of whole numbers are exact. Else rounding decides whether a resample with the sample's
    # mean counts as lower or higher, and with few values many resamples are of that kind.
    unit = spread / 2**40
    whole = np.rint((values - lowest) / unit)
    interval = bootstrap(
        (whole,), np.mean, confidence_level=level, n_resamples=resamples, method="BCa", rng=rng
    ).confidence_interval
    return lowest + unit * float(interval.low), lowest + unit * float(interval.high)


def figure_of_merit(
    rng: np.random.Generator,
    values: Array | Sequence[float],
    middle: Literal["mean", "median"] = "mean",
) -> Merit:
    """Mean or median of values (n,), its 95 % bootstrap interval, and n."""
    found = np.asarray(values, dtype=float)
    if not np.isfinite(found).all():
        return {"value": None, "interval": None, "n": len(found)}
    if middle == "mean":
        interval = list(bootstrap_interval(found, rng)) if len(found) > 1 else None
        return {
            "value": float(found.mean()),
            "interval": interval,
            "n": len(found),
        }
    return resampled(rng, found[:, np.newaxis], lambda drawn: np.median(drawn[..., 0], axis=-1))


def finite(value: float) -> float | None:
    """Give a number as JSON can hold it: nothing in place of what is not finite."""
    return value if np.isfinite(value) else None


def resampled(
    rng: np.random.Generator, values: Array, statistic: Callable[[Array], Array]
) -> Merit:
    """A statistic of rows of values (n, ...), and its percentile bootstrap interval.

    Args:
        rng: draws the resamples.
        values: rows are drawn together.
        statistic: of samples (..., n, ...), along their rows.
    """
    drawn = values[rng.integers(len(values), size=(_RESAMPLES, len(values)))]
    low, high = np.percentile(statistic(drawn), [2.5, 97.5], method="inverted_cdf")
    interval = [float(low), float(high)] if len(values) > 1 else None
    return {"value": float(statistic(values)), "interval": interval, "n": len(values)}


def paired_test(a: Array, b: Array, level: float = 0.95) -> PairedTest:
    """Compare paired measurements.

    Wilcoxon's signed-rank test, exact for every n and with ties; pairs without a difference are
    dropped, and p is 1 if all are. The effect size is the matched-pairs rank-biserial correlation:
    the difference between the rank sums of positive and negative differences over their total, 0
    without any. The interval of the mean difference assumes that differences are about normal:
    with as few replicates as usual here, bootstrap intervals are too narrow.

    Args:
        a, b: (n,), in the same unit.
        level: probability that the interval covers.

    Raises:
        ValueError: a and b are not finite vectors of the same length of at least 1.

    Source: Wilcoxon, Biometrics Bulletin 1:80 (1945); Kerby, Comprehensive Psychology 3:1 (2014).
    """
    if a.shape != b.shape or a.size == 0:
        raise ValueError(f"expected paired vectors of the same length, found {a.shape}, {b.shape}")
    difference: Array = a - b
    _check_vector(difference)
    mean = float(difference.mean())
    half_width = float("nan")
    if difference.size > 1:
        standard_error = difference.std(ddof=1) / np.sqrt(difference.size)
        half_width = float(t.ppf((1 + level) / 2, difference.size - 1) * standard_error)

    nonzero = difference[difference != 0]
    # average ranks of ties are multiples of one half
    doubled_ranks = np.rint(2 * rankdata(np.abs(nonzero))).astype(np.int64)
    total = int(doubled_ranks.sum())
    positive = int(doubled_ranks[nonzero > 0].sum())
    return PairedTest(
        difference_mean=mean,
        low=mean - half_width,
        high=mean + half_width,
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


def _check_vector(values: Array) -> None:
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError(f"expected a vector of finite values, found {values}")
