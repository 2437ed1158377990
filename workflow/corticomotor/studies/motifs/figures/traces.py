"""Outputs of networks in small panels, and errors over conditions, as several figures draw them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from corticomotor.arrays import Array, IntArray
from corticomotor.plotting import artists, style
from corticomotor.studies.motifs.answer import probability
from corticomotor.studies.motifs.palette import NETWORKS
from corticomotor.studies.motifs.ratios import Ratio

PREPARATION = "#D0D0D0"
TIME_LABEL = "time from the start of the motif (τ)"

# Petroff (2021), arXiv:2107.02270: told apart as well as ten colours can be with any vision.
_MOTIFS = (
    "#3F90DA",
    "#BD1F01",
    "#FFA90E",
    "#832DB6",
    "#A96B59",
    "#E76300",
    "#B9AC70",
    "#717581",
    "#92DADD",
    "#94A4A2",
)
# How much darker the colours are when they have all been used.
_DARKER = 0.55
# Mixed with white and with black, the first and the last shade.
_LIGHTEST, _DARKEST = 0.6, 0.35
# Of red, green and blue; text on darker colours is white.
_LUMINANCE, _DARK = (0.30, 0.59, 0.11), 0.5
_TARGET: dict[str, Any] = {
    "color": style.INK,
    "linewidth": 0.7,
    "linestyle": (0, (4, 1.5)),
}


def motif_colors(count: int) -> list[style.Color]:
    """Colours of motifs in their order; more motifs do not change those of the others."""
    colors = []
    for index in range(count):
        lap, place = divmod(index, len(_MOTIFS))
        red, green, blue = (_DARKER**lap * part for part in to_rgb(_MOTIFS[place]))
        colors.append((red, green, blue))
    return colors


def shades(color: style.Color, count: int) -> list[style.Color]:
    """Shades of a colour, from light to dark."""
    mixed = []
    for weight in np.linspace(_LIGHTEST, -_DARKEST, count):
        towards = 1.0 if weight > 0 else 0.0
        red, green, blue = (part + abs(float(weight)) * (towards - part) for part in color)
        mixed.append((red, green, blue))
    return mixed


def panels(
    figure: Figure | SubFigure, count: int, columns: int, like: Axes | None = None
) -> list[Axes]:
    """Equal panels row by row, all with the same axes (those of `like`), with ticks outside."""
    grid = figure.add_gridspec(-(-count // columns), columns)
    axes: list[Axes] = []
    for index in range(count):
        shared = axes[0] if axes else like
        ax = figure.add_subplot(grid[divmod(index, columns)], sharex=shared, sharey=shared)
        ax.tick_params(labelleft=index % columns == 0, labelbottom=index + columns >= count)
        axes.append(ax)
    return axes


def draw_motif(ax: Axes, target: xr.DataArray) -> None:
    """What a network should produce, (time,), dashed and on top."""
    ax.plot(target["time"].values, target.values, label="target", zorder=3, **_TARGET)
    span_motif(ax, target)


def span_motif(ax: Axes, target: xr.DataArray) -> None:
    """Let the time axis span a motif (time,)."""
    ax.set_xlim(0, float(target["time"].values[-1]))
    ax.xaxis.set_major_locator(MaxNLocator(2, steps=[1, 2, 5, 10]))


def draw_from_random(
    ax: Axes, evaluation: xr.Dataset, motif: int, outputs: xr.DataArray | None = None
) -> None:
    """A motif from random states, in shades of its colour, and its target.

    Args:
        ax: where.
        evaluation: see `contracts.EVALUATION`.
        motif: its number.
        outputs: (motif, start, time), if not those of the evaluation.
    """
    if outputs is None:
        outputs = evaluation["random_output"]
    trials = outputs.sel(motif=motif).transpose("start", "time")
    colors = shades(_colors(evaluation)[motif], trials.sizes["start"])
    _draw_outputs(ax, trials, trials["start"].values, colors)
    draw_motif(ax, evaluation["target"].sel(motif=motif))


def draw_after_others(
    ax: Axes, evaluation: xr.Dataset, motif: int, name: str = "transition_output"
) -> None:
    """A motif after each other one, in the colour of the first motif, and its target.

    Args:
        ax: where.
        evaluation: see `contracts.EVALUATION`.
        motif: its number.
        name: of the outputs (first_motif, motif, time).
    """
    outputs = evaluation[name].sel(motif=motif).transpose("first_motif", "time")
    others = outputs.sel(first_motif=outputs["first_motif"] != motif)
    firsts = others["first_motif"].values
    _draw_outputs(ax, others, firsts, [_colors(evaluation)[first] for first in firsts])
    draw_motif(ax, evaluation["target"].sel(motif=motif))


def _draw_outputs(
    ax: Axes, outputs: xr.DataArray, labels: ArrayLike, colors: Sequence[style.Color]
) -> None:
    time = outputs["time"].values
    for trial, label, color in zip(outputs.values, np.asarray(labels), colors, strict=True):
        ax.plot(time, trial, color=color, linewidth=0.7, label=str(label))


def _colors(evaluation: xr.Dataset) -> dict[int, style.Color]:
    motifs = evaluation["motif"].values
    return dict(zip(motifs.tolist(), motif_colors(len(motifs)), strict=True))


def shade_preparation(ax: Axes, preparation_duration: float) -> None:
    """Grey bar while the preparatory module is on."""
    ax.axvspan(0, preparation_duration, color=PREPARATION, linewidth=0, zorder=0)


def name_panel(ax: Axes, evaluation: xr.Dataset, motif: int, error: float) -> None:
    """Above a panel, the motif's number on its colour and the error."""
    name_motif(ax, motif, _colors(evaluation)[motif])
    ax.set_title(f"{error:.2f}", loc="right", fontsize=6.5, pad=3.5)


