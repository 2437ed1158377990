"""Movements to ask of the circuit: their times, and smooth random bursts of muscle activity."""

from __future__ import annotations

import numpy as np

from corticomotor.arrays import Array
from corticomotor.runtime.errors import InputError


def time_grid(duration_ms: float, step_ms: float) -> Array:
    """Lay out the times of a movement, both ends included.

    Args:
        duration_ms: of the movement.
        step_ms: between two times.

    Returns:
        Seconds from 0 to the duration (time,).

    Raises:
        InputError: the duration is not a whole number of steps.
    """
    steps = round(duration_ms / step_ms)
    if steps < 1 or abs(duration_ms / step_ms - steps) > 1e-9:
        raise InputError(
            f"duration_ms: expected a whole number of steps of {step_ms} ms, found {duration_ms}"
        )
    return np.linspace(0.0, duration_ms, steps + 1) / 1000


def gaussian_process_emg(
    rng: np.random.Generator,
    *,
    reaches: int,
    muscles: int,
    time_s: Array,
    envelope_ms: float,
    smoothness_ms: float,
    direction_smoothness: float | None = None,
) -> Array:
    """Draw EMG from a Gaussian process that starts at 0, rises and falls.

    The covariance is E(t/σ) E(t'/σ) exp(−(t−t')²/(2ℓ²)) with E(s) = s exp(−s²/4), σ = envelope_ms
    and ℓ = smoothness_ms. Muscles are independent, and so are reaches, unless they lie on a circle
    (see `draw_over_directions`). Each muscle is then divided by its standard deviation over all
    reaches and times.

    Args:
        rng: draws the process.
        reaches, muscles: how many.
        time_s: seconds from 0 on (time,).
        envelope_ms: σ.
        smoothness_ms: ℓ.
        direction_smoothness: of reaches on a circle, in radians.

    Returns:
        EMG (reach, time, muscle), without unit.

    Raises:
        InputError: the envelope is over before the second sample.
    """
    time_ms = 1000 * time_s
    lag = (time_ms[:, None] - time_ms) / smoothness_ms
    root = _symmetric_root(np.exp(-(lag**2) / 2))
    phase = time_ms / envelope_ms
    # The envelope multiplies the draws, not the kernel, so that the start is 0 without rounding.
    envelope = phase * np.exp(-(phase**2) / 4)
    drawn = draw_over_directions(rng, (reaches, muscles, len(time_s)), direction_smoothness)
    draws = envelope * (drawn @ root)
    scale = draws.std(axis=(0, 2), keepdims=True)
    if not np.all(scale > 0):
        raise InputError(
            "envelope_ms: expected an envelope that is longer than a time step, "
            f"found {envelope_ms}"
        )
    return np.ascontiguousarray((draws / scale).transpose(0, 2, 1))


def draw_over_directions(
    rng: np.random.Generator, shape: tuple[int, ...], smoothness: float | None
) -> Array:
    """Draw standard normal numbers that change smoothly from one reach direction to the next.

    The covariance of directions θ and θ' is exp(−2 sin²((θ−θ')/2) / ℓ²), with ℓ = smoothness; for
    neighbouring directions that is about exp(−(θ−θ')²/(2ℓ²)).

    Args:
        rng: draws the numbers.
        shape: (reach, ...), where the reaches divide a circle into equal parts.
        smoothness: in radians; None draws every reach by itself.
    """
    draws = rng.standard_normal(shape)
    if smoothness is None:
        return draws
    angles = reach_directions(shape[0])
    half_turn = np.sin((angles[:, None] - angles) / 2)
    root = _symmetric_root(np.exp(-2 * half_turn**2 / smoothness**2))
    correlated: Array = np.tensordot(root, draws, axes=1)
    return correlated


def reach_directions(reaches: int) -> Array:
    """Directions (reach,) in radians that divide a circle into equal parts, the first at 0."""
    return 2 * np.pi * np.arange(reaches) / reaches


def _symmetric_root(kernel: Array) -> Array:
    """Square root of a covariance (sample, sample).

    A smooth kernel is singular to working precision: it has no Cholesky factor, and the square
    roots of its rounding errors would add noise. The symmetric root is unique: it does not
    inherit the arbitrary signs of the eigenvectors.
    """
    variances, modes = np.linalg.eigh(kernel)
    variances[variances < len(kernel) * np.finfo(float).eps * variances[-1]] = 0.0
    root: Array = (modes * np.sqrt(variances)) @ modes.T
    return root
