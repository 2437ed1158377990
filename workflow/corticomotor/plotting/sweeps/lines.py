"""The lines of a sweep's panels: what each stands for, how it looks, and the keys to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from corticomotor.arrays import Array, IntArray
from corticomotor.plotting import artists, style
from corticomotor.plotting.sweeps.positions import Positions, cut
from corticomotor.study.looks import Network
from corticomotor.sweeps.arrangement import Arrangement, distinct, is_number, ordered, unaffected
from corticomotor.sweeps.values import decoded, shown

_MARKERS = ("o", "s", "D", "^", "v", "P", "X", "<", ">", "p", "h")
_DASHES: tuple[Any, ...] = ("-", (0, (4, 1.5)), (0, (1, 1.2)), (0, (5, 1.2, 1, 1.2)))

# Colours of more values than this are told apart by a colour bar.
_MOST_NAMED = 8
# The lightest colours of the map are too pale on white.
_DARK_PART = 0.87
# Part of the distance between two categories that is for their artists.
_SPREAD = 0.5
_CHARACTER_MM, _ENTRY_MM = 1.6, 10.0

Outside = Literal["outside upper left", "outside upper center", "outside upper right"]


@dataclass(frozen=True)
class Line:
    """One line of a panel.

    Attributes:
        network: whose measures it shows.
        combinations: their indices in the table, left to right.
        look: colour, marker and dashes.
        label: name of what its colour stands for.
        marked: likewise of its marker and dashes.
        across: whether it is a level, the same everywhere.
    """

    network: str
    combinations: IntArray
    look: Mapping[str, Any]
    label: str
    marked: str = ""
    across: bool = False


@dataclass(frozen=True)
class Colors:
    """Colours of the values of a setting, and the names of the values, by the column's values."""

    of: Mapping[Any, Any]
    names: Mapping[Any, str]
    bar: ScalarMappable
    logarithmic: bool


def find_colors(table: xr.Dataset, path: str, logarithmic: bool) -> Colors:
    """Colours of a sequential map: by value if many numbers are to be told, else by their order."""
    values = ordered(table, path)
    colormap = ListedColormap(mpl.colormaps["viridis"](np.linspace(0, _DARK_PART, 256)))
    numbers = is_number(table, path) and len(values) > _MOST_NAMED
    norm: Normalize
    if numbers:
        norm = (LogNorm if logarithmic else Normalize)(values[0], values[-1])
    else:
        norm = Normalize(0, max(len(values) - 1, 1))
    at = values if numbers else range(len(values))
    return Colors(
        of={value: colormap(norm(each)) for value, each in zip(values, at, strict=True)},
        names={value: cut(shown(*decoded([value]))) for value in values},
        bar=ScalarMappable(norm, colormap),
        logarithmic=numbers and logarithmic,
    )


def lines_of_networks(
    table: xr.Dataset, positions: Positions, networks: Mapping[str, Network]
) -> list[Line]:
    """One line per network, in its own colour."""
    combinations = np.argsort(positions.values, kind="stable")
    same = unaffected(table)
    lines = []
    names = table["network"].values.tolist()
    for name, marker in zip(names, _markers([networks[name] for name in names]), strict=True):
        across = name in same
        look = {
            "color": networks[name].color,
            "marker": "" if across else marker,
            "linestyle": "-" if across or not positions.categories else "",
        }
        lines.append(Line(name, combinations, look, networks[name].label, across=across))
    return lines


def lines_of_settings(
    table: xr.Dataset, arrangement: Arrangement, positions: Positions, colors: Colors
) -> list[Line]:
    """For each network one line per value of one setting and combination of the others."""
    color = table[arrangement.color].values
    told_apart = distinct(table, arrangement.marked) or [()]
    lines = []
    for network, value, (index, marked) in product(
        table["network"].values.tolist(), colors.of, enumerate(told_apart)
    ):
        chosen = color == value
        for path, each in zip(arrangement.marked, marked, strict=True):
            chosen &= table[path].values == each
        found = np.flatnonzero(chosen)
        name = ", ".join(cut(shown(each)) for each in decoded(marked))
        look = {
            "color": colors.of[value],
            "marker": _MARKERS[index],
            "linestyle": "" if positions.categories else _DASHES[index],
        }
        found = found[np.argsort(positions.values[found], kind="stable")]
        lines.append(Line(network, found, look, colors.names[value], name))
    return lines


