"""Connectivity: stability-optimised circuits, Gramians and initial states."""

from corticomotor.circuits.gramians import (
    observability_gramian,
    preferred_initial_state,
    preferred_initial_states,
    shifted_gramians,
)
from corticomotor.circuits.sparse import excitatory_count, sparse_balanced_weights
from corticomotor.circuits.stability_optimised import (
    StabilityOptimisation,
    stability_optimised_weights,
)

__all__ = [
    "StabilityOptimisation",
    "excitatory_count",
    "observability_gramian",
    "preferred_initial_state",
    "preferred_initial_states",
    "shifted_gramians",
    "sparse_balanced_weights",
    "stability_optimised_weights",
]
