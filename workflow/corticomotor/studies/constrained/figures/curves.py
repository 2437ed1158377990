"""Lines, pairs and legends of the study's networks, as several figures draw them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from corticomotor.plotting import artists, style
from corticomotor.studies.constrained.palette import NETWORKS

COMPARED = ("FF", "FFH")
# What lies beneath a line on top shows in its gaps.
_DASHES: dict[str, Any] = {"FFH": (0, (3, 1.5))}


def wide_line(ax: Axes, x: ArrayLike, y: ArrayLike, kind: str) -> None:
    """What a network should produce."""
    ax.plot(x, y, color=NETWORKS[kind].color, label=kind, **artists.WIDE)


def thin_line(ax: Axes, x: ArrayLike, y: ArrayLike, kind: str) -> None:
    """What a network produces."""
    ax.plot(x, y, label=kind, **_thin(kind))


def interval_line(ax: Axes, x: ArrayLike, values: ArrayLike, kind: str) -> None:
    """Line through the means of values (replicate, point), with a bar for each interval."""
    network = NETWORKS[kind]
    artists.interval_line(ax, x, values, color=network.color, marker=network.marker, label=kind)


def pairs(ax: Axes, values: ArrayLike, kinds: Sequence[str], start: float = 0.0) -> None:
    """Measurements (replicate, kind) of each replicate joined by a line, means beside them."""
    array = np.asarray(values, dtype=float)
    positions = start + np.arange(len(kinds))
    ax.plot(positions, array.T, color=style.FAINT, linewidth=0.5, zorder=1)
    drawn = artists.estimate(array)
    middle = (len(kinds) - 1) / 2
    for index, kind in enumerate(kinds):
        color, marker = NETWORKS[kind].color, NETWORKS[kind].marker
        column = np.full(len(array), positions[index])
        ax.plot(column, array[:, index], marker, color=color, markersize=2.8, alpha=0.6, label=kind)
        beside = positions[index] + (0.3 if index > middle else -0.3)
        ax.plot([beside], drawn.mean[index], marker, color=color, markersize=4)
        ax.vlines([beside], drawn.low[index], drawn.high[index], color=color, linewidth=1.2)
    ax.set_xlim(min(ax.get_xlim()[0], start - 0.5), positions[-1] + 0.5)


def line_handle(kind: str, *, marker: bool = False) -> Line2D:
    """Entry of a legend for a kind of network."""
    network = NETWORKS[kind]
    return artists.network_handle(network, marker=network.marker if marker else "")


def thin_handle(kind: str) -> Line2D:
    """Entry of a legend for a thin line."""
    return artists.network_handle(NETWORKS[kind], **_thin(kind))


def wide_handle(kind: str) -> Line2D:
    """Entry of a legend for a wide line."""
    return artists.network_handle(NETWORKS[kind], **artists.WIDE)


def _thin(kind: str) -> dict[str, Any]:
    dashes = _DASHES.get(kind, "-")
    return {"color": NETWORKS[kind].color, "linestyle": dashes, **artists.THIN}
