"""What is watched while a deep Q-network learns, and when its task becomes harder."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

import numpy as np
from stable_baselines3 import DQN
from stable_baselines3.common.callbacks import BaseCallback

from corticomotor.arrays import IntArray
from corticomotor.runtime.errors import DivergenceError
from corticomotor.runtime.progress import StepReport
from corticomotor.studies.reaching.agents.deep_q_tests import q_values, tested_network
from corticomotor.studies.reaching.agents.optimum import fewest_moves
from corticomotor.studies.reaching.agents.policies import policy_moves
from corticomotor.studies.reaching.grid import KingGrid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.studies.reaching.settings.agents import DeepQ, DeepQRun

# Of the last so many reaches enough must hit before the radius shrinks.
_RECENT = 500


class Looks(BaseCallback):
    """Tests an agent while it learns, and lets the radius shrink.

    Args:
        grid: on which it learns.
        targets: of a test (target,).
        run: the radii.
        settings: when to look and when to shrink.
        report: called with the moves so far.
    """

    def __init__(
        self,
        grid: KingGrid,
        targets: IntArray,
        run: DeepQRun,
        settings: DeepQ,
        report: StepReport,
    ) -> None:
        super().__init__()
        self.model: DQN
        self._grid, self._targets = grid, targets
        self._run, self._settings, self._report = run, settings, report
        self._fewest = fewest_moves(grid, targets)
        self._recent: deque[bool] = deque(maxlen=_RECENT)
        self._losses: list[float] = []
        self._radius, self._shrunk = 0, 0
        self._looks: dict[str, list[float]] = {
            f"look_{name}": [] for name in ("frame", "success", "over_optimum", "radius", "loss")
        }

    def found(self) -> dict[str, ArrayLike]:
        """Give what `contracts.DEEP_Q` says of looks."""
        looks = self._looks
        solved = np.array(looks["look_success"]) >= self._settings.solved_at
        first = looks["look_frame"][int(solved.argmax())] if solved.any() else np.nan
        return {**looks, "look": range(len(solved)), "frames_to_solved": first}

    def _on_training_start(self) -> None:
        self._look()

    def _on_step(self) -> bool:
        self._recent.extend(
            not info["TimeLimit.truncated"] for info in self.locals["infos"] if info
        )
        loss = self.logger.name_to_value.get("train/loss")
        if loss is not None:
            self._note(float(loss))
        before = self.num_timesteps - self._settings.grids
        if self.num_timesteps // self._settings.look_frames > before // self._settings.look_frames:
            self._look()
        self._shrink()
        return True

    def _on_training_end(self) -> None:
        if self._looks["look_frame"][-1] < self.num_timesteps:
            self._look()

    def _note(self, loss: float) -> None:
        if not math.isfinite(loss):
            raise DivergenceError(
                f"reaching/deep_q: the loss is {loss} after {self.num_timesteps} moves; lower "
                "reaching.deep_q.learning_rate or reaching.deep_q.target_rate"
            )
        self._losses.append(loss)

    def _shrink(self) -> None:
        settings = self._settings
        if (
            self._radius + 1 < len(self._run.radii)
            and len(self._recent) == _RECENT
            and np.mean(self._recent) >= settings.shrink_at
            and self.num_timesteps - self._shrunk >= settings.shrink_frames
        ):
            self._radius += 1
            self._shrunk = self.num_timesteps
            self._recent.clear()
            self.training_env.set_attr("radius", self._run.radii[self._radius])

    def _look(self) -> None:
        policy = q_values(
            tested_network(self.model), self._grid, self._targets, self._run.view
        ).argmax(axis=2)
        moves = policy_moves(self._grid.successors(), policy, self._targets, self._settings.longest)
        asked = self._fewest > 0
        reached = asked & np.isfinite(moves)
        success = reached.sum() / asked.sum()
        figures = {
            "frame": self.num_timesteps,
            "success": success,
            "over_optimum": np.mean(moves[reached] / self._fewest[reached])
            if reached.any()
            else np.nan,
            "radius": self._run.radii[self._radius],
            "loss": np.mean(self._losses) if self._losses else np.nan,
        }
        for name, value in figures.items():
            self._looks[f"look_{name}"].append(float(value))
        self._losses.clear()
        self._report(
            min(self.num_timesteps, self._run.frames),
            success=success,
            radius=self._run.radii[self._radius],
        )
