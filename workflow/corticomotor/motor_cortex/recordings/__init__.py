"""Recorded EMG: read from the usual formats and brought onto the time grid of the simulation.

No reader here unpickles, and none reads another file than the one it is given. The formats are
described in data/README.md.
"""

from corticomotor.motor_cortex.recordings.doubts import DoubtfulRecordingWarning
from corticomotor.motor_cortex.recordings.files import read_recording
from corticomotor.motor_cortex.recordings.movement import recorded_emg
from corticomotor.motor_cortex.recordings.resampling import resample_recording

__all__ = ["DoubtfulRecordingWarning", "read_recording", "recorded_emg", "resample_recording"]
