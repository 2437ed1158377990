"""Pictures of reaches with continuous actions, drawn in numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corticomotor.arrays import Array
from corticomotor.studies.reaching.fields import Field
from corticomotor.studies.reaching.hand import WALL

_PIXELS = 240
# As on the grid; also the workspace's frame, and the way of the hand.
_GROUND, _FIELD, _TARGET, _HAND = (255, 255, 255), (226, 226, 226), (0, 0, 0), (0, 114, 178)
_FRAME, _WAY = (160, 160, 160), (128, 184, 216)


def draw_reach(way: Array, target: Array, field: Field | None) -> NDArray[np.uint8]:
    """Draw a reach: the field is shaded, the workspace framed.

    Args:
        way: of the hand (time, 2).
        target: (2,).
        field: where it acts; none draws none.

    Returns:
        (row, column, 3), y upwards.
    """
    middle = (np.arange(_PIXELS) + 0.5) / _PIXELS * 2 * WALL - WALL
    x, y = middle[np.newaxis, :], middle[::-1, np.newaxis]
    picture = np.empty((_PIXELS, _PIXELS, 3), dtype=np.uint8)
    picture[:] = _GROUND
    if field is not None:
        picture[field.contains(x, y) | (field.curl != 0)] = _FIELD
    width = 1.5 * WALL / _PIXELS
    picture[np.abs(np.maximum(np.abs(x), np.abs(y)) - 1.0) < width] = _FRAME

    def disc(centre: Array, radius: float, color: tuple[int, int, int]) -> None:
        picture[(x - centre[0]) ** 2 + (y - centre[1]) ** 2 <= radius**2] = color

    for point in way:
        disc(point, 0.015, _WAY)
    disc(target, 0.06, _TARGET)
    disc(way[-1], 0.04, _HAND)
    return picture
