"""What a fixed policy does on a grid: moves from every square to every target, and paths."""

from __future__ import annotations

import numpy as np

from corticomotor.arrays import Array, IntArray
from corticomotor.studies.reaching.grid import KingGrid


def policy_moves(successors: IntArray, actions: IntArray, targets: IntArray, longest: int) -> Array:
    """Count the moves of a policy from every square.

    Args:
        successors: where moves lead (square, move).
        actions: the policy: a move for each square and target (square, target).
        targets: numbers of the targets' squares (target,).
        longest: moves after which a reach is given up.

    Returns:
        Moves (square, target): 0 on the target, NaN where it is not reached.
    """
    column = np.arange(len(targets))
    # A target is where a hand stays.
    follow = np.take_along_axis(successors, actions, axis=1)
    follow[targets, column] = targets
    hand = np.broadcast_to(np.arange(len(successors))[:, np.newaxis], actions.shape)
    moves = np.full(actions.shape, np.nan)
    for count in range(longest + 1):
        moves[np.isnan(moves) & (hand == targets)] = count
        hand = follow[hand, column]
    return moves


def policy_paths(
    grid: KingGrid, actions: IntArray, starts: IntArray, targets: IntArray, longest: int
) -> Array:
    """Follow a policy from some squares.

    Args:
        grid: with a field or without.
        actions: a move for each square and reach (square, reach).
        starts: numbers of squares (reach,).
        targets: likewise.
        longest: moves that are followed.

    Returns:
        Rows and columns on the way (reach, move + 1, 2), the start first; NaN after the target.
    """
    successors = grid.successors()
    hand, reach = starts.copy(), np.arange(len(starts))
    paths = np.full((len(starts), longest + 1, 2), np.nan)
    ended = np.zeros(len(starts), dtype=bool)
    for move in range(longest + 1):
        paths[~ended, move] = grid.places(hand)[~ended]
        ended |= hand == targets
        hand = successors[hand, actions[hand, reach]]
    return paths


def optimal_first_moves(actions: IntArray, successors: IntArray, moves: IntArray) -> Array:
    """Whether a policy's move is among the best ones (square, target), as 0 or 1.

    Args:
        actions: the policy (square, target).
        successors: where moves lead (square, move).
        moves: fewest moves (square, target); where they are 0, nothing is asked and it is 1.
    """
    after = np.take_along_axis(moves, np.take_along_axis(successors, actions, axis=1), axis=0)
    good: Array = ((after == moves - 1) | (moves == 0)).astype(float)
    return good
