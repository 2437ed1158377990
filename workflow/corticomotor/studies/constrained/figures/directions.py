"""What FF and FFH make of directions that they never learned, and of noise in their pulses."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.plotting import artists, style
from corticomotor.studies.constrained.figures import curves
from corticomotor.studies.constrained.figures.curves import COMPARED
from corticomotor.studies.constrained.palette import NETWORKS

_EXAMPLES = 5
# Levels of noise, from weak to strong.
_DASHES: tuple[Literal[":", "--", "-"], ...] = (":", "--", "-")
_NEIGHBOURS: dict[str, Any] = {"color": style.LEVEL, "linestyle": (0, (1, 1)), "linewidth": 1.2}


@style.styled
def directions(directions: Sequence[xr.Dataset]) -> Figure:
    """Errors by the reach's own part of the initial state (A–C), with examples (D).

    Args:
        directions: of all replicates, see `contracts.DIRECTIONS`.
    """
    figure = style.new_figure(height_mm=110)
    rows = figure.add_gridspec(2, 1, height_ratios=(1.7, 1))
    axes = artists.panels(rows[0], 3)
    _muscle_activity(axes[0], directions)
    _lines(axes[1], directions, "dynamics_error_unseen")
    axes[1].set_ylabel("error of circuit's rates (%)")
    _pulse_noise(axes[2], directions)
    for ax in axes:
        artists.logarithmic(ax, "y")
        ax.set_xlabel("own part of initial state")
        ax.set_xticks(directions[0]["reach_fraction"].values)

    first = directions[0]
    examples = artists.panels(
        rows[1], min(_EXAMPLES, first.sizes["unseen_direction"]), share="both"
    )
    _examples(examples, first)
    style.letter_panels([*axes, examples[0]])
    artists.legend_above(
        figure,
        [
            curves.wide_handle("SOC"),
            *(curves.line_handle(kind, marker=True) for kind in COMPARED),
            Line2D([], [], label="mean of the two neighbours", **_NEIGHBOURS),
        ],
    )
    return figure


def _lines(ax: Axes, directions: Sequence[xr.Dataset], name: str) -> None:
    """Means over replicates by reach fraction, with intervals."""
    for kind in COMPARED:
        values = 100 * artists.over_replicates(directions, name, kind)
        curves.interval_line(ax, directions[0]["reach_fraction"].values, values, kind)


def _muscle_activity(ax: Axes, directions: Sequence[xr.Dataset]) -> None:
    """Unseen directions, between the error of the neighbours' mean and that of trained ones."""
    fractions = directions[0]["reach_fraction"].values
    _lines(ax, directions, "emg_error_unseen")
    neighbours = 100 * artists.over_replicates(directions, "neighbours_emg_error")
    artists.interval_line(ax, fractions, neighbours, **_NEIGHBOURS)
    for kind in COMPARED:
        trained = 100 * artists.over_replicates(directions, "emg_error_trained", kind)
        ax.plot(
            fractions, trained.mean(axis=0), color=NETWORKS[kind].color, alpha=0.4, linewidth=1.0
        )
    ax.set_ylabel("error of muscle activity (%)")


def _pulse_noise(ax: Axes, directions: Sequence[xr.Dataset]) -> None:
    """Trained directions under the strongest noises in the pulse."""
    first = directions[0]
    levels = [level for level in first["pulse_noise"].values if level > 0][-len(_DASHES) :]
    shown = list(zip(levels, _DASHES[len(_DASHES) - len(levels) :], strict=True))
    for kind in COMPARED:
        for level, dashes in shown:
            values = [
                100 * each["emg_error_pulse_noise"].sel(network=kind, pulse_noise=level).values
                for each in directions
            ]
            artists.interval_line(
                ax,
                first["reach_fraction"].values,
                values,
                color=NETWORKS[kind].color,
                marker=NETWORKS[kind].marker,
                linestyle=dashes,
            )
    handles = [
        Line2D([], [], color=style.INK, linestyle=dashes, label=f"{100 * level:g} %")
        for level, dashes in shown
    ]
    ax.legend(handles=handles, title="noise in the pulse", title_fontsize=7, fontsize=7)
    ax.set_ylabel("error of muscle activity (%)")


def _examples(axes: Sequence[Axes], first: xr.Dataset) -> None:
    """One muscle in unseen directions, with the largest fraction."""
    muscle = first["muscle"].values[0]
    shown = first.isel(reach_fraction=-1).sel(muscle=muscle)
    times = first["time"].values
    for index, ax in enumerate(axes):
        here = shown.isel(unseen_direction=index)
        curves.wide_line(ax, times, here["circuit_emg_unseen"].values, "SOC")
        ax.plot(times, here["neighbours_emg_unseen"].values, **_NEIGHBOURS)
        for kind in COMPARED:
            curves.thin_line(ax, times, here["emg_unseen"].sel(network=kind).values, kind)
        angle = np.degrees(float(here["unseen_direction"]))
        ax.set_title(f"{angle:g}°", loc="center", fontsize=7)
        ax.set_xlabel("time (s)")
    axes[0].set_ylabel(f"muscle {muscle} (s.d.)")
