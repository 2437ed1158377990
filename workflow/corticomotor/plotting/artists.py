"""Marks that several figures share: means with intervals, pairs, bands, and keys."""

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
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from numpy.typing import ArrayLike, NDArray

from corticomotor.arrays import Array
from corticomotor.plotting import style
from corticomotor.statistics import bootstrap_interval

LABELS = {
    "SOC": "SOC",
    "FF": "FF",
    "FFH": "FFH",
    "FF target": "FF's target network",
    "FFH target": "FFH's target network",
}
WIDE: dict[str, Any] = {"linewidth": 3.0, "alpha": 0.3}
THIN: dict[str, Any] = {"linewidth": 0.9}
# What lies beneath a line on top shows in its gaps.
_DASHES: dict[str, Any] = {"FFH": (0, (3, 1.5))}
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


def wide_line(ax: Axes, x: ArrayLike, y: ArrayLike, kind: str) -> None:
    """What a network should produce: wide and pale, so that thin lines on it remain visible."""
    ax.plot(x, y, color=style.KINDS[kind], label=kind, **WIDE)


def thin_line(ax: Axes, x: ArrayLike, y: ArrayLike, kind: str) -> None:
    """What a network produces."""
    ax.plot(x, y, color=style.KINDS[kind], linestyle=_DASHES.get(kind, "-"), label=kind, **THIN)


def over_replicates(datasets: Sequence[xr.Dataset], name: str, network: str = "") -> Array:
    """A variable of all replicates (replicate, ...), of one network if it is named."""
    found = [each[name].sel(network=network) if network else each[name] for each in datasets]
    return np.stack([each.to_numpy().astype(float) for each in found])


def interval_line(ax: Axes, x: ArrayLike, values: ArrayLike, kind: str) -> None:
    """Line through the means of values (replicate, point), with a bar for each interval."""
    drawn = estimate(values)
    color = style.KINDS[kind]
    ax.plot(x, drawn.mean, color=color, marker=style.MARKERS[kind], label=kind)
    # Bars of `errorbar` must contain the mean, which BCa intervals need not.
    ax.vlines(np.asarray(x), drawn.low, drawn.high, color=color, linewidth=1.0)


def pairs(ax: Axes, values: ArrayLike, kinds: Sequence[str], start: float = 0.0) -> None:
    """Measurements (replicate, kind) of each replicate joined by a line, means beside them."""
    array = np.asarray(values, dtype=float)
    positions = start + np.arange(len(kinds))
    ax.plot(positions, array.T, color=style.FAINT, linewidth=0.5, zorder=1)
    drawn = estimate(array)
    middle = (len(kinds) - 1) / 2
    for index, kind in enumerate(kinds):
        color, marker = style.KINDS[kind], style.MARKERS[kind]
        column = np.full(len(array), positions[index])
        ax.plot(column, array[:, index], marker, color=color, markersize=2.8, alpha=0.6, label=kind)
        beside = positions[index] + (0.3 if index > middle else -0.3)
        ax.plot([beside], drawn.mean[index], marker, color=color, markersize=4)
        ax.vlines([beside], drawn.low[index], drawn.high[index], color=color, linewidth=1.2)
    ax.set_xlim(min(ax.get_xlim()[0], start - 0.5), positions[-1] + 0.5)


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


def reach_key(ax: Axes, reaches: NDArray[Any]) -> None:
    """Turn axes into a key: the reaches in their colours around a circle."""
    angles = 2 * np.pi * np.arange(len(reaches)) / len(reaches)
    for angle, reach, color in zip(angles, reaches, style.reach_colors(len(reaches)), strict=True):
        ax.plot([np.cos(angle)], [np.sin(angle)], "o", color=color, markersize=4)
        x, y = 1.6 * np.cos(angle), 1.6 * np.sin(angle)
        ax.text(x, y, str(reach), fontsize=7, ha="center", va="center")
    ax.set(xlim=(-2, 2), ylim=(-2, 2), aspect="equal")
    ax.set_title("reach", loc="center", fontsize=7)
    ax.axis("off")


def line_handle(kind: str, *, marker: bool = False) -> Line2D:
    """Entry of a legend for a kind of network."""
    return Line2D(
        [],
        [],
        color=style.KINDS[kind],
        marker=style.MARKERS[kind] if marker else "",
        label=LABELS[kind],
    )


def thin_handle(kind: str) -> Line2D:
    """Entry of a legend for a thin line."""
    dashes = _DASHES.get(kind, "-")
    return Line2D([], [], color=style.KINDS[kind], linestyle=dashes, label=LABELS[kind], **THIN)


def wide_handle(kind: str) -> Line2D:
    """Entry of a legend for a wide line."""
    return Line2D([], [], color=style.KINDS[kind], label=LABELS[kind], **WIDE)


def chance_handle() -> Patch:
    """Entry of a legend for the chance level."""
    return Patch(facecolor=style.CHANCE, label="chance (95 % of surrogates)")


def ceiling_handle() -> Line2D:
    """Entry of a legend for the ceiling."""
    return Line2D([], [], color=style.CEILING, linestyle="--", label="ceiling (halves of the SOC)")


def legend_above(figure: Figure, handles: Sequence[Artist], rows: int = 1) -> None:
    """Legend above all panels, where it covers nothing."""
    columns = -(-len(handles) // rows)
    figure.legend(handles=list(handles), loc="outside upper center", ncols=columns)
