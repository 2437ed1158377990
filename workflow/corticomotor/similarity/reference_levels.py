"""What canonical correlations to expect at the worst and at the best."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from corticomotor.arrays import Array
from corticomotor.runtime.errors import InputError
from corticomotor.similarity._samples import as_rates
from corticomotor.similarity.canonical_correlations import canonical_correlation
from corticomotor.similarity.principal_components import principal_components
from corticomotor.similarity.surrogates import maximum_entropy_tensor


def surrogate_components(
    rng: np.random.Generator, circuit: ArrayLike, components: int, surrogates: int
) -> Array:
    """Draw circuits that share only means and covariances with the true one, and reduce them.

    Args:
        rng: draws the surrogates.
        circuit: rates (reach, time, neuron).
        components: of each surrogate that are kept.
        surrogates: how many.

    Returns:
        The leading principal components of each (surrogate, reach, time, component), for
        `chance_level`; 0 beyond the circuit's rank, since surrogates can have a dimension more:
        their mean tensor adds the average neuron.

    Raises:
        InputError: the circuit has fewer dimensions than `components`.

    Source: Elsayed & Cunningham, Nature Neuroscience 20:1310 (2017).
    """
    rank = principal_components(circuit, components).rank
    distribution = maximum_entropy_tensor(circuit)
    scores = np.stack(
        [_leading_scores(distribution.draw(rng, 1)[0], components) for _ in range(surrogates)]
    )
    scores[..., rank:] = 0.0
    return scores


def chance_level(surrogates: Array, network: ArrayLike) -> Array:
    """Correlate a network with surrogates of the circuit.

    Smooth signals of few dimensions are correlated by chance: this says by how much.

    Args:
        surrogates: their leading components (surrogate, reach, time, component), see
            `surrogate_components`.
        network: rates (reach, time, unit).

    Returns:
        Canonical correlations between as many leading principal components of the network and
        those of each surrogate (surrogate, component).

    Raises:
        InputError: the network has fewer dimensions than components are asked of it.
    """
    scores = _leading_scores(network, surrogates.shape[-1])
    return np.stack([canonical_correlation(each, scores).correlations for each in surrogates])


def noise_ceiling(
    rng: np.random.Generator, circuit: ArrayLike, components: int, splits: int
) -> Array:
    """Correlate random disjoint halves of the circuit's neurons with each other.

    A model as good as another sample of the same circuit reaches these correlations. With an odd
    number of neurons each split leaves a random one out.

    Args:
        rng: draws the halves.
        circuit: rates (reach, time, neuron).
        components: principal components of each half that enter.
        splits: how many.

    Returns:
        Canonical correlations between the components of the halves (split, component).

    Raises:
        InputError: half of the neurons are fewer than `components`.
    """
    circuit = as_rates(circuit)
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


def _leading_scores(rates: ArrayLike, components: int) -> Array:
    return principal_components(rates, components).project(rates)
