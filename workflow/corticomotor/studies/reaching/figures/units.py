"""What single hidden units do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corticomotor.arrays import Array, IntArray
from corticomotor.plotting import artists, style
from corticomotor.studies.reaching.figures import looks, marks
from corticomotor.studies.reaching.palette import NETWORKS

Replicates = Sequence[xr.Dataset]
_UNITS = 5
# After which phase units are shown.
_SHOWN = "before"
_PANELS = {
    "cue_change": "change at the go cue (s.d.)",
    "direction_deviation": "deviation between\ndirections (s.d.)",
    "turning_points": "turning points",
}
# Ends of whiskers, quartiles and, between, the median.
_QUANTILES = (5, 25, 50, 75, 95)
_PALE = 0.4


@style.styled
def units(populations: Mapping[str, Replicates]) -> Figure:
    """Activity of some units (A), and what all do (B, C, D).

    Args:
        populations: by sequence model, see `contracts.POPULATION`; A shows the first replicates.
    """
    firsts = {name: each[0].sel(phase=_SHOWN) for name, each in populations.items()}
    count = min(_UNITS, *(each.sizes["unit"] for each in firsts.values()))
    figure = style.new_figure(62 + 22 * len(firsts))
    grid = figure.add_gridspec(2, 1, height_ratios=(22 * len(firsts) + 4, 44))
    above, below = grid[0], grid[1]
    rows = above.subgridspec(len(firsts), count + 1, width_ratios=(*[1] * count, 0.75))
    axes = np.array(
        [
            [figure.add_subplot(rows[row, each]) for each in range(count)]
            for row in range(len(firsts))
        ]
    )
    for row, (name, first) in zip(axes, firsts.items(), strict=True):
        for ax, unit in zip(row, most_tuned(first, count), strict=True):
            _activity(ax, first.isel(unit=unit))
        label = NETWORKS[name].label.replace(" of ", " of\n")
        row[0].set_ylabel(label, color=NETWORKS[name].color)
    axes[-1, count // 2].set_xlabel("time steps from the go cue")
    for ax in axes[:-1].flat:
        ax.tick_params(labelbottom=False)
    wheel = figure.add_subplot(rows[:, count])
    directions = next(iter(firsts.values()))["direction"].values
    marks.direction_wheel(wheel, directions)
    wheel.set_title("direction\nof target", loc="center", fontsize=7)
    measures = artists.panels(below, len(_PANELS))
    for ax, (variable, label) in zip(measures, _PANELS.items(), strict=True):
        _measure(ax, populations, variable)
        ax.set_ylabel(label)
    style.letter_panels([axes[0, 0], *measures])
    artists.legend_above(figure, [artists.network_handle(NETWORKS[name]) for name in populations])
    return figure


def most_tuned(population: xr.Dataset, count: int) -> IntArray:
    """Units that tell directions apart most, the first most of all."""
    order = np.argsort(-population["direction_deviation"].values, kind="stable")
    return order[:count]


def _activity(ax: Axes, unit: xr.Dataset) -> None:
    """Courses by direction."""
    courses = unit["peri_event"].transpose("direction", "time").values
    for values, color in zip(courses, looks.direction_colors(len(courses)), strict=True):
        ax.plot(unit["time"].values, values, color=color, linewidth=0.9, label="direction")
    ax.set_xlim(0, unit["time"].values[-1])


def _measure(ax: Axes, populations: Mapping[str, Replicates], variable: str) -> None:
    """Boxes of the units of a replicate, means over replicates, a group for each model."""
    ticks, names = [], []
    left = 0.0
    for name, replicates in populations.items():
        phases = [each for each in looks.PHASES if each in replicates[0]["phase"].values]
        for place, phase in enumerate(phases):
            found = unit_quantiles(replicates, variable, phase)
            strength = _PALE if phase == "untrained" else 1.0
            _box(ax, left + place, found, NETWORKS[name].color, strength)
        ticks += [left + place for place in range(len(phases))]
        names += [looks.PHASES[phase] for phase in phases]
        left += len(phases) + 0.7
    ax.set_xticks(ticks, names, rotation=90)
    ax.tick_params(axis="x", length=0)
    ax.axhline(0, color=style.PALE, linewidth=0.6, zorder=0)


def unit_quantiles(replicates: Replicates, variable: str, phase: str) -> Array:
    """Whiskers, quartiles and median of a replicate's units, means over replicates (5,)."""
    found = marks.series(replicates, variable, phase=phase).reshape(len(replicates), -1)
    quantiles: Array = np.percentile(found, _QUANTILES, axis=1).mean(axis=1)
    return quantiles


def _box(ax: Axes, position: float, quantiles: Array, color: str, strength: float) -> None:
    line = {"color": color, "linewidth": 1.0, "alpha": strength}
    names = ("whislo", "q1", "med", "q3", "whishi")
    ax.bxp(
        [dict(zip(names, quantiles.tolist(), strict=True))],
        positions=[position],
        widths=0.6,
        showfliers=False,
        boxprops=line,
        medianprops={**line, "linewidth": 1.8},
        whiskerprops=line,
        capprops=line,
        manage_ticks=False,
    )
