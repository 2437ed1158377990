"""Reaches of agents whose actions are accelerations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.reaching.figures import marks
from corticomotor.studies.reaching.palette import NETWORKS

Replicates = Sequence[xr.Dataset]
# Whose reaches are shown.
_SHOWN = "sac"
# Phase, whether its field is on, and its name on axes.
_PHASES = (
    ("baseline", "off", "no force"),
    ("adaptation", "on", "force"),
    ("washout", "off", "no force"),
)
_CATCH: dict[str, Any] = {"linestyle": (0, (1, 1)), "linewidth": 1.1}
_OTHER = {"off": "on", "on": "off"}
_QUANTILES = (5, 50, 95)
# That axes show at least, in percent of the workspace.
_LEAST_DEVIATION = 1.0


@style.styled
def control(agents: Mapping[str, Replicates], field: Mapping[str, Any], tolerance: float) -> Figure:
    """Reaches after each phase (A), hits (B) and deviations (C) while learning, end errors (D).

    Args:
        agents: by name, see `contracts.CONTROL`; the first replicate's reaches are shown.
        field: settings of the force field.
        tolerance: distance from the target that counts as a hit, in percent of the workspace.
    """
    shown = agents[_SHOWN][0]
    ends = marks.view(shown["hand"].values)
    (left, right), (bottom, top) = ends
    figure = style.new_figure(72 + 24 * (top - bottom) / (right - left))
    grid = figure.add_gridspec(2, 1, height_ratios=(24 * (top - bottom) / (right - left) + 8, 50))
    above, below = grid[0], grid[1]
    maps = artists.panels(above, 2 * len(_PHASES))
    views = [(phase, state) for phase, _, _ in _PHASES for state in ("off", "on")]
    for ax, (phase, state) in zip(maps, views, strict=True):
        one = shown.sel(phase=phase, field=state)
        marks.workspace(ax, ends, field if state == "on" else None)
        targets = one["shown_target"].values
        strong = marks.crosses(targets, field)
        marks.reaches(ax, one["hand"].values, targets, strong, NETWORKS[_SHOWN].color)
        ax.set_xlabel("force on" if state == "on" else "force off")
    for ax, (phase, _, _) in zip(maps[::2], _PHASES, strict=True):
        # Above two panels.
        text = ax.text(1.04, 1.03, f"after {phase}", ha="center", transform=ax.transAxes)
        text.set(fontsize=7.5, in_layout=False)
    hits, deviations, errors = artists.panels(below, 3)
    for name, replicates in agents.items():
        _courses(hits, replicates, "look_crossing_success", 100.0, NETWORKS[name].color)
        _courses(deviations, replicates, "look_deviation", 1.0, NETWORKS[name].color)
    hits.set(ylabel="hits across the field (%)", ylim=(-3, 103))
    deviations.set_ylabel("deviation along the force (%)")
    furthest = largest_deviation(agents)
    deviations.set_ylim(-furthest, furthest)
    deviations.axhline(0, color=style.FAINT, linewidth=0.6, zorder=0.5)
    for ax in (hits, deviations):
        marks.phases(ax, [text for _, _, text in _PHASES], forced=1)
        ax.set_xlabel("phase of training")
    _errors(errors, agents, tolerance)
    style.letter_panels([maps[0], hits, deviations, errors])
    _legend(figure, agents)
    return figure


def _courses(ax: Axes, replicates: Replicates, name: str, factor: float, color: str) -> None:
    """With the field of the phase solid, replicates thin; with the other one dotted."""
    for place, (phase, state, _) in enumerate(_PHASES):
        steps = replicates[0]["look_step"].sel(phase=phase).values
        x = place + steps / steps[-1]
        values = factor * marks.series(replicates, name, phase=phase, field=state)
        marks.course(ax, x, values, color, label=phase)
        other = factor * marks.series(replicates, name, phase=phase, field=_OTHER[state])
        ax.plot(x, other.mean(axis=0), color=color, label=f"{phase}, catch trials", **_CATCH)


def largest_deviation(agents: Mapping[str, Replicates]) -> float:
    """Of all tests but those of the first half of the first phase, before much is learned."""
    sizes = []
    for replicates in agents.values():
        found = np.abs(marks.series(replicates, "look_deviation"))
        half = found.shape[2] // 2
        sizes += [found[:, 0, half:].max(), found[:, 1:].max()]
    return 1.1 * float(max(*sizes, _LEAST_DEVIATION))


def crossing_errors(replicates: Replicates, phase: str, field: str) -> Array:
    """Quantiles of end errors across the field in a replicate, means over replicates (3,)."""
    found = [
        each["end_error"].sel(phase=phase, field=field).values[each["crosses"].values > 0]
        for each in replicates
    ]
    quantiles: Array = np.mean([np.percentile(each, _QUANTILES) for each in found], axis=0)
    return quantiles


def _errors(ax: Axes, agents: Mapping[str, Replicates], tolerance: float) -> None:
    """Medians filled with the field on, open with it off."""
    beside = np.linspace(-0.3, 0.3, 2 * len(agents))
    for place, (phase, _, _) in enumerate(_PHASES):
        columns = [(name, state) for name in agents for state in ("off", "on")]
        for offset, (name, state) in zip(beside, columns, strict=True):
            low, middle, high = crossing_errors(agents[name], phase, state)
            look = NETWORKS[name]
            x = place + 0.5 + offset
            ax.plot([x, x], [low, high], color=look.color, linewidth=1.0)
            fill = look.color if state == "on" else "white"
            ax.plot([x], [middle], look.marker, color=look.color, mfc=fill, label=f"{name} {state}")
    ax.axhline(tolerance, color=style.LEVEL, linewidth=0.8, linestyle=":")
    marks.phases(ax, [f"after\n{phase}" for phase, _, _ in _PHASES], forced=1)
    ax.set_ylabel("end error across the field (%)")
    artists.logarithmic(ax, "y")


def _legend(figure: Figure, agents: Mapping[str, Replicates]) -> None:
    handles = [
        artists.network_handle(NETWORKS[name], marker=NETWORKS[name].marker) for name in agents
    ]
    handles.append(Line2D([], [], color=style.INK, label="other condition (B, C)", **_CATCH))
    look: dict[str, Any] = {"linestyle": "", "marker": "o", "color": style.INK}
    handles += [
        Line2D([], [], mfc="white", label="force off (D)", **look),
        Line2D([], [], label="force on (D)", **look),
    ]
    artists.legend_above(figure, [*handles, marks.target_handle(), marks.field_handle()], rows=2)
