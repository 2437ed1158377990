"""Marks that several figures share: means with intervals, ranges, ticks and legends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from numpy.typing import ArrayLike

from corticomotor.arrays import Array
from corticomotor.statistics import bootstrap_interval
from corticomotor.study.looks import Network

# What a network should produce: wide and pale, so that thin lines on it remain visible.
WIDE: dict[str, Any] = {"linewidth": 3.0, "alpha": 0.3}
THIN: dict[str, Any] = {"linewidth": 0.9}
_CENTRAL_PERCENT = (2.5, 97.5)


@dataclass(frozen=True)
class Estimate:
    """Mean over replicates and the ends of its 95 % bootstrap interval, all of one shape."""

    mean: Array
    low: Array
    high: Array


def estimate(values: ArrayLike) -> Estimate:
    """Mean of values (replicate, ...) over the replicates that have one, with its interval.

    The same values always give the same interval. Where no replicate has a value, all is NaN;
    where a single one has, the interval is.
    """
    array = np.asarray(values, dtype=float)
    columns = array.reshape(len(array), -1).T
    result = np.full((3, len(columns)), np.nan)
    for index, column in enumerate(columns):
        present = column[np.isfinite(column)]
        if present.size:
            interval = bootstrap_interval(present, np.random.default_rng(0))
            result[:, index] = present.mean(), *interval
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
    # Bars of `errorbar` must contain the mean, which BCa intervals need not.
    ax.vlines(np.asarray(x), drawn.low, drawn.high, color=look["color"], linewidth=1.0)
    return drawn


def plain_log_ticks(axis: Axis) -> None:
    """Numbers such as 0.1 and 10 on a logarithmic axis that is not to change any more."""
    low, high = axis.get_view_interval()
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
