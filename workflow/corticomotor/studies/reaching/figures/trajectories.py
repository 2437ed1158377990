"""Ways of the hand before, under and after the force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.plotting import artists, style
from corticomotor.studies.reaching.figures import marks
from corticomotor.studies.reaching.measures import end_errors
from corticomotor.studies.reaching.palette import NETWORKS

# Phase after which reaches are shown, field, and what that is.
VIEWS = (
    ("before", "off", "before the force"),
    ("before", "on", "switched on"),
    ("under", "on", "after learning"),
    ("under", "off", "switched off"),
    ("after", "off", "after learning"),
)
# Width of a row of panels, and what stands around all.
_PANELS_MM, _AROUND_MM = 140.0, 13.0
_BELOW_MM = 4.5


@style.styled
def trajectories(networks: Mapping[str, Sequence[xr.Dataset]], field: Mapping[str, Any]) -> Figure:
    """Test reaches of each model (row) as the force comes and goes (column).

    Args:
        networks: sequence models by name, see `contracts.SEQUENCE`; the first replicates are shown.
        field: settings of the force field.
    """
    firsts = {name: each[0] for name, each in networks.items()}
    ends = _ends(firsts)
    widths = [right - left for (left, right), _ in ends]
    (bottom, top) = ends[0][1]
    panel_mm = _PANELS_MM * (top - bottom) / sum(widths)
    figure = style.new_figure(_AROUND_MM + len(firsts) * (panel_mm + _BELOW_MM))
    axes = figure.subplots(len(firsts), len(VIEWS), squeeze=False, width_ratios=widths)
    for row, (name, network) in zip(axes, firsts.items(), strict=True):
        look = NETWORKS[name]
        for ax, (phase, state, _), shown in zip(row, VIEWS, ends, strict=True):
            marks.workspace(ax, shown, field if state == "on" else None)
            _reaches(ax, network, phase, state, field, look.color)
        row[0].set_ylabel(look.label.replace(" of ", " of\n"), color=look.color)
    for ax, (_, _, text) in zip(axes[0], VIEWS, strict=True):
        marks.heading(ax, text)
    handles = [
        Line2D([], [], color=style.INK, linewidth=0.7, label="hand"),
        marks.target_handle(),
        marks.miss_handle(),
        marks.field_handle(),
        Line2D([], [], linestyle="", label="%: median error of reaches across the field"),
    ]
    artists.legend_above(figure, handles)
    return figure


def _ends(firsts: Mapping[str, xr.Dataset]) -> list[marks.Ends]:
    """Ends of the axes of each column: as wide as it needs, and all of one height."""
    columns = [marks.view([hand_of(each, *view[:2]) for each in firsts.values()]) for view in VIEWS]
    bottom, top = min(y[0] for _, y in columns), max(y[1] for _, y in columns)
    return [(x, (bottom, top)) for x, _ in columns]


def hand_of(network: xr.Dataset, phase: str, field: str) -> Any:
    """Ways of the hand (shown, time, axis) after a phase, with the field off or on."""
    return network["hand"].sel(phase=phase, field=field).values


def _reaches(
    ax: Axes, network: xr.Dataset, phase: str, state: str, field: Mapping[str, Any], color: str
) -> None:
    targets = network["shown_target"].values
    strong = marks.crosses(targets, field)
    marks.reaches(ax, hand_of(network, phase, state), targets, strong, color)
    crosses = network["crosses"].values > 0
    error = float(np.median(end_errors(network, phase, state)[crosses]))
    ax.set_xlabel(marks.percent(error))
