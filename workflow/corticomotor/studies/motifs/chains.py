"""Chains of motifs that a user asks for, in any order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.studies.motifs.loading import NetworkParts, trained_network
from corticomotor.studies.motifs.rollout import RolloutNetwork
from corticomotor.studies.motifs.targets import targets_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.runtime.store import Dataset
    from corticomotor.studies.motifs.settings import Device, NetworkDynamics


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


def rollout_chain(
    network: RolloutNetwork,
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

    Raises:
        DivergenceError: the network's activity is not finite.
    """
    motifs = np.array(chain) - 1
    state = initial_std * rng.standard_normal((1, network.units))
    rollout = network.rollout(motifs[:, None], state, rng)
    output = rollout.output[:, 0].astype(np.float64)
    deviation = (output - targets[motifs].ravel()).reshape(len(motifs), -1)
    return ChainOutcome(
        output=output,
        rate_norm=rollout.rate_norm[:, 0] / np.sqrt(network.units),
        error=np.sqrt(np.mean(deviation**2, axis=1)),
    )


def chain_of_networks(
    rng: Callable[[str], np.random.Generator],
    chain: Sequence[int],
    networks: Mapping[str, NetworkParts],
    motifs: Sequence[Dataset],
    dynamics: NetworkDynamics,
    *,
    preparation_duration: float,
    device: Device,
) -> dict[str, ArrayLike]:
    """Let networks produce a chain that none of them was trained on.

    Args:
        rng: gives the random stream of a purpose.
        chain: motifs, counted from 1.
        networks: parts of each network, by name.
        motifs: all sessions (`contracts.LIBRARY`).
        dynamics: step and noise.
        preparation_duration: length of the preparation in time constants.
        device: where to compute.

    Returns:
        What `contracts.CHAIN` says.
    """
    targets = targets_of(motifs)
    outcomes = [
        rollout_chain(
            trained_network(
                parts,
                targets,
                dynamics,
                preparation_duration=preparation_duration,
                device=device,
            ),
            chain,
            targets.output,
            initial_std=parts.settings.initial_std,
            # The same start and noise for all networks.
            rng=rng("motifs/chain"),
        )
        for parts in networks.values()
    ]
    positions, steps = np.arange(1, len(chain) + 1), len(targets.times)
    return {
        "network": list(networks),
        "position": positions,
        "time": dynamics.dt * np.arange(1, steps * len(chain) + 1),
        "motif": chain,
        "start": (positions - 1) * steps * dynamics.dt,
        "preparation": preparation_duration,
        "target": targets.output[np.array(chain) - 1].ravel(),
        "output": np.stack([outcome.output for outcome in outcomes]),
        "rate_norm": np.stack([outcome.rate_norm for outcome in outcomes]),
        "error": np.stack([outcome.error for outcome in outcomes]),
    }
