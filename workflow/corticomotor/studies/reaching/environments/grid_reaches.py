"""Many reaches on a grid side by side, for Stable-Baselines3."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from corticomotor.arrays import IntArray
from corticomotor.studies.reaching.environments.batched import (
    BatchedEnv,
    Flags,
    Observations,
    Rewards,
)
from corticomotor.studies.reaching.environments.grid import observation_space
from corticomotor.studies.reaching.grid import MOVES, KingGrid, View, seen


class GridReaches(BatchedEnv):
    """What `GridReach` is, for many reaches to random targets.

    Args:
        rng: draws hands and targets.
        grid: with a field or without.
        view: parameters or pixels.
        count: reaches side by side.
        longest: moves after which a reach is given up.
        radius: distance in moves of a king from which the target counts as reached.

    Attributes:
        radius: may be changed at any time.
        hand: numbers of the hands' squares (reach,).
        target: likewise.
        size: rows and columns of the grid.
        view: what is seen.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        grid: KingGrid,
        view: View,
        *,
        count: int,
        longest: int,
        radius: int = 0,
    ) -> None:
        super().__init__(
            rng, count, longest, observation_space(grid.size, view), spaces.Discrete(len(MOVES))
        )
        self.radius = radius
        self.hand: IntArray = np.zeros(count, dtype=np.int64)
        self.target: IntArray = np.zeros(count, dtype=np.int64)
        self.view: View = view
        self.size = grid.size
        self._successors = grid.successors()
        self._distances = grid.distances()

    def reached(self, hand: IntArray, target: IntArray) -> Flags:
        """Whether hands (reach,) are as near to their targets as counts at present."""
        near: Flags = self._distances[hand, target] <= self.radius
        return near

    def _start(self, which: IntArray) -> None:
        squares = self.size * self.size
        target = self.rng.integers(squares, size=len(which))
        # One of the other squares, each as likely.
        hand = self.rng.integers(squares - 1, size=len(which))
        self.target[which] = target
        self.hand[which] = hand + (hand >= target)

    def _advance(self, actions: NDArray[Any]) -> tuple[Rewards, Flags]:
        self.hand = self._successors[self.hand, actions]
        reached = self.reached(self.hand, self.target)
        return reached.astype(np.float32) - 1, reached

    def _observe(self) -> Observations:
        return seen(self.hand, self.target, self.size, self.view)
