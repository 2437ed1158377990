"""One gain pattern that slows the movements from several initial states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.plotting.style import Color
from corticomotor.studies.gain_modulation.figures import looks, marks
from corticomotor.studies.gain_modulation.measures import pooled

_EXAMPLES = 4


@style.styled
def initial_conditions(initial_conditions: Sequence[xr.Dataset]) -> Figure:
    """Smallest errors (A) and learning curves (B) by number of states, and outputs (C).

    Args:
        initial_conditions: see `contracts.INITIAL_CONDITIONS`; outputs are of the first circuit.
    """
    first = initial_conditions[0]
    colors = looks.ordered_colors(first.sizes["count"])
    count = min(_EXAMPLES, int(first["example_count"]))
    figure = style.new_figure(108)
    rows = figure.add_gridspec(2, 1, height_ratios=(1.3, 1))
    smallest, curves = artists.panels(rows[0], 2, widths=(1, 1.1))
    examples = artists.panels(rows[1], count, share="both")
    _smallest(smallest, initial_conditions, colors)
    _curves(curves, initial_conditions, colors)
    color = colors[first["count"].values.tolist().index(int(first["example_count"]))]
    for row, ax in enumerate(examples):
        target, output = first["target"].values[row], first["example_output"].values[row]
        marks.example(ax, first["time"], target, output, color, linewidth=1.2)
        artists.small_title(ax, f"state {first['state'].values[row]}")
        ax.set_xlabel("time (s)")
    examples[0].set_ylabel("muscle activity")
    style.letter_panels([smallest, curves, examples[0]])
    _legend(figure, first["count"].values, colors)
    return figure


def _smallest(ax: Axes, circuits: Sequence[xr.Dataset], colors: Sequence[Color]) -> None:
    """Sessions of each circuit and the mean over circuits, with the readout's own errors."""
    counts = circuits[0]["count"].values
    for place, (count, color) in enumerate(zip(counts, colors, strict=True)):
        samples = [each["best_error"].sel(count=count).values for each in circuits]
        marks.by_circuit(ax, place, samples, color)
    readout = [pooled(circuits, "readout_error", count=count).mean() for count in counts]
    for place, error in enumerate(readout):
        ends = [place - 0.4, place + 0.4]
        ax.plot(ends, [error] * 2, color=style.LEVEL, linestyle="--", label=f"readout {place}")
    ax.set_xticks(range(len(counts)), list(map(str, counts)))
    ax.tick_params(axis="x", length=0)
    ax.set(xlabel="number of initial states", ylabel="smallest error")
    artists.logarithmic(ax, "y")


def _curves(ax: Axes, circuits: Sequence[xr.Dataset], colors: Sequence[Color]) -> None:
    """Means over sessions and circuits."""
    iteration = circuits[0]["iteration"].values
    for count, color in zip(circuits[0]["count"].values, colors, strict=True):
        errors = np.concatenate([each["error"].sel(count=count).values for each in circuits])
        mean = errors.mean(axis=0)
        marks.course(ax, iteration, mean, color=color, label=str(count), linewidth=1.4)
    ax.set(xlabel="iteration", ylabel="mean error", xlim=(0, iteration[-1]))
    artists.logarithmic(ax, "y")


def _legend(figure: Figure, counts: Array, colors: Sequence[Color]) -> None:
    names = [f"initial states: {counts[0]}", *map(str, counts[1:])]
    handles = [
        Line2D([], [], color=color, label=name) for name, color in zip(names, colors, strict=True)
    ]
    handles += [
        Line2D([], [], color=style.LEVEL, linestyle="--", label="readout, fast"),
        marks.target_handle(),
    ]
    artists.legend_above(figure, handles)
