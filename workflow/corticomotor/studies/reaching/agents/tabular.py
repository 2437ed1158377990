"""Q-learning with a table, of reaches to one goal on a grid, without a force and with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array, IntArray
from corticomotor.studies.reaching.agents.optimum import fewest_moves, optimal_values
from corticomotor.studies.reaching.agents.policies import (
    optimal_first_moves,
    policy_moves,
    policy_paths,
)
from corticomotor.studies.reaching.grid import MOVES, KingGrid, king_grid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.studies.reaching.settings.agents import Tabular

# Starts whose paths are kept.
_SHOWN = 12
# Tests while learning: at the beginning, then each after twice as many reaches, and at the end.
_FIRST_LOOK = 25
# Random numbers that are drawn at once.
_DRAWN = 4096


def learn_table(
    rng_of: Callable[[str], np.random.Generator], settings: Tabular
) -> dict[str, ArrayLike]:
    """Learn without a force, and with it.

    Values start at 0, which is more than any true one but the goal's: so all moves get tried. The
    goal's own values stay there. Nothing is discounted.

    Args:
        rng_of: gives the random stream of a purpose.
        settings: of grid and learning.

    Returns:
        What `contracts.TABULAR` says. A reach that takes as many moves as there are squares is
        given up: it would go round for ever.
    """
    row, column = settings.goal
    size = settings.grid.size
    goal = row * size + column
    starts = np.delete(np.arange(size * size), goal)
    shown = rng_of("reaching/tabular/shown").choice(
        starts, size=min(_SHOWN, len(starts)), replace=False
    )
    looks = look_episodes(settings.episodes)
    found = [
        _learn_with(
            rng_of(f"reaching/tabular/{name}"),
            king_grid(settings.grid, force=force),
            goal,
            shown,
            looks,
            settings,
        )
        for name, force in (("off", False), ("on", True))
    ]
    longest = max(each["path"].shape[1] for each in found)
    for each in found:
        more = longest - each["path"].shape[1]
        each["path"] = np.pad(each["path"], ((0, 0), (0, more), (0, 0)), constant_values=np.nan)
    both: dict[str, ArrayLike] = {
        name: np.stack([each[name] for each in found]) for name in found[0]
    }
    return both | {
        "field": ["off", "on"],
        "episode": range(1, settings.episodes + 1),
        "look": range(len(looks)),
        "row": range(size),
        "column": range(size),
        "action": range(len(MOVES)),
        "shown": range(len(shown)),
        "move": range(longest),
        "axis": ["row", "column"],
        "end": ["first", "last"],
        "look_episode": looks,
        "goal": [float(row), float(column)],
        "field_rows": [float(each) for each in settings.grid.field_rows],
    }


def look_episodes(episodes: int) -> list[int]:
    """After how many reaches the agent is tested."""
    looks = [0, _FIRST_LOOK]
    while 2 * looks[-1] < episodes:
        looks.append(2 * looks[-1])
    return [*(look for look in looks if look < episodes), episodes]


def _learn_with(
    rng: np.random.Generator,
    grid: KingGrid,
    goal: int,
    shown: IntArray,
    looks: list[int],
    settings: Tabular,
) -> dict[str, Array]:
    """Learn with one field or none, and measure; shapes without the dimension `field`."""
    successors, targets = grid.successors(), np.array([goal])
    best = fewest_moves(grid, targets)
    exact = optimal_values(grid, best)[:, 0].astype(float)
    exact[goal] = 0.0
    table = Table.of(grid, goal, settings)
    draws = Draws(rng)
    counts: list[int] = []
    optimal, regret = [], []
    for before, look in zip([0, *looks[:-1]], looks, strict=True):
        counts += [table.reach(draws) for _ in range(look - before)]
        moves = policy_moves(successors, table.policy(), targets, grid.squares)
        over = np.delete(np.where(np.isnan(moves), grid.squares, moves) - best, goal)
        optimal.append(np.mean(over == 0))
        regret.append(over.mean())
    policy = table.policy()
    paths = policy_paths(
        grid,
        np.repeat(policy, len(shown), axis=1),
        shown,
        np.repeat(targets, len(shown)),
        grid.squares,
    )
    used = np.isfinite(paths[..., 0]).any(axis=0)
    square = (grid.size, grid.size)
    return {
        "episode_moves": np.array(counts, dtype=float),
        "look_optimal": np.array(optimal),
        "look_regret": np.array(regret),
        "values": np.array(table.values).reshape(*square, -1),
        "optimal_values": exact.reshape(*square, -1),
        "moves": moves.reshape(square),
        "optimal_moves": best.astype(float).reshape(square),
        "optimal_first_moves": np.delete(
            optimal_first_moves(policy, successors, best), goal
        ).mean(),
        "path": paths[:, used],
    }


class Draws:
    """Random numbers one by one, as fast as a list gives them."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._left: list[float] = []

    def below(self, count: int) -> int:
        """A whole number from 0 to less than `count`."""
        return int(count * self.uniform())

    def uniform(self) -> float:
        """A number from 0 to less than 1."""
        if not self._left:
            self._left = self._rng.random(_DRAWN).tolist()
        return self._left.pop()


@dataclass
class Table:
    """An agent with a value for each square and move. Lists: arrays are slow one by one.

    Attributes:
        values: (square, move).
        successors: where moves lead (square, move).
        goal: number of its square.
        rate: part of the error by which a value is moved.
        exploration: part of the moves that are random.
    """

    values: list[list[float]]
    successors: list[list[int]]
    goal: int
    rate: float
    exploration: float

    @classmethod
    def of(cls, grid: KingGrid, goal: int, settings: Tabular) -> Table:
        """An agent that knows nothing."""
        return cls(
            [[0.0] * len(MOVES) for _ in range(grid.squares)],
            grid.successors().tolist(),
            goal,
            settings.learning_rate,
            settings.exploration,
        )

    def reach(self, draws: Draws) -> int:
        """Reach from a random start, learn from each move, and return how many it took."""
        values, goal, count = self.values, self.goal, 0
        # One of the other squares, each as likely.
        hand = draws.below(len(values) - 1)
        hand += hand >= goal
        while hand != goal:
            own = values[hand]
            if draws.uniform() < self.exploration:
                move = draws.below(len(own))
            else:
                move = own.index(max(own))
            hand = self.successors[hand][move]
            aim = 0.0 if hand == goal else max(values[hand]) - 1
            own[move] += self.rate * (aim - own[move])
            count += 1
        return count

    def policy(self) -> IntArray:
        """The best move of each square (square, 1)."""
        best: IntArray = np.array(self.values).argmax(axis=1, keepdims=True)
        return best
