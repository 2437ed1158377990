"""The motifs of some sessions, as networks learn and produce them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array

if TYPE_CHECKING:
    from corticomotor.runtime.store import Dataset


@dataclass(frozen=True)
class MotifTargets:
    """Motifs to produce.

    Attributes:
        numbers: of the motifs, counted from 1 (motif,).
        output: desired (motif, time).
        times: (time,), in time constants.
    """

    numbers: list[int]
    output: Array
    times: Array


def targets_of(sessions: Sequence[Dataset]) -> MotifTargets:
    """Gather the motifs of some sessions (`contracts.LIBRARY`), in their order."""
    return MotifTargets(
        numbers=[int(number) for session in sessions for number in session["motif"].values],
        output=np.concatenate([session["output"].values for session in sessions]),
        times=sessions[0]["time"].values,
    )
