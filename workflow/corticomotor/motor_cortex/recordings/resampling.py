"""From one time grid to another, without aliasing."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.signal import fftconvolve, firwin, kaiserord

from corticomotor.arrays import Array

_STOPBAND_DB = 100.0


def resample_recording(signal: Array, positions: Array) -> Array:
    """Evaluate a signal at evenly spaced positions on and between its samples.

    Positions that lie further apart than the samples get a low-passed signal: without phase shift,
    flat up to half of their Nyquist frequency, 100 dB down from that on. Cubic splines do the rest.

    Args:
        signal: (reach, sample, muscle).
        positions: in samples, counted from 0 (time,).

    Returns:
        (reach, time, muscle).
    """
    stride = positions[1] - positions[0]
    if stride > 1 + 1e-9:
        signal = _low_pass(signal, 1 / stride)
    return np.asarray(CubicSpline(np.arange(signal.shape[1]), signal, axis=1)(positions))


def _low_pass(signal: Array, stop: float) -> Array:
    """Keep frequencies up to stop/2 and none above `stop`, in units of the Nyquist frequency."""
    order, beta = kaiserord(_STOPBAND_DB, stop / 2)
    half = -(-order // 2)
    taps = firwin(2 * half + 1, 0.75 * stop, window=("kaiser", beta))
    # Odd reflection goes on with the value and the slope at the ends, so they neither jump nor ring
    # where the recording has no more samples.
    around = np.pad(signal, ((0, 0), (half, half), (0, 0)), mode="reflect", reflect_type="odd")
    return np.asarray(fftconvolve(around, taps[None, :, None], mode="valid", axes=1))
