"""Slow variants of movements, learned from reward from several starts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.gain_modulation.figures import looks, marks
from corticomotor.studies.gain_modulation.figures.slow import reductions
from corticomotor.studies.gain_modulation.palette import NETWORKS
from corticomotor.study.looks import Network

_GRADIENT = NETWORKS["gradient"]
_TICKS = ("ones", "gradual", "another", "gradient")


@style.styled
def by_reward(by_reward: Sequence[xr.Dataset], slow: Sequence[xr.Dataset]) -> Figure:
    """Learning curves from three starts (A–C), reductions of error (D) and examples (E).

    Args:
        by_reward: see `contracts.SLOW_BY_REWARD`; examples are of the first circuit.
        slow: of the same circuits, see `contracts.SLOW_MOVEMENTS`; its first movements are those.
    """
    names = [str(each) for each in by_reward[0]["start"].values]
    at_once, gradual, warm = looks.named(looks.STARTS, names)
    figure = style.new_figure(132)
    rows = figure.add_gridspec(2, 1, height_ratios=(1, 1))
    curves = artists.panels(rows[0], 3, share="y")
    below = rows[1].subgridspec(1, 2, width_ratios=(1, 2.1))
    reduced = figure.add_subplot(below[0])
    examples = artists.panels(below[1], len(names), share="both")
    _curves(curves[0], by_reward, "error", "iteration", at_once)
    _curves(curves[1], by_reward, "gradual_error", "gradual_iteration", gradual)
    _curves(curves[2], by_reward, "warm_error", "iteration", warm)
    artists.logarithmic(curves[0], "y")
    _durations(curves[1], by_reward[0])
    curves[0].set_ylabel("error")
    _reductions(reduced, by_reward, slow, [at_once, gradual, warm])
    for ax, name, network in zip(examples, names, (at_once, gradual, warm), strict=True):
        _example(ax, by_reward[0].isel(movement=0), name, network)
    examples[0].set_ylabel("muscle activity")
    style.letter_panels([*curves, reduced, examples[0]])
    handles = [artists.network_handle(each) for each in (at_once, gradual, warm, _GRADIENT)]
    artists.legend_above(figure, [*handles, marks.target_handle()], rows=2)
    return figure


def _curves(
    ax: Axes, circuits: Sequence[xr.Dataset], name: str, along: str, network: Network
) -> None:
    """Smallest errors so far of each movement; errors as they are while the task changes."""
    iteration = circuits[0][along].values
    errors = np.stack([each[name].values for each in circuits])
    if name != "gradual_error":
        errors = marks.running_minimum(errors)
    for each in errors.reshape(-1, len(iteration)):
        marks.course(ax, iteration, each, color=network.color, **artists.SINGLE)
    mean = np.median(errors, axis=1).mean(axis=0)
    marks.course(ax, iteration, mean, color=network.color, label=name, **artists.MEAN)
    ax.set(xlabel="iteration", xlim=(0, iteration[-1]))


def _durations(ax: Axes, circuit: xr.Dataset) -> None:
    """Where the duration grows, and to what."""
    factors = circuit["gradual_factor"].values
    iteration = circuit["gradual_iteration"].values
    changes = [0, *(np.flatnonzero(np.diff(factors)) + 1), len(factors)]
    for first, last in pairwise(changes):
        if first:
            ax.axvline(iteration[first], color=style.PALE, linewidth=0.6, zorder=0)
        middle = iteration[first:last].mean()
        where = ax.get_xaxis_transform()
        text = f"{factors[first]:g}"
        ax.text(middle, 0.99, text, ha="center", va="top", fontsize=6, transform=where)
    artists.small_title(ax, "duration over fast")


def _reductions(
    ax: Axes, circuits: Sequence[xr.Dataset], slow: Sequence[xr.Dataset], starts: list[Network]
) -> None:
    """Best reductions of each movement, by start, beside those by gradients."""
    found = [reductions_by_start(each) for each in circuits]
    by_start = np.concatenate(found, axis=1)
    count = circuits[0].sizes["movement"]
    gradient = np.concatenate([reductions(each).max(axis=1)[:count] for each in slow])
    ax.plot(range(len(starts)), by_start, color=style.PALE, linewidth=0.5, zorder=0)
    ax.plot(
        [len(starts) - 1, len(starts)],
        [by_start[-1], gradient[: by_start.shape[1]]],
        color=style.PALE,
        linewidth=0.5,
        zorder=0,
    )
    for place, (values, network) in enumerate(
        zip([*by_start, gradient], [*starts, _GRADIENT], strict=True)
    ):
        look: dict[str, Any] = {"linestyle": "", "marker": network.marker, "color": network.color}
        ax.plot([place] * len(values), values, markersize=3, mew=0, alpha=0.8, **look)
        # Movements of the circuits follow each other.
        drawn = artists.estimate(np.median(values.reshape(len(circuits), -1), axis=1))
        ax.plot([place - 0.35, place + 0.35], [drawn.mean] * 2, color=network.color, linewidth=1.8)
        ax.vlines([place + 0.35], drawn.low, drawn.high, color=network.color, linewidth=1.0)
    ax.set_xticks(range(len(starts) + 1), _TICKS, fontsize=6.5)
    ax.tick_params(axis="x", length=0)
    ax.set(ylabel="reduction of error (%)", xlim=(-0.6, len(starts) + 0.6))


def reductions_by_start(circuit: xr.Dataset) -> Array:
    """Reductions of the error at gains of 1 (start, movement), in percent."""
    return marks.reduction(circuit["start_error"], circuit["best_error"])


def _example(ax: Axes, movement: xr.Dataset, name: str, network: Network) -> None:
    output = movement["output"].sel(start=name).values
    target = movement["target"].values
    marks.example(ax, movement["time"], target, output, network.color, linewidth=1.1)
    error = float(movement["best_error"].sel(start=name))
    ax.set_title(f"error {error:.2g}", loc="right", fontsize=7)
    ax.set_xlabel("time (s)")
