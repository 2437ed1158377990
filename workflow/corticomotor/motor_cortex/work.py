"""How much there is to do to make the circuit and to let it learn.

The unit is a multiplication of a weight with an activity. What else a step costs is told in the
same unit, as measured: the calls of a step, and what is done once for all reaches.
"""

from __future__ import annotations

from corticomotor.study.names import SettingsView


def circuit_work(neurons: int) -> float:
    """One iteration; how many a circuit takes is known only when it is stable."""
    return neurons**2 * (neurons + 400.0)


def gain_learning_work(
    blocks: SettingsView, *, reaches: int | None = None, iterations: int | None = None
) -> float:
    """Movements of the circuit in all reaches; gradients go back through them as well.

    Args:
        blocks: what holds the blocks `circuit`, `emg` and `gain_learning`.
        reaches, iterations: in place of the settings; the second of gradients.
    """
    learning, emg = blocks.gain_learning, blocks.emg
    rewarded = learning.method == "reward"
    movements = learning.reward.iterations if rewarded else 2 * (iterations or learning.iterations)
    steps: float = emg.duration_ms / learning.training_step_ms
    return movements * steps * (blocks.circuit.neurons**2 * ((reaches or emg.reaches) + 5) + 2e5)
