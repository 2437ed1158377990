"""Marks that several figures share: means with intervals, ranges, ticks and legends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
from numpy.typing import ArrayLike

from corticomotor.arrays import Array
from corticomotor.plotting import style
from corticomotor.statistics import mean_interval
from corticomotor.study.looks import Network

# What a network should produce: wide and pale, so that thin lines on it remain visible.
WIDE: dict[str, Any] = {"linewidth": 3.0, "alpha": 0.3}
THIN: dict[str, Any] = {"linewidth": 0.9}
# Of replicates or samples, and of their mean.
SINGLE: dict[str, Any] = {"linewidth": 0.5, "alpha": 0.5}
MEAN: dict[str, Any] = {"linewidth": 1.6}
# Stands for a training that ended before it came so far.
CENSORED = "^"
# Between ends of this ratio, numbers stand at equal distances.
_NARROW = 3.0
_CENTRAL_PERCENT = (2.5, 97.5)


@dataclass(frozen=True)
class Estimate:
    """Mean over replicates and the ends of its 95 % interval, all of one shape."""

    mean: Array
    low: Array
    high: Array


def estimate(values: ArrayLike) -> Estimate:
    """Mean of values (replicate, ...) over the replicates that have one, with its interval.

    Intervals are Student's. Where no replicate has a value, all is NaN; where a single one has,
    the interval is.
    """
    array = np.asarray(values, dtype=float)
    columns = array.reshape(len(array), -1).T
    result = np.full((3, len(columns)), np.nan)
    for index, column in enumerate(columns):
        present = column[np.isfinite(column)]
        if present.size:
            result[:, index] = present.mean(), *mean_interval(present)
    mean, low, high = result.reshape(3, *array.shape[1:])
    return Estimate(mean, low, high)


def over_replicates(datasets: Sequence[xr.Dataset], name: str, network: str = "") -> Array:
    """A variable of all replicates (replicate, ...), of one network if it is named."""
    found = [each[name].sel(network=network) if network else each[name] for each in datasets]
    return np.stack([each.to_numpy().astype(float) for each in found])


def interval_line(ax: Axes, x: ArrayLike, values: ArrayLike, **look: Any) -> Estimate:
    """Line through the means of values (replicate, point), with a bar for each interval.

    Args:
        ax: where.
        x: of the points (point,).
        values: what is averaged.
        look: of the line: its colour, which the bars share, marker, label etc.

    Returns:
        What is drawn.
    """
    drawn = estimate(values)
    ax.plot(x, drawn.mean, **look)
    ax.vlines(np.asarray(x), drawn.low, drawn.high, color=look["color"], linewidth=1.0)
    return drawn


def plain_log_ticks(axis: Axis) -> None:
    """Numbers such as 0.1 and 10 on a logarithmic axis that is not to change any more."""
    low, high = axis.get_view_interval()
    if high < _NARROW * low:
        axis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    else:
        axis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 1000 * low else (1,)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def central_band(samples: ArrayLike) -> tuple[Array, Array]:
    """Ends of the range that holds the central 95 % of samples (sample, ...)."""
    low, high = np.percentile(np.asarray(samples, dtype=float), _CENTRAL_PERCENT, axis=0)
    return np.asarray(low), np.asarray(high)


def network_handle(network: Network, **look: Any) -> Line2D:
    """Entry of a legend for a network: a line in its colour, with its name unless another is given.

    Args:
        network: which.
        look: of the line beside its colour.
    """
    return Line2D([], [], **{"color": network.color, "label": network.label, **look})


def legend_above(figure: Figure, handles: Sequence[Artist], rows: int = 1) -> None:
    """Legend above all panels, where it covers nothing."""
    columns = -(-len(handles) // rows)
    figure.legend(handles=list(handles), loc="outside upper center", ncols=columns)


def panels(
    place: SubplotSpec,
    columns: int,
    *,
    widths: Sequence[float] | None = None,
    share: Literal["none", "y", "both"] = "none",
) -> list[Axes]:
    """Panels in a row, which share their axes or not."""
    row = place.subgridspec(1, columns, width_ratios=widths)
    axes = row.subplots(sharex=share == "both", sharey=share != "none", squeeze=False)
    return list(axes[0])


def logarithmic(ax: Axes, *axes: str) -> None:
    """Make axes ("x", "y") logarithmic, with plain numbers, once all is drawn."""
    smallest = {"x": ax.dataLim.minposx, "y": ax.dataLim.minposy}
    for name in axes:
        # Without a positive number there is no such axis.
        if np.isfinite(smallest[name]):
            getattr(ax, f"set_{name}scale")("log", nonpositive="mask")
            _keep_bars(ax, name)
            plain_log_ticks(getattr(ax, f"{name}axis"))


def _keep_bars(ax: Axes, name: str) -> None:
    """Let bars that begin at or below 0 reach out of a logarithmic axis, which would lack them."""
    place = "xy".index(name)
    floor = 1e-3 * min(getattr(ax, f"get_{name}lim")())
    for bars in ax.collections:
        if isinstance(bars, LineCollection):
            # Bars without an end are empty.
            ends = [np.array(each).reshape(-1, 2) for each in bars.get_segments()]
            for each in ends:
                each[each[:, place] <= 0, place] = floor
            bars.set_segments(ends)


def points(ax: Axes, position: float, sample: ArrayLike, color: Any, **look: Any) -> None:
    """Samples beside each other around a position, in their order."""
    values = np.asarray(sample).ravel()
    beside = position + np.linspace(-0.22, 0.22, len(values)) if len(values) > 1 else [position]
    ax.plot(
        beside,
        values,
        **{
            "marker": "o",
            "linestyle": "",
            "color": color,
            "markersize": 2.4,
            "alpha": 0.7,
            "markeredgewidth": 0,
            **look,
        },
    )


def censored_handle(text: str) -> Line2D:
    """Entry of a legend for trainings that did not come so far."""
    return Line2D(
        [], [], linestyle="", marker=CENSORED, color=style.INK, markersize=4, mew=0, label=text
    )


def small_title(ax: Axes, text: str) -> None:
    """What a panel shows, beside its letter."""
    ax.set_title(text, loc="center", fontsize=7.5)
