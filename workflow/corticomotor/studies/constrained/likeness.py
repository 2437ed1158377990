"""How like populations are to another one, beside its surrogates and its halves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from corticomotor.arrays import Array, IntArray
from corticomotor.similarity import (
    canonical_correlation,
    explained_variance,
    maximum_entropy_tensor,
    principal_components,
)


def reach_dependent(rates: Array) -> Array:
    """Take from rates (reach, time, neuron) their mean over reaches at each time."""
    part: Array = rates - rates.mean(axis=0)
    return part


def reach_dependent_variance(rates: Array) -> float:
    """Part of the variance of rates (reach, time, neuron) that depends on the reach."""
    deviation = rates - rates.mean(axis=(0, 1))
    return float(np.sum(reach_dependent(rates) ** 2) / np.sum(deviation**2))


@dataclass(frozen=True)
class Population:
    """Rates of a population and their leading principal components.

    Attributes:
        rates: (reach, time, neuron).
        scores: on the components (reach, time, component); 0 beyond the rank.
        variance_explained: by these components, relative to all (component,).
        rank: how many of them are more than rounding.
    """

    rates: Array
    scores: Array
    variance_explained: Array
    rank: int


def reduced(rates: Array, components: int, largest_rank: int | None = None) -> Population:
    """Find the leading principal components of rates (reach, time, neuron), up to a rank."""
    basis = principal_components(rates, components)
    rank = basis.rank if largest_rank is None else min(basis.rank, largest_rank)
    scores = basis.project(rates)
    scores[..., rank:] = 0.0
    return Population(rates, scores, basis.variance_explained[:components], rank)


@dataclass(frozen=True)
class Likeness:
    """How like a population others are.

    Attributes:
        correlation: canonical correlations with the others' components (other, component).
        r2: of some of the population's neurons, regressed on these components (other,).
    """

    correlation: Array
    r2: Array


def likeness(
    population: Population, explained: IntArray | slice, others: Iterable[Population]
) -> Likeness:
    """Compare others with a population.

    Args:
        population: with as many components as each of the others.
        explained: those of its neurons that are regressed on the others' components.
        others: at the same reaches and times.
    """
    neurons = population.rates[..., explained]
    pairs = [
        (
            canonical_correlation(population.scores, other.scores).correlations,
            explained_variance(other.scores, neurons),
        )
        for other in others
    ]
    correlation, r2 = zip(*pairs, strict=True)
    return Likeness(np.stack(correlation), np.array(r2))


@dataclass(frozen=True)
class References:
    """What networks are measured against: drawn once, for all that is compared.

    Attributes:
        surrogates: of the circuit (reach, time, neuron), for the level of chance.
        halves: of its neurons, two by two, for the noise ceiling.
    """

    surrogates: Sequence[Array]
    halves: Sequence[tuple[IntArray, IntArray]]

    def reach_dependent(self) -> References:
        """Give the same draws without the mean over reaches at each time."""
        return References([reach_dependent(each) for each in self.surrogates], self.halves)


def draw_references(
    rng: np.random.Generator, circuit: Array, surrogates: int, splits: int
) -> References:
    """Draw surrogates and, after them, halves; an odd neuron is left out of a half at random.

    Args:
        rng: draws them.
        circuit: rates (reach, time, neuron).
        surrogates, splits: how many.

    Source: Elsayed & Cunningham, Nature Neuroscience 20:1310 (2017), for the surrogates.
    """
    distribution = maximum_entropy_tensor(circuit)
    drawn = [distribution.draw(rng, 1)[0] for _ in range(surrogates)]
    neurons = circuit.shape[-1]
    orders = [rng.permutation(neurons) for _ in range(splits)]
    half = neurons // 2
    return References(drawn, [(order[:half], order[half : 2 * half]) for order in orders])


def against_references(
    circuit: Population,
    networks: Sequence[Population],
    unobserved: IntArray,
    references: References,
) -> dict[str, Array]:
    """Compare networks with a circuit and its surrogates, and the circuit's halves with each other.

    Args:
        circuit: whose components set the number of all others'.
        networks: compared with it.
        unobserved: numbers of the circuit's neurons that are regressed on the networks.
        references: of the circuit, and with the same mean taken away from their rates.

    Returns:
        Canonical correlations (network, component), with surrogates as `chance` (network,
        surrogate, component) and between halves as `ceiling` (split, component); R² of the
        unobserved neurons (network,), those of surrogates as `r2_chance` (network, surrogate), and
        of all neurons of one half on the components of the other as `r2_ceiling` (split,).
    """
    components = circuit.scores.shape[-1]
    found = likeness(circuit, unobserved, networks)
    chance = [
        # With a dimension more than the circuit, a surrogate would be more alike by chance.
        likeness(reduced(surrogate, components, circuit.rank), unobserved, networks)
        for surrogate in references.surrogates
    ]
    halves = [
        [reduced(circuit.rates[..., neurons], components) for neurons in pair]
        for pair in references.halves
    ]
    ceiling = [likeness(first, slice(None), [second]) for first, second in halves]
    return {
        "correlation": found.correlation,
        "chance": np.stack([each.correlation for each in chance], axis=1),
        "ceiling": np.concatenate([each.correlation for each in ceiling]),
        "r2": found.r2,
        "r2_chance": np.stack([each.r2 for each in chance], axis=1),
        "r2_ceiling": np.concatenate([each.r2 for each in ceiling]),
    }
