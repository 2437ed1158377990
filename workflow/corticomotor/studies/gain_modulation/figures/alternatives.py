"""Gains against other parameters that learn the same movements."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corticomotor.plotting import artists, style
from corticomotor.studies.gain_modulation.figures import looks, marks


@style.styled
def alternatives(circuits: Sequence[xr.Dataset]) -> Figure:
    """Learning curves, and smallest errors of all movements, of all ways to learn.

    Args:
        circuits: see `contracts.ALTERNATIVES`.
    """
    figure = style.new_figure(68)
    curves, smallest = figure.subplots(1, 2, width_ratios=(1.2, 1))
    ways = [str(way) for way in circuits[0]["way"].values]
    networks = looks.named(looks.ALTERNATIVES, ways)
    for way, network in zip(ways, networks, strict=True):
        medians = np.stack([each["error"].sel(way=way).median("movement") for each in circuits])
        iteration = circuits[0]["iteration"].values
        for median in medians:
            marks.course(curves, iteration, median, color=network.color, **artists.SINGLE)
        marks.course(
            curves, iteration, medians.mean(axis=0), color=network.color, label=way, **artists.MEAN
        )
    _start(curves, float(np.mean([each["start_error"].median() for each in circuits])))
    curves.set(xlabel="iteration", ylabel="median error", xlim=(0, iteration[-1]))
    artists.logarithmic(curves, "y")
    for place, (way, network) in enumerate(zip(ways, networks, strict=True)):
        samples = [each["best_error"].sel(way=way).values for each in circuits]
        marks.by_circuit(smallest, place, samples, network.color)
    smallest.set_ylabel("smallest error")
    smallest.set_xticks(range(len(ways)), [way.replace(" ", "\n") for way in ways])
    smallest.tick_params(axis="x", length=0)
    artists.logarithmic(smallest, "y")
    style.letter_panels([curves, smallest])
    artists.legend_above(figure, [artists.network_handle(network) for network in networks])
    return figure


def _start(ax: Axes, error: float) -> None:
    ax.axhline(error, color=style.LEVEL, linestyle="--", linewidth=0.8, label="before learning")
    ax.annotate(
        "before learning",
        (1, error),
        (-2, -3),
        xycoords=ax.get_yaxis_transform(),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=7,
        color=style.LEVEL,
    )
