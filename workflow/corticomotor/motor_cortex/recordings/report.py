"""What a report says of a recording that is doubtful."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from corticomotor.motor_cortex.recordings.doubts import DoubtfulRecordingWarning
from corticomotor.motor_cortex.recordings.movement import recorded_emg
from corticomotor.runtime.errors import InputError
from corticomotor.runtime.stage_settings import StageSettings


def doubts_about(emg: Mapping[str, Any]) -> list[str]:
    """Look at a recording once more, and tell in a line each what is doubtful.

    Args:
        emg: settings as plain values, `recording` among them.
    """
    settings: Any = StageSettings("a report", {"emg": emg})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            recorded_emg(settings.emg)
        except InputError as error:
            # Results outlive the file that they were made from.
            return [f"it can no longer be looked at: {error}"]
    return [
        str(each.message) for each in caught if issubclass(each.category, DoubtfulRecordingWarning)
    ]
