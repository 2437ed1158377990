"""Reaches learned by a table of values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.reaching.figures import looks, marks
from corticomotor.studies.reaching.palette import NETWORKS

_COLOR = NETWORKS["tabular"].color
# Seen on all colours of the map.
_MISSED = "#D55E00"
# Without the field and with it: line, and words.
_FIELDS: dict[str, tuple[Any, str]] = {
    "off": (style.LEVEL, "without field"),
    "on": (looks.FORCE, "with field"),
}


@style.styled
def tabular(tables: Sequence[xr.Dataset]) -> Figure:
    """Ways to the goal (A), moves from each square (B), and learning (C, D).

    Args:
        tables: see `contracts.TABULAR`; ways are those of the first.
    """
    first = tables[0]
    figure = style.new_figure(94)
    grid = figure.add_gridspec(2, 1, height_ratios=(1, 1))
    above, below = grid[0], grid[1]
    maps = artists.panels(above, 4)
    for ax, field in zip(maps[:2], _FIELDS, strict=True):
        one = first.sel(field=field)
        shaded = one["field_rows"].values if field == "on" else None
        marks.squares(ax, first.sizes["row"], shaded)
        marks.ways(ax, one["path"].values, one["goal"].values, _COLOR)
        ax.set_xlabel(_FIELDS[field][1])
    furthest = float(first["optimal_moves"].max())
    for ax, field in zip(maps[2:], _FIELDS, strict=True):
        image = _moves(ax, first.sel(field=field), furthest)
        ax.set_xlabel(_FIELDS[field][1])
    figure.colorbar(image, ax=maps[2:], label="fewest moves", aspect=16)
    optimal, regret = artists.panels(below, 2)
    look = first["look_episode"].values
    for field, (color, text) in _FIELDS.items():
        part = 100 * marks.series(tables, "look_optimal", field=field)
        marks.course(optimal, look, part, color, label=text)
        marks.course(regret, look, marks.series(tables, "look_regret", field=field), color)
    optimal.set(xlabel="reaches learned from", ylabel="optimal starts (%)", ylim=(-3, 103))
    regret.set(xlabel="reaches learned from", ylabel="moves more than needed")
    for ax in (optimal, regret):
        _from_zero(ax, look)
    regret.set_ylim(bottom=0)
    style.letter_panels([maps[0], maps[2], optimal, regret])
    handles = [Line2D([], [], color=color, label=text) for color, text in _FIELDS.values()]
    artists.legend_above(figure, [*handles, *_handles()])
    return figure


def _from_zero(ax: Axes, look: Array) -> None:
    """Make the x axis logarithmic but for the first test, which is at 0."""
    ax.set_xscale("symlog", linthresh=float(look[1]), linscale=0.3)
    powers = 10.0 ** np.arange(np.ceil(np.log10(look[1])), np.log10(look[-1]) + 1e-9)
    ax.set_xticks([0, *powers], ["0", *(f"{each:.0f}" for each in powers)])
    ax.minorticks_off()
    ax.set_xlim(0, look[-1])


def _moves(ax: Axes, table: xr.Dataset, furthest: float) -> AxesImage:
    """Fewest moves from each square, with a cross where the table takes more."""
    optimal, moves = table["optimal_moves"].values, table["moves"].values
    image = ax.imshow(optimal, cmap="cividis_r", vmin=0, vmax=furthest)
    row, column = np.nonzero(~(moves <= optimal))
    ax.plot(column, row, "x", color=_MISSED, markersize=3, mew=0.9, label="not optimal")
    goal = table["goal"].values
    ax.plot(goal[1:], goal[:1], "s", color=style.INK, markersize=3.4, mew=0, label="goal")
    ax.set(xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set_visible(False)
    return image


def _handles() -> list[Line2D]:
    look: dict[str, Any] = {"linestyle": "", "color": style.INK}
    return [
        Line2D([], [], marker="s", markersize=3.4, mew=0, label="goal", **look),
        Line2D([], [], label="table not optimal", **look | {"marker": "x", "color": _MISSED}),
    ]
