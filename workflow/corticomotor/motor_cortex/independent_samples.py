"""How many samples of EMG are not told by others, and how many components these can bear.

Components of two populations that fill all dimensions have correlations of 1 whatever they are.
"""

from __future__ import annotations

from math import inf, pi
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corticomotor.motor_cortex.settings import Emg


def most_components(emg: Emg, path: str, *, steps: float = inf) -> tuple[int, str]:
    """Give the largest number of components that two populations can be compared by, and why.

    There are fewer dimensions than samples by one, since these are centred.

    Args:
        emg: what the populations produce.
        path: of this block.
        steps: of the time grid on which they are compared, if that is coarse.
    """
    samples = _reaches(emg) * _times(emg, steps)
    return int((samples - 1) / 2), (
        f"{path} has about {samples:.0f} independent samples; two populations with as many "
        "components as half of them correlate by necessity"
    )


def most_components_between_reaches(emg: Emg, path: str) -> tuple[int, str]:
    """Likewise, where the mean over reaches at each time is taken away: as if one reach less.

    Reaches that hardly differ still do so at each time.
    """
    samples = max(1.0, _reaches(emg) - 1) * _times(emg)
    return int(samples / 2), (
        f"{path} has about {samples:.0f} independent samples without their mean over reaches; two "
        "populations with as many components as half of them correlate by necessity"
    )


def _reaches(emg: Emg) -> float:
    """Reaches that are independent, of a Gaussian process on the circle of directions.

    With a squared-exponential kernel of length scale ℓ it has 99.8 % of its variance at frequencies
    below π/ℓ, which samples ℓ apart determine (Nyquist).
    """
    if emg.source == "recorded" or emg.direction_smoothness is None:
        return float(emg.reaches)
    return min(float(emg.reaches), max(1.0, 2 * pi / emg.direction_smoothness))


def _times(emg: Emg, steps: float = inf) -> float:
    """Times in a reach, likewise; a recording has no more than its own samples."""
    if emg.source == "recorded":
        independent = emg.duration_ms * emg.recording.sampling_rate_hz / 1000
    else:
        independent = emg.duration_ms / emg.smoothness_ms
    return max(1.0, min(emg.duration_ms / emg.step_ms, independent, steps))