def name_motif(ax: Axes, motif: int, color: style.Color) -> None:
    """Above a panel, the motif's number on its colour."""
    luminance = float(np.dot(color, _LUMINANCE))
    ax.set_title(
        f" {motif} ",
        loc="left",
        fontsize=6.5,
        color="white" if luminance < _DARK else style.INK,
        bbox={"facecolor": color, "linewidth": 0, "boxstyle": "square,pad=0.1"},
        pad=3.5,
    )


def name_test(ax: Axes, found: Ratio) -> None:
    """Above a panel, the p of a comparison, and over how many networks."""
    title = f"{probability(vars(found))}, n = {found.networks}"
    ax.set_title(title, loc="center", fontsize=7)


def head_column(ax: Axes, text: str) -> None:
    """Heading of a column of panels, above what `name_panel` writes."""
    ax.annotate(
        text,
        (0.5, 1),
        (0, 12),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="center",
        fontsize=7,
        linespacing=1.1,
    )


def largest_and_median(increase: Array) -> IntArray:
    """Examples: where an increase (motif,) is largest, and where it is the median."""
    order = np.argsort(increase, kind="stable")
    return order[[-1, (len(order) - 1) // 2]]


def interval_line(ax: Axes, x: ArrayLike, values: Array, network: str) -> None:
    """Line through the means of values (replicate, point), thin ones of replicates, intervals."""
    color = NETWORKS[network].color
    ax.plot(x, values.T, color=color, linewidth=0.5, alpha=0.6)
    artists.interval_line(ax, x, values, color=color, marker="o", label=network)


def motif_handles(count: int) -> list[Line2D]:
    """Entries of a legend for the motifs by their numbers."""
    return [
        Line2D([], [], color=color, label=str(number), linewidth=2.0)
        for number, color in enumerate(motif_colors(count), start=1)
    ]


def network_handle(network: str) -> Line2D:
    """Entry of a legend for a network."""
    return artists.network_handle(NETWORKS[network], marker="o")


def target_handle() -> Line2D:
    """Entry of a legend for what a network should produce."""
    return Line2D([], [], label="desired", **_TARGET)


def motif_key(ax: Axes, handles: Sequence[Artist], columns: int) -> None:
    """Turn axes into a key of motifs (see `motif_handles`)."""
    ax.axis("off")
    ax.legend(
        handles=list(handles),
        title="motif, or after others the motif before",
        title_fontsize=7,
        fontsize=7,
        ncols=columns,
        loc="center",
    )


def preparation_handle() -> Patch:
    """Entry of a legend for the grey bar."""
    return Patch(facecolor=PREPARATION, label="preparation")
