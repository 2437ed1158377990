"""What canonical correlations to expect at the worst and at the best."""

from __future__ import annotations

import numpy as np

from corticomotor.arrays import Array
from corticomotor.errors import InputError
from corticomotor.similarity.canonical_correlations import canonical_correlation
from corticomotor.similarity.principal_components import principal_components
from corticomotor.similarity.surrogates import maximum_entropy_tensor


def chance_level(
    rng: np.random.Generator, circuit: Array, network: Array, components: int, surrogates: int
) -> Array:
    """Correlate a network with circuits that share only means and covariances with the true one.

    circuit: (target, time, neuron); network: (target, time, unit).
    Returns (surrogate, component): the canonical correlations between the leading `components`
    principal components of the network and those of each surrogate of the circuit. Smooth signals
    of few dimensions are correlated by chance: this says by how much.

    Raises InputError when a population has fewer dimensions than `components`.
    Source of the surrogates: Elsayed & Cunningham, Nature Neuroscience 20:1310 (2017).
    """
    network_scores = _leading_scores(network, components)
    distribution = maximum_entropy_tensor(circuit)
    correlations = np.empty((surrogates, components))
    for row in correlations:
        surrogate_scores = _leading_scores(distribution.draw(rng, 1)[0], components)
        row[:] = canonical_correlation(surrogate_scores, network_scores).correlations
    return correlations


def ceiling(rng: np.random.Generator, circuit: Array, components: int, splits: int) -> Array:
    """Correlate random disjoint halves of the circuit's neurons with each other.

    circuit: (target, time, neuron).
    Returns (split, component): the canonical correlations between the leading `components`
    principal components of the halves. A model as good as another sample of the same circuit
    reaches them. With an odd number of neurons each split leaves a random one out.

    Raises InputError when half of the neurons are fewer than `components`.
    """
    neurons = circuit.shape[-1]
    half = neurons // 2
    if components > half:
        raise InputError(
            f"components: expected at most half of the circuit's {neurons} neurons, "
            f"found {components}"
        )
    correlations = np.empty((splits, components))
    for row in correlations:
        order = rng.permutation(neurons)
        first, second = circuit[..., order[:half]], circuit[..., order[half : 2 * half]]
        row[:] = canonical_correlation(
            _leading_scores(first, components), _leading_scores(second, components)
        ).correlations
    return correlations


def _leading_scores(rates: Array, components: int) -> Array:
    return principal_components(rates, components).project(rates)
