"""Similarity of the networks' dynamics to the circuit's, as a whole and where reaches differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array, IntArray
from corticomotor.motor_cortex.timing import resample
from corticomotor.similarity import (
    canonical_correlation,
    cross_validated_r2,
    explained_variance,
    explained_variance_per_neuron,
    linear_cka,
    principal_components,
    procrustes_distance,
)
from corticomotor.studies.constrained.likeness import (
    Population,
    against_references,
    draw_references,
    reach_dependent,
    reach_dependent_variance,
    reduced,
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


# Names of what is compared, for rates as they are.
_OF_WHOLE_RATES = {
    "correlation": "canonical_correlation",
    "chance": "chance",
    "ceiling": "noise_ceiling",
    "r2": "unobserved_r2",
    "r2_chance": "unobserved_r2_chance",
    "r2_ceiling": "unobserved_r2_ceiling",
}


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
    references = draw_references(rng, circuit, surrogates, splits)
    populations = [circuit, *networks.values()]
    own, *others = [reduced(rates, components) for rates in populations]
    whole = against_references(own, others, unobserved, references)
    own_part, *other_parts = [reduced(reach_dependent(rates), components) for rates in populations]
    part = against_references(own_part, other_parts, unobserved, references.reach_dependent())
    hidden = own_part.rates[..., unobserved]
    return {
        **{_OF_WHOLE_RATES[name]: values for name, values in whole.items()},
        **{f"reach_dependent_{name}": values for name, values in part.items()},
        "reach_dependent_r2_cross_validated": np.array(
            [cross_validated_r2(each.scores, hidden, at_each_time=True) for each in other_parts]
        ),
        "reach_dependent_variance": np.array([reach_dependent_variance(x) for x in populations]),
        "variance_explained": np.stack([each.variance_explained for each in (own, *others)]),
        **_as_a_whole(own, others, unobserved),
    }


def _as_a_whole(
    circuit: Population, networks: Sequence[Population], unobserved: IntArray
) -> dict[str, Array]:
    """Further measures of all that the rates do, each along networks."""
    components = circuit.scores.shape[-1]
    hidden = circuit.rates[..., unobserved]
    kept = min(components, hidden.shape[-1])
    hidden_scores = principal_components(hidden, kept).project(hidden)
    results: dict[str, list[Array]] = {}
    for network in networks:
        scores = network.scores
        match = canonical_correlation(circuit.scores, scores)
        shared = canonical_correlation(hidden_scores, scores[..., :kept]).correlations
        values = {
            "unobserved_canonical_correlation": np.pad(shared, (0, components - kept)),
            "procrustes": procrustes_distance(circuit.scores, scores),
            "cka": linear_cka(circuit.scores, scores),
            "unobserved_r2_cross_validated": cross_validated_r2(scores, hidden),
            "unobserved_r2_by_neuron": explained_variance_per_neuron(scores, hidden),
            "circuit_variate": _variates(circuit.scores, match.a_weights),
            "network_variate": _variates(scores, match.b_weights),
        }
        for name, value in values.items():
            results.setdefault(name, []).append(np.asarray(value))
    return {name: np.stack(values) for name, values in results.items()}


def _variates(scores: Array, weights: Array) -> Array:
    """First canonical variates (reach, time, variate), with unit standard deviation, or 0."""
    centred = scores - scores.mean(axis=(0, 1))
    variates = centred @ weights[:, :MOST_VARIATES]
    deviation = variates.std(axis=(0, 1))
    scaled: Array = variates / np.where(deviation > 0, deviation, 1.0)
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
