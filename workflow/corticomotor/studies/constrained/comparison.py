"""Similarity of the networks' dynamics to the circuit's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array, IntArray
from corticomotor.motor_cortex.timing import resample
from corticomotor.similarity import (
    canonical_correlation,
    chance_level,
    cross_validated_r2,
    explained_variance,
    explained_variance_per_neuron,
    linear_cka,
    noise_ceiling,
    principal_components,
    procrustes_distance,
    surrogate_components,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.runtime.store import Dataset
    from corticomotor.studies.constrained.settings import Similarity

# As many as a figure can show.
MOST_VARIATES = 3


def component_correlations(circuit: Array, network: Array, components: int) -> Array:
    """Canonical correlations between the leading principal components of circuit and network.

    Args:
        circuit: rates (reach, time, neuron).
        network: rates (reach, time, unit).
        components: of each that enter; of fewer neurons or units, as many as those.

    Returns:
        (component,); 0 for components that do not exist.
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
        circuit: rates (reach, time, neuron).
        network: rates (reach, time, unit).
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
        circuit: rates (reach, time, neuron).
        networks: name -> rates (reach, time, unit).
        unobserved: numbers of the neurons that gave no hints.
        components: principal components that enter.
        surrogates: surrogate circuits for the chance level.
        splits: random halves for the noise ceiling.

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
        "noise_ceiling": noise_ceiling(rng, circuit, components=components, splits=splits),
    }


def _variates(scores: Array, weights: Array) -> Array:
    """First canonical variates (reach, time, variate), with unit standard deviation."""
    centred = scores - scores.mean(axis=(0, 1))
    variates = centred @ weights[:, :MOST_VARIATES]
    scaled: Array = variates / variates.std(axis=(0, 1))
    return scaled


def compare_networks(
    rng: np.random.Generator,
    truth: Dataset,
    networks: Mapping[str, Dataset],
    settings: Similarity,
) -> dict[str, ArrayLike]:
    """Compare networks and their target-generating networks with the circuit, on its time grid.

    Args:
        rng: draws surrogates and splits.
        truth: the circuit, see `contracts.GROUND_TRUTH`.
        networks: name -> network, see `contracts.NETWORK`; unobserved are the neurons that gave
            none of them hints.
        settings: what enters, and how many surrogates and splits.

    Returns:
        What `contracts.SIMILARITY` says.
    """
    grid = truth["time"].values
    compared = {
        label: resample(network[variable].values.astype(float), network["time"].values, grid)
        for name, network in networks.items()
        for label, variable in ((name, "rates"), (f"{name} target", "target_rates"))
    }
    observed = np.concatenate([network["neuron"].values for network in networks.values()])
    unobserved = np.setdiff1d(truth["neuron"].values, observed)
    found = compare(
        rng,
        truth["rates"].values,
        compared,
        unobserved,
        components=settings.components,
        surrogates=settings.surrogates,
        splits=settings.splits,
    )
    axes: dict[str, ArrayLike] = {
        "population": ["SOC", *compared],
        "network": list(compared),
        "component": range(1, settings.components + 1),
        "surrogate": range(1, settings.surrogates + 1),
        "split": range(1, settings.splits + 1),
        "unobserved_neuron": unobserved,
        "reach": truth["reach"].values,
        "time": grid,
        "variate": range(1, min(MOST_VARIATES, settings.components) + 1),
    }
    return {**found, **axes}
