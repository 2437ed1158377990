"""Figures of the motor-motifs study: each takes datasets and gives a matplotlib figure."""

from corticomotor.studies.motifs.figures.chain import chain
from corticomotor.studies.motifs.figures.errors import errors
from corticomotor.studies.motifs.figures.exponentials import exponentials
from corticomotor.studies.motifs.figures.forgetting import forgetting
from corticomotor.studies.motifs.figures.interrupted import interrupted
from corticomotor.studies.motifs.figures.learning import learning
from corticomotor.studies.motifs.figures.library import library
from corticomotor.studies.motifs.figures.noise import noise
from corticomotor.studies.motifs.figures.pairs import pairs
from corticomotor.studies.motifs.figures.performance import performance
from corticomotor.studies.motifs.figures.preparation import preparation
from corticomotor.studies.motifs.figures.stages import stages
from corticomotor.studies.motifs.figures.thalamocortical import thalamocortical
from corticomotor.studies.motifs.figures.zero_shot import zero_shot

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
