"""The memory of a deep Q-network on a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3.common.buffers import BaseBuffer, ReplayBuffer
from stable_baselines3.common.type_aliases import ReplayBufferSamples
from stable_baselines3.common.vec_env import VecNormalize
from torch import device as Device

from corticomotor.arrays import IntArray
from corticomotor.studies.reaching.environments.grid_reaches import GridReaches
from corticomotor.studies.reaching.grid import seen, squares_seen

if TYPE_CHECKING:
    from corticomotor.studies.reaching.settings.agents import DeepQRun

# Mean number of moves, the own one among them, after which a hand is on its target in hindsight.
_LATER = 5.0


class GridReplay(ReplayBuffer):
    """Transitions as numbers of squares, from which observations are made when they are sampled.

    Whether a move reached the target is decided when it is sampled, by the radius of that time:
    what counted as a hit under a larger radius must not teach that reaches end there. Time limits
    end no reach in a sample.

    Part of the samples may get another target in hindsight: a square that the hand came to later
    in the same reach. A move does not depend on the target, so it teaches as well how to get there.

    Args:
        buffer_size: transitions that are kept, of all reaches side by side together.
        observation_space, action_space, device, n_envs: as Stable-Baselines3 gives them.
        optimize_memory_usage: must be false; there is nothing to gain.
        reaches: whose transitions these are.
        settings: of hindsight and of the unit of values.
        rng: draws samples.

    Source: hindsight, Andrychowicz et al., NeurIPS 2017 (there, any later square is as likely).
    """

    def __init__(
        self,
        buffer_size: int,
        observation_space: spaces.Space[Any],
        action_space: spaces.Space[Any],
        device: Device | str = "auto",
        n_envs: int = 1,
        optimize_memory_usage: bool = False,
        *,
        reaches: GridReaches,
        settings: DeepQRun,
        rng: np.random.Generator,
    ) -> None:
        # Not ReplayBuffer's own: it would reserve memory for observations.
        BaseBuffer.__init__(
            self, buffer_size, observation_space, action_space, device, n_envs=n_envs
        )
        if optimize_memory_usage:
            raise ValueError("optimize_memory_usage: transitions are kept as numbers already")
        self.buffer_size = max(buffer_size // n_envs, 1)
        # Hand, target, move, the hand's next square, and the number of the reach in its place.
        self._kept: NDArray[np.int32] = np.zeros((5, self.buffer_size, n_envs), dtype=np.int32)
        self._reach: NDArray[np.int32] = np.zeros(n_envs, dtype=np.int32)
        self._reaches = reaches
        self._hindsight, self._unit = settings.hindsight, settings.value_unit
        self._rng = rng

    def add(
        self,
        obs: NDArray[Any],
        next_obs: NDArray[Any],
        action: NDArray[Any],
        reward: NDArray[Any],
        done: NDArray[Any],
        infos: list[dict[str, Any]],
    ) -> None:
        """Keep a transition of each reach; the oldest go."""
        size, view = self._reaches.size, self._reaches.view
        hand, target = squares_seen(obs, size, view)
        after, _ = squares_seen(next_obs, size, view)
        self._kept[:, self.pos] = hand, target, action.reshape(-1), after, self._reach
        self._reach += done
        self.pos += 1
        if self.pos == self.buffer_size:
            self.full, self.pos = True, 0

    def sample(self, batch_size: int, env: VecNormalize | None = None) -> ReplayBufferSamples:
        """Draw transitions, each as likely."""
        steps = self.buffer_size if self.full else self.pos
        step = self._rng.integers(steps, size=batch_size)
        place = self._rng.integers(self.n_envs, size=batch_size)
        hand, target, action, after, _ = self._kept[:, step, place].astype(np.int64)
        if self._hindsight:
            target = self._in_hindsight(step, place, target, steps)
        reached = self._reaches.reached(after, target).astype(np.float32)[:, np.newaxis]
        size, view = self._reaches.size, self._reaches.view
        observed = seen(np.concatenate([hand, after]), np.tile(target, 2), size, view)
        now, then = self.to_torch(observed).chunk(2)
        return ReplayBufferSamples(
            now,
            self.to_torch(action[:, np.newaxis]),
            then,
            self.to_torch(reached),
            self.to_torch((reached - 1) / np.float32(self._unit)),
        )

    def _in_hindsight(
        self, step: IntArray, place: IntArray, target: IntArray, steps: int
    ) -> IntArray:
        """Replace some targets by squares that the hand came to so many moves later."""
        later = self._rng.geometric(1 / _LATER, size=len(step)) - 1
        # Behind the newest transition lies the oldest, if anything.
        newest = (self.pos - 1 - step) % steps
        other = (step + later) % steps
        same = self._kept[4, other, place] == self._kept[4, step, place]
        chosen = self._rng.random(len(step)) < self._hindsight
        return np.where(chosen & same & (later <= newest), self._kept[3, other, place], target)
