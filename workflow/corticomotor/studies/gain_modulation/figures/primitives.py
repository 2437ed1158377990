"""Gain patterns as primitives of movements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy.stats import norm

from corticomotor.plotting import artists, style
from corticomotor.studies.gain_modulation.figures import marks
from corticomotor.studies.gain_modulation.figures.libraries import patterns
from corticomotor.studies.gain_modulation.measures import pooled
from corticomotor.studies.gain_modulation.palette import NETWORKS

_EXAMPLES = 4
_COLOR = NETWORKS["gradient"].color
_FIT = NETWORKS["own"].color


@style.styled
def primitives(rates: Mapping[str, Sequence[xr.Dataset]]) -> Figure:
    """Gains (A), outputs of learned (B) and random patterns (C), and assembled movements (D).

    Args:
        rates: baseline rate -> see `contracts.PRIMITIVES`; the first rate's first circuit is shown.
    """
    circuits = next(each for each in rates.values() if each)
    first = circuits[0]
    figure = style.new_figure(108)
    rows = figure.add_gridspec(2, 1, height_ratios=(1.1, 1))
    above = rows[0].subgridspec(1, 2, width_ratios=(1, 1.9))
    gains = figure.add_subplot(above[0])
    learned, random = artists.panels(above[1], 2, share="both")
    _gains(gains, circuits)
    for ax, name, title in (
        (learned, "output", "learned patterns"),
        (random, "random_output", "random patterns"),
    ):
        ax.plot(first["time"], first[name].T, color=style.LEVEL, linewidth=0.4, alpha=0.6)
        artists.small_title(ax, title)
        ax.set_xlabel("time (s)")
    learned.set_ylabel("muscle activity")
    shown = _shown(first.sizes["size"])
    examples = artists.panels(rows[1], len(shown), share="both")
    for ax, row in zip(examples, shown, strict=True):
        _example(ax, first, row)
    examples[0].set_ylabel("muscle activity")
    style.letter_panels([gains, learned, random, examples[0]])
    artists.legend_above(
        figure,
        [
            marks.target_handle("novel movement"),
            Line2D([], [], color=_FIT, label="combination of activities", linestyle="--"),
            Line2D([], [], color=_COLOR, label="output of combined gains"),
        ],
    )
    return figure


def _shown(count: int) -> list[int]:
    """Rows of sizes from the first to the last."""
    return sorted({round(each) for each in np.linspace(0, count - 1, _EXAMPLES)})


def _gains(ax: Axes, circuits: Sequence[xr.Dataset]) -> None:
    """Distribution over all patterns and neurons, and the normal one like it."""
    gains = pooled(circuits, "gains")
    _, edges, _ = ax.hist(gains, bins=50, density=True, color=style.FAINT, linewidth=0.2)
    x = np.linspace(edges[0], edges[-1], 200)
    mean, deviation = gains.mean(), gains.std()
    ax.plot(x, norm.pdf(x, mean, deviation), color=_COLOR, label="normal")
    text = f"normal,\nmean {mean:.2f},\ns.d. {deviation:.2f}"
    ax.text(
        0.99, 0.97, text, ha="right", va="top", fontsize=7, color=_COLOR, transform=ax.transAxes
    )
    ax.set(xlabel="learned gain", ylabel="density")


def _example(ax: Axes, circuit: xr.Dataset, row: int) -> None:
    """The median novel movement of a size."""
    example = circuit.isel(size=row)
    target = circuit["novel_target"].sel(novel=int(example["example_novel"])).values
    output = example["example_output"].values
    marks.example(ax, circuit["time"], target, output, _COLOR, linewidth=1.2)
    ax.plot(
        circuit["time"],
        example["example_fit"],
        color=_FIT,
        linestyle="--",
        linewidth=0.9,
        label="fit",
    )
    size = int(example["size"])
    error = np.sum((output - target) ** 2) / np.sum((target - target.mean()) ** 2)
    ax.set_title(f"{patterns(size)}, error {error:.2g}", loc="right", fontsize=7)
    ax.set_xlabel("time (s)")
