"""How well an agent with continuous actions reaches, and how far the force pushes its hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corticomotor.arrays import Array
from corticomotor.studies.reaching.fields import Field, crossing
from corticomotor.studies.reaching.hand import Hands, Rules, moved
from corticomotor.studies.reaching.reaches import HALF_WORKSPACE

Flags = NDArray[np.bool_]
# What an agent does (reach, 2) when it sees this (reach, 8).
Act = Callable[[NDArray[np.float32]], NDArray[Any]]

# Places on a straight line at which it is looked up whether it crosses the field.
_PLACES = 401


@dataclass(frozen=True)
class Performance:
    """Test reaches of an agent, in percent of the workspace.

    Attributes:
        end_error: distance from the target at the end (reach,).
        end_speed: movement of the last step of time (reach,).
        deviation: from the straight line along the force, see `deviation` (reach,).
        way: positions of the hand, from the start on (time, reach, 2).
    """

    end_error: Array
    end_speed: Array
    deviation: Array
    way: Array


def perform(act: Act, targets: Array, rules: Rules, decisions: int, *, on: bool) -> Performance:
    """Let an agent reach for targets.

    Args:
        act: the agent.
        targets: (reach, 2).
        rules: of the movement.
        decisions: actions of a reach.
        on: whether the field is there, as it is set.
    """
    hands = Hands.at_rest(targets, np.full(len(targets), float(on)))
    ways = [hands.position[np.newaxis]]
    for _ in range(decisions):
        hands, way = moved(hands, act(hands.seen()), rules)
        ways.append(way)
    way = np.concatenate(ways)
    return Performance(
        end_error=HALF_WORKSPACE * hands.distance,
        end_speed=HALF_WORKSPACE * np.hypot(*(way[-1] - way[-2]).T),
        deviation=HALF_WORKSPACE * deviation(way, targets, rules.field),
        way=HALF_WORKSPACE * way,
    )


def deviation(way: Array, targets: Array, field: Field) -> Array:
    """Deviation from the straight line to the target, where it is largest in size.

    It is the distance from the line, counted along the force: positive where the hand is pushed,
    negative on the other side, 0 for lines along the force. The force of a positive curl is to the
    left of the movement.

    Args:
        way: positions of hands (time, reach, 2).
        targets: (reach, 2).
        field: its force gives the sign, whether it acts or not.

    Returns:
        (reach,), in the unit of the positions.
    """
    ahead = targets / np.hypot(*targets.T)[:, np.newaxis]
    left = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    if field.curl:
        along = np.full(len(targets), np.sign(field.curl))
    else:
        along = left @ field.force / (np.hypot(*field.force) or 1.0)
    course = np.sum(way * left, axis=2) * along
    largest = np.argmax(np.abs(course), axis=0)
    found: Array = np.take_along_axis(course, largest[np.newaxis], axis=0)[0]
    return found


def crossing_lines(targets: Array, field: Field) -> Flags:
    """Which straight lines from the start to targets (reach, 2) cross the field (reach,)."""
    return crossing(field, np.linspace(0.0, 1.0, _PLACES)[:, np.newaxis, np.newaxis] * targets)
