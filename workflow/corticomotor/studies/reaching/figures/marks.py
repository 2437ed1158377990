"""The workspace, grids, phases and directions, as several figures of the study draw them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import FuncFormatter
from numpy.typing import ArrayLike, NDArray

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.reaching.fields import Field, crossing, field_of
from corticomotor.studies.reaching.figures import looks
from corticomotor.studies.reaching.reaches import HALF_WORKSPACE
from corticomotor.study.looks import Network

# Ends of x and of y.
Ends = tuple[tuple[float, float], tuple[float, float]]
# Of the x and y of a movement.
AXIS_STYLES: tuple[Any, Any] = ("-", (0, (3, 1.2)))
# Room around the workspace, and how far beyond it pushed hands are followed, in its percent.
_MARGIN, _FURTHEST = 4.0, 45.0
# Places on a straight line at which it is looked up whether it crosses the field.
_PLACES = 101
_FADED = 0.3
# Distance along a way, in percent of the workspace, that can be told from none.
_VISIBLE = 1.0
_TARGET: dict[str, Any] = {
    "linestyle": "",
    "marker": "o",
    "markersize": 2.4,
    "color": style.INK,
    "mew": 0,
}
# Of what is missing between a hand at its end and its target.
_MISS: dict[str, Any] = {"color": style.FAINT, "linewidth": 0.5, "linestyle": (0, (1, 1))}


def force_field(field: Mapping[str, Any]) -> Field:
    """The field that settings describe, given as plain values."""
    settings: Any = SimpleNamespace(**field)
    return field_of(settings)


def crosses(targets: Array, field: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Which straight lines from the start to targets (reach, 2), in percent, cross the field."""
    line = np.linspace(0.0, 1.0, _PLACES)[:, np.newaxis, np.newaxis]
    return crossing(force_field(field), line * targets / HALF_WORKSPACE)


def view(hands: ArrayLike) -> Ends:
    """Ends of x and y that show the workspace and hands (..., 2) that were not pushed too far."""
    places = np.asarray(hands).reshape(-1, 2)
    near, far = HALF_WORKSPACE + _MARGIN, HALF_WORKSPACE + _FURTHEST
    low = np.clip(places.min(axis=0) - _MARGIN, -far, -near)
    high = np.clip(places.max(axis=0) + _MARGIN, near, far)
    (left, bottom), (right, top) = low.tolist(), high.tolist()
    return (left, right), (bottom, top)


def workspace(
    ax: Axes,
    ends: Ends,
    field: Mapping[str, Any] | None = None,
) -> None:
    """Frame the workspace, and shade the field if it is on.

    Args:
        ax: where.
        ends: of the axes, see `view`.
        field: its settings as plain values; none is off.
    """
    (left, right), (bottom, top) = ends
    if field is not None:
        x, y = (field["x"], field["y"]) if field["kind"] == "region" else ends
        # No farther than the axes: a file with huge coordinates is hard on viewers.
        corners = np.clip([x[0], y[0], x[1], y[1]], [left, bottom] * 2, [right, top] * 2)
        ax.add_patch(
            Rectangle(
                (corners[0], corners[1]),
                corners[2] - corners[0],
                corners[3] - corners[1],
                facecolor=looks.FIELD,
                linewidth=0,
                zorder=0,
            )
        )
    side = 2 * HALF_WORKSPACE
    ax.add_patch(
        Rectangle((-side / 2, -side / 2), side, side, fill=False, ec=style.FAINT, lw=0.5, zorder=0)
    )
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal", xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set_visible(False)


def reaches(ax: Axes, hands: Array, targets: Array, strong: NDArray[np.bool_], color: Any) -> None:
    """Ways of hands (reach, time, 2) to targets (reach, 2), and what they miss them by.

    Args:
        ax: where.
        hands: in percent of the workspace.
        targets: likewise.
        strong: which are not faded (reach,).
        color: of the ways.
    """
    for hand, target, plain in zip(hands, targets, strong, strict=True):
        look: dict[str, Any] = {"alpha": 1.0 if plain else _FADED}
        ax.plot(*zip(hand[-1], target, strict=True), zorder=1.5, **_MISS | look)
        ax.plot(*thinned(hand).T, color=color, linewidth=0.7, label="hand", **look)
    for faded in (False, True):
        chosen = targets[strong != faded]
        look = {"alpha": _FADED if faded else 1.0}
        ax.plot(*chosen.T, label="targets", zorder=3, **_TARGET | look)


def thinned(way: Array) -> Array:
    """Places on a way (time, 2) a step apart that can be seen: more would fill the file."""
    length = np.cumsum(np.hypot(*np.diff(way, axis=0).T))
    moved_on = np.diff(np.floor(length / _VISIBLE), prepend=0.0) > 0
    kept = np.array([True, *moved_on])
    kept[-1] = True
    found: Array = way[kept]
    return found


def target_handle() -> Line2D:
    """Entry of a legend for targets."""
    return Line2D([], [], label="target", **_TARGET)


