"""Chains of motifs that a user asks for, in any order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corticomotor.arrays import Array
from corticomotor.studies.motifs.production import Producer


@dataclass(frozen=True)
class ChainOutcome:
    """What a network did in a chain.

    Attributes:
        output: (step,).
        rate_norm: norm of the rates over sqrt(units), so that 1 is the most (step,).
        error: root mean squared error of each motif in the chain (position,).
    """

    output: Array
    rate_norm: Array
    error: Array


def produce_chain(
    network: Producer,
    chain: Sequence[int],
    targets: Array,
    *,
    initial_std: float,
    rng: np.random.Generator,
) -> ChainOutcome:
    """Produce a chain from a random state.

    Args:
        network: the network.
        chain: motifs, counted from 1.
        targets: desired outputs of all motifs (motif, step).
        initial_std: standard deviation of the random state.
        rng: draws the state and the noise.
    """
    motifs = np.array(chain) - 1
    state = initial_std * rng.standard_normal((1, network.units))
    production = network.produce(motifs[:, None], state, rng)
    output = production.output[:, 0].astype(np.float64)
    deviation = (output - targets[motifs].ravel()).reshape(len(motifs), -1)
    return ChainOutcome(
        output=output,
        rate_norm=production.rate_norm[:, 0] / np.sqrt(network.units),
        error=np.sqrt(np.mean(deviation**2, axis=1)),
    )
