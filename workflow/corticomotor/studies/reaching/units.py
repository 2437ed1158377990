"""What hidden units do around the go cue, one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corticomotor.arrays import Array, IntArray

# Steps before the go cue that count as rest: a network has left its initial state by then.
REST_STEPS = 10


@dataclass(frozen=True)
class UnitActivity:
    """Activity of the units of one network; the first two are in units of `scale`.

    Attributes:
        cue_change: mean activity from the go cue on minus that before it, mean of directions
            (unit,).
        direction_deviation: standard deviation over directions, where it is largest (unit,).
        turning_points: of the course from the go cue on, mean of directions (unit,).
        scale: standard deviation of the activity from the go cue on, mean of units.
    """

    cue_change: Array
    direction_deviation: Array
    turning_points: Array
    scale: float


def unit_activity(rates: Array, *, cue: int, steps: int, threshold: float) -> UnitActivity:
    """Describe the units of a network.

    Args:
        rates: activity, not the same throughout (direction, time, unit).
        cue: step at which the go cue begins, from 1.
        steps: from the go cue on that count.
        threshold: change of activity, in units of the scale, below which a turn is none.
    """
    rest = rates[:, max(0, cue - REST_STEPS) : cue]
    moving = rates[:, cue : cue + steps]
    scale = float(moving.std(axis=(0, 1)).mean())
    turns = turning_points(np.moveaxis(moving, 1, 0), threshold * scale)
    return UnitActivity(
        cue_change=(moving.mean(axis=(0, 1)) - rest.mean(axis=(0, 1))) / scale,
        direction_deviation=moving.std(axis=0).max(axis=0) / scale,
        turning_points=turns.mean(axis=0),
        scale=scale,
    )


def turning_points(courses: Array, hysteresis: float) -> IntArray:
    """Count where courses turn from rising to falling or back.

    A course has turned once it has gone back from its last extreme by more than the hysteresis: so
    it rises and falls by more than that between any two turns, and small ripples are none.

    Args:
        courses: (time, ...).
        hysteresis: change that does not count yet, in the unit of the courses.

    Returns:
        Numbers of turning points (...).
    """
    high = low = courses[0]
    # 1 while rising, -1 while falling, 0 before the first rise or fall.
    heading = turns = np.zeros(high.shape, dtype=np.int64)
    for values in courses[1:]:
        high, low = np.maximum(high, values), np.minimum(low, values)
        falls = (high - values > hysteresis) & (heading >= 0)
        rises = (values - low > hysteresis) & (heading <= 0)
        turned = falls | rises
        turns = turns + (turned & (heading != 0))
        heading = np.where(falls, -1, np.where(rises, 1, heading))
        # The next extreme is looked for from here on.
        high, low = np.where(turned, values, high), np.where(turned, values, low)
    return turns
