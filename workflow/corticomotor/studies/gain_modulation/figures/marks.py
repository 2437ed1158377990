"""Courses, boxes, points and examples, as several figures of the study draw them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style

# Of a line over iterations: more would fill the file and show no more.
_POINTS = 250
TARGET: dict[str, Any] = {"color": style.INK, "linewidth": 3.0, "alpha": 0.25}
# Of what was fitted, on the line of what came out.
FIT: dict[str, Any] = {
    "linestyle": "",
    "marker": "o",
    "mfc": "white",
    "markersize": 3.2,
    "mew": 0.9,
}


def course(ax: Axes, x: ArrayLike, y: ArrayLike, **look: Any) -> Line2D:
    """A line through as many points as can be told apart, the last among them."""
    at, heights = np.asarray(x), np.asarray(y)
    every = max(1, len(at) // _POINTS)
    chosen = np.arange(len(at) - 1, -1, -every)[::-1]
    (line,) = ax.plot(at[chosen], heights[chosen], **look)
    return line


def band(ax: Axes, x: ArrayLike, values: ArrayLike, color: Any) -> None:
    """A standard deviation of values (sample, point) to each side of their mean."""
    at, samples = np.asarray(x), np.asarray(values)
    every = max(1, len(at) // _POINTS)
    chosen = np.arange(len(at) - 1, -1, -every)[::-1]
    mean, spread = samples[:, chosen].mean(axis=0), samples[:, chosen].std(axis=0)
    # On a logarithmic axis a band may reach below all numbers.
    low = np.maximum(mean - spread, 0.05 * mean)
    ax.fill_between(at[chosen], low, mean + spread, color=color, alpha=0.2, linewidth=0)


def example(
    ax: Axes, time: ArrayLike, target: ArrayLike, outputs: ArrayLike, color: Any, **look: Any
) -> None:
    """Outputs (sample, time) as thin lines on their target (time,)."""
    ax.plot(np.asarray(time), np.asarray(target), label="target", **TARGET)
    for output in np.atleast_2d(np.asarray(outputs)):
        ax.plot(
            np.asarray(time),
            output,
            **{"color": color, "linewidth": 0.9, "label": "output", **look},
        )


def boxes(
    ax: Axes, positions: Sequence[float], samples: Sequence[Array], colors: Sequence[Any]
) -> None:
    """Box plots with all samples as points beside the middle."""
    for position, sample, color in zip(positions, samples, colors, strict=True):
        line = {"color": color, "linewidth": 1.0}
        ax.boxplot(
            sample,
            positions=[position],
            widths=0.6,
            showfliers=False,
            boxprops=line,
            medianprops={**line, "linewidth": 1.8},
            whiskerprops=line,
            capprops=line,
            manage_ticks=False,
        )
        artists.points(ax, position, sample, color)


def target_handle(text: str = "target") -> Line2D:
    """Entry of a legend for targets."""
    return Line2D([], [], label=text, **TARGET)


def running_minimum(errors: ArrayLike) -> Array:
    """Smallest error so far (..., iteration)."""
    return np.minimum.accumulate(np.asarray(errors), axis=-1)


def pooled(datasets: Sequence[xr.Dataset], name: str, **chosen: Any) -> Array:
    """A variable of all circuits, of some coordinates, as one vector."""
    return np.concatenate([each[name].sel(**chosen).to_numpy().ravel() for each in datasets])


def reduction(start: ArrayLike, errors: ArrayLike) -> Array:
    """By how much errors fell from those before learning (percent)."""
    found: Array = 100 * (1 - np.asarray(errors, dtype=float) / np.asarray(start, dtype=float))
    return found
