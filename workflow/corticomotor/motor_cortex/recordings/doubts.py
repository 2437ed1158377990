"""What can be right in a recording, but seldom is: a warning in one line."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

from corticomotor.arrays import Array

# Envelopes have next to no power above 10 Hz. The kilohertz of usual amplifiers end at 50.
LOWEST_RATE_HZ = 20.0
_USUAL_RATE_HZ = 100.0
# An envelope below 10 Hz crosses its mean at most 20 times a second, EMG itself 100 to 300 times.
_MOST_CROSSINGS_HZ = 60.0


class DoubtfulRecordingWarning(UserWarning):
    """A recording or its settings are likely not what was meant."""


def warn_of_doubts(window: Array, sampling_rate_hz: float, file: Path) -> None:
    """Warn if a recording looks like EMG itself, or its rate like one in kHz.

    Args:
        window: the movement (reach, sample, muscle), in the file's own samples.
        sampling_rate_hz: of the file, as the settings say.
        file: for the message.
    """
    if sampling_rate_hz < _USUAL_RATE_HZ:
        _warn(
            "recording.sampling_rate_hz",
            f"at least {_USUAL_RATE_HZ:g} Hz, as EMG is recorded",
            f"{sampling_rate_hz:g}: is it in kHz?",
            file,
        )
    crossings_hz = _mean_crossings(window) * sampling_rate_hz
    if crossings_hz > _MOST_CROSSINGS_HZ:
        _warn(
            "recording.path",
            "envelopes, that is rectified and low-passed EMG",
            f"signals that cross their mean {crossings_hz:.0f} times a second: is it raw EMG?",
            file,
        )


def _mean_crossings(window: Array) -> float:
    """Crossings of a signal's mean per sample, median over reaches and muscles."""
    above = window > window.mean(axis=1, keepdims=True)
    return float(np.median(np.mean(above[:, 1:] != above[:, :-1], axis=1)))


def _warn(setting: str, expected: str, found: str, file: Path) -> None:
    message = f"{setting}: expected {expected}, found {found} ({file})"
    # The caller's place: that of the stage's check, or of its job.
    warnings.warn(DoubtfulRecordingWarning(" ".join(message.split())), stacklevel=5)
