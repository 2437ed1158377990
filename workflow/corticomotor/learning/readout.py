"""Linear readouts of rates."""

import numpy as np
from scipy import linalg

from corticomotor.arrays import Array


def ridge_readout(rates: Array, targets: Array, ridge: float) -> Array:
    """Least-squares readout with a penalty on its weights.

    Args:
        rates: (..., neuron).
        targets: (..., muscle), the same leading shape.
        ridge: penalty relative to the mean power of a neuron summed over samples.

    Returns:
        Weights (neuron, muscle) that minimise |rates w - targets|^2 + ridge' |w|^2.
    """
    flat_rates = rates.reshape(-1, rates.shape[-1])
    power = flat_rates.T @ flat_rates
    power[np.diag_indices_from(power)] += ridge * np.trace(power) / len(power)
    weights: Array = linalg.solve(
        power, flat_rates.T @ targets.reshape(len(flat_rates), -1), assume_a="pos"
    )
    return weights


def normalised_error(output: Array, target: Array) -> float:
    """Summed squared error over the target's summed square, both of one shape."""
    return float(np.sum((output - target) ** 2) / np.sum(target**2))
