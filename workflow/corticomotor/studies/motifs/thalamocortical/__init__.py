"""The analytically tractable thalamocortical model (motor-motif paper, appendix A.4).

A linear cortex switches between thalamic loops: one module prepares all motifs, one loop executes
each. All weights follow from linear algebra and a few deterministic costs; nothing is trained by
simulation. Time is in units of tau.
"""

from corticomotor.studies.motifs.thalamocortical.analysis import build_and_test
from corticomotor.studies.motifs.thalamocortical.execution import (
    LoopCost,
    initial_state,
    noise_robust_loop,
    place_eigenvalues,
)
from corticomotor.studies.motifs.thalamocortical.exponentials import (
    Exponentials,
    fit_exponentials,
)
from corticomotor.studies.motifs.thalamocortical.model import (
    LinearRollout,
    ThalamocorticalModel,
    build_model,
    distance_to_steady_state,
    preparatory_eigenvalues,
    rollout,
)
from corticomotor.studies.motifs.thalamocortical.preparation import (
    preparatory_cost,
    preparatory_weights,
)
from corticomotor.studies.motifs.thalamocortical.rollout_network import (
    ThalamocorticalNetwork,
    approximations,
)

__all__ = [
    "Exponentials",
    "LinearRollout",
    "LoopCost",
    "ThalamocorticalModel",
    "ThalamocorticalNetwork",
    "approximations",
    "build_and_test",
    "build_model",
    "distance_to_steady_state",
    "fit_exponentials",
    "initial_state",
    "noise_robust_loop",
    "place_eigenvalues",
    "preparatory_cost",
    "preparatory_eigenvalues",
    "preparatory_weights",
    "rollout",
]
