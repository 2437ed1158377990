"""What a report says of a recording that is doubtful."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from corticomotor.motor_cortex.recordings.doubts import DoubtfulRecordingWarning
from corticomotor.motor_cortex.recordings.movement import recorded_emg
from corticomotor.runtime.errors import InputError

if TYPE_CHECKING:
    from corticomotor.motor_cortex.settings import Emg


def doubts_about(emg: Emg, base: Path | None = None) -> list[str]:
    """Look at a recording once more, and tell in a line each what is doubtful.

    Args:
        emg: settings, `emg.recording` among them.
        base: where a relative path counts from, by default the working directory.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            recorded_emg(emg, base)
        except InputError as error:
            # Results outlive the file that they were made from.
            return [f"it can no longer be looked at: {error}"]
    return [
        str(each.message) for each in caught if issubclass(each.category, DoubtfulRecordingWarning)
    ]
