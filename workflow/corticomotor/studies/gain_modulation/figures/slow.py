"""Slow variants of movements, learned by gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.gain_modulation.figures import looks, marks
from corticomotor.studies.gain_modulation.measures import pooled
from corticomotor.studies.gain_modulation.palette import NETWORKS
from corticomotor.study.looks import Network

_FAST, _SLOW, _BEFORE = NETWORKS["fast"], NETWORKS["slow"], NETWORKS["before"]
_BINS = 40
# Part of the eigenvalues that may lie beyond the left end.
_OUTLYING = 0.005


@style.styled
def slow(slow: Sequence[xr.Dataset], scaled: Sequence[xr.Dataset]) -> Figure:
    """Examples (A), curves (B), reductions (C), gains (D), eigenvalues (E) and noise (F).

    Args:
        slow: see `contracts.SLOW_MOVEMENTS`, with the amplitude of fast movements; A, E and F show
            the first circuit.
        scaled: likewise, with a scaled amplitude.
    """
    figure = style.new_figure(165)
    rows = figure.add_gridspec(3, 1, height_ratios=(0.9, 1, 1))
    shown = _examples(slow[0])
    examples = artists.panels(rows[0], len(shown), share="both")
    for ax, (name, movement) in zip(examples, shown.items(), strict=True):
        _example(ax, slow[0].isel(movement=movement), name)
    examples[0].set_ylabel("muscle activity")
    curves, reductions, gains = artists.panels(rows[1], 3)
    spectrum, noise = artists.panels(rows[2], 2)
    together = pooled([*slow, *scaled], "group_gains")
    bins = np.linspace(together.min(), together.max(), _BINS)
    for side, (circuits, network) in enumerate(((slow, looks.FIXED), (scaled, looks.SCALED))):
        _curves(curves, circuits, network)
        _reductions(reductions, circuits, network, side)
        _gains(gains, circuits, network, bins)
    curves.set(xlabel="iteration", ylabel="error", xlim=(0, slow[0].sizes["iteration"]))
    artists.logarithmic(curves, "y")
    reductions.set(xlabel="movement", ylabel="reduction of error (%)")
    gains.axvline(1, color=style.INK, linestyle="--", linewidth=0.8)
    gains.set(xlabel="gain of a group", ylabel="density")
    _spectrum(spectrum, slow[0])
    _noise(noise, slow[0])
    style.letter_panels([examples[0], curves, reductions, gains, spectrum, noise])
    _legend(figure)
    return figure


def _examples(circuit: xr.Dataset) -> dict[str, int]:
    """Rows of the movements with the smallest, the median and the largest error."""
    order = np.argsort(circuit["best_error"].min("session").values, kind="stable")
    places = {"best": 0, "median": (len(order) - 1) // 2, "worst": len(order) - 1}
    # Of two movements none is between.
    chosen = {int(order[place]): name for name, place in reversed(places.items())}
    return {chosen[row]: row for row in sorted(chosen, key=order.tolist().index)}


def _example(ax: Axes, movement: xr.Dataset, name: str) -> None:
    fast = np.asarray(movement["fast_movement"])
    ax.plot(movement["fast_time"], fast, color=_FAST.color, label="fast")
    target, output = movement["target"].values, movement["output"].values
    marks.example(ax, movement["time"], target, output, _SLOW.color, linewidth=1.2)
    error = float(movement["best_error"].min())
    ax.set_title(f"{name}, error {error:.2g}", loc="right", fontsize=7)
    ax.set_xlabel("time (s)")


def best_sessions(circuit: xr.Dataset, name: str) -> Array:
    """A variable in the best session of each movement (movement, ...)."""
    chosen = circuit[name].sel(session=circuit["best_session"])
    return np.asarray(chosen.values, dtype=float)


def _curves(ax: Axes, circuits: Sequence[xr.Dataset], network: Network) -> None:
    """Best session of each movement, and the mean of the circuits' medians."""
    iteration = circuits[0]["iteration"].values
    errors = np.stack([best_sessions(each, "error") for each in circuits])
    for each in errors.reshape(-1, len(iteration)):
        marks.course(ax, iteration, each, color=network.color, **artists.SINGLE)
    mean = np.median(errors, axis=1).mean(axis=0)
    marks.course(ax, iteration, mean, color=network.color, label=network.label, **artists.MEAN)


