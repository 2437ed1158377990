"""Figures of the motor-motifs study: each takes datasets and gives a matplotlib figure."""

from corticomotor.plotting.motifs.chain import chain
from corticomotor.plotting.motifs.errors import errors
from corticomotor.plotting.motifs.exponentials import exponentials
from corticomotor.plotting.motifs.forgetting import forgetting
from corticomotor.plotting.motifs.interrupted import interrupted
from corticomotor.plotting.motifs.learning import learning
from corticomotor.plotting.motifs.library import library
from corticomotor.plotting.motifs.noise import noise
from corticomotor.plotting.motifs.pairs import pairs
from corticomotor.plotting.motifs.performance import performance
from corticomotor.plotting.motifs.preparation import preparation
from corticomotor.plotting.motifs.stages import stages
from corticomotor.plotting.motifs.thalamocortical import thalamocortical
from corticomotor.plotting.motifs.zero_shot import zero_shot

__all__ = [
    "chain",
    "errors",
    "exponentials",
    "forgetting",
    "interrupted",
    "learning",
    "library",
    "noise",
    "pairs",
    "performance",
    "preparation",
    "stages",
    "thalamocortical",
    "zero_shot",
]
