"""The reaches, and where the force pushes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.plotting import artists, style
from corticomotor.studies.reaching.figures import looks, marks
from corticomotor.studies.reaching.figures.schemes import scheme
from corticomotor.studies.reaching.palette import NETWORKS
from corticomotor.studies.reaching.reaches import HALF_WORKSPACE, Reaches, ideal_reaches

# Test reaches that are shown.
_SHOWN = 60
_CUE = "#009E73"
_STEPS: dict[str, Any] = {"drawstyle": "steps-mid"}
_QUANTITIES = ("position", "velocity", "acceleration")
_IDEAL = NETWORKS["ideal"].color
# Model -> its name, what it puts out, and what it sees of its hand.
_SCHEMES = {
    "standard": (
        "standard model",
        "position,\nvelocity,\nacceleration",
    ),
    "positions": ("feedback model", "acceleration", "its last positions, or accelerations"),
}
# Length of the arrow, in percent of the workspace.
_ARROW = 16.0


@style.styled
def task(networks: Mapping[str, Sequence[xr.Dataset]], task: Mapping[str, Any]) -> Figure:
    """Models (A), inputs (B) and ideal kinematics (C) of a reach, many in the workspace (D).

    Args:
        networks: sequence models by name, see `contracts.SEQUENCE`; they share their test reaches,
            of which the first is shown in B and C.
        task: its settings.
    """
    network = next(iter(networks.values()))[0]
    settings: Any = SimpleNamespace(**task)
    targets = network["target"].values
    example = ideal_reaches(
        targets[:1] / HALF_WORKSPACE, network["cue"].values[:1].astype(int), settings
    )
    figure = style.new_figure(88)
    rows = figure.add_gridspec(2, 1, height_ratios=(1, 2.6))
    schemes = artists.panels(rows[0], len(_SCHEMES))
    for ax, (name, words) in zip(schemes, _SCHEMES.items(), strict=True):
        text, *parts = words
        scheme(ax, NETWORKS[name], *parts)
        marks.heading(ax, text)
    below = rows[1].subgridspec(1, 2, width_ratios=(1.75, 1))
    traces = below[0].subgridspec(2, 3, height_ratios=(1, 1.15))
    inputs = figure.add_subplot(traces[0, :])
    _inputs(inputs, example, settings)
    kinematics = [figure.add_subplot(traces[1, column]) for column in range(3)]
    for ax, name in zip(kinematics, _QUANTITIES, strict=True):
        _kinematics(ax, getattr(example, name)[:, 0], name)
    space = figure.add_subplot(below[1])
    _workspace(space, targets[:_SHOWN], task["field"])
    style.letter_panels([schemes[0], inputs, kinematics[0], space])
    handles = [
        *marks.axis_handles(),
        Line2D([], [], color=_CUE, label="go cue"),
        marks.target_handle(),
        marks.field_handle(),
    ]
    artists.legend_above(figure, handles)
    return figure


def _inputs(ax: Axes, example: Reaches, settings: Any) -> None:
    steps = np.arange(settings.steps)
    for axis, line in enumerate(marks.AXIS_STYLES):
        ax.plot(
            steps,
            example.inputs[:, 0, axis],
            color=_IDEAL,
            linestyle=line,
            label="xy"[axis],
            **_STEPS,
        )
    ax.plot(steps, example.inputs[:, 0, 2], color=_CUE, label="go cue", **_STEPS)
    ax.set(ylabel="input", xlim=(0, settings.steps))


def _kinematics(ax: Axes, values: Any, name: str) -> None:
    for axis, line in enumerate(marks.AXIS_STYLES):
        ax.plot(values[:, axis], color=_IDEAL, linestyle=line, label="xy"[axis])
    ax.set(xlabel="time step", xlim=(0, len(values)))
    marks.heading(ax, name)


def _workspace(ax: Axes, targets: Any, field: Mapping[str, Any]) -> None:
    marks.workspace(ax, marks.view(targets), field)
    strong = marks.crosses(targets, field)
    straight = np.stack([np.zeros_like(targets), targets], axis=1)
    marks.reaches(ax, straight, targets, strong, _IDEAL)
    force = np.array(field["force"], dtype=float)
    if field["kind"] == "region" and force.any():
        _arrow(ax, force)


def _arrow(ax: Axes, force: Any) -> None:
    """Which way the force pushes, beyond the workspace, where nothing else is."""
    step = _ARROW * force / np.hypot(*force)
    ax.annotate(
        "",
        xy=tuple(HALF_WORKSPACE + step),
        xytext=(HALF_WORKSPACE, HALF_WORKSPACE),
        arrowprops={"arrowstyle": "-|>", "color": looks.FORCE, "linewidth": 1.4},
    )
