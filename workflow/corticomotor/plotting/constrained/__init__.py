"""Figures of the constrained-dynamics study."""

from corticomotor.plotting.constrained.canonical_correlations import canonical_correlations
from corticomotor.plotting.constrained.circuit import circuit
from corticomotor.plotting.constrained.emg_fits import emg_fits
from corticomotor.plotting.constrained.example_neurons import example_neurons
from corticomotor.plotting.constrained.generalisation import generalisation
from corticomotor.plotting.constrained.search import search
from corticomotor.plotting.constrained.stages import stages
from corticomotor.plotting.constrained.trajectories import trajectories
from corticomotor.plotting.constrained.unobserved_neurons import unobserved_neurons
from corticomotor.plotting.constrained.variance_explained import variance_explained

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
