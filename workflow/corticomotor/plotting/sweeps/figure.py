"""What was measured over the settings that were varied: one panel per measure."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from numpy.typing import NDArray

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.plotting.sweeps import lines as drawn
from corticomotor.plotting.sweeps.places import find_places, set_axis
from corticomotor.sweeps.arrangement import Arrangement, Combine, arrange, is_number

Panels = NDArray[Any]

# An axis that spans more is logarithmic where the measure allows it.
_LARGEST_LINEAR_SPAN = 10.0
# More numbered points than this have panels as wide as the page.
_MOST_NARROW_POINTS = 12
# What a row of panels takes, what all may take together, and what is around them.
_ROW_MM, _MOST_ROWS_MM, _AROUND_MM = 50.0, 180.0, 18.0
# What labels and gaps take of the width and the height of a panel.
_BESIDE_MM, _BELOW_MM = 15.0, 8.0
# What is left free between the names of two rows.
_BETWEEN_MM = 2.0
_CHARACTER_MM = 1.45


@dataclass(frozen=True)
class _Measure:
    """How a measure is shown.

    Attributes:
        label: of its axis.
        factor: from its unit to that of the axis.
        top: end of the axis.
        least_top: what the axis holds at least, if it ends nowhere else.
        may_be_logarithmic: whether it has ratios that mean something.
    """

    label: str
    factor: float = 1.0
    top: float | None = None
    least_top: float = 0.0
    may_be_logarithmic: bool = False


_MEASURES = {
    "mean_canonical_correlation": _Measure("mean canonical correlation", top=1.03),
    "emg_error": _Measure("error of muscle activity (%)", 100.0, may_be_logarithmic=True),
    "unobserved_r2": _Measure("R² of unobserved neurons", top=1.03),
    "random_error": _Measure("RMSE from random states", may_be_logarithmic=True),
    "transition_error": _Measure("RMSE after other motifs", may_be_logarithmic=True),
    "failure_rate": _Measure("failed transitions (%)", 100.0, least_top=5.0),
    "rate_norm": _Measure("rate norm after preparation (%)", 100.0, may_be_logarithmic=True),
}


@style.styled
def sweep(
    table: xr.Dataset,
    swept: Sequence[str],
    combine: Combine = "product",
    logarithmic: Sequence[str] = (),
) -> Figure:
    """One panel per measure; where colours are for a setting, in one row per network.

    A measure that is missing everywhere has no panel.

    Args:
        table: of the sweep, see `corticomotor.sweeps.contract`.
        swept: paths of its settings.
        combine: see `corticomotor.sweeps.arrange`, which decides what shows which setting.
        logarithmic: paths of settings whose values are spaced logarithmically.
    """
    arrangement = arrange(table, swept, combine)
    # Rounding can make whole numbers 0.
    logarithmic = [path for path in logarithmic if is_number(table, path) and table[path].min() > 0]
    measures = [name for name in _MEASURES if name in table and table[name].notnull().any()]
    networks = table["network"].values.tolist()
    groups = [[network] for network in networks] if arrangement.color else [networks]
    rows, columns = _grid(table, arrangement, len(groups), len(measures))
    panel_mm = style.TEXT_WIDTH_MM / columns - _BESIDE_MM
    row_mm = min(_ROW_MM, _MOST_ROWS_MM / rows)
    places = find_places(table, arrangement, logarithmic, panel_mm)

    figure = style.new_figure(height_mm=_AROUND_MM + rows * row_mm + places.text_mm)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True)
    panels = grid.reshape(len(groups), len(measures))
    if arrangement.color:
        colors = drawn.find_colors(table, arrangement.color, arrangement.color in logarithmic)
        lines = drawn.lines_of_settings(table, arrangement, places, colors)
        _name_rows(grid, networks if len(groups) > 1 else networks * rows, row_mm)
    else:
        colors = None
        lines = drawn.lines_of_networks(table, places)
    for name, column in zip(measures, panels.T, strict=True):
        measure, values = _MEASURES[name], table[name].transpose("network", "replicate", "point")
        means = []
        for ax, group in zip(column, groups, strict=True):
            own = [line for line in lines if line.network in group]
            found = np.stack([values.sel(network=line.network).values for line in own])
            means.append(drawn.draw(ax, measure.factor * found, own, places))
            ax.set_ylabel(_wrapped(measure.label, row_mm - _BELOW_MM))
        _scale(column, measure, np.concatenate(means))
        _hide_empty(column, means)
    set_axis(panels.ravel().tolist(), places)
    style.letter_panels([ax for ax in panels.flat if ax.axison])
    figure.supxlabel(places.label)
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
    if arrangement.x is None and table.sizes["point"] > _MOST_NARROW_POINTS:
        return measures, 1
    return (1, measures) if measures < 4 else (measures // 2, 2)


def _name_rows(grid: Panels, networks: Sequence[str], row_mm: float) -> None:
    """Name of the network at the right of each row."""
    for ax, network in zip(grid[:, -1], networks, strict=True):
        ax.annotate(
            _wrapped(drawn.LABELS[network], row_mm - _BETWEEN_MM),
            (1, 0.5),
            xytext=(4, 0),
            xycoords="axes fraction",
            textcoords="offset points",
            rotation=270,
            ha="left",
            va="center",
        )


def _scale(column: Panels, measure: _Measure, means: Array) -> None:
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
        column[0].set_ylim(0, top)


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