def reductions(circuit: xr.Dataset) -> Array:
    """Reduction of the error in each session (movement, session), in percent."""
    return marks.reduction(circuit["start_error"].values[:, np.newaxis], circuit["best_error"])


def _reductions(ax: Axes, circuits: Sequence[xr.Dataset], network: Network, side: int) -> None:
    """All sessions open, the best of each movement filled."""
    # Movements of further circuits follow those of the first.
    found = np.concatenate([reductions(each) for each in circuits])
    x = np.arange(1, len(found) + 1) + (-0.17, 0.17)[side]
    look: dict[str, Any] = {"linestyle": "", "marker": "o", "color": network.color}
    for session in found.T:
        ax.plot(x, session, mfc="white", markersize=2.6, mew=0.7, **look)
    ax.plot(x, found.max(axis=1), markersize=3.4, mew=0.7, label=network.label, **look)
    ax.set_xticks(range(1, len(found) + 1) if len(found) <= 10 else range(0, len(found) + 1, 5))


def _gains(ax: Axes, circuits: Sequence[xr.Dataset], network: Network, bins: Array) -> None:
    """Of all movements and sessions."""
    ax.hist(
        pooled(circuits, "group_gains"),
        bins=bins.tolist(),
        density=True,
        histtype="step",
        edgecolor=network.color,
        linewidth=1.2,
        label=network.label,
    )


def _spectrum(ax: Axes, circuit: xr.Dataset) -> None:
    """Eigenvalues of the dynamics at rest, before and after learning."""
    for suffix, network, size in (("_before", _BEFORE, 2.4), ("", _SLOW, 2.0)):
        real = circuit[f"eigenvalue_real{suffix}"]
        imaginary = circuit[f"eigenvalue_imaginary{suffix}"]
        look: dict[str, Any] = {"color": network.color, "markersize": size, "mew": 0, "alpha": 0.7}
        ax.plot(real, imaginary, "o", label=network.label, **look)
    ax.axvline(0, color=style.INK, linestyle="--", linewidth=0.8, zorder=0)
    ax.set(xlabel="real part", ylabel="imaginary part")
    # One eigenvalue, of the mean activity, lies far to the left.
    both = np.concatenate([circuit["eigenvalue_real_before"], circuit["eigenvalue_real"]])
    low, high = np.quantile(both, _OUTLYING), both.max()
    ax.set_xlim(low - 0.1 * (high - low), high + 0.1 * (high - low))


def _noise(ax: Axes, circuit: xr.Dataset) -> None:
    """Outputs of the first movement with noise in the initial state."""
    time = circuit["time"].values
    first = circuit.isel(movement=0)
    noisy = circuit["noisy_output"].values
    look: dict[str, Any] = {"linewidth": 0.4, "alpha": 0.8, "label": "noisy"}
    marks.example(ax, time, first["target"], noisy, style.FAINT, **look)
    # The target was drawn first, and is to be seen.
    ax.get_lines()[0].set_zorder(2.5)
    ax.plot(time, first["output"], color=_SLOW.color, linewidth=1.2, label="output", zorder=3)
    ax.set(xlabel="time (s)", ylabel="muscle activity")


def _legend(figure: Figure) -> None:
    handles = [
        artists.network_handle(_FAST, label="fast movement"),
        marks.target_handle("slow target"),
        artists.network_handle(looks.FIXED, label="learned, " + looks.FIXED.label),
        artists.network_handle(looks.SCALED),
        artists.network_handle(_BEFORE),
        Line2D([], [], color=style.FAINT, linewidth=0.6, label="with noise"),
    ]
    artists.legend_above(figure, handles, rows=2)
