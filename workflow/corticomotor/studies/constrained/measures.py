"""How well a network reproduces the circuit: one number for each question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.motor_cortex.timing import resample
from corticomotor.studies.constrained.comparison import component_correlations, unobserved_r2

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.runtime.store import Dataset


def network_rates(truth: Dataset, network: Dataset) -> Array:
    """Rates of a network (`contracts.NETWORK`) at the circuit's times (reach, time, unit)."""
    return resample(
        network["rates"].values.astype(float), network["time"].values, truth["time"].values
    )


def network_measures(truth: Dataset, network: Dataset, components: int) -> dict[str, float]:
    """Measure one network of one replicate.

    Args:
        truth: the circuit, see `contracts.GROUND_TRUTH`.
        network: FF or FFH, see `contracts.NETWORK`.
        components: principal components that enter; of fewer units, as many as those.

    Returns:
        The variables of `contracts.MEASURES`. Unobserved are the neurons that gave this network
        no hints: for FF all. Their R² is missing if there are none.
    """
    circuit = truth["rates"].values
    rates = network_rates(truth, network)
    unobserved = np.setdiff1d(truth["neuron"].values, network["neuron"].values)
    kept = min(components, rates.shape[-1])
    return {
        "mean_canonical_correlation": float(
            component_correlations(circuit, rates, components).mean()
        ),
        "emg_error": float(network["emg_error"]),
        "unobserved_r2": (
            unobserved_r2(circuit, rates, unobserved, kept) if unobserved.size else np.nan
        ),
    }


def measure_network(
    truths: Sequence[Dataset], networks: Sequence[Dataset], components: int
) -> dict[str, ArrayLike]:
    """Measure one kind of network in all replicates.

    Args:
        truths, networks: of all replicates; see `network_measures`.
        components: principal components that enter.

    Returns:
        The variables of `contracts.MEASURES`, (replicate,) each.
    """
    pairs = zip(truths, networks, strict=True)
    measured = [network_measures(truth, network, components) for truth, network in pairs]
    return {name: [each[name] for each in measured] for name in measured[0]}
