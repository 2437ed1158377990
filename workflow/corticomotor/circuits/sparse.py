"""Sparse random connectivity of excitatory and inhibitory neurons."""

import numpy as np

from corticomotor.arrays import Array


def excitatory_count(neurons: int, excitatory_fraction: float) -> int:
    """Number of excitatory neurons; they come first in every array of the project."""
    return round(neurons * excitatory_fraction)


def sparse_balanced_weights(
    rng: np.random.Generator,
    *,
    neurons: int,
    excitatory: int,
    connection_probability: float,
    spectral_radius: float,
    inhibition_ratio: float,
) -> Array:
    """Draw the random circuit from which stability optimisation starts.

    Each connection exists with `connection_probability`; all excitatory weights equal
    w0/sqrt(N), all inhibitory ones -inhibition_ratio * w0/sqrt(N), with
    w0 = sqrt(2) R / sqrt(p (1 - p) (1 + inhibition_ratio^2)), so that the eigenvalues fill a disc
    of about the radius R = `spectral_radius`; one more lies at the mean row sum, far to the left,
    since inhibition outweighs excitation.

    Args:
        rng: draws the connections.
        neurons, excitatory: how many there are, and how many of them are excitatory.
        connection_probability: p.
        spectral_radius: R.
        inhibition_ratio: strength of inhibitory over excitatory weights.

    Returns:
        Weights (neuron, presynaptic neuron), zero on the diagonal, excitatory columns first.

    Source: Hennequin, Vogels & Gerstner, Neuron 82:1394 (2014).
    """
    p = connection_probability
    unit = np.sqrt(2) * spectral_radius / np.sqrt(p * (1 - p) * (1 + inhibition_ratio**2))
    column = np.full(neurons, unit / np.sqrt(neurons))
    column[excitatory:] *= -inhibition_ratio
    weights = (rng.random((neurons, neurons)) < p) * column
    np.fill_diagonal(weights, 0.0)
    return weights
