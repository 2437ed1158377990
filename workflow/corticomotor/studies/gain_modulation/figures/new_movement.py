"""One new movement, learned from reward in several sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy.stats import wilcoxon

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.gain_modulation.figures import looks, marks
from corticomotor.studies.gain_modulation.palette import NETWORKS

_BEFORE, _SPECIFIC = NETWORKS["before"], NETWORKS["specific"]
_GAIN_BINS = 40
_CORRELATION_BINS = np.linspace(-1, 1, 41)
_BARS: dict[str, Any] = {"color": _SPECIFIC.color, "alpha": 0.6, "linewidth": 0.2}
_THIN: dict[str, Any] = {"linewidth": 0.6, "alpha": 0.8}


@style.styled
def new_movement(circuits: Sequence[xr.Dataset]) -> Figure:
    """Outputs, learning curves, gains, abscissas, correlations of two kinds, and noise.

    Args:
        circuits: see `contracts.NEW_MOVEMENT`; outputs are those of the first.
    """
    figure = style.new_figure(155)
    rows = figure.add_gridspec(3, 1, height_ratios=(1.25, 1, 1))
    outputs, curves = artists.panels(rows[0], 2, widths=(1, 1.6))
    gains, abscissas, similarity = artists.panels(rows[1], 3)
    rates, noise = artists.panels(rows[2], 2, widths=(1.3, 1))
    _outputs(outputs, circuits[0])
    _curves(curves, circuits)
    _gains(gains, circuits)
    _abscissas(abscissas, circuits)
    _similarity(similarity, circuits)
    _rate_correlations(rates, circuits)
    _noise(noise, circuits)
    style.letter_panels([outputs, curves, gains, abscissas, similarity, rates, noise])
    groups = circuits[0]["groups"].values
    shades = looks.random_colors(len(groups) - 1)
    names = [f"random groups: {groups[1]}", *map(str, groups[2:])]
    artists.legend_above(
        figure,
        [
            artists.network_handle(_BEFORE),
            artists.network_handle(_SPECIFIC),
            *(
                Line2D([], [], color=color, label=name)
                for name, color in zip(names, shades, strict=True)
            ),
        ],
    )
    return figure


def specific(circuit: xr.Dataset, name: str) -> Array:
    """A variable in the sessions of neuron-specific gains (session, ...)."""
    return np.asarray(circuit[name][0].values, dtype=float)


def _outputs(ax: Axes, first: xr.Dataset) -> None:
    time = first["time"].values
    ax.plot(time, first["initial_movement"], color=_BEFORE.color, linestyle="--", label="initial")
    marks.example(ax, time, first["target"], specific(first, "output"), _SPECIFIC.color, **_THIN)
    low, high = ax.get_ylim()
    # The legend has room of its own.
    ax.set(xlabel="time (s)", ylabel="muscle activity", ylim=(low, high + 0.45 * (high - low)))
    handles = {str(line.get_label()): line for line in ax.get_lines()}
    ax.legend(handles=list(handles.values()), loc="upper right", handlelength=1.8, labelspacing=0.2)


def _curves(ax: Axes, circuits: Sequence[xr.Dataset]) -> None:
    """Means over sessions, thin of each circuit, thick of all with intervals at the end."""
    iteration, groups = circuits[0]["iteration"].values, circuits[0]["groups"].values
    colors = [_SPECIFIC.color, *looks.random_colors(len(groups) - 1)]
    errors = np.stack([each["error"].mean("session").values for each in circuits], axis=1)
    for count, color, of_count in zip(groups, colors, errors, strict=True):
        for each in of_count:
            marks.course(ax, iteration, each, color=color, **artists.SINGLE)
        mean = of_count.mean(axis=0)
        marks.course(ax, iteration, mean, color=color, label=str(count), **artists.MEAN)
    marks.intervals_at_end(ax, iteration, list(errors[..., -1]), colors)
    ax.set(xlabel="iteration", ylabel="error")
    artists.logarithmic(ax, "y")


def _gains(ax: Axes, circuits: Sequence[xr.Dataset]) -> None:
    gains = np.concatenate([specific(each, "gains").ravel() for each in circuits])
    ax.hist(gains, bins=_GAIN_BINS, **_BARS)
    ax.axvline(1, color=style.INK, linestyle="--", linewidth=0.8)
    text = f"mean {gains.mean():.3f}\ns.d. {gains.std():.3f}"
    ax.text(0.98, 0.97, text, ha="right", va="top", fontsize=7, transform=ax.transAxes)
    ax.set(xlabel="learned gain", ylabel="neurons × sessions")


def _abscissas(ax: Axes, circuits: Sequence[xr.Dataset]) -> None:
    for place, each in enumerate(circuits, start=1):
        before, *learned = each["abscissa"].values
        artists.points(ax, place, learned, _SPECIFIC.color)
        look: dict[str, Any] = {
            "color": _BEFORE.color,
            "linestyle": "--",
            "label": f"before {place}",
        }
        ax.plot([place - 0.4, place + 0.4], [before] * 2, **look)
    ax.set_xticks(range(1, len(circuits) + 1))
    ax.set_ylim(bottom=0)
    ax.set(xlabel="circuit", ylabel="spectral abscissa", xlim=(0.4, len(circuits) + 0.6))


def _similarity(ax: Axes, circuits: Sequence[xr.Dataset]) -> None:
    """Correlations of patterns between all pairs of sessions of a circuit."""
    found = np.concatenate([pattern_correlations(each) for each in circuits])
    ax.hist(found, bins=_CORRELATION_BINS.tolist(), **_BARS)
    ax.axvline(0, color=style.FAINT, linewidth=0.6, zorder=0)
    ax.text(
        0.03,
        0.97,
        f"mean {found.mean():.2f}".replace("-", "−"),
        va="top",
        fontsize=7,
        transform=ax.transAxes,
    )
    ax.set(xlabel="correlation of patterns", ylabel="pairs of sessions", xlim=(-1, 1))


def pattern_correlations(circuit: xr.Dataset) -> Array:
    """Pearson correlations between the learned patterns of all pairs of sessions (pair,)."""
    found = np.atleast_2d(np.corrcoef(specific(circuit, "gains")))
    return found[np.triu_indices(len(found), 1)]


def _rate_correlations(ax: Axes, circuits: Sequence[xr.Dataset]) -> None:
    """Mean correlation of rates with the target before learning and in each session."""
    centres = []
    for place, each in enumerate(circuits):
        before, *learned = each["target_correlation"].mean("neuron").values
        left = 1.6 * place
        for value in learned:
            ax.plot((left, left + 1), (before, value), color=style.FAINT, linewidth=0.6)
        ax.plot([left], [before], "o", color=_BEFORE.color, zorder=3)
        ax.plot([left + 1] * len(learned), learned, "o", color=_SPECIFIC.color, markersize=2.8)
        p = wilcoxon(np.array(learned) - before, alternative="greater", method="exact").pvalue
        text = f"p = {p:.2g}" if p >= 0.001 else "p < 0.001"
        where = ax.get_xaxis_transform()
        ax.text(left + 0.5, 0.99, text, ha="center", va="top", fontsize=7, transform=where)
        centres.append(left + 0.5)
    ax.axhline(0, color=style.PALE, linewidth=0.6, zorder=0)
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + 0.2 * (high - low))
    ax.set_xticks(centres, [str(place) for place in range(1, len(circuits) + 1)])
    ax.tick_params(axis="x", length=0)
    ax.set(xlabel="circuit, before → after", ylabel="mean rate–target\ncorrelation")


def _noise(ax: Axes, circuits: Sequence[xr.Dataset]) -> None:
    """Deviations at gains of 1 and at learned patterns: circuits thin, their means thick."""
    snr = circuits[0]["snr"].values
    open_marks: dict[str, Any] = {
        "marker": "o",
        "mfc": "white",
        "linestyle": "--",
        "zorder": 3,
        "markersize": 5,
    }
    for network, patterns, look in (
        (_BEFORE, slice(0, 1), open_marks),
        (_SPECIFIC, slice(1, None), {"marker": "o", "zorder": 4, "markersize": 3}),
    ):
        means = np.stack(
            [each["noise_deviation"][0, patterns].mean("pattern") for each in circuits]
        )
        marks.mean_line(ax, snr, means, network.color, label=network.label, **look)
    ax.set(xlabel="signal-to-noise ratio (dB)", ylabel="deviation of output")
    artists.logarithmic(ax, "y")
