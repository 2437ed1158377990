"""A chain of motifs that was never trained, as the networks produce it."""

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.arrays import Array, IntArray
from corticomotor.plotting import artists, style
from corticomotor.studies.motifs.figures import traces
from corticomotor.studies.motifs.palette import NETWORKS

_AROUND_MM, _HEADER_MM, _NETWORK_MM, _MOST_MM = 28.0, 5.0, 50.0, 208.0
_NORM_PART = 0.3
# Long chains need no more points than a page can show.
_POINTS = 1800
# Room above the outputs for the errors, in parts of their range.
_HEADROOM = 0.2
# With more motifs there is room for their errors alone.
_WORDS_FIT = 7
_TINT = 0.5
_TARGET: dict[str, Any] = {"color": style.INK, **artists.WIDE}


@style.styled
def chain(strip: xr.Dataset) -> Figure:
    """Output over target and, below, the norm of the rates, of each network.

    Networks without preparation come first.

    Args:
        strip: see `contracts.CHAIN`.
    """
    networks = sorted((str(each) for each in strip["network"].values), key=_is_prepared)
    height = _AROUND_MM + _HEADER_MM + _NETWORK_MM * len(networks)
    figure = style.new_figure(height_mm=min(height, _MOST_MM))
    parts = [(1 - _NORM_PART) * _NETWORK_MM, _NORM_PART * _NETWORK_MM]
    axes = figure.subplots(
        1 + 2 * len(networks),
        1,
        sharex=True,
        squeeze=False,
        height_ratios=[_HEADER_MM, *parts * len(networks)],
    )[:, 0]
    starts = strip["start"].values.astype(float)
    ends = np.append(starts[1:], strip["time"].values[-1])
    name = "-".join(map(str, strip["motif"].values))
    axes[0].set_title(f"chain {name}", fontsize=9, fontweight="bold")
    _number_motifs(axes[0], strip["motif"].values, starts, ends)

    thinned = strip.isel(time=slice(None, None, max(1, strip.sizes["time"] // _POINTS)))
    for output, norm, network in zip(axes[1::2], axes[2::2], networks, strict=True):
        own = thinned.sel(network=network)
        error = own["error"].values
        _draw_output(output, own, network)
        _write_errors(output, error, (starts + ends) / 2)
        output.set_title(f"{NETWORKS[network].label}: RMSE {error.mean():.2f}")
        output.set(ylabel="output", ylim=_limits(strip))
        norm.plot(
            own["time"].values,
            own["rate_norm"].values,
            color=NETWORKS[network].color,
            linewidth=0.9,
            label=network,
        )
        norm.set(ylabel="rate norm", ylim=(0, 1.08 * float(strip["rate_norm"].max())))
        preparation = float(strip["preparation"]) if _is_prepared(network) else 0.0
        for ax in (output, norm):
            _mark_starts(ax, starts, preparation)
    for ax in axes[:-1]:
        ax.tick_params(axis="x", labelbottom=False, length=0)
    axes[-1].set(xlim=(0, ends[-1]), xlabel="time from the start of the chain (τ)")
    figure.align_ylabels(axes[1:])
    desired = Line2D([], [], label="desired", **_TARGET)
    artists.legend_above(figure, [desired, traces.preparation_handle()])
    return figure


def _is_prepared(network: str) -> bool:
    return network.endswith("_prepared") or network == "thalamocortical"


def _number_motifs(ax: Axes, motifs: IntArray, starts: Array, ends: Array) -> None:
    """Boxes with the motifs' numbers in their colours."""
    colors = traces.motif_colors(int(motifs.max()))
    for motif, start, end in zip(motifs.tolist(), starts, ends, strict=True):
        ax.axvspan(start, end, facecolor=(*colors[motif - 1], _TINT), edgecolor="white")
        ax.text(
            (start + end) / 2,
            0.47,
            str(motif),
            fontsize=9,
            fontweight="bold",
            ha="center",
            va="center",
            transform=ax.get_xaxis_transform(),
        )
    ax.set_yticks([])
    ax.spines[:].set_visible(False)


def _draw_output(ax: Axes, own: xr.Dataset, network: str) -> None:
    time = own["time"].values
    ax.plot(time, own["target"].values, label="target", **_TARGET)
    ax.plot(time, own["output"].values, color=NETWORKS[network].color, linewidth=1.0, label=network)


def _write_errors(ax: Axes, errors: Array, middles: Array) -> None:
    words = "RMSE " if len(errors) <= _WORDS_FIT else ""
    for middle, error in zip(middles, errors, strict=True):
        ax.text(
            middle,
            0.99,
            f"{words}{error:.2f}",
            fontsize=7,
            ha="center",
            va="top",
            transform=ax.get_xaxis_transform(),
        )


def _mark_starts(ax: Axes, starts: Array, preparation: float) -> None:
    for start in starts:
        if preparation:
            ax.axvspan(start, start + preparation, color=traces.PREPARATION, linewidth=0, zorder=0)
        else:
            ax.axvline(start, color=traces.PREPARATION, linewidth=0.6, zorder=0)


def _limits(strip: xr.Dataset) -> tuple[float, float]:
    """Of all outputs, with room for the errors above."""
    values = np.append(strip["output"].values, strip["target"].values)
    low, high = float(values.min()), float(values.max())
    return low - 0.05 * (high - low), high + _HEADROOM * (high - low)
