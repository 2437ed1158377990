"""The typed settings of the experiment: what can be set, its default, and what is accepted."""

from corticomotor.settings.base import Block
from corticomotor.settings.constrained import (
    Circuit,
    Constrained,
    Emg,
    GainLearning,
    Generalisation,
    Network,
    Recording,
    Replicates,
    Reward,
    Sample,
    Similarity,
)
from corticomotor.settings.loading import load
from corticomotor.settings.root import Settings, as_config
from corticomotor.settings.sweeps import Sweep

__all__ = [
    "Block",
    "Circuit",
    "Constrained",
    "Emg",
    "GainLearning",
    "Generalisation",
    "Network",
    "Recording",
    "Replicates",
    "Reward",
    "Sample",
    "Settings",
    "Similarity",
    "Sweep",
    "as_config",
    "load",
]
