"""Figures of the constrained-dynamics study."""

from corticomotor.studies.constrained.figures.canonical_correlations import canonical_correlations
from corticomotor.studies.constrained.figures.circuit import circuit
from corticomotor.studies.constrained.figures.emg_fits import emg_fits
from corticomotor.studies.constrained.figures.example_neurons import example_neurons
from corticomotor.studies.constrained.figures.generalisation import generalisation
from corticomotor.studies.constrained.figures.search import search
from corticomotor.studies.constrained.figures.stages import stages
from corticomotor.studies.constrained.figures.trajectories import trajectories
from corticomotor.studies.constrained.figures.unobserved_neurons import unobserved_neurons
from corticomotor.studies.constrained.figures.variance_explained import variance_explained

__all__ = [
    "canonical_correlations",
    "circuit",
    "emg_fits",
    "example_neurons",
    "generalisation",
    "search",
    "stages",
    "trajectories",
    "unobserved_neurons",
    "variance_explained",
]
