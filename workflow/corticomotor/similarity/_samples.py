"""Rates as matrices (sample, neuron), which all measures of similarity start from."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from corticomotor.arrays import Array
from corticomotor.runtime.errors import InputError

# What varies by less than this, relative to the largest, is rounding and not signal.
RANK_TOLERANCE = 1e-10
# Directions with less than this fraction of a population's variance count as none.
NEGLIGIBLE = 1e-8


def as_rates(rates: ArrayLike) -> Array:
    """Take rates as arrays, lists or labelled arrays hold them.

    Args:
        rates: of any shape.

    Returns:
        The same in float64.

    Raises:
        InputError: they are not real numbers, or lists of different lengths.
    """
    try:
        found = np.asarray(rates)
    except ValueError as error:
        raise InputError(
            f"rates: expected lists of equal lengths, found others ({error})"
        ) from None
    if found.dtype.kind not in "biuf":
        raise InputError(f"rates: expected real numbers, found {found.dtype}")
    return found.astype(np.float64, copy=False)


def require_finite(rates: Array) -> None:
    """Check that rates of any shape are finite.

    Raises:
        InputError: they hold NaN or infinity.
    """
    bad = int(np.count_nonzero(~np.isfinite(rates)))
    if bad:
        raise InputError(f"rates: expected finite values, found {bad} of {rates.size} that are not")


def centred(rates: ArrayLike) -> Array:
    """Flatten the leading axes and remove each neuron's mean.

    Args:
        rates: (..., neuron).

    Returns:
        (sample, neuron); a neuron that varies by no more than the rounding of its level is 0.

    Raises:
        ValueError: the rates are a vector.
        InputError: the rates are not finite, or no real numbers.
    """
    rates = as_rates(rates)
    if rates.ndim < 2:
        raise ValueError(f"rates: expected shape (..., neuron), found {rates.shape}")
    require_finite(rates)
    flat = rates.reshape(-1, rates.shape[-1])
    deviation: Array = flat - flat.mean(axis=0)
    rounding = RANK_TOLERANCE * np.abs(flat).max(axis=0)
    return np.where(np.abs(deviation).max(axis=0) > rounding, deviation, 0.0)


def centred_pair(a: ArrayLike, b: ArrayLike) -> tuple[Array, Array]:
    """Flatten and centre two populations recorded at the same samples.

    Args:
        a: (..., p).
        b: (..., q), with the leading axes of a.

    Returns:
        Both, (sample, p) and (sample, q); see `centred`.

    Raises:
        ValueError: the leading axes differ.
        InputError: rates are not finite.
    """
    a, b = as_rates(a), as_rates(b)
    if a.shape[:-1] != b.shape[:-1]:
        raise ValueError(
            f"expected the same leading axes, found shapes {a.shape} and {b.shape}: "
            "both populations must be sampled at the same reaches and times"
        )
    return centred(a), centred(b)
