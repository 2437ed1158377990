"""How alike two populations are: components, correlations, distances, and what chance gives.

Rates are arrays (..., neuron); the leading axes (reach and time, usually) are samples.
"""

from corticomotor.similarity.canonical_correlations import (
    CanonicalCorrelation,
    canonical_correlation,
)
from corticomotor.similarity.principal_components import PrincipalComponents, principal_components
from corticomotor.similarity.procrustes import linear_cka, procrustes_distance
from corticomotor.similarity.reference_levels import (
    chance_level,
    noise_ceiling,
    surrogate_components,
)
from corticomotor.similarity.regression import (
    cross_validated_r2,
    cross_validated_r2_per_neuron,
    explained_variance,
    explained_variance_per_neuron,
)
from corticomotor.similarity.surrogates import (
    MaximumEntropyTensor,
    maximum_entropy_surrogates,
    maximum_entropy_tensor,
)

__all__ = [
    "CanonicalCorrelation",
    "MaximumEntropyTensor",
    "PrincipalComponents",
    "canonical_correlation",
    "chance_level",
    "cross_validated_r2",
    "cross_validated_r2_per_neuron",
    "explained_variance",
    "explained_variance_per_neuron",
    "linear_cka",
    "maximum_entropy_surrogates",
    "maximum_entropy_tensor",
    "noise_ceiling",
    "principal_components",
    "procrustes_distance",
    "surrogate_components",
]
