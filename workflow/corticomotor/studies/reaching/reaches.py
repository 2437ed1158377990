"""Reaches: what a network is told, and how the hand should move.

Lengths are in halves of the workspace, which goes from -1 to 1; a step of time is the unit of
time of accelerations times 10: the position is the double cumulative sum of the acceleration over
100.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array, IntArray

if TYPE_CHECKING:
    from corticomotor.studies.reaching.settings.task import ReachTask

# Settings give lengths in percent of the workspace, which is 100 wide.
HALF_WORKSPACE = 50.0
# Velocities and accelerations are differences of one step times this.
RATE = 10.0


@dataclass(frozen=True)
class Reaches:
    """Some reaches, with time in front, as recurrent networks take it.

    Attributes:
        targets: (reach, 2).
        cue: step at which the go cue begins (reach,).
        inputs: x and y of the target once it is shown, and the go cue (time, reach, 3).
        position, velocity, acceleration: of an ideal hand (time, reach, 2).
    """

    targets: Array
    cue: IntArray
    inputs: Array
    position: Array
    velocity: Array
    acceleration: Array


def random_targets(rng: np.random.Generator, count: int) -> Array:
    """Draw targets anywhere in the workspace (reach, 2)."""
    return rng.uniform(-1.0, 1.0, (count, 2))


def random_cues(rng: np.random.Generator, count: int, task: ReachTask) -> IntArray:
    """Draw steps at which go cues begin (reach,)."""
    return task.target_step + rng.integers(task.longest_delay, size=count)


def directed_targets(directions: int, distance: float) -> Array:
    """Targets around the start (direction, 2), counterclockwise from the right.

    Args:
        directions: how many.
        distance: from the start, in percent of the workspace.
    """
    angles = 2 * np.pi * np.arange(directions) / directions
    unit = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    targets: Array = unit * (distance / HALF_WORKSPACE)
    return targets


def ideal_reaches(targets: Array, cue: IntArray, task: ReachTask) -> Reaches:
    """Make smooth reaches, each a sigmoid of time on the straight line to its target.

    Args:
        targets: (reach, 2).
        cue: step at which the go cue begins (reach,).
        task: times.

    Source: Sun & Plitt, section 3 and figure 1.
    """
    steps = np.arange(task.steps)[:, np.newaxis]
    middle = cue + task.reaction_steps
    course = 1 / (1 + np.exp(-(steps - middle) / task.time_constant))
    position = course[:, :, np.newaxis] * targets
    velocity = RATE * np.diff(position, axis=0, prepend=0.0)
    inputs = np.zeros((task.steps, len(targets), 3))
    inputs[task.target_step :, :, :2] = targets
    inputs[:, :, 2] = (steps >= cue) & (steps < cue + task.cue_steps)
    return Reaches(
        targets=targets,
        cue=cue,
        inputs=inputs,
        position=position,
        velocity=velocity,
        acceleration=RATE * np.diff(velocity, axis=0, prepend=0.0),
    )
