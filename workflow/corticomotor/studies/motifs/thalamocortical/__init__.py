"""The analytically tractable thalamocortical model (motor-motif paper, appendix A.4).

A linear cortex switches between thalamic loops: one module prepares all motifs, one loop executes
each. All weights follow from linear algebra and a few deterministic costs; nothing is trained by
simulation. Time is in units of tau.
"""

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
    Production,
    ThalamocorticalModel,
    build_model,
    distance_to_steady_state,
    preparatory_eigenvalues,
    produce,
)
from corticomotor.studies.motifs.thalamocortical.preparation import (
    preparatory_cost,
    preparatory_weights,
)
from corticomotor.studies.motifs.thalamocortical.producer import ModelProducer, approximations

__all__ = [
    "Exponentials",
    "LoopCost",
    "ModelProducer",
    "Production",
    "ThalamocorticalModel",
    "approximations",
    "build_model",
    "distance_to_steady_state",
    "fit_exponentials",
    "initial_state",
    "noise_robust_loop",
    "place_eigenvalues",
    "preparatory_cost",
    "preparatory_eigenvalues",
    "preparatory_weights",
    "produce",
]
