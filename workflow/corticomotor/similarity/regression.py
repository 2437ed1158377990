"""How much of a population's activity linear regression on another explains.

R² is 1 − residual / total sum of squares. For the population both sums run over all neurons, so
that strongly modulated neurons count more; `…_per_neuron` gives each neuron's own. R² of what
does not vary at all is NaN.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from corticomotor.arrays import Array
from corticomotor.runtime.errors import InputError
from corticomotor.similarity._samples import RANK_TOLERANCE, as_rates, centred_pair
from corticomotor.similarity.canonical_correlations import orthonormal_basis


def explained_variance(predictors: ArrayLike, rates: ArrayLike) -> float:
    """In-sample R² of a regression with intercept.

    Args:
        predictors: (..., p); leading axes are samples.
        rates: what they explain (..., n), with the same leading axes.

    Raises:
        ValueError: the leading axes differ.
        InputError: rates are not finite.
    """
    residual, total = _in_sample_squares(predictors, rates)
    return float(_r2(residual.sum(), total.sum()))


def explained_variance_per_neuron(predictors: ArrayLike, rates: ArrayLike) -> Array:
    """In-sample R² (n,) of each neuron; see `explained_variance`."""
    return _r2(*_in_sample_squares(predictors, rates))


def cross_validated_r2(
    predictors: ArrayLike, rates: ArrayLike, *, at_each_time: bool = False
) -> float:
    """R² of a regression that leaves out one reach at a time.

    Each reach is predicted by the regression, with intercept, on all the others; the total sum of
    squares is taken around the mean of those others. So R² is at most 1, 0 for a prediction no
    better than that mean, and has no lower bound.

    Args:
        predictors: (reach, time, p).
        rates: what they explain (reach, time, n).
        at_each_time: whether that mean, and with it the intercept, is taken at each time, so that
            only what depends on the reach is predicted.

    Raises:
        ValueError: the leading axes differ, or there are not three axes.
        InputError: there are fewer than two reaches, or rates are not finite.
    """
    residual, total = _left_out_squares(predictors, rates, at_each_time=at_each_time)
    return float(_r2(residual.sum(), total.sum()))


def cross_validated_r2_per_neuron(predictors: ArrayLike, rates: ArrayLike) -> Array:
    """Cross-validated R² (n,) of each neuron; see `cross_validated_r2`."""
    return _r2(*_left_out_squares(predictors, rates, at_each_time=False))


def _in_sample_squares(predictors: ArrayLike, rates: ArrayLike) -> tuple[Array, Array]:
    """Residual and total sums of squares, each (n,)."""
    x, y = centred_pair(predictors, rates)
    basis, _ = orthonormal_basis(x)
    residual = y - basis @ (basis.T @ y)
    return np.sum(residual**2, axis=0), np.sum(y**2, axis=0)


def _left_out_squares(
    predictors: ArrayLike, rates: ArrayLike, *, at_each_time: bool
) -> tuple[Array, Array]:
    """Residual and total sums of squares over the reaches left out, each (n,)."""
    rates = as_rates(rates)
    if rates.ndim != 3:
        raise ValueError(f"rates: expected shape (reach, time, neuron), found {rates.shape}")
    reaches = rates.shape[0]
    if reaches < 2:
        raise InputError(f"cross-validation: expected at least 2 reaches, found {reaches}")
    # the intercept makes centring harmless, and it turns constant neurons into exact zeros
    x, y = (flat.reshape(reaches, -1, flat.shape[1]) for flat in centred_pair(predictors, rates))
    residual = np.zeros(rates.shape[-1])
    total = np.zeros(rates.shape[-1])
    for reach in range(reaches):
        x_train, y_train = (np.delete(z, reach, axis=0) for z in (x, y))
        averaged = 0 if at_each_time else (0, 1)
        x_mean, y_mean = x_train.mean(axis=averaged), y_train.mean(axis=averaged)
        deviations = (x_train - x_mean, y_train - y_mean)
        weights = _least_squares(*(z.reshape(-1, z.shape[-1]) for z in deviations))
        deviation = y[reach] - y_mean
        residual += np.sum((deviation - (x[reach] - x_mean) @ weights) ** 2, axis=0)
        total += np.sum(deviation**2, axis=0)
    return residual, total


def _least_squares(x: Array, y: Array) -> Array:
    """Weights of least norm, so that collinear predictors do no harm."""
    return np.asarray(np.linalg.lstsq(x, y, rcond=RANK_TOLERANCE)[0], dtype=np.float64)


def _r2(residual: Array, total: Array) -> Array:
    """1 − residual / total, NaN where the total is 0."""
    varies = total > 0
    return np.where(varies, 1 - residual / np.where(varies, total, 1.0), np.nan)
