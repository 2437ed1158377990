"""Groups of neurons that share a gain: as many control units as there are groups."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.cluster.vq import kmeans2

from corticomotor.arrays import Array
from corticomotor.learning.rules import DifferentiableObjective
from corticomotor.runtime.errors import InputError

Index = np.ndarray[tuple[int, ...], np.dtype[np.int64]]

# k-means depends on where it starts; more starts change the clusters of gains no further.
_KMEANS_STARTS = 10
_KMEANS_STEPS = 100


def random_groups(rng: np.random.Generator, neurons: int, groups: int) -> Index:
    """Draw groups of equal size.

    Args:
        rng: draws them.
        neurons: how many.
        groups: how many, a divisor of the neurons.

    Returns:
        The group of each neuron (neuron,), from 0.

    Raises:
        InputError: the groups do not divide the neurons.
    """
    if groups < 1 or neurons % groups:
        raise InputError(f"groups: expected a divisor of the {neurons} neurons, found {groups}")
    index: Index = rng.permutation(np.arange(neurons, dtype=np.int64) % groups)
    return index


def specialised_groups(rng: np.random.Generator, gains: Array, groups: int) -> Index:
    """Group the neurons that learned the same: k-means on what each had learned on its own.

    Args:
        rng: draws where k-means starts.
        gains: of neuron-specific learning from gains of 1 (pattern, neuron).
        groups: how many; their sizes are what k-means finds, and some may be empty.

    Returns:
        The group of each neuron (neuron,), from 0.
    """
    # Each pattern weighs the same, however far it went; one that stayed has nothing to say.
    changes = gains - 1
    lengths = np.linalg.norm(changes, axis=1, keepdims=True)
    weighted = np.divide(changes, lengths, out=np.zeros_like(changes), where=lengths > 0)
    features = np.ascontiguousarray(weighted.T)
    best, least = np.zeros(len(features), dtype=np.int64), np.inf
    for _ in range(_KMEANS_STARTS):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="One of the clusters is empty")
            centres, labels = kmeans2(
                features, groups, iter=_KMEANS_STEPS, minit="++", missing="warn", rng=rng
            )
        spread = float(np.sum((features - centres[labels]) ** 2))
        if spread < least:
            best, least = labels.astype(np.int64), spread
    return best


@dataclass(frozen=True)
class Grouped:
    """An objective of neuronal gains as one of the gains of groups.

    Attributes:
        objective: takes gains (trial, neuron).
        index: the group of each neuron (trial, neuron).
    """

    objective: DifferentiableObjective
    index: Index

    def gains(self, parameters: Array) -> Array:
        """Gains of neurons (trial, neuron) from those of groups (trial, group)."""
        return np.take_along_axis(parameters, self.index, axis=1)

    def errors(self, parameters: Array) -> Array:
        """Errors (trial,) at gains of groups (trial, group)."""
        return self.objective.errors(self.gains(parameters))

    def errors_and_gradient(self, parameters: Array) -> tuple[Array, Array]:
        """Errors (trial,), and the derivative by the gains of groups (trial, group)."""
        errors, by_gains = self.objective.errors_and_gradient(self.gains(parameters))
        trials, groups = parameters.shape
        flat = (self.index + groups * np.arange(trials)[:, np.newaxis]).ravel()
        summed = np.asarray(np.bincount(flat, by_gains.ravel(), trials * groups), dtype=float)
        return errors, summed.reshape(trials, groups)