def draw(ax: Axes, values: Array, lines: Sequence[Line], positions: Positions) -> Array:
    """Draw the means of values (line, replicate, combination), with intervals; return the means."""
    beside = sum(not line.across for line in lines)
    spread = _SPREAD if positions.categories and beside > 1 else 0.0
    shifts = iter(np.linspace(-spread / 2, spread / 2, beside))
    means = []
    for line, measured in zip(lines, values, strict=True):
        found = measured[:, line.combinations]
        if line.across:
            means.append(_level(ax, found[:, 0], line))
            continue
        x = positions.values[line.combinations] + next(shifts)
        drawn = artists.interval_line(ax, x, found, label=line.label, clip_on=False, **line.look)
        means.append(drawn.mean)
    return np.concatenate(means)


def name_networks(figure: Figure, lines: Sequence[Line]) -> None:
    """Legend of networks above the panels."""
    _legend(figure, [_handle(line.look, line.label) for line in lines])


def name_settings(
    figure: Figure, lines: Sequence[Line], arrangement: Arrangement, colors: Colors
) -> None:
    """Legends of settings above the panels, or a colour bar."""
    path = str(arrangement.color)
    by_bar = len(colors.of) > _MOST_NAMED
    left_mm = style.TEXT_WIDTH_MM
    if by_bar:
        _bar(figure, colors, path)
    if arrangement.marked:
        kinds = {line.look["marker"]: line for line in lines}.values()
        handles = [_handle({**line.look, "color": style.INK}, line.marked) for line in kinds]
        title = ", ".join(arrangement.marked)
        if by_bar:
            _legend(figure, handles, title)
            return
        left_mm -= _legend(figure, handles, title, "outside upper right", left_mm / 2)
    if not by_bar:
        kinds = {line.look["color"]: line for line in lines}.values()
        shown_of = ("color",) if arrangement.marked else ("color", "marker", "linestyle")
        handles = [
            _handle({each: line.look[each] for each in shown_of}, line.label) for line in kinds
        ]
        where: Outside = "outside upper left" if arrangement.marked else "outside upper center"
        _legend(figure, handles, path, where, left_mm)


def _markers(networks: Sequence[Network]) -> list[str]:
    """Markers of the networks, or others if theirs do not tell them apart."""
    own = [network.marker for network in networks]
    if len(set(own)) == len(own):
        return own
    return [_MARKERS[index % len(_MARKERS)] for index in range(len(own))]


def _level(ax: Axes, values: Array, line: Line) -> Array:
    """Mean of values (replicate,) as a line across the panel, on a band for its interval."""
    drawn = artists.estimate(values)
    color = line.look["color"]
    if np.isfinite(drawn.mean):
        ax.axhline(float(drawn.mean), color=color, label=line.label)
    if np.isfinite(drawn.low):
        ax.axhspan(float(drawn.low), float(drawn.high), color=color, alpha=0.2, linewidth=0)
    return np.atleast_1d(drawn.mean)


def _handle(look: Mapping[str, Any], name: str) -> Line2D:
    return Line2D([], [], label=name, **look)


def _legend(
    figure: Figure,
    handles: Sequence[Line2D],
    title: str = "",
    where: Outside = "outside upper center",
    room_mm: float = style.TEXT_WIDTH_MM,
) -> float:
    """Legend outside the panels in as many columns as there is room for; return its width in mm."""
    longest = max(len(str(handle.get_label())) for handle in handles)
    column_mm = _ENTRY_MM + _CHARACTER_MM * longest
    columns = max(1, min(int(room_mm / column_mm), len(handles)))
    figure.legend(handles=list(handles), loc=where, ncols=columns, title=title, title_fontsize=8)
    return max(columns * column_mm, _CHARACTER_MM * len(title))


def _bar(figure: Figure, colors: Colors, path: str) -> None:
    """Colour bar above the panels; categories and spaced numbers are named."""
    bar = figure.colorbar(
        colors.bar, ax=figure.axes, location="top", shrink=0.5, aspect=40, label=path
    )
    bar.outline.set_linewidth(0.4)
    if colors.logarithmic:
        artists.plain_log_ticks(bar.ax.xaxis)
    elif isinstance(next(iter(colors.of)), str):
        every = -(-len(colors.of) // _MOST_NAMED)
        bar.set_ticks(range(0, len(colors.of), every), labels=list(colors.names.values())[::every])
    bar.ax.xaxis.set_minor_locator(NullLocator())
