"""A hand that is moved by accelerations, against a force: pure functions on many reaches at once.

Units are those of `reaches`: lengths in halves of the workspace, positions that are the double
cumulative sum of accelerations over 100.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corticomotor.arrays import Array
from corticomotor.studies.reaching.fields import Field
from corticomotor.studies.reaching.reaches import RATE

# The hand is stopped at this distance from the centre, along each axis.
WALL = 1.5
# Bounds of what is seen: position, velocity, target, and twice the way that is left. It takes an
# acceleration of 6, thrice the usual strongest one with the field, to get a velocity of 6 from wall
# to wall.
SEEN_BOUNDS = np.repeat([WALL, 6.0, 1.0, 2 * (WALL + 1.0)], 2)


@dataclass(frozen=True)
class Rules:
    """What moves the hand, and what is rewarded.

    Attributes:
        field: the force on the hand where it is switched on.
        action_steps: time steps for which an action is held.
        strongest: acceleration of an action of 1.
        effort: cost of a squared action.
        bonus: reward of a decision that ends near the target.
        tolerance: what is near, in halves of the workspace.
    """

    field: Field
    action_steps: int
    strongest: float
    effort: float
    bonus: float
    tolerance: float


@dataclass
class Hands:
    """Hands on their ways.

    Attributes:
        position, velocity, target: (reach, 2).
        strength: by what the field is multiplied in each reach (reach,); 0 switches it off.
    """

    position: Array
    velocity: Array
    target: Array
    strength: Array

    @classmethod
    def at_rest(cls, target: Array, strength: Array) -> Hands:
        """Hands in the centre, before they move to targets (reach, 2)."""
        return cls(np.zeros_like(target), np.zeros_like(target), target, strength)

    @property
    def distance(self) -> Array:
        """How far each hand is from its target (reach,)."""
        distance: Array = np.hypot(*(self.target - self.position).T)
        return distance

    def seen(self) -> NDArray[np.float32]:
        """Position, velocity, target and twice the way that is left, within bounds (reach, 8)."""
        way = 2 * (self.target - self.position)
        seen = np.concatenate([self.position, self.velocity, self.target, way], axis=1)
        return np.clip(seen, -SEEN_BOUNDS, SEEN_BOUNDS).astype(np.float32)


def moved(hands: Hands, actions: NDArray[Any], rules: Rules) -> tuple[Hands, Array]:
    """Hold actions for some time steps.

    Args:
        hands: where they are.
        actions: from -1 to 1 along each axis (reach, 2); what is beyond is cut off.
        rules: of the movement.

    Returns:
        Where they are then, and the positions on the way (time, reach, 2).
    """
    command = rules.strongest * np.clip(actions.astype(float), -1.0, 1.0)
    strength = hands.strength[:, np.newaxis]
    position, velocity = hands.position, hands.velocity
    way = np.empty((rules.action_steps, *position.shape))
    for step in range(rules.action_steps):
        force = np.stack(rules.field.acceleration(*position.T, *velocity.T), axis=1)
        velocity = velocity + (command + strength * force) / RATE
        free = position + velocity / RATE
        position = np.clip(free, -WALL, WALL)
        velocity = np.where(position == free, velocity, 0.0)
        way[step] = position
    return Hands(position, velocity, hands.target, hands.strength), way


def reward(hands: Hands, actions: NDArray[Any], rules: Rules) -> Array:
    """Reward of the actions that brought the hands where they are (reach,)."""
    distance = hands.distance
    effort = np.sum(np.clip(actions.astype(float), -1.0, 1.0) ** 2, axis=1)
    value: Array = rules.bonus * (distance <= rules.tolerance) - distance - rules.effort * effort
    return value
