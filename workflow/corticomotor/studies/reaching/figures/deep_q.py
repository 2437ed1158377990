"""Reaches to any target by deep Q-networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from corticomotor.arrays import Array, IntArray
from corticomotor.plotting import artists, style
from corticomotor.studies.reaching.figures import marks
from corticomotor.studies.reaching.palette import NETWORKS

Replicates = Sequence[xr.Dataset]
# Whose ways are shown, and whose numbers of moves; the field is on for the second.
_WAYS = ("parameters", "parameters_force")
_MOVES = ("parameters", "parameters_force", "pixels")
# Ways in a grid.
_SHOWN = 8
# Area of the largest disc, in square points.
_AREA = 55.0


@style.styled
def deep_q(runs: Mapping[str, Replicates], solved_at: float) -> Figure:
    """Success while learning (A), moves until solved (B), ways (C), moves over the optimum (D).

    Args:
        runs: trainings by name, see `contracts.DEEP_Q`; C and D show the first replicates.
        solved_at: part of pairs of hand and target that counts as solved.
    """
    trained = {name: each for name, each in runs.items() if each}
    figure = style.new_figure(108)
    grid = figure.add_gridspec(2, 1, height_ratios=(1.1, 1))
    above, below = grid[0], grid[1]
    success, solved = artists.panels(above, 2, widths=(1.3, 1))
    for row, (name, replicates) in enumerate(trained.items()):
        _success(success, replicates, name)
        _solved(solved, row, replicates, name)
    success.axhline(100 * solved_at, color=style.LEVEL, linewidth=0.8, linestyle=":")
    success.set(xlabel="moves learned from", ylabel="reached exactly (%)", ylim=(-3, 103))
    success.set_xlim(left=0)
    marks.thousands(success.xaxis)
    marks.rows(solved, [NETWORKS[name].label for name in trained])
    for label, name in zip(solved.get_yticklabels(), trained, strict=True):
        label.set_color(NETWORKS[name].color)
    solved.set_xlabel(f"moves until {100 * solved_at:g} % are reached")
    solved.set_xlim(left=0)
    marks.thousands(solved.xaxis)
    shown = [name for name in _MOVES if name in trained]
    ways = [name for name in _WAYS if name in trained]
    panels = artists.panels(below, len(ways) + len(shown))
    for ax, name in zip(panels, ways, strict=False):
        _ways(ax, trained[name][0], name)
    for ax, name in zip(panels[len(ways) :], shown, strict=True):
        _moves(ax, trained[name][0], name)
    panels[len(ways)].set_ylabel("moves")
    style.letter_panels([success, solved, panels[0], panels[len(ways)]])
    _legend(figure)
    return figure


def _success(ax: Axes, replicates: Replicates, name: str) -> None:
    frames = replicates[0]["look_frame"].values
    percent = 100 * marks.series(replicates, "look_success")
    marks.course(ax, frames, percent, NETWORKS[name].color, label=name, linestyle=_line(name))


def _legend(figure: Figure) -> None:
    """Colours are named beside the rows of B."""
    lines = [
        Line2D([], [], color=style.INK, linestyle=_line(name), label=text)
        for name, text in (
            ("parameters", "graded radius"),
            ("parameters_exact", "exact hits"),
            ("parameters_scaled", "scaled values or hindsight"),
        )
    ]
    look: dict[str, Any] = {"linestyle": "", "color": style.INK, "mew": 0}
    ends = [
        Line2D([], [], marker="o", markersize=2.6, label="start", **look),
        Line2D([], [], marker="s", markersize=3.4, label="target", **look),
    ]
    ended = artists.censored_handle("training ended before")
    artists.legend_above(figure, [*lines, ended, *ends, marks.field_handle()], rows=2)


def _line(name: str) -> Literal["-", "--", ":"]:
    """Trainings of one colour are told apart by their line."""
    if name.endswith(("_scaled", "_hindsight")):
        return ":"
    return "--" if name.endswith("_exact") else "-"


def _solved(ax: Axes, row: int, replicates: Replicates, name: str) -> None:
    """A point for each replicate; a triangle at the end for those that were never solved."""
    look = NETWORKS[name]
    frames = np.array([float(each["frames_to_solved"]) for each in replicates])
    ends = np.array([float(each["look_frame"].values[-1]) for each in replicates])
    done = np.isfinite(frames)
    beside = row + (np.linspace(-0.22, 0.22, len(frames)) if len(frames) > 1 else np.zeros(1))
    for chosen, values, marker, size in (
        (done, frames, "o", 3.2),
        (~done, ends, artists.CENSORED, 4.5),
    ):
        ax.plot(
            values[chosen],
            beside[chosen],
            linestyle="",
            marker=marker,
            markersize=size,
            color=look.color,
            mew=0,
        )


def _ways(ax: Axes, run: xr.Dataset, name: str) -> None:
    field = run["field_rows"].values if name.endswith("_force") else None
    marks.squares(ax, run.sizes["hand_row"], field)
    paths, targets = (run[each].values[:_SHOWN] for each in ("path", "shown_target"))
    marks.ways(ax, paths, targets, NETWORKS[name].color)
    ax.set_xlabel("with field" if name.endswith("_force") else "without field")


def counted_moves(run: xr.Dataset) -> tuple[Array, Array, IntArray, float]:
    """Numbers of moves of all pairs of hand and target that are connected.

    Returns:
        Fewest moves, moves and how many pairs have these (case,), and the part of pairs that is not
        connected.
    """
    optimal, moves = run["optimal_moves"].values.ravel(), run["moves"].values.ravel()
    apart = optimal > 0
    reached = apart & np.isfinite(moves)
    cases, counts = np.unique(
        np.stack([optimal[reached], moves[reached]]), axis=1, return_counts=True
    )
    return cases[0], cases[1], counts, float(1 - reached.sum() / apart.sum())


def missed_percent(part: float) -> str:
    """A part in percent, so that few are not taken for none."""
    return "< 0.1 %" if 0 < part < 0.001 else marks.percent(100 * part)


def _moves(ax: Axes, run: xr.Dataset, name: str) -> None:
    optimal, moves, counts, missed = counted_moves(run)
    if len(counts):
        area = _AREA * counts / counts.max()
        ax.scatter(optimal, moves, s=area, color=NETWORKS[name].color, linewidth=0, label=name)
    furthest = float(run["optimal_moves"].max())
    ax.plot([0, furthest], [0, furthest], color=style.LEVEL, linewidth=0.8, linestyle=":")
    ax.set_xlabel("fewest moves")
    text = f"{missed_percent(missed)} missed"
    ax.text(0.03, 0.98, text, va="top", fontsize=6.5, transform=ax.transAxes)
    ax.margins(0.1)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(4, integer=True))
