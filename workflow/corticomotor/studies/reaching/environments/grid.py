"""Reaching on a grid, as an environment for Gymnasium."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from corticomotor.studies.reaching.grid import BRIGHT, MOVES, KingGrid, View, seen

__all__ = ["MOVES", "GridReach", "draw_grid", "observation_space"]

# Pixels of a square in a drawing, and colours: background, field, target, hand.
_SQUARE = 12
_GROUND, _FIELD, _TARGET, _HAND = (255, 255, 255), (226, 226, 226), (0, 0, 0), (0, 114, 178)


def observation_space(size: int, view: View) -> spaces.Box:
    """The space of what `grid.seen` gives of one reach."""
    if view == "parameters":
        return spaces.Box(-1.0, 1.0, (4,), np.float32)
    return spaces.Box(0, BRIGHT, (2, size, size), np.uint8)


def draw_grid(grid: KingGrid, hand: int, target: int) -> NDArray[np.uint8]:
    """Draw hand and target on a grid, with its field shaded (row, column, 3)."""
    squares = np.empty((grid.squares, 3), dtype=np.uint8)
    squares[:] = _GROUND
    if grid.field_rows is not None:
        first, last = grid.field_rows
        squares[first * grid.size : (last + 1) * grid.size] = _FIELD
    squares[target] = _TARGET
    squares[hand] = _HAND
    image = squares.reshape(grid.size, grid.size, 3)
    return image.repeat(_SQUARE, axis=0).repeat(_SQUARE, axis=1)


class GridReach(gymnasium.Env[NDArray[Any], np.int64]):
    """A hand that moves like a king, a square a step, until it is on the target.

    A move costs 1, the one that reaches the target nothing. `gymnasium.make` gives a reach up after
    50 moves, or as many as its `max_episode_steps` says.

    The 8 actions are those of `MOVES`: clockwise from straight up. Hand and target of a reach are
    in the infos, as row and column; `reset(options={"hand": [row, column], "target": ...})` sets
    them.

    Args:
        view: what is seen: `parameters` (row and column of the hand, then of the target, each from
            -1 to 1, float32) or `pixels` (target and hand as one bright pixel in a channel each,
            uint8, channels first).
        size: rows and columns.
        field_rows: first and last row of the force field; there is none without.
        deflection: rows and columns by which the field deflects a move that begins in it.
        radius: distance in moves of a king from which the target counts as reached.
        goal: row and column of the target, if it is always the same.
        render_mode: `rgb_array` or none.

    Source: Sun & Plitt, section 4 (tabular and deep Q-learning).
    """

    # Gymnasium declares it without ClassVar.
    metadata: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": 10}  # noqa: RUF012

    def __init__(
        self,
        view: View = "parameters",
        size: int = 16,
        field_rows: tuple[int, int] | None = None,
        deflection: tuple[int, int] = (0, -1),
        radius: int = 0,
        goal: tuple[int, int] | None = None,
        render_mode: str | None = None,
    ) -> None:
        self.render_mode = render_mode
        self.observation_space = observation_space(size, view)
        self.action_space = spaces.Discrete(len(MOVES))
        self._view: View = view
        self._grid = KingGrid(size, field_rows, deflection)
        self._radius = radius
        self._goal = None if goal is None else np.array(goal)
        self._hand = self._target = np.zeros(2, dtype=np.int64)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[Any], dict[str, Any]]:
        """Begin a reach between two different squares, at random where `options` do not say."""
        super().reset(seed=seed)
        given = options or {}
        fixed = given.get("target", self._goal)
        target = self._random_square() if fixed is None else self._square(fixed)
        hand = self._square(given["hand"]) if "hand" in given else self._random_square(but=target)
        self._hand, self._target = self._grid.places(np.array([hand, target]))
        return self._observation(), self._infos()

    def step(self, action: np.int64) -> tuple[NDArray[Any], float, bool, bool, dict[str, Any]]:
        """Move the hand."""
        self._hand = self._grid.moved(self._hand, np.asarray(action))
        reached = bool(np.abs(self._hand - self._target).max() <= self._radius)
        return self._observation(), 0.0 if reached else -1.0, reached, False, self._infos()

    def render(self) -> NDArray[np.uint8] | None:
        """Draw hand, target and field (row, column, 3)."""
        if self.render_mode is None:
            return None
        numbers = self._grid.numbers(np.stack([self._hand, self._target]))
        return draw_grid(self._grid, int(numbers[0]), int(numbers[1]))

    def _observation(self) -> NDArray[Any]:
        hand, target = self._grid.numbers(np.stack([self._hand, self._target]))
        return seen(hand[np.newaxis], target[np.newaxis], self._grid.size, self._view)[0]

    def _infos(self) -> dict[str, Any]:
        return {"hand": self._hand.copy(), "target": self._target.copy()}

    def _square(self, place: Any) -> int:
        row, column = place
        size = self._grid.size
        if not (0 <= row < size and 0 <= column < size):
            raise ValueError(f"expected row and column within 0 to {size - 1}, found {place}")
        return int(row * size + column)

    def _random_square(self, but: int | None = None) -> int:
        if but is None:
            return int(self.np_random.integers(self._grid.squares))
        # One of the others, each as likely.
        other = int(self.np_random.integers(self._grid.squares - 1))
        return other + (other >= but)
