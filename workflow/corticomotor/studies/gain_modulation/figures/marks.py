"""Courses, boxes, points and examples, as several figures of the study draw them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style

# Of a line over iterations: more would fill the file and show no more.
_POINTS = 250
TARGET: dict[str, Any] = {"color": style.INK, "linewidth": 3.0, "alpha": 0.25}
_CIRCUIT: dict[str, Any] = {"linewidth": 0.5, "alpha": 0.6}
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


def mean_line(ax: Axes, x: ArrayLike, values: Array, color: Any, **look: Any) -> None:
    """Line through the means of values (circuit, point), and a thin one for each of several."""
    if len(values) > 1:
        for each in values:
            ax.plot(x, each, **{"color": color, "linestyle": look.get("linestyle", "-")} | _CIRCUIT)
    ax.plot(x, values.mean(axis=0), color=color, **look)


def intervals_at_end(
    ax: Axes, x: ArrayLike, ends: Sequence[ArrayLike], colors: Sequence[Any]
) -> None:
    """Means over circuits and their intervals, beside the end of courses.

    Args:
        ax: where; its x axis is made to begin at 0, and longer.
        x: of the courses (point,).
        ends: of each course what circuits end with (circuit,); a single circuit has no interval.
        colors: of the courses.
    """
    last = float(np.asarray(x)[-1])
    if np.size(ends[0]) == 1:
        ax.set_xlim(0, last)
        return
    for row, (values, color) in enumerate(zip(ends, colors, strict=True)):
        place = last * (1.03 + 0.03 * row)
        drawn = artists.estimate(values)
        ax.plot([place], [drawn.mean], "o", color=color, markersize=3, mew=0)
        ax.vlines([place], drawn.low, drawn.high, color=color, linewidth=1.0)
    ax.set_xlim(0, 1.15 * last)


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


def by_circuit(
    ax: Axes,
    position: float,
    samples: Sequence[Array],
    color: Any,
    *,
    ratios: bool = False,
    last: float = np.inf,
) -> None:
    """What circuits have, beside each other, and the mean over circuits with its interval.

    Args:
        ax: where.
        position: of the middle; all lies within 0.4 of it.
        samples: of each circuit its sessions or movements (sample,): light points around a dot at
            their median; of a single circuit a bar.
        color: of all marks.
        ratios: whether the mean is the geometric one, and the interval that of logarithms.
        last: what is infinite is a triangle there. Then a mean is a bound, without an interval.
    """
    columns = np.linspace(-0.3, 0.12, len(samples)) if len(samples) > 1 else np.zeros(1)
    middles = np.array([min(float(np.median(sample)), last) for sample in samples])
    for column, sample, middle in zip(position + columns, samples, middles, strict=True):
        beside = column + np.linspace(-1, 1, len(sample)) * 0.2 / len(samples)
        done = np.isfinite(sample)
        look: dict[str, Any] = {"linestyle": "", "color": color, "alpha": 0.4, "mew": 0}
        ax.plot(beside[done], sample[done], marker="o", markersize=2.2, zorder=3, **look)
        above = np.full(int((~done).sum()), last)
        ax.plot(beside[~done], above, marker=artists.CENSORED, markersize=3.6, **look)
        if len(samples) > 1:
            ax.plot([column], [middle], "o", color=color, markersize=3.6, mec="white", mew=0.5)
    drawn = artists.estimate(np.log(middles) if ratios else middles)
    mean, *ends = (np.exp(each) if ratios else each for each in vars(drawn).values())
    # A single circuit's median stands among what it is of.
    left, right = (0.22, 0.4) if len(samples) > 1 else (-0.33, 0.33)
    ax.plot([position + left, position + right], [mean] * 2, color=color, linewidth=1.8)
    if (middles < last).all():
        ax.vlines([position + 0.31], *ends, color=color, linewidth=1.0)


def target_handle(text: str = "target") -> Line2D:
    """Entry of a legend for targets."""
    return Line2D([], [], label=text, **TARGET)


def running_minimum(errors: ArrayLike) -> Array:
    """Smallest error so far (..., iteration)."""
    return np.minimum.accumulate(np.asarray(errors), axis=-1)


def reduction(start: ArrayLike, errors: ArrayLike) -> Array:
    """By how much errors fell from those before learning (percent)."""
    found: Array = 100 * (1 - np.asarray(errors, dtype=float) / np.asarray(start, dtype=float))
    return found
