"""Reaches under the force, as they go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.animation import FuncAnimation
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.arrays import Array, IntArray
from corticomotor.plotting import artists, style
from corticomotor.studies.reaching.figures import marks
from corticomotor.studies.reaching.palette import NETWORKS
from corticomotor.study.looks import Network

# Phase after which reaches are shown, with the force on.
_VIEWS = {"before": "switched on", "under": "after learning"}
# Frames that move, and such that show the end.
_MOVING, _RESTING = 50, 12
# Percent of the workspace that a hand moves before the animation begins.
_FIRST_MOVEMENT = 1.0
# Width of a row of panels, and what stands around all.
_PANELS_MM, _AROUND_MM = 146.0, 16.0
_HAND: dict[str, Any] = {"linestyle": "", "marker": "o", "markersize": 3.6, "mew": 0}
_TARGET: dict[str, Any] = {
    "linestyle": "",
    "marker": "o",
    "markersize": 4.6,
    "mfc": "none",
    "mec": style.INK,
    "mew": 0.7,
}


@style.styled
def reaches(
    networks: Mapping[str, Sequence[xr.Dataset]], field: Mapping[str, Any]
) -> FuncAnimation:
    """Reaches of each model (column) as the force is switched on and after learning (row).

    Args:
        networks: sequence models by name, see `contracts.SEQUENCE`; the first replicates are shown.
        field: settings of the force field.
    """
    firsts = {name: each[0] for name, each in networks.items()}
    hands = {
        (phase, name): first["hand"].sel(phase=phase, field="on").values
        for phase in _VIEWS
        for name, first in firsts.items()
    }
    ends = marks.view(list(hands.values()))
    (left, right), (bottom, top) = ends
    panel_mm = _PANELS_MM / len(firsts) * (top - bottom) / (right - left)
    figure = style.new_figure(_AROUND_MM + len(_VIEWS) * panel_mm)
    axes = figure.subplots(len(_VIEWS), len(firsts), squeeze=False)
    panels = []
    for ax, ((_, name), ways) in zip(axes.flat, hands.items(), strict=True):
        marks.workspace(ax, ends, field)
        targets = firsts[name]["shown_target"].values
        ax.plot(*targets.T, label="targets", **_TARGET)
        panels.append(Moving.on(ax, ways, NETWORKS[name]))
    for ax, name in zip(axes[0], firsts, strict=True):
        ax.set_title(NETWORKS[name].label, loc="center", color=NETWORKS[name].color)
    for ax, text in zip(axes[:, 0], _VIEWS.values(), strict=True):
        ax.set_ylabel(text)
    _legend(figure)
    # The panels stay where they are, whatever the frame.
    figure.draw_without_rendering()
    figure.set_layout_engine("none")

    def draw(step: int) -> list[Artist]:
        return [artist for panel in panels for artist in panel.at(step)]

    return FuncAnimation(figure, draw, frames=steps_shown(list(hands.values())).tolist())


def steps_shown(ways: Sequence[Array]) -> IntArray:
    """Step of time that each frame shows, from when the first hand (reach, time, 2) moves on."""
    furthest = np.max([np.hypot(*np.moveaxis(each, -1, 0)).max(axis=0) for each in ways], axis=0)
    last = len(furthest) - 1
    first = max(int(np.argmax(furthest > _FIRST_MOVEMENT)) - 1, 0)
    moving = np.linspace(first, last, min(_MOVING, last - first + 1)).round().astype(np.int64)
    return np.append(moving, np.full(_RESTING, last))


class Moving:
    """Hands as dots, with their trails.

    Attributes:
        hands: dots.
        trails: ways so far.
    """

    def __init__(self, ways: Array, hands: Line2D, trails: LineCollection) -> None:
        self._ways = ways
        self.hands, self.trails = hands, trails

    @classmethod
    def on(cls, ax: Axes, ways: Array, network: Network) -> Moving:
        """Put hands (reach, time, 2) in a panel, where they start."""
        trails = LineCollection([], colors=network.color, linewidths=0.8, alpha=0.6)
        ax.add_collection(trails, autolim=False)
        (hands,) = ax.plot([], [], color=network.color, **_HAND)
        return cls(ways, hands, trails)

    def at(self, step: int) -> list[Artist]:
        """Move hands to where they are at a step of time."""
        self.trails.set_segments(list(self._ways[:, : step + 1]))
        self.hands.set_data(*self._ways[:, step].T)
        return [self.trails, self.hands]


def _legend(figure: Figure) -> None:
    handles = [
        Line2D([], [], color=style.INK, label="hand", **_HAND),
        Line2D([], [], label="target", **_TARGET),
        marks.field_handle(),
    ]
    artists.legend_above(figure, handles)
