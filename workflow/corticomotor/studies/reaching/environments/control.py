"""Reaches with continuous actions: one for gymnasium, and many side by side for learning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from corticomotor.arrays import Array, IntArray
from corticomotor.studies.reaching.environments.batched import BatchedEnv, Flags, Rewards
from corticomotor.studies.reaching.environments.drawing import draw_reach
from corticomotor.studies.reaching.fields import Field
from corticomotor.studies.reaching.hand import SEEN_BOUNDS, Hands, Rules, moved, reward
from corticomotor.studies.reaching.reaches import HALF_WORKSPACE, random_targets

Frame = NDArray[np.uint8]
# How strong the field is in each of some new reaches.
Strengths = Callable[[np.random.Generator, int], Array]


def _spaces() -> tuple[gymnasium.spaces.Box, gymnasium.spaces.Box]:
    bounds = SEEN_BOUNDS.astype(np.float32)
    return (
        gymnasium.spaces.Box(-bounds, bounds, dtype=np.float32),
        gymnasium.spaces.Box(-1.0, 1.0, (2,), np.float32),
    )


class ControlReach(gymnasium.Env[Any, Any]):
    """A hand that accelerations move from the centre to a target, through a force field.

    Registered as `corticomotor/ControlReach-v0`; 25 decisions are a reach, then it is truncated::

        import gymnasium
        import corticomotor.studies.reaching.environments

        env = gymnasium.make("corticomotor/ControlReach-v0", force=(-37.5, 0.0), y=(10.0, 40.0))
        seen, info = env.reset(seed=1, options={"target": (0.5, -0.2)})

    An action is the acceleration along x and y, from -1 (strongest) to 1, and is held for
    `action_steps` steps of time. The hand goes on by itself, as a mass without friction does, and
    is stopped at walls beyond the workspace. An observation is the hand's position and velocity,
    the target, and twice the way from hand to target, x and y each, in halves of the workspace. A
    decision is rewarded by the negative distance from the target after it, in the same unit, minus
    `effort` times the squared action, plus `bonus` within `tolerance` of the target.

    Options of `reset` are the `target`, x and y from -1 to 1, and `strength`, by which the force is
    multiplied in this reach: 0 switches it off, -1 reverses it. Infos hold the `distance` from the
    target in percent of the workspace, and whether it is a `hit`.

    Args:
        force: x and y of the force in the region; the strongest action is 50 times `strongest`.
        x, y: bounds of the region in percent of the workspace, which goes from -50 to 50.
        curl: force per velocity of the hand, everywhere; positive pushes to the left.
        action_steps: see above.
        strongest: acceleration of an action of 1.
        effort: see above.
        bonus: see above.
        tolerance: see above, in percent of the workspace.
        render_mode: `rgb_array` or none.
    """

    # Gymnasium declares it without ClassVar.
    metadata: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": 10}  # noqa: RUF012

    def __init__(
        self,
        *,
        force: tuple[float, float] = (-37.5, 0.0),
        x: tuple[float, float] = (-1000.0, 1000.0),
        y: tuple[float, float] = (10.0, 40.0),
        curl: float = 0.0,
        action_steps: int = 4,
        strongest: float = 1.5,
        effort: float = 0.02,
        bonus: float = 0.5,
        tolerance: float = 3.0,
        render_mode: str | None = None,
    ) -> None:
        left, right, bottom, top, push_x, push_y, near = (
            value / HALF_WORKSPACE for value in (*x, *y, *force, tolerance)
        )
        field = Field(x=(left, right), y=(bottom, top), force=(push_x, push_y), curl=curl)
        self.rules = Rules(
            field=field,
            action_steps=action_steps,
            strongest=strongest,
            effort=effort,
            bonus=bonus,
            tolerance=near,
        )
        self.render_mode = render_mode
        self.observation_space, self.action_space = _spaces()
        self._hands = Hands.at_rest(np.zeros((1, 2)), np.zeros(1))
        self._way: list[Array] = []

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Put the hand into the centre, and a target anywhere unless options say where."""
        super().reset(seed=seed)
        given = options or {}
        drawn = random_targets(self.np_random, 1)
        target = np.array(given.get("target", drawn[0]), dtype=float).reshape(1, 2)
        strength = np.array([float(given.get("strength", 1.0))])
        self._hands = Hands.at_rest(target, strength)
        self._way = [self._hands.position[0]]
        return self._hands.seen()[0], self._info()

    def step(
        self, action: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """Hold an action (2,); the reach goes on until its time is over."""
        actions = np.asarray(action)[np.newaxis]
        self._hands, way = moved(self._hands, actions, self.rules)
        self._way.extend(way[:, 0])
        gained = float(reward(self._hands, actions, self.rules)[0])
        return self._hands.seen()[0], gained, False, False, self._info()

    def render(self) -> Frame | None:
        """Draw the hand's way so far, the target and the field (pixel, pixel, 3)."""
        if self.render_mode is None:
            return None
        pushes = bool(self._hands.strength[0])
        return draw_reach(
            np.array(self._way), self._hands.target[0], self.rules.field if pushes else None
        )

    def _info(self) -> dict[str, Any]:
        distance = float(self._hands.distance[0])
        return {
            "distance": HALF_WORKSPACE * distance,
            "hit": distance <= self.rules.tolerance,
        }


class ControlReaches(BatchedEnv):
    """Many such reaches side by side, for learning.

    Args:
        rng: draws targets and strengths.
        rules: of the movement.
        count: reaches side by side.
        decisions: actions of a reach.
        strengths: how strong the field is in each new reach.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        rules: Rules,
        count: int,
        decisions: int,
        strengths: Strengths,
    ) -> None:
        self.rules = rules
        self.hands = Hands.at_rest(np.zeros((count, 2)), np.zeros(count))
        self._strengths = strengths
        super().__init__(rng, count, decisions, *_spaces(), staggered=True)

    def _start(self, which: IntArray) -> None:
        self.hands.position[which] = 0.0
        self.hands.velocity[which] = 0.0
        self.hands.target[which] = random_targets(self.rng, len(which))
        self.hands.strength[which] = self._strengths(self.rng, len(which))

    def _advance(self, actions: NDArray[Any]) -> tuple[Rewards, Flags]:
        self.hands, _ = moved(self.hands, actions, self.rules)
        gained = reward(self.hands, actions, self.rules).astype(np.float32)
        return gained, np.zeros(self.num_envs, dtype=bool)

    def _observe(self) -> NDArray[np.float32]:
        return self.hands.seen()
