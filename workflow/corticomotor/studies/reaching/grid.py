"""A hand on a square grid: its moves, a force field that deflects them, and what an agent sees.

A square is (row, column), or one number, `row * size + column`; row 0 is at the top. The
environments, the agents and the exact solution share these dynamics.

Source: Sun & Plitt, section 4 (tabular and deep Q-learning).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from corticomotor.arrays import IntArray

if TYPE_CHECKING:
    from corticomotor.studies.reaching.settings.agents import Grid

View = Literal["parameters", "pixels"]

# Rows and columns by which a king moves (move, 2), clockwise from straight up.
MOVES: IntArray = np.array(
    [[-1, 0], [-1, 1], [0, 1], [1, 1], [1, 0], [1, -1], [0, -1], [-1, -1]], dtype=np.int64
)
# Of the image's channels, in their order, where there is something.
BRIGHT = 255


@dataclass(frozen=True)
class KingGrid:
    """A grid and its force field.

    Attributes:
        size: rows and columns.
        field_rows: first and last row of the field; none without a field.
        deflection: rows and columns by which the field deflects a move that begins in it.
    """

    size: int
    field_rows: tuple[int, int] | None = None
    deflection: tuple[int, int] = (0, -1)

    @property
    def squares(self) -> int:
        """How many there are."""
        return self.size * self.size

    def moved(self, hand: IntArray, move: IntArray) -> IntArray:
        """Squares (..., 2) to which a move (...) takes hands from others (..., 2).

        The field adds to a move that begins in it; the sum stays on the grid.
        """
        step = MOVES[move]
        if self.field_rows is not None:
            first, last = self.field_rows
            inside = (hand[..., 0] >= first) & (hand[..., 0] <= last)
            step = step + inside[..., np.newaxis] * np.array(self.deflection)
        return np.clip(hand + step, 0, self.size - 1)

    def successors(self) -> IntArray:
        """Numbers of the squares to which moves lead (square, move)."""
        squares = self.places(np.arange(self.squares))
        return self.numbers(self.moved(squares[:, np.newaxis], np.arange(len(MOVES))))

    def distances(self) -> IntArray:
        """Moves from square to square without a field (square, square): Chebyshev's distance."""
        squares = self.places(np.arange(self.squares))
        apart: IntArray = np.abs(squares[:, np.newaxis] - squares).max(axis=-1)
        return apart

    def numbers(self, places: IntArray) -> IntArray:
        """Numbers (...) of squares given by row and column (..., 2)."""
        found: IntArray = places[..., 0] * self.size + places[..., 1]
        return found

    def places(self, numbers: IntArray) -> IntArray:
        """Rows and columns (..., 2) of squares given by their numbers (...)."""
        return np.stack(np.divmod(numbers, self.size), axis=-1)


def king_grid(settings: Grid, *, force: bool) -> KingGrid:
    """Make a grid from its settings, with its field or without."""
    first, last = settings.field_rows
    down, right = settings.deflection
    return KingGrid(settings.size, (first, last) if force else None, (down, right))


def seen(hand: IntArray, target: IntArray, size: int, view: View) -> NDArray[Any]:
    """What an agent sees of hands and targets.

    Args:
        hand: numbers of squares (reach,).
        target: likewise.
        size: rows and columns of the grid.
        view: parameters or pixels.

    Returns:
        Parameters: row and column of the hand, then of the target, each from -1 to 1 (reach, 4),
        float32. Pixels: an image with one bright pixel in each channel, first the target's, then
        the hand's (reach, 2, size, size), uint8.
    """
    if view == "parameters":
        places = np.stack([*np.divmod(hand, size), *np.divmod(target, size)], axis=-1)
        return (2 * places / (size - 1) - 1).astype(np.float32)
    image = np.zeros((len(hand), 2, size * size), dtype=np.uint8)
    reach = np.arange(len(hand))
    image[reach, 0, target] = BRIGHT
    image[reach, 1, hand] = BRIGHT
    return image.reshape(-1, 2, size, size)


def squares_seen(observation: NDArray[Any], size: int, view: View) -> tuple[IntArray, IntArray]:
    """Numbers of the squares of hand and target (reach,) in what `seen` gives."""
    if view == "parameters":
        places = np.rint((observation.astype(float) + 1) * (size - 1) / 2).astype(np.int64)
        return places[:, 0] * size + places[:, 1], places[:, 2] * size + places[:, 3]
    target, hand = observation.reshape(len(observation), 2, -1).argmax(axis=2).T
    return hand, target
