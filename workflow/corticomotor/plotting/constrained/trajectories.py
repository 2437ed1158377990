"""The circuit's trajectories and those of FF and FFH, aligned by canonical correlation."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.plotting import marks, style

_WIDE = {"linewidth": 2.6, "alpha": 0.3}
_THIN = {"linewidth": 0.8}


@style.styled
def trajectories(similarity: xr.Dataset) -> Figure:
    """Canonical variates of circuit and network: first against second, and all over time.

    Args:
        similarity: of one replicate, see `contracts.SIMILARITY`.
    """
    variates = similarity["variate"].values
    figure = style.new_figure(height_mm=100)
    axes = figure.subplots(
        2, 1 + len(variates), width_ratios=[1.35, *[1.0] * len(variates)], squeeze=False
    )
    for row, kind in zip(axes, ("FF", "FFH"), strict=True):
        pair = similarity.sel(network=kind)
        _plane(row[0], pair)
        row[0].set_ylabel(f"{kind}\nsecond variate (s.d.)")
        for ax, variate in zip(row[1:], variates, strict=True):
            _course(ax, pair.sel(variate=variate))
            correlation = float(pair["canonical_correlation"].sel(component=variate))
            ax.set_title(f"variate {variate}: r = {correlation:.2f}", loc="center", fontsize=7)
        row[0].yaxis.label.set_color(style.KINDS[kind])
        row[1].set_ylabel("variate (s.d.)")
    axes[1, 0].set_xlabel("first variate (s.d.)")
    for ax in axes[1, 1:]:
        ax.set_xlabel("time (s)")
    handles = [
        Line2D([], [], color=style.FAINT, label="SOC", **_WIDE),
        Line2D([], [], color=style.KINDS["SOC"], label="FF or FFH", **_THIN),
    ]
    marks.legend_above(figure, handles)
    return figure


def _plane(ax: Axes, pair: xr.Dataset) -> None:
    colors = style.reach_colors(pair.sizes["target"])
    for name, look in (("circuit_variate", _WIDE), ("network_variate", _THIN)):
        for path, color in zip(pair[name].values, colors, strict=True):
            ax.plot(path[:, 0], path[:, 1], color=color, **look)
            ax.plot(path[0, 0], path[0, 1], "o", color=color, markersize=3, alpha=look.get("alpha"))
    ax.set_aspect("equal", adjustable="datalim")


def _course(ax: Axes, pair: xr.Dataset) -> None:
    colors = style.reach_colors(pair.sizes["target"])
    for name, look in (("circuit_variate", _WIDE), ("network_variate", _THIN)):
        for course, color in zip(pair[name].values, colors, strict=True):
            ax.plot(pair["time"].values, course, color=color, **look)
