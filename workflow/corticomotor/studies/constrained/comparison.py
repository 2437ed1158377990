"""Similarity of the networks' dynamics to the circuit's."""

from collections.abc import Mapping

import numpy as np

from corticomotor.arrays import Array, IntArray
from corticomotor.similarity import (
    canonical_correlation,
    ceiling,
    chance_level,
    cross_validated_r2,
    explained_variance,
    explained_variance_per_neuron,
    linear_cka,
    principal_components,
    procrustes_distance,
    surrogate_components,
)

# As many as a figure can show.
MOST_VARIATES = 3


def component_correlations(circuit: Array, network: Array, components: int) -> Array:
    """Canonical correlations (component,) between the leading principal components.

    Args:
        circuit: rates (target, time, neuron).
        network: rates (target, time, unit).
        components: of each that enter; if the circuit has fewer neurons, as many as those.
    """
    kept = min(components, circuit.shape[-1], network.shape[-1])
    correlations = canonical_correlation(
        principal_components(circuit, kept).project(circuit),
        principal_components(network, kept).project(network),
    ).correlations
    return np.pad(correlations, (0, components - kept))


def unobserved_r2(circuit: Array, network: Array, unobserved: IntArray, components: int) -> float:
    """R^2 of neurons that the network never saw, regressed on its leading components.

    Args:
        circuit: rates (target, time, neuron).
        network: rates (target, time, unit).
        unobserved: numbers of those neurons.
        components: of the network that enter.
    """
    scores = principal_components(network, components).project(network)
    return explained_variance(scores, circuit[..., unobserved])


def compare(
    rng: np.random.Generator,
    circuit: Array,
    networks: Mapping[str, Array],
    unobserved: IntArray,
    *,
    components: int,
    surrogates: int,
    splits: int,
) -> dict[str, Array]:
    """Compare several networks with the circuit.

    Args:
        rng: draws surrogates and splits.
        circuit: rates (target, time, neuron).
        networks: name -> rates (target, time, unit).
        unobserved: numbers of the neurons that gave no hints.
        components: principal components that enter.
        surrogates: surrogate circuits for the chance level.
        splits: random halves for the ceiling.

    Returns:
        The variables of `contracts.SIMILARITY`.
    """
    hidden = circuit[..., unobserved]
    basis = principal_components(circuit, components)
    circuit_scores = basis.project(circuit)
    surrogate_circuits = surrogate_components(rng, circuit, components, surrogates)
    explained = [basis.variance_explained[:components]]
    results: dict[str, list[Array]] = {}
    for rates in networks.values():
        network_basis = principal_components(rates, components)
        scores = network_basis.project(rates)
        explained.append(network_basis.variance_explained[:components])
        match = canonical_correlation(circuit_scores, scores)
        values = {
            "canonical_correlation": match.correlations,
            "unobserved_canonical_correlation": component_correlations(hidden, rates, components),
            "chance": chance_level(surrogate_circuits, rates),
            "procrustes": procrustes_distance(circuit_scores, scores),
            "cka": linear_cka(circuit_scores, scores),
            "unobserved_r2": explained_variance(scores, hidden),
            "unobserved_r2_cross_validated": cross_validated_r2(scores, hidden),
            "unobserved_r2_by_neuron": explained_variance_per_neuron(scores, hidden),
            "circuit_variate": _variates(circuit_scores, match.a_weights),
            "network_variate": _variates(scores, match.b_weights),
        }
        for name, value in values.items():
            results.setdefault(name, []).append(np.asarray(value))
    return {name: np.stack(values) for name, values in results.items()} | {
        "variance_explained": np.stack(explained),
        "ceiling": ceiling(rng, circuit, components=components, splits=splits),
    }


def _variates(scores: Array, weights: Array) -> Array:
    """First canonical variates (target, time, variate), with unit standard deviation."""
    centred = scores - scores.mean(axis=(0, 1))
    variates = centred @ weights[:, :MOST_VARIATES]
    scaled: Array = variates / variates.std(axis=(0, 1))
    return scaled