def miss_handle() -> Line2D:
    """Entry of a legend for what is missing between hand and target."""
    return Line2D([], [], label="error at the end", **_MISS)


def field_handle() -> Patch:
    """Entry of a legend for the field where it is on."""
    return Patch(facecolor=looks.FIELD, linewidth=0, label="force on")


def axis_handles() -> list[Line2D]:
    """Entries of a legend for x and y."""
    return [
        Line2D([], [], color=style.INK, linestyle=line, label=name)
        for name, line in zip("xy", AXIS_STYLES, strict=True)
    ]


def percent(value: float) -> str:
    """A number with its sign: whole, or with one decimal place if it is small."""
    return f"{value:.0f} %" if value >= 10 or value == 0 else f"{value:.1f} %"


def heading(ax: Axes, text: str) -> None:
    """What a column of panels shows."""
    ax.set_title(text, loc="center", fontsize=7.5)


def phases(ax: Axes, names: Sequence[str], forced: int) -> None:
    """Turn the x axis into phases of training of equal width, from 0 on.

    Args:
        ax: where.
        names: of the phases.
        forced: which of them is shaded, as the force is on.
    """
    ax.axvspan(forced, forced + 1, color=looks.FIELD, linewidth=0, zorder=0)
    ax.set_xlim(0, len(names))
    ax.set_xticks(np.arange(len(names)) + 0.5, names)
    ax.tick_params(axis="x", length=0)


def sample(ax: Axes, position: float, values: ArrayLike, network: Network) -> None:
    """Replicates as points below each other around a row, and a bar at their mean."""
    found = np.asarray(values, dtype=float)
    beside = position + (np.linspace(-0.2, 0.2, len(found)) if len(found) > 1 else np.zeros(1))
    look: dict[str, Any] = {"color": network.color, "linestyle": "", "mew": 0}
    ax.plot(found, beside, marker=network.marker, markersize=3.2, alpha=0.8, **look)
    mean = float(found.mean())
    ax.plot([mean] * 2, [position - 0.34, position + 0.34], color=network.color, linewidth=1.8)


def rows(ax: Axes, labels: Sequence[str]) -> None:
    """Name the rows of a panel, from 0 downwards, and let the eye follow them."""
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", color=style.PALE, linewidth=0.4)


def thousands(axis: Axis) -> None:
    """Numbers of moves by the thousand."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / 1000:g}k" if value else "0"))


def squares(ax: Axes, size: int, field_rows: ArrayLike | None = None) -> None:
    """A grid of squares, row 0 at the top, with the rows of the field shaded if it is on."""
    lines = np.arange(size + 1) - 0.5
    look: dict[str, Any] = {"color": style.PALE, "linewidth": 0.3, "zorder": 0.5}
    ax.hlines(lines, -0.5, size - 0.5, **look)
    ax.vlines(lines, -0.5, size - 0.5, **look)
    if field_rows is not None:
        first, last = np.asarray(field_rows)
        ax.axhspan(first - 0.5, last + 0.5, color=looks.FIELD, linewidth=0, zorder=0)
    ax.set(xlim=(-0.6, size - 0.4), ylim=(size - 0.4, -0.6), aspect="equal", xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set_visible(False)


def ways(ax: Axes, paths: Array, goals: Array, color: Any) -> None:
    """Ways (reach, move, 2) over squares (row, column) to goals (reach, 2) or one for all (2,)."""
    for path in paths:
        row, column = path[np.isfinite(path).all(axis=1)].T
        ax.plot(column, row, color=color, linewidth=0.8, alpha=0.8, label="way")
        ax.plot(column[:1], row[:1], "o", color=color, markersize=2.6, mew=0, label="start")
    row, column = np.atleast_2d(goals).T
    look: dict[str, Any] = {"color": style.INK, "markersize": 3.4, "mew": 0}
    ax.plot(column, row, "s", label="goal", **look)


def direction_wheel(ax: Axes, directions: Array) -> None:
    """Turn axes into a key of directions by their colours."""
    for angle, color in zip(directions, looks.direction_colors(len(directions)), strict=True):
        end = (np.cos(angle), np.sin(angle))
        ax.plot([0, end[0]], [0, end[1]], color=color, linewidth=1.4)
        ax.plot(*zip(end, strict=True), "o", color=color, markersize=3.5, mew=0)
    ax.set(xlim=(-1.3, 1.3), ylim=(-1.3, 1.3), aspect="equal")
    ax.axis("off")


def series(datasets: Sequence[Any], name: str, **chosen: Any) -> Array:
    """A variable of all replicates (replicate, ...), of some coordinates."""
    return np.stack([np.asarray(each[name].sel(chosen), dtype=float) for each in datasets])


def course(ax: Axes, x: ArrayLike, values: Array, color: Any, **look: Any) -> None:
    """Replicates (replicate, point) thin, their mean thick."""
    for each in values:
        ax.plot(x, each, color=color, **artists.SINGLE)
    ax.plot(x, values.mean(axis=0), color=color, **artists.MEAN | look)
