"""Settings of the circuit that make no difference, as others are: those of methods not chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corticomotor.motor_cortex.settings import Emg, GainLearning


def idle_emg(emg: Emg, block: str) -> list[str]:
    """Paths of the settings of the EMG that is not asked for.

    Args:
        emg: settings.
        block: their path below the study.
    """
    idle: Sequence[str] = ("recording",)
    if emg.source == "recorded":
        idle = ("envelope_ms", "smoothness_ms", "direction_smoothness")
    return [f"{block}.{name}" for name in idle]


def idle_gain_learning(learning: GainLearning, block: str) -> list[str]:
    """Likewise of the rule by which gains are not learned."""
    idle = ("reward",) if learning.method == "gradient" else ("iterations", "learning_rate")
    return [f"{block}.{name}" for name in idle]
