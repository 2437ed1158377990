"""Where the combinations of a sweep stand along the x axis, and what is written there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, NullLocator

from corticomotor.arrays import Array
from corticomotor.sweeps.arrangement import Arrangement, is_number, ordered
from corticomotor.sweeps.values import decoded, shown

# Mean width of a character of tick labels, and the least gap between two.
_CHARACTER_MM, _GAP_MM = 1.25, 1.2
_LONGEST_NAME = 24
_TILT_DEGREES = 40
_MARGIN = 0.06


@dataclass(frozen=True)
class Positions:
    """The x axis.

    Attributes:
        values: of the combinations (combination,).
        limits: ends of the axis.
        label: of the axis.
        categories: whether there is nothing between two positions.
        logarithmic: whether the axis is.
        ticks: position -> text; where there are none, matplotlib finds ticks.
        tilted: whether texts are too long to stand side by side.
    """

    values: Array
    limits: tuple[float, float]
    label: str
    categories: bool = False
    logarithmic: bool = False
    ticks: Mapping[float, str] | None = None
    tilted: bool = False

    @property
    def text_mm(self) -> float:
        """Height of tilted texts beyond that of others."""
        if not self.tilted or not self.ticks:
            return 0.0
        longest = max(len(text) for text in self.ticks.values())
        return float(np.sin(np.radians(_TILT_DEGREES))) * _CHARACTER_MM * longest


def find_positions(
    table: xr.Dataset, arrangement: Arrangement, logarithmic: Sequence[str], panel_mm: float
) -> Positions:
    """Lay out the x axis of panels of a width in mm; see `plotting.sweeps.sweep` for the others."""
    path, beside = arrangement.x, arrangement.beside
    if path is None:
        return _numbered(table["combination"].values.astype(float))
    column = table[path].values.tolist()
    names = [shown(value) for value in decoded(column)]
    if is_number(table, path):
        positions = _numeric(np.array(column, dtype=float), path, path in logarithmic)
    else:
        along = ordered(table, path)
        indices = np.array([along.index(value) for value in column], dtype=float)
        positions = _categories(indices, path)
    if beside:
        others = zip(*(decoded(table[each].values) for each in beside), strict=True)
        stacked = [
            "\n".join([name, *map(shown, rest)]) for name, rest in zip(names, others, strict=True)
        ]
        ticks = dict(sorted(zip(positions.values.tolist(), stacked, strict=True)))
        if _thinned(positions, ticks, panel_mm) == ticks:
            return replace(positions, ticks=ticks, label="\n".join([path, *beside]))
        positions = replace(positions, label=f"{path} (with {', '.join(beside)})")
    ticks = dict(sorted(zip(positions.values.tolist(), names, strict=True)))
    thinned = _thinned(positions, ticks, panel_mm)
    if thinned == ticks or positions.logarithmic:
        return replace(positions, ticks=thinned)
    if positions.categories:
        return replace(positions, ticks={at: cut(text) for at, text in ticks.items()}, tilted=True)
    return positions


def set_axis(axes: Sequence[Axes], positions: Positions) -> None:
    """Give the shared x axis of panels its scale, limits and ticks."""
    first = axes[0]
    if positions.logarithmic:
        first.set_xscale("log")
    if positions.ticks is None:
        whole = bool(np.all(positions.values == np.rint(positions.values)))
        first.xaxis.set_major_locator(MaxNLocator(5, integer=whole, steps=[1, 2, 5, 10]))
    else:
        first.set_xticks(list(positions.ticks), list(positions.ticks.values()))
        first.xaxis.set_minor_locator(NullLocator())
    first.set_xlim(positions.limits)
    if positions.tilted:
        for text in (text for ax in axes for text in ax.get_xticklabels()):
            text.set(rotation=_TILT_DEGREES, ha="right", rotation_mode="anchor")


def _numbered(numbers: Array) -> Positions:
    limits = (numbers[0] - 0.6, numbers[-1] + 0.6)
    return Positions(numbers, limits, "number of the combination", categories=True)


def _categories(values: Array, path: str) -> Positions:
    return Positions(values, (-0.6, values.max() + 0.6), path, categories=True)


def _numeric(values: Array, path: str, logarithmic: bool) -> Positions:
    axis = np.log10(values) if logarithmic else values
    margin = _MARGIN * float(np.ptp(axis)) or 0.5 * abs(float(axis[0])) or 1.0
    low, high = float(axis.min() - margin), float(axis.max() + margin)
    limits = (10**low, 10**high) if logarithmic else (low, high)
    return Positions(values, limits, path, logarithmic=logarithmic)


def _thinned(positions: Positions, ticks: Mapping[float, str], panel_mm: float) -> dict[float, str]:
    """Ticks in ascending order without those whose text would touch the one before."""
    kept: dict[float, str] = {}
    free = -np.inf
    low, high = np.log10(positions.limits) if positions.logarithmic else positions.limits
    for position in sorted(ticks):
        at = np.log10(position) if positions.logarithmic else position
        middle = (at - low) / (high - low) * panel_mm
        width = _CHARACTER_MM * max(len(line) for line in ticks[position].split("\n"))
        if middle - width / 2 >= free:
            kept[position] = ticks[position]
            free = middle + width / 2 + _GAP_MM
    return kept


def cut(text: str) -> str:
    """Leave out the end of a long name."""
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"
