"""Datasets for figures, and what is to be seen in these."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from numpy.typing import ArrayLike

from corticomotor.arrays import Array
from corticomotor.plotting import style
from corticomotor.runtime import store
from corticomotor.runtime.contracts import Contract
from corticomotor.statistics import mean_interval


def filled(
    contract: Contract, seed: int, axes: Mapping[str, ArrayLike], **values: ArrayLike
) -> xr.Dataset:
    """Dataset of a contract with random positive numbers, but for the values that are given.

    It has those of the axes that the contract has. What comes after a motif is missing after
    itself.
    """
    rng = np.random.default_rng(seed)
    # As many neurons send as receive, unless it is said otherwise.
    senders = {name: axes.get(name.removeprefix("presynaptic_")) for name in contract.coordinates}
    own = {name: axes.get(name, senders[name]) for name in contract.coordinates}
    drawn: dict[str, Any] = {}
    for name, variable in contract.variables.items():
        sample = rng.uniform(0.1, 0.9, [np.size(own[dim]) for dim in variable.dims])
        if "first_motif" in variable.dims:
            dims = [variable.dims.index(dim) for dim in ("first_motif", "motif")]
            after = np.moveaxis(sample, dims, (0, 1))
            after[np.diag_indices(len(after))] = np.nan
        drawn[name] = sample
    return store.dataset(contract, {**own, **drawn, **values}).to_xarray()


def panel(figure: Figure, letter: str) -> Axes:
    (found,) = [ax for ax in figure.axes if ax.get_title(loc="left") == letter]
    return found


def curves(ax: Axes) -> dict[str, Line2D]:
    """Lines with a label of their own."""
    lines = {str(line.get_label()): line for line in ax.get_lines()}
    return {label: line for label, line in lines.items() if not label.startswith("_")}


def ys(ax: Axes, **look: Any) -> list[Array]:
    """Heights of the points of all lines that look so (color=, marker=, linestyle=)."""
    return [
        np.asarray(line.get_ydata())
        for line in ax.get_lines()
        if all(getattr(line, f"get_{name}")() == value for name, value in look.items())
    ]


def bars(ax: Axes, color: str) -> list[tuple[float, float]]:
    """Ends (low, high) of the vertical bars in a colour, left to right, where there are any."""
    segments = [
        segment
        for collection in ax.collections
        if isinstance(collection, LineCollection)
        and to_hex(collection.get_color()[0]) == to_hex(color)
        for segment in collection.get_segments()
        if len(segment) and np.isfinite(segment).all()
    ]
    return [(low, high) for _, low, high in sorted((x, y, top) for (x, y), (_, top) in segments)]


def intervals(values: Array) -> list[tuple[float, float]]:
    """Interval of each column of values (replicate, column)."""
    return [mean_interval(column) for column in values.T]


def fits_a_page(figure: Figure) -> bool:
    """Whether the figure is as wide as the text, no higher than a page, and all axes lie inside."""
    with style.applied():
        figure.draw_without_rendering()
        # Ticks may be made only now, and be those of the style.
        boxes = np.array([box.extents for ax in figure.axes if (box := ax.get_tightbbox())])
    width, height = 25.4 * figure.get_size_inches()
    x0, y0, x1, y1 = figure.bbox.extents
    # A pixel is for rounding.
    inside = (boxes >= (x0 - 1, y0 - 1, x0, y0)) & (boxes <= (x1, y1, x1 + 1, y1 + 1))
    return bool(np.isclose(width, style.TEXT_WIDTH_MM) and height <= 210 and inside.all())


def hidden_labels(figure: Figure) -> set[int]:
    """Labels of ticks that lie outside their axis: they exist, but are not drawn."""
    axes = [axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)]
    ticks = [(axis, tick) for axis in axes for tick in (*axis.majorTicks, *axis.minorTicks)]
    return {
        id(label)
        for axis, tick in ticks
        for label in (tick.label1, tick.label2)
        if not any(np.isclose(tick.get_loc(), shown) for shown in shown_ticks(axis))
    }


def shown_ticks(axis: Axis) -> list[float]:
    """Where an axis has ticks within its ends."""
    low, high = sorted(axis.get_view_interval())
    margin = 1e-9 * (high - low)
    locations = [tick.get_loc() for tick in (*axis.majorTicks, *axis.minorTicks)]
    return [each for each in locations if low - margin <= each <= high + margin]


def misplaced_texts(figure: Figure) -> list[Any]:
    """Texts beyond the edges of a figure that was drawn, and pairs of texts on each other."""
    with style.applied():
        hidden = hidden_labels(figure)
        shown = [
            text
            for text in figure.findobj(Text)
            if text.get_visible() and text.get_text().strip() and id(text) not in hidden
        ]
        boxes = [(text.get_text(), text.get_window_extent()) for text in shown]
    width, height = figure.bbox.size
    cut = [
        name
        for name, box in boxes
        if min(box.x0, box.y0) < -1 or box.x1 > width + 1 or box.y1 > height + 1
    ]
    pairs = [
        (first, second)
        for (first, one), (second, other) in combinations(boxes, 2)
        if min(one.x1, other.x1) - max(one.x0, other.x0) > 1
        and min(one.y1, other.y1) - max(one.y0, other.y0) > 1
    ]
    return [*cut, *pairs]
