"""Errors while sequence models learn without a force, under it and without it again."""

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
from corticomotor.studies.reaching.measures import free_error
from corticomotor.studies.reaching.palette import NETWORKS

Replicates = Sequence[xr.Dataset]
# Phases one after the other, and those that take the place of the last two without any force.
_PHASES = ("before", "under", "after")
_ERRORS = {
    "look_error": "all reaches",
    "look_crossing_error": "reaches across the field",
}
_NAMES = ("no force", "force", "no force")
_CONTROL = {"control_under": 1, "control_after": 2}
_CONTROL_STYLE: dict[str, Any] = {"linestyle": (0, (2.5, 1)), "linewidth": 1.0}
# Error over that without a force from which on a model fails, and at which it does not suffer.
_LEVELS = (3.0, 1.0)


@style.styled
def learning(networks: Mapping[str, Replicates]) -> Figure:
    """Errors of all reaches (A) and of crossing ones (B), and of a longer training (C).

    Args:
        networks: sequence models by name, see `contracts.SEQUENCE`; longer trainings are shown of
            those models that have one.
    """
    longer = {name: each for name, each in networks.items() if "longer" in each[0]["phase"]}
    figure = style.new_figure(72)
    grid = figure.add_gridspec(1, 2, width_ratios=(2.5, 1)) if longer else figure.add_gridspec(1, 1)
    panels = artists.panels(grid[0], 2, share="y")
    for ax, (variable, text) in zip(panels, _ERRORS.items(), strict=True):
        for name, replicates in networks.items():
            _courses(ax, replicates, variable, NETWORKS[name].color)
        marks.phases(ax, _NAMES, forced=1)
        marks.heading(ax, text)
        ax.set_xlabel("phase of training")
    panels[0].set_ylabel("median end error (%)")
    for ax in panels:
        artists.logarithmic(ax, "y")
    if longer:
        panels += artists.panels(grid[1], 1)
        _longer(panels[-1], longer)
    style.letter_panels(panels)
    _legend(figure, networks)
    return figure


def phase_course(replicates: Replicates, phase: str, name: str) -> tuple[Array, Array]:
    """Part of a phase that is over at each look (look,), and an error (replicate, look)."""
    course = replicates[0].sel(phase=phase)
    part = course["look_iteration"].values / float(course["iterations"])
    return part, marks.series(replicates, name, phase=phase)


def _courses(ax: Axes, replicates: Replicates, name: str, color: str) -> None:
    present = replicates[0]["phase"].values
    for place, phase in enumerate(_PHASES):
        if phase in present:
            part, errors = phase_course(replicates, phase, name)
            for each in errors:
                ax.plot(place + part, each, color=color, **artists.SINGLE)
            _mean(ax, place + part, errors, color, label=phase, **artists.MEAN)
    for phase, place in _CONTROL.items():
        if phase in present:
            part, errors = phase_course(replicates, phase, name)
            _mean(ax, place + part, errors, color, label=phase, **_CONTROL_STYLE)


def _longer(ax: Axes, networks: Mapping[str, Replicates]) -> None:
    """Errors of crossing reaches over the error without force before."""
    for name, replicates in networks.items():
        color = NETWORKS[name].color
        free = np.array([free_error(each) for each in replicates])
        errors = marks.series(replicates, "look_crossing_error", phase="longer")
        over = errors / free[:, np.newaxis]
        iteration = replicates[0]["look_iteration"].sel(phase="longer").values
        for each in over:
            ax.plot(iteration, each, color=color, **artists.SINGLE)
        _mean(ax, iteration, over, color, label=name, **artists.MEAN)
    for level in _LEVELS:
        ax.axhline(level, color=style.LEVEL, linewidth=0.8, linestyle=":")
    ax.set(xlabel="iterations under the force", ylabel="error over that without force")
    ax.set_xlim(left=0)
    artists.logarithmic(ax, "y")


def _mean(ax: Axes, x: Array, values: Array, color: str, **look: Any) -> None:
    """Geometric mean over replicates."""
    ax.plot(x, np.exp(np.log(values).mean(axis=0)), color=color, **look)


def _legend(figure: Figure, networks: Mapping[str, Replicates]) -> None:
    handles = []
    for name, replicates in networks.items():
        counts = replicates[0]["iterations"]
        shown = [str(int(counts.sel(phase=phase))) for phase in _PHASES if phase in counts["phase"]]
        label = f"{NETWORKS[name].label} ({' + '.join(shown)})"
        handles.append(artists.network_handle(NETWORKS[name], label=label, **artists.MEAN))
    handles.append(Line2D([], [], color=style.INK, label="without any force", **_CONTROL_STYLE))
    artists.legend_above(figure, handles, rows=2)
