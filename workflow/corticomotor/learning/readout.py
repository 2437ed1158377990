"""Linear readouts of rates."""

import numpy as np
from scipy import linalg

from corticomotor.arrays import Array
from corticomotor.runtime.errors import DivergenceError


def ridge_readout(rates: Array, targets: Array, ridge: float) -> Array:
    """Least-squares readout with a penalty on its weights.

    Args:
        rates: (..., neuron).
        targets: (..., muscle), the same leading shape.
        ridge: penalty relative to the mean power of a neuron summed over samples.

    Returns:
        Weights (neuron, muscle) that minimise |rates w - targets|^2 + ridge' |w|^2.

    Raises:
        DivergenceError: rounding leaves no such weights.
    """
    flat_rates = rates.reshape(-1, rates.shape[-1])
    power = flat_rates.T @ flat_rates
    power[np.diag_indices_from(power)] += ridge * np.trace(power) / len(power)
    desired = flat_rates.T @ targets.reshape(len(flat_rates), -1)
    try:
        weights: Array = linalg.solve(power, desired, assume_a="pos")
    except linalg.LinAlgError as error:
        raise DivergenceError(
            "readout: expected rates that differ between neurons, found too few that do: raise "
            "gain_learning.ridge or circuit.connection_probability"
        ) from error
    return weights


def normalised_error(output: Array, target: Array) -> float:
    """Summed squared error over the target's summed square, both of one shape."""
    return float(np.sum((output - target) ** 2) / np.sum(target**2))
