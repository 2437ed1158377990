"""The times of a movement, at which all EMG is given."""

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
            f"constrained.emg.duration_ms: expected a whole number of steps of {step_ms} ms, "
            f"found {duration_ms}"
        )
    return np.linspace(0.0, duration_ms, steps + 1) / 1000
