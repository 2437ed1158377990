"""Tests of a deep Q-network on pairs of hand and target, against the exact solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from stable_baselines3 import DQN
from stable_baselines3.dqn.policies import QNetwork

from corticomotor.arrays import Array, IntArray
from corticomotor.studies.reaching.agents.optimum import fewest_moves, optimal_values
from corticomotor.studies.reaching.agents.parameters import described, flat_parameters
from corticomotor.studies.reaching.agents.policies import (
    optimal_first_moves,
    policy_moves,
    policy_paths,
)
from corticomotor.studies.reaching.grid import KingGrid, View, seen

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.studies.reaching.settings.agents import DeepQ, DeepQRun

# Reaches whose paths are kept.
_SHOWN = 24
# States that pass through the network at once.
_CHUNK = 4096


def tested_network(model: DQN) -> QNetwork:
    """The network that is tested: the target network.

    Its weights are a running mean of those that learn, and its policy is the steadier one.
    """
    return model.q_net_target


def q_values(network: QNetwork, grid: KingGrid, targets: IntArray, view: View) -> Array:
    """Q of all squares and moves for some targets (square, target, move)."""
    hand = np.repeat(np.arange(grid.squares), len(targets))
    target = np.tile(targets, grid.squares)
    with torch.no_grad():
        parts = [
            network(
                torch.as_tensor(
                    seen(hand[at : at + _CHUNK], target[at : at + _CHUNK], grid.size, view),
                    device=network.device,
                )
            ).cpu()
            for at in range(0, len(hand), _CHUNK)
        ]
    found: Array = torch.cat(parts).numpy().reshape(grid.squares, len(targets), -1)
    return found


def measure(
    network: QNetwork,
    grid: KingGrid,
    run: DeepQRun,
    settings: DeepQ,
    rng: np.random.Generator,
) -> dict[str, ArrayLike]:
    """Test on all pairs of hand and target, and give what `contracts.DEEP_Q` says of them.

    All states pass through the network once; what it prefers in each is the policy that is followed
    from everywhere.

    Args:
        network: of Q.
        grid: with a field or without.
        run: what the network sees and the unit of its values.
        settings: when a reach is given up.
        rng: draws reaches whose paths are kept.
    """
    size, squares = grid.size, grid.squares
    targets, successors = np.arange(squares), grid.successors()
    best = fewest_moves(grid)
    values = run.value_unit * q_values(network, grid, targets, run.view)
    policy = values.argmax(axis=2)
    moves = policy_moves(successors, policy, targets, settings.longest)
    asked = best > 0
    starts, aims = rng.integers(squares, size=(2, _SHOWN))
    paths = policy_paths(grid, policy[:, aims], starts, aims, settings.longest)
    over = np.where(np.isnan(moves), settings.longest, moves) - best
    square = (size, size, size, size)
    return {
        "hand_row": range(size),
        "hand_column": range(size),
        "target_row": range(size),
        "target_column": range(size),
        "shown": range(_SHOWN),
        "move": range(settings.longest + 1),
        "axis": ["row", "column"],
        "end": ["first", "last"],
        "moves": moves.reshape(square),
        "optimal_moves": best.astype(float).reshape(square),
        "optimal_first_moves": optimal_first_moves(policy, successors, best)[asked].mean(),
        "regret": over[asked].mean(),
        "value_error": np.abs(values - optimal_values(grid, best))[asked].mean(),
        "path": paths,
        "shown_target": grid.places(aims).astype(float),
        "field_rows": [float(each) for each in settings.grid.field_rows],
        "parameters": (parameters := flat_parameters(network)),
        "parameter": range(len(parameters)),
        **described(network),
        "value_unit": run.value_unit,
    }
