"""What other motifs before a motif do to its error, in every network."""

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.motifs.measures import (
    failure_rate,
    random_errors,
    transition_errors,
)
from corticomotor.studies.motifs.palette import NETWORKS
from corticomotor.studies.motifs.ratios import ratio

_UNPREPARED = (
    (
        "additive",
        "additive_wide",
        "additive_origin",
        "additive_large",
        "additive_oscillatory",
        "multiplicative",
        "control",
    ),
)
# Networks without and with preparation, and those that are prepared in another way.
_COMPARED = (
    ("additive", "additive_prepared"),
    ("multiplicative", "multiplicative_prepared"),
    ("additive_oscillatory", "additive_oscillatory_prepared"),
    ("two_input", "thalamocortical"),
)
_SIGNIFICANCE = 0.05
# Rows are 1 apart, and this more between groups.
_GAP = 0.5
# Where a row's mean and its replicates stand.
_MEAN_OFFSET = -0.14
_REPLICATE_OFFSETS = (0.1, 0.36)


@style.styled
def errors(
    evaluations: Mapping[str, Sequence[xr.Dataset]],
    thalamocortical: Sequence[xr.Dataset],
    failure_factor: float,
) -> Figure:
    """Errors from random states and after other motifs (A, C), and failed transitions (B, D).

    Networks without preparation above, pairs without and with it below.

    Args:
        evaluations: network -> of all replicates, see `contracts.EVALUATION`.
        thalamocortical: of all replicates, see `contracts.THALAMOCORTICAL`.
        failure_factor: a transition fails when its error exceeds so many medians of the motif's
            errors from random states.
    """
    measured = {**evaluations, "thalamocortical": thalamocortical}
    heights = [_heights(groups, measured) for groups in (_UNPREPARED, _COMPARED)]
    figure = style.new_figure(height_mm=36 + 8 * sum(map(_extent, heights)))
    axes = figure.subplots(
        2,
        2,
        squeeze=False,
        sharex="col",
        sharey="row",
        width_ratios=(1.7, 1),
        height_ratios=[_extent(each) + 1 for each in heights],
    )
    for (left, right), rows in zip(axes, heights, strict=True):
        for name, height in rows.items():
            _errors(left, height, name, *motif_errors(measured[name]))
            rates = [failure_rate(each, failure_factor) for each in measured[name]]
            _failures(right, height, name, 100 * np.array(rates))
        left.set_yticks(list(rows.values()), [NETWORKS[name].label for name in rows])
        left.set_ylim(_extent(rows) + 0.6, -0.6)
        for ax in (left, right):
            ax.tick_params(axis="y", length=0)
            ax.spines["left"].set_visible(False)
            ax.grid(axis="x", color=style.PALE, linewidth=0.4)
            ax.set_axisbelow(True)
        right.tick_params(labelleft=False)
    axes[1, 0].set(xlabel="root mean squared error")
    axes[1, 0].set_xlim(left=0)
    axes[1, 1].set(xlabel="failed transitions (%)", xlim=(-3, 103))
    style.letter_panels(list(axes.flat))
    artists.legend_above(figure, _entries())
    return figure


def motif_errors(datasets: Sequence[xr.Dataset]) -> tuple[Array, Array]:
    """Mean errors from random states and after whole other motifs, each (replicate, motif).

    Args:
        datasets: of all replicates, see `contracts.EVALUATION` or `contracts.THALAMOCORTICAL`.
    """
    random = [random_errors(each) for each in datasets]
    after = [transition_errors(each) for each in datasets]
    return np.stack(random), np.stack(after)


def _heights(
    groups: Sequence[Sequence[str]], measured: Mapping[str, Sequence[xr.Dataset]]
) -> dict[str, float]:
    """Where each network that was measured stands, from 0 downwards."""
    heights: dict[str, float] = {}
    below = 0.0
    for group in groups:
        present = [name for name in group if measured.get(name)]
        heights |= {name: below + row for row, name in enumerate(present)}
        if present:
            below += len(present) + _GAP
    return heights


def _extent(heights: Mapping[str, float]) -> float:
    return max(heights.values(), default=0.0)


def _errors(ax: Axes, height: float, name: str, random: Array, after: Array) -> None:
    """A line from the mean error from random states to that after others, and thin replicates."""
    color = NETWORKS[name].color
    ends = np.stack([random.mean(axis=1), after.mean(axis=1)])
    beside = height + np.linspace(*_REPLICATE_OFFSETS, ends.shape[1])
    ax.plot(ends, np.stack([beside, beside]), color=color, linewidth=0.6, alpha=0.7, zorder=2)
    for values, fill in zip(ends, ("white", color), strict=True):
        ax.plot(
            values, beside, "o", mfc=fill, mec=color, mew=0.6, markersize=2.4, alpha=0.8, zorder=3
        )
    means, middle = ends.mean(axis=1), height + _MEAN_OFFSET
    ax.plot(means, [middle, middle], color=color, linewidth=2.2, label=name, zorder=4)
    for value, fill in zip(means, ("white", color), strict=True):
        ax.plot([value], [middle], "o", mfc=fill, mec=color, mew=1.2, markersize=5.5, zorder=5)
    found = ratio(after, random)
    if found.p is not None and found.p < _SIGNIFICANCE and found.mean > 1:
        ax.annotate(
            "★",
            (means.max(), middle),
            (7, 0),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=8,
            color=style.INK,
        )


def _failures(ax: Axes, height: float, name: str, percent: Array) -> None:
    """A bar to the mean with its interval, and replicates."""
    color = NETWORKS[name].color
    drawn = artists.estimate(percent)
    middle = height + _MEAN_OFFSET
    ax.barh([middle], float(drawn.mean), height=0.36, color=color, linewidth=0, label=name)
    ax.hlines([middle], drawn.low, drawn.high, color=style.FAINT, linewidth=1.2)
    beside = height + np.linspace(*_REPLICATE_OFFSETS, len(percent))
    ax.plot(percent, beside, "o", mfc=color, mec=color, markersize=2.4, clip_on=False)


def _entries() -> list[Line2D]:
    color = style.INK
    dots = [
        Line2D(
            [],
            [],
            linestyle="",
            marker="o",
            mfc=fill,
            mec=color,
            mew=1.2,
            markersize=5.5,
            label=label,
        )
        for fill, label in (("white", "from random states"), (color, "after other motifs"))
    ]
    star = Line2D(
        [],
        [],
        linestyle="",
        marker="*",
        color=color,
        markersize=6,
        label=f"increase significant (p < {_SIGNIFICANCE:g})",
    )
    return [*dots, star]
