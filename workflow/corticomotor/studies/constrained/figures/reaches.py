"""Colours of the reaches, and the key to them."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from corticomotor.plotting import style

# Dark to light and back, so that opposite reaches differ in lightness as well as in hue.
_CYCLE = ("#253494", "#8E44AD", "#E7298A", "#F2994A", "#D9B310", "#7CB342", "#159A82", "#1F78B4")
_STEPS = 256


def reach_colors(count: int) -> list[style.Color]:
    """Colours of reaches in their order around the circle."""
    cycle = style.blended([*_CYCLE, _CYCLE[0]], _STEPS)
    return [cycle[index] for index in np.linspace(0, _STEPS, count, endpoint=False).astype(int)]


def reach_key(ax: Axes, reaches: NDArray[Any]) -> None:
    """Turn axes into a key: the reaches in their colours around a circle."""
    angles = 2 * np.pi * np.arange(len(reaches)) / len(reaches)
    for angle, reach, color in zip(angles, reaches, reach_colors(len(reaches)), strict=True):
        ax.plot([np.cos(angle)], [np.sin(angle)], "o", color=color, markersize=4)
        x, y = 1.6 * np.cos(angle), 1.6 * np.sin(angle)
        ax.text(x, y, str(reach), fontsize=7, ha="center", va="center")
    ax.set(xlim=(-2, 2), ylim=(-2, 2), aspect="equal")
    ax.set_title("reach", loc="center", fontsize=7)
    ax.axis("off")
