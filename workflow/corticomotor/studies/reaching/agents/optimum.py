"""The exact solution of reaching on a grid: fewest moves, and the values that follow from them."""

from __future__ import annotations

import numpy as np

from corticomotor.arrays import IntArray
from corticomotor.runtime.errors import InputError
from corticomotor.studies.reaching.grid import KingGrid


def fewest_moves(grid: KingGrid, targets: IntArray | None = None) -> IntArray:
    """Count the moves that are needed from each square to each target.

    Args:
        grid: with a field or without.
        targets: numbers of squares (target,); all of them if not given.

    Returns:
        Moves (square, target); 0 on the target itself.

    Raises:
        InputError: the field leaves no way to a target.
    """
    targets = np.arange(grid.squares) if targets is None else targets
    successors = grid.successors()
    unknown = grid.squares
    moves: IntArray = np.full((grid.squares, len(targets)), unknown, dtype=np.int64)
    moves[targets, np.arange(len(targets))] = 0
    while True:
        # Bellman's equation; after k rounds, all that is at most k moves away is exact.
        further = np.minimum(moves, 1 + moves[successors].min(axis=1))
        if np.array_equal(further, moves):
            break
        moves = further
    if (moves == unknown).any():
        square, target = np.argwhere(moves == unknown)[0]
        raise InputError(
            f"deflection {list(grid.deflection)}, field_rows {list(grid.field_rows or ())}: no way "
            f"leads from square {grid.places(square)} to {grid.places(targets[target])}"
        )
    return moves


def optimal_values(grid: KingGrid, moves: IntArray) -> IntArray:
    """Value of each move on the way to each target (square, target, move).

    A move costs 1, and the one that reaches the target nothing: the value of a move is minus the
    number of moves that are needed after it.

    Args:
        grid: the same as for `moves`.
        moves: what `fewest_moves` gives (square, target).
    """
    values: IntArray = -moves[grid.successors()].swapaxes(1, 2)
    return values
