"""What all readers of recordings give."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corticomotor.arrays import Array
from corticomotor.motor_cortex.recordings.faults import not_numbers


@dataclass(frozen=True)
class Samples:
    """A recording.

    Attributes:
        values: (reach, time, muscle), in the file's own unit; NaN where a reach has none.
        begin_ms: time of the first sample on the clock that `recording.start_ms` is read from.
    """

    values: Array
    begin_ms: float = 0.0


def numbers(stored: Any, variable: str, file: Path) -> Array:
    """Return a stored array in double precision.

    Raises:
        InputError: it holds no real numbers.
    """
    stored = np.asarray(stored)
    if stored.dtype.kind not in "iuf":
        raise not_numbers(variable, f"the type {stored.dtype}", file)
    return np.asarray(stored, dtype=np.float64)
