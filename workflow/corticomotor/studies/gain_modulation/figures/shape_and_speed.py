"""Shape and speed of movements, controlled apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.gain_modulation.figures import marks
from corticomotor.studies.gain_modulation.palette import NETWORKS
from corticomotor.study.looks import Network

# Speeds with the names of the time of their examples.
_TIMES = {"fast": "fast_time", "slow": "time"}
_BINS = 20
_FIT: dict[str, Any] = {"linestyle": "--", "linewidth": 0.9}


@style.styled
def shape_and_speed(shape_and_speed: Sequence[xr.Dataset]) -> Figure:
    """Errors over library size (A), their distribution (B), and examples (C).

    Args:
        shape_and_speed: see `contracts.SHAPE_AND_SPEED`; examples are of the first circuit.
    """
    first = shape_and_speed[0]
    figure = style.new_figure(140)
    rows = figure.add_gridspec(2, 1, height_ratios=(1, 1.35))
    errors, spread = artists.panels(rows[0], 2)
    examples = (
        rows[1]
        .subgridspec(2, first.sizes["quartile"])
        .subplots(sharex="row", sharey=True, squeeze=False)
    )
    found = {speed: movement_errors(shape_and_speed, speed) for speed in _TIMES}
    together = np.concatenate(list(found.values()))
    bins = np.geomspace(0.98 * together.min(), 1.02 * together.max(), _BINS)
    for speed in _TIMES:
        _errors(errors, shape_and_speed, speed, NETWORKS[speed])
        look: dict[str, Any] = {"color": NETWORKS[speed].color, "alpha": 0.55, "linewidth": 0.2}
        spread.hist(found[speed], bins=bins.tolist(), label=speed, **look)
    errors.set(xlabel="patterns in the library", ylabel="error")
    errors.set_xticks(first["size"].values)
    artists.logarithmic(errors, "y")
    size = int(first["size"].values[-1])
    spread.set(xlabel=f"error of the output, {size} patterns", ylabel="novel movements")
    artists.logarithmic(spread, "x")
    for row, speed in zip(examples, _TIMES, strict=True):
        for ax, quartile in zip(row, first["quartile"].values, strict=True):
            _example(ax, first.sel(quartile=quartile), speed)
        row[0].set_ylabel("muscle activity")
    style.letter_panels([errors, spread, examples[0, 0]])
    handles = [
        *(artists.network_handle(NETWORKS[speed]) for speed in _TIMES),
        Line2D([], [], color=style.INK, label="fit (A)", **marks.FIT),
        Line2D([], [], color=style.INK, label="fit (C)", **_FIT),
        marks.target_handle("novel movement"),
    ]
    artists.legend_above(figure, handles)
    return figure


def median_errors(circuits: Sequence[xr.Dataset], name: str, speed: str) -> Array:
    """Errors of one speed by size, medians over libraries and movements (circuit, size)."""
    found = [each[name].sel(speed=speed).median(("library", "novel")) for each in circuits]
    return np.stack([each.values for each in found])


def _errors(ax: Axes, circuits: Sequence[xr.Dataset], speed: str, network: Network) -> None:
    """Medians over libraries and movements, of circuits and in the mean over these."""
    sizes = circuits[0]["size"].values
    output = median_errors(circuits, "output_error", speed)
    look: dict[str, Any] = {"linewidth": 1.5, "label": f"{speed} output"}
    marks.mean_line(ax, sizes, output, network.color, **look)
    fit = median_errors(circuits, "fit_error", speed).mean(axis=0)
    ax.plot(sizes, fit, color=network.color, label=f"{speed} fit", **marks.FIT)


def movement_errors(circuits: Sequence[xr.Dataset], speed: str) -> Array:
    """Errors of novel movements, medians over the largest libraries (circuit x novel)."""
    largest = [each["output_error"].sel(speed=speed).isel(size=-1) for each in circuits]
    return np.concatenate([each.median("library").values for each in largest])


def _example(ax: Axes, example: xr.Dataset, speed: str) -> None:
    """Target, combination of activities, and output of the combined gains."""
    time = example[_TIMES[speed]].values
    target, fit, output = (
        example[f"example_{speed}_{name}"].values for name in ("target", "fit", "output")
    )
    marks.example(ax, time, target, output, NETWORKS[speed].color, linewidth=1.2)
    ax.plot(time, fit, color=style.INK, label="fit", **_FIT)
    error = np.sum((output - target) ** 2) / np.sum((target - target.mean()) ** 2)
    ax.set_title(f"{speed}, error {error:.2g}", loc="right", fontsize=7)
    ax.set_xlabel("time (s)")
