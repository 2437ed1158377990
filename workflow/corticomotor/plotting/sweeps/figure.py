"""What was measured over the settings that were varied: one panel per measure."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from numpy.typing import NDArray

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.plotting.sweeps import lines as drawn
from corticomotor.plotting.sweeps.positions import find_positions, set_axis
from corticomotor.study.looks import Measure, Network
from corticomotor.sweeps.arrangement import Arrangement, Combine, arrange, is_number

Panels = NDArray[Any]

# An axis that spans more is logarithmic where the measure allows it.
_LARGEST_LINEAR_SPAN = 10.0
# More numbered combinations than this have panels as wide as the page.
_MOST_NARROW = 12
# What a row of panels takes, what all may take together, and what is around them.
_ROW_MM, _MOST_ROWS_MM, _AROUND_MM = 50.0, 180.0, 18.0
# What labels and gaps take of the width and the height of a panel.
_BESIDE_MM, _BELOW_MM = 15.0, 8.0
# What is left free between the names of two rows.
_BETWEEN_MM = 2.0
_CHARACTER_MM = 1.45


@style.styled
def sweep(
    table: xr.Dataset,
    swept: Sequence[str],
    combine: Combine = "product",
    logarithmic: Sequence[str] = (),
    *,
    networks: Mapping[str, Network],
    measures: Mapping[str, Measure],
) -> Figure:
    """One panel per measure; where colours are for a setting, in one row per network.

    A measure that is missing everywhere has no panel.

    Args:
        table: of the sweep, see `sweeps.contract.table_contract`.
        swept: paths of its settings.
        combine: see `sweeps.arrangement.arrange`, which decides what shows which setting.
        logarithmic: paths of settings whose values are spaced logarithmically.
        networks: how those of the table are shown.
        measures: how those of the table are shown, in this order.
    """
    arrangement = arrange(table, swept, combine)
    # Rounding can make whole numbers 0.
    logarithmic = [path for path in logarithmic if is_number(table, path) and table[path].min() > 0]
    measured = [name for name in measures if name in table and table[name].notnull().any()]
    names = table["network"].values.tolist()
    groups = [[name] for name in names] if arrangement.color else [names]
    rows, columns = _grid(table, arrangement, len(groups), len(measured))
    panel_mm = style.TEXT_WIDTH_MM / columns - _BESIDE_MM
    row_mm = min(_ROW_MM, _MOST_ROWS_MM / rows)
    positions = find_positions(table, arrangement, logarithmic, panel_mm)

    figure = style.new_figure(height_mm=_AROUND_MM + rows * row_mm + positions.text_mm)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True)
    panels = grid.ravel()[: len(groups) * len(measured)].reshape(len(groups), len(measured))
    _hide_spare(grid, panels.size)
    if arrangement.color:
        colors = drawn.find_colors(table, arrangement.color, arrangement.color in logarithmic)
        lines = drawn.lines_of_settings(table, arrangement, positions, colors)
        labels = [networks[name].label for name in names]
        _name_rows(grid, labels if len(groups) > 1 else labels * rows, row_mm)
    else:
        colors = None
        lines = drawn.lines_of_networks(table, positions, networks)
    for name, column in zip(measured, panels.T, strict=True):
        measure = measures[name]
        values = table[name].transpose("network", "replicate", "combination")
        means = []
        for ax, group in zip(column, groups, strict=True):
            own = [line for line in lines if line.network in group]
            found = np.stack([values.sel(network=line.network).values for line in own])
            means.append(drawn.draw(ax, measure.factor * found, own, positions))
            ax.set_ylabel(_wrapped(measure.label, row_mm - _BELOW_MM))
        _scale(column, measure, np.concatenate(means))
        _hide_empty(column, means)
    set_axis(panels.ravel().tolist(), positions)
    style.letter_panels([ax for ax in panels.flat if ax.axison])
    figure.supxlabel(positions.label)
    if colors:
        drawn.name_settings(figure, lines, arrangement, colors)
    else:
        drawn.name_networks(figure, lines)
    return figure


def _grid(
    table: xr.Dataset, arrangement: Arrangement, groups: int, measures: int
) -> tuple[int, int]:
    """Rows and columns of panels."""
    if groups > 1:
        return groups, measures
    if arrangement.x is None and table.sizes["combination"] > _MOST_NARROW:
        return measures, 1
    return (1, measures) if measures < 4 else (-(-measures // 2), 2)


def _hide_spare(grid: Panels, shown: int) -> None:
    """Hide what is left of the last row; what stands above has the texts of the ticks."""
    for ax in grid.ravel()[shown:]:
        ax.axis("off")
        grid[-2, -1].tick_params(labelbottom=True)


def _name_rows(grid: Panels, labels: Sequence[str], row_mm: float) -> None:
    """Name of the network at the right of each row."""
    for ax, label in zip(grid[:, -1], labels, strict=True):
        ax.annotate(
            _wrapped(label, row_mm - _BETWEEN_MM),
            (1, 0.5),
            xytext=(4, 0),
            xycoords="axes fraction",
            textcoords="offset points",
            rotation=270,
            ha="left",
            va="center",
        )


def _scale(column: Panels, measure: Measure, means: Array) -> None:
    """Give the panels of a measure one y axis."""
    present = means[np.isfinite(means)]
    lowest, highest = float(present.min()), float(present.max())
    for ax in column[1:]:
        ax.sharey(column[0])
    if measure.may_be_logarithmic and 0 < _LARGEST_LINEAR_SPAN * lowest < highest:
        column[0].set_yscale("log")
        artists.plain_log_ticks(column[0].yaxis)
    else:
        top = measure.top or max(measure.least_top, *(ax.get_ylim()[1] for ax in column))
        bottom = min(0, column[0].get_ylim()[0]) if lowest < 0 else 0
        column[0].set_ylim(bottom, top)


def _hide_empty(column: Panels, means: Sequence[Array]) -> None:
    """Hide panels in which all is missing; the lowest of the others has the texts of the ticks."""
    shown = [ax for ax, found in zip(column, means, strict=True) if np.isfinite(found).any()]
    for ax in set(column) - set(shown):
        ax.axis("off")
    if len(shown) < len(column):
        shown[-1].tick_params(labelbottom=True)


def _wrapped(text: str, room_mm: float) -> str:
    """Text in as few lines as there is room for, of about the same length."""
    most = max(1, int(room_mm / _CHARACTER_MM))
    lines = len(textwrap.wrap(text, most, break_long_words=False))
    widths = range(len(text) // lines, len(text) + 1)
    wrapped = (textwrap.wrap(text, width, break_long_words=False) for width in widths if width)
    return "\n".join(next(each for each in wrapped if len(each) <= lines))
