"""Environments of which many go on side by side as arrays, as Stable-Baselines3 takes them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from gymnasium import Space, Wrapper
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv

from corticomotor.arrays import IntArray

Observations = NDArray[Any]
Rewards = NDArray[np.float32]
Flags = NDArray[np.bool_]
Indices = int | Iterable[int] | None


class BatchedEnv(VecEnv):
    """Reaches that go on side by side in numpy: a step of all costs little more than one of one.

    A reach ends when it is reached, or after `longest` steps; another one begins at once, as
    Stable-Baselines3 expects it: `terminal_observation` in the infos is what was seen at the end,
    and `TimeLimit.truncated` says whether the time was over.

    Subclasses hold the state and tell three things about it: `_start`, `_advance` and `_observe`.

    Args:
        rng: draws all that is random; seeds that `seed` is given are not used.
        count: reaches side by side.
        longest: steps after which a reach is given up.
        observation_space: of one reach.
        action_space: likewise.
        staggered: whether the first reaches begin at random times of theirs, so that reaches that
            last equally long do not all end in the same step.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        count: int,
        longest: int,
        observation_space: Space[Any],
        action_space: Space[Any],
        *,
        staggered: bool = False,
    ) -> None:
        self.rng = rng
        self.longest = longest
        self.render_mode = None
        self._staggered = staggered
        self._steps: IntArray = np.zeros(count, dtype=np.int64)
        self._actions: NDArray[Any] = np.zeros(count)
        super().__init__(count, observation_space, action_space)

    @abstractmethod
    def _start(self, which: IntArray) -> None:
        """Begin new reaches in these places (place,)."""

    @abstractmethod
    def _advance(self, actions: NDArray[Any]) -> tuple[Rewards, Flags]:
        """Take one action in each reach (reach, ...).

        Returns:
            Rewards, and which are reached and end (reach,).
        """

    @abstractmethod
    def _observe(self) -> Observations:
        """What is seen of all reaches (reach, ...), in an array that nobody writes to later."""

    def reset(self) -> Observations:
        """Begin new reaches everywhere and return what is seen of them (reach, ...)."""
        self._start(np.arange(self.num_envs))
        if self._staggered:
            self._steps[:] = self.rng.integers(self.longest, size=self.num_envs)
        else:
            self._steps[:] = 0
        return self._observe()

    def step_async(self, actions: NDArray[Any]) -> None:
        """Take note of the actions (reach, ...)."""
        self._actions = np.asarray(actions)

    def step_wait(self) -> tuple[Observations, Rewards, Flags, list[dict[str, Any]]]:
        """Take them.

        Returns:
            Observations (reach, ...), of the next reach where one ended; rewards and whether a
            reach ended (reach,); infos.
        """
        rewards, reached = self._advance(self._actions)
        self._steps += 1
        late = (self._steps >= self.longest) & ~reached
        ended: Flags = reached | late
        observations = self._observe()
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        places = np.flatnonzero(ended)
        if len(places):
            for place in places:
                infos[place] = {
                    "terminal_observation": observations[place],
                    "TimeLimit.truncated": bool(late[place]),
                }
            self._start(places)
            self._steps[places] = 0
            observations = self._observe()
        return observations, rewards, ended, infos

    def close(self) -> None:
        """Nothing is held open."""

    def get_attr(self, attr_name: str, indices: Indices = None) -> list[Any]:
        """An attribute, which is the same for all."""
        return [getattr(self, attr_name)] * len(list(self._get_indices(indices)))

    def set_attr(self, attr_name: str, value: Any, indices: Indices = None) -> None:
        """Set an attribute of all; those of single reaches are refused."""
        if indices is not None:
            raise ValueError(f"{attr_name}: all reaches share their attributes")
        setattr(self, attr_name, value)

    def env_method(
        self, method_name: str, *method_args: Any, indices: Indices = None, **method_kwargs: Any
    ) -> list[Any]:
        """Call a method once for all; single reaches have none."""
        if indices is not None:
            raise ValueError(f"{method_name}: all reaches share their methods")
        return [getattr(self, method_name)(*method_args, **method_kwargs)] * self.num_envs

    def env_is_wrapped(
        self, wrapper_class: type[Wrapper[Any, Any, Any, Any]], indices: Indices = None
    ) -> list[bool]:
        """Nothing wraps a reach."""
        return [False] * len(list(self._get_indices(indices)))

    def get_images(self) -> Sequence[NDArray[np.uint8] | None]:
        """Reaches side by side are not drawn."""
        return [None] * self.num_envs
