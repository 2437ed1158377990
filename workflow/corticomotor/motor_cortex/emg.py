"""Target EMG of a replicate, synthetic or recorded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.motor_cortex.movements import gaussian_process_emg, time_grid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.motor_cortex.settings import Emg


def target_emg(rng: np.random.Generator, settings: Emg) -> dict[str, ArrayLike]:
    """Draw the EMG from a Gaussian process, or read it from a recording.

    Args:
        rng: draws synthetic EMG.
        settings: of the EMG.

    Returns:
        What `emg_contract` says.

    Raises:
        InputError: the settings or the recording do not fit; it names settings of the block.
    """
    times = time_grid(settings.duration_ms, settings.step_ms)
    if settings.source == "recorded":
        # Filters and file formats are slow to import.
        from corticomotor.motor_cortex.recordings import recorded_emg

        emg, muscles = recorded_emg(settings, Path.cwd())
    else:
        emg = gaussian_process_emg(
            rng,
            reaches=settings.reaches,
            muscles=settings.muscles,
            time_s=times,
            envelope_ms=settings.envelope_ms,
            smoothness_ms=settings.smoothness_ms,
            direction_smoothness=settings.direction_smoothness,
        )
        muscles = np.arange(settings.muscles)
    return {"reach": np.arange(settings.reaches), "time": times, "muscle": muscles, "emg": emg}
