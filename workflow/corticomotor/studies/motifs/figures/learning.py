"""How fast the networks learn."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.motifs.palette import NETWORKS

_PANELS = (
    ("additive", "additive_origin", "additive_prepared"),
    ("multiplicative", "multiplicative_prepared"),
)
# Smooth against stepwise learning.
_EXAMPLES = ("additive", "multiplicative")
_MOTIFS = 4
# Of a replicate's line: more would fill the file and show no more.
_POINTS = 200
_STEADY: dict[str, Any] = {
    "linestyle": "",
    "marker": "o",
    "markerfacecolor": "white",
    "markeredgecolor": style.INK,
    "markeredgewidth": 0.8,
    "markersize": 3.5,
}


@style.styled
def learning(networks: Mapping[str, Sequence[xr.Dataset]]) -> Figure:
    """Errors over training, as means over motifs (A, B) and of single motifs (C).

    Args:
        networks: network -> of all replicates, see `contracts.NETWORK`; single motifs are those
            of the first. Networks that are missing are not drawn.
    """
    figure = style.new_figure(height_mm=115)
    rows = figure.add_gridspec(2, 1, height_ratios=(1.4, 1))
    means = rows[0].subgridspec(1, 2).subplots(sharey=True, squeeze=False)[0]
    for ax, names in zip(means, _PANELS, strict=True):
        for name in names:
            if networks.get(name):
                _mean_course(ax, networks[name], name)
        ax.set_xlabel("iteration")
    examples = {name: networks[name][0] for name in _EXAMPLES}
    motifs = examples["additive"]["motif"].values[:_MOTIFS]
    singles = rows[1].subgridspec(1, len(motifs)).subplots(sharex=True, sharey=True, squeeze=False)
    for ax, motif in zip(singles[0], motifs, strict=True):
        for name, learned in examples.items():
            _single_course(ax, learned.sel(motif=motif), name)
        ax.set_title(f"motif {motif}", loc="center")
        ax.set_xlabel("iteration")
    for ax in (*means, *singles[0]):
        ax.set_xlim(left=0)
        ax.set_ylim(bottom=0)
    for ax in (means[0], singles[0, 0]):
        ax.set_ylabel("RMSE in training")
    style.letter_panels([*means, singles[0, 0]])
    drawn = [name for names in _PANELS for name in names if networks.get(name)]
    handles = [artists.network_handle(NETWORKS[name]) for name in drawn]
    handles.append(Line2D([], [], label="learning rate begins to fall", **_STEADY))
    artists.legend_above(figure, handles, rows=2)
    return figure


def _mean_course(ax: Axes, replicates: Sequence[xr.Dataset], name: str) -> None:
    """Means over motifs: thin of each replicate, thick of all."""
    courses = [_held_error(each).mean(axis=1) for each in replicates]
    longest = max(map(len, courses))
    held = np.stack([np.pad(each, (0, longest - len(each)), mode="edge") for each in courses])
    iteration = np.arange(1, longest + 1)
    color = NETWORKS[name].color
    every = max(1, longest // _POINTS)
    ax.plot(iteration[::every], held.T[::every], color=color, linewidth=0.4, alpha=0.6)
    ax.plot(iteration, held.mean(axis=0), color=color, linewidth=1.5, label=name)


def _held_error(learned: xr.Dataset) -> Array:
    """Root mean squared error (iteration, motif); a motif that is done keeps its last."""
    error = learned["training_error"].transpose("iteration", "motif").values
    measured = np.where(np.isfinite(error), np.arange(len(error))[:, np.newaxis], 0)
    last = np.maximum.accumulate(measured, axis=0)
    return np.sqrt(np.take_along_axis(error, last, axis=0))


def _single_course(ax: Axes, learned: xr.Dataset, name: str) -> None:
    """Error of one motif, with a dot where its learning rate began to fall."""
    iteration = learned["iteration"].values
    error = np.sqrt(learned["training_error"].values)
    ax.plot(iteration, error, color=NETWORKS[name].color, linewidth=0.7, label=name)
    steady = int(np.abs(iteration - float(learned["steady_until"])).argmin())
    ax.plot([iteration[steady]], [error[steady]], zorder=3, **_STEADY)
