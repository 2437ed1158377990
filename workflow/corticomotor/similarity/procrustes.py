"""Similarity up to rotation: Procrustes distance and centred kernel alignment."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from corticomotor.arrays import Array
from corticomotor.runtime.errors import InputError
from corticomotor.similarity._samples import centred_pair


def procrustes_distance(a: ArrayLike, b: ArrayLike) -> float:
    """Angular Procrustes distance of two populations.

    The angle between the two sets of samples after centring, scaling to unit Frobenius norm and
    the best rotation or reflection, divided by its largest value of π/2. The narrower population
    is padded with silent neurons. It obeys the triangle inequality.

    Args:
        a: rates (..., p); leading axes are samples.
        b: rates (..., q), with the leading axes of a.

    Returns:
        The distance, from 0 (equal) to 1.

    Raises:
        ValueError: the leading axes differ.
        InputError: a population is constant or not finite.

    Source: Williams, Kunz, Kornblith & Linderman, NeurIPS 2021.
    """
    a_unit, b_unit = _unit_norm_pair(a, b)
    width = max(a_unit.shape[1], b_unit.shape[1])
    a_unit, b_unit = (np.pad(x, ((0, 0), (0, width - x.shape[1]))) for x in (a_unit, b_unit))
    left, _, right = np.linalg.svd(b_unit.T @ a_unit)
    chord = float(np.linalg.norm(a_unit - b_unit @ (left @ right)))
    # from the chord, as the arc cosine of the overlap loses half the digits of small angles
    return float(np.arcsin(min(chord / 2, np.sqrt(0.5))) * 4 / np.pi)


def linear_cka(a: ArrayLike, b: ArrayLike) -> float:
    """Linear centred kernel alignment of two populations.

    It is biased upwards where samples are few: with more neurons than samples, independent
    populations come close to 1. Compare values only at the same numbers of samples and neurons.

    Args:
        a: rates (..., p); leading axes are samples.
        b: rates (..., q), with the leading axes of a.

    Returns:
        The alignment, from 0 to 1 (equal).

    Raises:
        ValueError: the leading axes differ.
        InputError: a population is constant or not finite.

    Source: Kornblith, Norouzi, Lee & Hinton, ICML 2019.
    """
    a_unit, b_unit = _unit_norm_pair(a, b)
    shared = np.sum((a_unit.T @ b_unit) ** 2)
    return float(shared / np.linalg.norm(a_unit.T @ a_unit) / np.linalg.norm(b_unit.T @ b_unit))


def _unit_norm_pair(a: ArrayLike, b: ArrayLike) -> tuple[Array, Array]:
    a_samples, b_samples = centred_pair(a, b)
    norms = np.linalg.norm(a_samples), np.linalg.norm(b_samples)
    if not all(norms):
        raise InputError("similarity: expected rates that vary, found a constant population")
    return a_samples / norms[0], b_samples / norms[1]
