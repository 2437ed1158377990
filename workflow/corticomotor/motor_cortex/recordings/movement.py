"""From a recording to the activity that a circuit is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array, IntArray
from corticomotor.motor_cortex.movements import time_grid
from corticomotor.motor_cortex.recordings.doubts import LOWEST_RATE_HZ, warn_of_doubts
from corticomotor.motor_cortex.recordings.faults import fault, listed
from corticomotor.motor_cortex.recordings.files import file_of, read_recording
from corticomotor.motor_cortex.recordings.resampling import resample_recording
from corticomotor.motor_cortex.recordings.samples import Samples

if TYPE_CHECKING:
    from corticomotor.motor_cortex.settings import Emg

# Numbers up to here have squares that do not overflow; beyond, they mark missing values or damage.
_LARGEST = 1e100


def recorded_emg(emg: Emg, base: Path | None = None) -> tuple[Array, IntArray]:
    """Take the movement out of a recording, as EMG targets.

    The window of `emg.duration_ms` from `recording.start_ms` on is resampled to steps of
    `emg.step_ms`; each reach and muscle loses its value at the window's start; each muscle is
    divided by its standard deviation over reaches and time. The strongest muscles are those with
    the largest standard deviation before that division.

    Args:
        emg: settings, `emg.recording` among them.
        base: where a relative path counts from, by default the working directory.

    Returns:
        EMG (reach, time, muscle), without unit, and the muscles' numbers in the recording
        (muscle,).

    Raises:
        InputError: something is wrong with the file or the settings.

    Warns:
        DoubtfulRecordingWarning: something is likely to be.
    """
    file = file_of(emg.recording, base)
    recording = read_recording(emg.recording, base)
    muscles = _candidates(emg, recording.values, file)
    samples = Samples(recording.values[:, :, muscles], recording.begin_ms)
    activity = _window(emg, samples, muscles, file)
    level = np.abs(activity).max(axis=(0, 1))
    activity = activity - activity[:, :1]
    strength = activity.std(axis=(0, 1))
    if emg.recording.muscles == "strongest":
        strongest = np.sort(np.argsort(-strength, kind="stable")[: emg.muscles])
        activity, muscles = activity[:, :, strongest], muscles[strongest]
        strength, level = strength[strongest], level[strongest]
    silent = muscles[strength <= 1e-9 * level]
    if silent.size:
        found = f"muscle {listed(silent)} constant"
        if emg.recording.muscles == "strongest":
            found += f" among the strongest {emg.muscles}"
        raise fault("recording.muscles", "muscles that vary in the window", found, file)
    return activity / strength, muscles


def _candidates(emg: Emg, values: Array, file: Path) -> IntArray:
    """Numbers of the muscles to look at, once the recording has the reaches and muscles asked."""
    reaches, _, muscles = values.shape
    shape = f"shape reach × time × muscle = {values.shape}"
    if reaches != emg.reaches:
        raise fault("reaches", f"{emg.reaches} reaches", f"{reaches} ({shape})", file)
    if emg.recording.muscles == "strongest":
        if muscles < emg.muscles:
            expected = f"at least {emg.muscles} muscles"
            raise fault("muscles", expected, f"{muscles} ({shape})", file)
        return np.arange(muscles)
    chosen = np.array(emg.recording.muscles, dtype=np.int64)
    if chosen.max() >= muscles:
        expected = f"muscle numbers from 0 to {muscles - 1}"
        raise fault("recording.muscles", expected, f"{chosen.max()} ({shape})", file)
    return chosen


def _window(emg: Emg, samples: Samples, muscles: IntArray, file: Path) -> Array:
    """Cut out the movement (reach, time, muscle) on the grid of the simulation."""
    rate_hz = emg.recording.sampling_rate_hz
    if rate_hz < LOWEST_RATE_HZ:
        expected = f"at least {LOWEST_RATE_HZ:g} Hz, as envelopes of EMG need"
        raise fault("recording.sampling_rate_hz", expected, f"{rate_hz:g}: is it in kHz?", file)
    positions = _positions(emg, samples, file)
    # A position that misses a sample by rounding alone does not need the next one.
    first = int(np.floor(positions[0] + 1e-6))
    last = int(np.ceil(positions[-1] - 1e-6))
    values, count = samples.values, samples.values.shape[1]
    finite = np.abs(values) < _LARGEST
    if not finite[:, first : last + 1].all():
        reach, sample, muscle = np.argwhere(~finite[:, first : last + 1])[0]
        sample += first
        found = (
            f"{values[reach, sample, muscle]} at reach {reach}, muscle {muscles[muscle]}, "
            f"sample {sample}"
        )
        if np.isnan(values[reach, sample:]).all():
            found += f", from where on reach {reach} has no samples"
        expected = f"finite numbers below {_LARGEST:g} in the window"
        raise fault("recording.path", expected, found, file)
    warn_of_doubts(values[:, first : last + 1], rate_hz, file)
    # Samples beyond the window serve the filter and the splines, as far as there are good ones.
    gaps = np.flatnonzero(~finite.all(axis=(0, 2)))
    margin = int(np.ceil(20 * max(1.0, positions[1] - positions[0])))
    begin = max(first - margin, int(gaps[gaps < first].max(initial=-1)) + 1)
    end = min(last + margin + 1, int(gaps[gaps > last].min(initial=count)))
    return resample_recording(values[:, begin:end], positions - begin)


def _positions(emg: Emg, samples: Samples, file: Path) -> Array:
    """Where the grid of the simulation lies in the recording, in samples (time,)."""
    start_ms, rate_khz = emg.recording.start_ms, emg.recording.sampling_rate_hz / 1000
    grid_ms = 1000 * time_grid(emg.duration_ms, emg.step_ms)
    positions = np.asarray((start_ms - samples.begin_ms + grid_ms) * rate_khz)
    window = f"a window of {start_ms:g} to {start_ms + emg.duration_ms:g} ms inside the recording"
    if positions[0] < -1e-6:
        found = f"a recording that begins at {samples.begin_ms:g} ms"
        raise fault("recording.start_ms", window, found, file)
    needed, count = int(np.ceil(positions[-1] - 1e-6)) + 1, samples.values.shape[1]
    if needed > count:
        expected = f"{window}, that is at least {needed} samples at {1000 * rate_khz:g} Hz"
        raise fault("recording.start_ms", expected, f"{count} samples", file)
    return np.maximum(positions, 0.0)
