"""The time grids of a trial."""

import numpy as np

from corticomotor.arrays import Array


def trial_times(*, pulse_ms: float, duration_ms: float, step_ms: float) -> Array:
    """Lay out the times of a trial: the movement starts at 0, the pulse fills the steps before.

    Args:
        pulse_ms: length of the input pulse.
        duration_ms: of the movement.
        step_ms: between two times.

    Returns:
        Seconds from the start of the pulse to the end of the movement (time,).
    """
    before = round(pulse_ms / step_ms)
    during = round(duration_ms / step_ms)
    times: Array = np.arange(-before, during + 1) * step_ms / 1000
    return times


def grid_step_ms(times: Array) -> float:
    """Step in milliseconds of a regular grid (time,) in seconds."""
    return round(1000 * float(times[-1] - times[0]) / (len(times) - 1), 9)


def resample(values: Array, times: Array, new_times: Array) -> Array:
    """Interpolate by cubic splines from one time grid to another.

    Args:
        values: (reach, time, ...).
        times: of the values (time,).
        new_times: within those (new time,), in the same unit.

    Returns:
        (reach, new time, ...).
    """
    if np.array_equal(times, new_times):
        return values
    # Slow to import, and most jobs find equal grids.
    from scipy.interpolate import CubicSpline

    resampled: Array = CubicSpline(times, values, axis=1)(new_times)
    return resampled
