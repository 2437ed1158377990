"""How much groups can do in circuits of several sizes."""

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
from corticomotor.plotting.style import Color
from corticomotor.studies.gain_modulation.figures import looks, marks
from corticomotor.studies.gain_modulation.measures import iterations_until

# Of each population.
_NEURONS = 4
_GROUPS = (10, 20)
_MOVEMENTS = 5
# Points of sizes stand beside each other, by this factor.
_BESIDE = 1.07


@style.styled
def sizes(
    circuits: Mapping[str, Sequence[xr.Dataset]], stated_error: float, excitatory_fraction: float
) -> Figure:
    """Rates (A), errors (B) and iterations (C) over the number of groups, outputs (D).

    Args:
        circuits: number of neurons -> see `contracts.SIZES`.
        stated_error: iterations are counted until the error is this part of the start.
        excitatory_fraction: of the neurons.
    """
    measured = {key: each for key, each in circuits.items() if each}
    colors = dict(zip(measured, looks.ordered_colors(len(measured)), strict=True))
    figure = style.new_figure(165)
    rows = figure.add_gridspec(3, 1, height_ratios=(0.85, 1.2, 1.15))
    rates = artists.panels(rows[0], len(measured), share="y")
    for ax, (key, each) in zip(rates, measured.items(), strict=True):
        _rates(ax, each[0], excitatory_fraction)
        artists.small_title(ax, f"{key} neurons")
        ax.set_xlabel("time (s)")
    rates[0].set_ylabel("rate above\nbaseline (Hz)")
    errors, needed = artists.panels(rows[1], 2)
    beside = _beside(measured)
    for key, each in measured.items():
        _errors(errors, beside[key], each, colors[key], f"{key} neurons")
    errors.set(xlabel="number of groups", ylabel="smallest error")
    artists.logarithmic(errors, "x", "y")
    _needed(needed, measured, colors, stated_error)
    shown = next(reversed(measured.values()))[0]
    count = min(_MOVEMENTS, shown.sizes["movement"])
    outputs = (
        rows[2].subgridspec(len(_GROUPS), count).subplots(sharex=True, sharey=True, squeeze=False)
    )
    _outputs(outputs, shown, next(reversed(colors.values())))
    style.letter_panels([rates[0], errors, needed, outputs[0, 0]])
    _legend(figure, colors)
    return figure


def _rates(ax: Axes, circuit: xr.Dataset, excitatory_fraction: float) -> None:
    """Some neurons of each population, excitatory ones first in the file."""
    neurons = circuit.sizes["neuron"]
    border = round(excitatory_fraction * neurons)
    for first, last, color in ((0, border, looks.EXCITATORY), (border, neurons, looks.INHIBITORY)):
        shown = np.linspace(first, last - 1, _NEURONS + 2).astype(int)[1:-1]
        rates = circuit["rates"].values[:, shown]
        ax.plot(circuit["time"], rates, color=color, linewidth=0.8)
    ax.axhline(0, color=style.PALE, linewidth=0.6, zorder=0)


def _beside(measured: Mapping[str, Sequence[xr.Dataset]]) -> dict[str, Array]:
    """Numbers of groups of each size, beside those of the others."""
    middle = (len(measured) - 1) / 2
    return {
        key: each[0]["groups"].values * _BESIDE ** (place - middle)
        for place, (key, each) in enumerate(measured.items())
    }


def _errors(
    ax: Axes, counts: Array, circuits: Sequence[xr.Dataset], color: Color, label: str
) -> None:
    """Means over movements and sessions: points of circuits, a line through their mean."""
    errors = np.stack([each["best_error"].mean(("movement", "session")) for each in circuits])
    for each in errors:
        ax.plot(counts, each, "o", color=color, markersize=2.6, alpha=0.6, markeredgewidth=0)
    ax.plot(counts, errors.mean(axis=0), color=color, label=label)


def iterations_needed(circuits: Sequence[xr.Dataset], stated_error: float) -> Array:
    """Iterations to a part of the start, infinite if never (groups, circuit, movement...)."""
    found = []
    for each in circuits:
        start = np.broadcast_to(each["start_error"].values[:, np.newaxis], each["best_error"].shape)
        needed = iterations_until(each["error"].values, start, stated_error)
        found.append(needed.reshape(len(needed), -1))
    return np.stack(found, axis=1)


def _needed(
    ax: Axes,
    measured: Mapping[str, Sequence[xr.Dataset]],
    colors: Mapping[str, Color],
    stated_error: float,
) -> None:
    """Pale points of movements, medians of circuits and a line through their mean.

    Triangles are those that took longer.
    """
    last = max(each[0].sizes["iteration"] for each in measured.values())
    for key, counts in _beside(measured).items():
        needed = iterations_needed(measured[key], stated_error)
        x = np.broadcast_to(counts[:, np.newaxis, np.newaxis], needed.shape)
        done = np.isfinite(needed)
        look: dict[str, Any] = {
            "linestyle": "",
            "color": colors[key],
            "alpha": 0.35,
            "markeredgewidth": 0,
        }
        ax.plot(x[done], needed[done], marker="o", markersize=1.8, **look)
        ax.plot(x[~done], np.full((~done).sum(), last), marker=artists.CENSORED, **look)
        medians = np.minimum(np.median(needed, axis=2), last).T
        for each in medians:
            ax.plot(counts, each, "o", markersize=2.8, **look | {"alpha": 0.9})
        ax.plot(counts, medians.mean(axis=0), color=colors[key], label=f"{key} neurons")
    label = f"iterations to {100 * stated_error:g} % of the start"
    ax.set(xlabel="number of groups", ylabel=label, ylim=(0, 1.06 * last))
    artists.logarithmic(ax, "x")


def _outputs(axes: Array, circuit: xr.Dataset, color: Color) -> None:
    """Outputs of the first session, a row for each number of groups."""
    time, targets = circuit["time"].values, circuit["target"].values
    for row, wanted in zip(axes, _GROUPS, strict=True):
        counts = circuit["groups"].values
        place = int(np.argmin(np.abs(np.log(counts / wanted))))
        for number, ax in enumerate(row):
            output = circuit["output"].values[place, number, 0]
            marks.example(ax, time, targets[number], output, color, linewidth=1.1)
            error = float(circuit["best_error"][place, number, 0])
            ax.set_title(f"error {error:.2g}", loc="right", fontsize=7)
        row[0].set_ylabel(f"activity\n{counts[place]} groups")
    for ax in axes[-1]:
        ax.set_xlabel("time (s)")


def _legend(figure: Figure, colors: Mapping[str, Color]) -> None:
    populations = (("excitatory", looks.EXCITATORY), ("inhibitory", looks.INHIBITORY))
    handles = [Line2D([], [], color=color, label=name) for name, color in populations]
    handles += [
        Line2D([], [], color=color, label=f"{key} neurons") for key, color in colors.items()
    ]
    handles += [marks.target_handle(), artists.censored_handle("not within the training")]
    artists.legend_above(figure, handles, rows=2)
