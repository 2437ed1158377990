"""Errors, failures and comparisons of networks, from their evaluations."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.stats import bootstrap

from corticomotor.arrays import Array
from corticomotor.statistics import paired_test


def random_errors(evaluation: xr.Dataset) -> Array:
    """Root mean squared error of each motif from random states (motif,)."""
    errors: Array = evaluation["random_error"].mean(("repetition", "start")).values
    return errors


def random_squared_errors(evaluation: xr.Dataset) -> Array:
    """Mean squared error of each motif from random states (motif,)."""
    errors: Array = (evaluation["random_error"] ** 2).mean(("repetition", "start")).values
    return errors


def transition_errors(evaluation: xr.Dataset, interrupted_at: float = 1.0) -> Array:
    """Root mean squared error of each motif after the other motifs (motif,).

    Args:
        evaluation: of a network (`contracts.EVALUATION`) or of the thalamocortical model.
        interrupted_at: part of the first motif after which the second began.
    """
    errors: Array = (
        _after_others(evaluation, interrupted_at)
        .mean(("repetition", "first_motif"), skipna=True)
        .values
    )
    return errors


def failure_rate(evaluation: xr.Dataset, factor: float) -> float:
    """Fraction of transitions with an error above so often the motif's median from random states.

    The median is that of the same repetition.
    """
    errors = _after_others(evaluation, 1.0)
    limit = factor * evaluation["random_error"].median("start")
    failed = (errors > limit).where(errors.notnull())
    return float(failed.mean(skipna=True))


def failure_rate_after(evaluation: xr.Dataset, factor: float, preparation_tau: float) -> float:
    """`failure_rate` of the first repetition, with errors from the end of preparation on alone.

    While a motif is prepared, the network still carries what came before.
    """
    later = evaluation["time"] > preparation_tau + 1e-9

    def errors(output: xr.DataArray) -> xr.DataArray:
        deviation = (output - evaluation["target"]).where(later, drop=True)
        squared: xr.DataArray = (deviation**2).mean("time", skipna=False)
        return squared**0.5

    across = errors(evaluation["transition_output"])
    limit = factor * errors(evaluation["random_output"]).median("start")
    return float((across > limit).where(across.notnull()).mean(skipna=True))


def relative_rate_norm(module: xr.Dataset, after_tau: float) -> float:
    """Norm of the rates with a preparatory module over that at the start, mean over trials.

    Args:
        module: see `contracts.PREPARATORY_MODULE`.
        after_tau: time since the start; the last on record if that is earlier.
    """
    norm = module["rate_norm"]
    later = norm.sel(time=after_tau, method="nearest")
    return float((later / norm.isel(time=0)).mean())


def network_measures(
    evaluation: xr.Dataset,
    module: xr.Dataset | None,
    *,
    failure_factor: float,
    preparation_tau: float,
) -> dict[str, float]:
    """Measure one network of one replicate.

    Args:
        evaluation: of the network, see `contracts.EVALUATION`.
        module: its preparatory module, see `contracts.PREPARATORY_MODULE`; None without.
        failure_factor: see `failure_rate`.
        preparation_tau: length of the preparation.

    Returns:
        The variables of `contracts.MEASURES`.
    """
    return {
        "random_error": float(random_errors(evaluation).mean()),
        "transition_error": float(transition_errors(evaluation).mean()),
        "failure_rate": failure_rate(evaluation, failure_factor),
        "rate_norm": np.nan if module is None else relative_rate_norm(module, preparation_tau),
    }


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


def _after_others(evaluation: xr.Dataset, interrupted_at: float) -> xr.DataArray:
    errors = evaluation["transition_error"]
    if "interrupted_at" in errors.dims:
        errors = errors.sel(interrupted_at=interrupted_at, method="nearest")
    return errors
