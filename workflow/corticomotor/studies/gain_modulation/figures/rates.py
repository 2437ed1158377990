"""What learned gains do to the firing rates of neurons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from corticomotor.arrays import Array, IntArray
from corticomotor.plotting import artists, style
from corticomotor.studies.gain_modulation.palette import NETWORKS

# Gains of 1, and two sessions.
_SHOWN = (0, 1, 2)
_TITLES = ("gains of 1", "session {}", "session {}")
# Blue, white and red of about equal lightness at both ends, as opposites.
_MAP = "RdBu_r"


@style.styled
def rates(circuits: Sequence[xr.Dataset]) -> Figure:
    """Correlations of the rates of all pairs of neurons, and the neuron that changes most.

    Args:
        circuits: see `contracts.NEW_MOVEMENT`; only the first is shown.
    """
    first = circuits[0]
    figure = style.new_figure(112)
    rows = figure.add_gridspec(2, 1, height_ratios=(1.15, 1))
    matrices = artists.panels(rows[0], len(_SHOWN), share="both")
    neuron, spread = artists.panels(rows[1], 2, widths=(1.5, 1))
    found = [correlations(first["rates"].values[pattern]) for pattern in _SHOWN]
    order = leading_order(found[0])
    for ax, pattern, title, each in zip(matrices, _SHOWN, _TITLES, found, strict=True):
        image = _matrix(ax, each[np.ix_(order, order)])
        artists.small_title(ax, title.format(pattern))
    matrices[0].set(ylabel="neuron (sorted)")
    figure.colorbar(image, ax=matrices, label="correlation of rates", aspect=18, shrink=0.8)
    _neuron(neuron, first)
    _changes(spread, found[0], correlations_of_sessions(first))
    style.letter_panels([matrices[0], neuron, spread])
    handles = [artists.network_handle(NETWORKS[name]) for name in ("before", "specific")]
    artists.legend_above(figure, handles)
    return figure


def correlations(rates: Array) -> Array:
    """Pearson correlations (neuron, neuron) of rates (time, neuron); 0 where one is silent."""
    centred = rates - rates.mean(axis=0)
    norms = np.linalg.norm(centred, axis=0)
    unit = np.divide(centred, norms, out=np.zeros_like(centred), where=norms > 0)
    return np.asarray(unit.T @ unit)


def leading_order(matrix: Array) -> IntArray:
    """Neurons in the order of the leading eigenvector of a symmetric matrix."""
    return np.argsort(np.linalg.eigh(matrix)[1][:, -1], kind="stable")


def correlations_of_sessions(circuit: xr.Dataset) -> Array:
    """Correlations of rates at all learned patterns (session, neuron, neuron)."""
    return np.stack([correlations(each) for each in circuit["rates"].values[1:]])


def most_changed(rates: Array) -> int:
    """Neuron whose rate (pattern, time, neuron) differs most from that at gains of 1."""
    return int(np.argmax(np.mean((rates[1:] - rates[0]) ** 2, axis=(0, 1))))


def _matrix(ax: Axes, matrix: Array) -> AxesImage:
    count = len(matrix)
    image = ax.imshow(
        matrix, cmap=_MAP, vmin=-1, vmax=1, interpolation="nearest", extent=(0, count, count, 0)
    )
    ax.set_xlabel("neuron (sorted)")
    return image


def _neuron(ax: Axes, first: xr.Dataset) -> None:
    """Rates of the neuron that changes most, before and in all sessions."""
    rates, time = first["rates"].values, first["time"].values
    chosen = most_changed(rates)
    for rate in rates[1:, :, chosen]:
        ax.plot(time, rate, color=NETWORKS["specific"].color, linewidth=0.6, label="specific")
    before = NETWORKS["before"]
    ax.plot(time, rates[0, :, chosen], color=before.color, linewidth=2, label="before")
    ax.axhline(0, color=style.PALE, linewidth=0.6, zorder=0)
    ax.set(xlabel="time (s)", ylabel="rate above baseline (Hz)")
    artists.small_title(ax, f"neuron {first['neuron'].values[chosen] + 1}, whose rate changes most")


def _changes(ax: Axes, before: Array, learned: Array) -> None:
    """How far correlations of pairs move, over all sessions."""
    pairs = np.triu_indices(len(before), 1)
    changes = (learned - before)[:, *pairs].ravel()
    look: dict[str, Any] = {"color": NETWORKS["specific"].color, "alpha": 0.6, "linewidth": 0.2}
    weights = np.full(len(changes), 100 / len(changes))
    ax.hist(changes, bins=41, weights=weights, **look)
    ax.axvline(0, color=style.FAINT, linewidth=0.6, zorder=0)
    ax.set(xlabel="change of a pair's correlation", ylabel="pairs (%)")
