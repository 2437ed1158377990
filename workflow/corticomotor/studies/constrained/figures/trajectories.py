"""The circuit's trajectories and those of FF and FFH, aligned by canonical correlation."""

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.plotting import artists, style
from corticomotor.studies.constrained.figures.reaches import reach_colors
from corticomotor.studies.constrained.palette import NETWORKS


@style.styled
def trajectories(similarity: xr.Dataset) -> Figure:
    """First against second canonical variate, of circuit and network, and all over time.

    Args:
        similarity: of one replicate, see `contracts.SIMILARITY`.
    """
    variates = similarity["variate"].values
    figure = style.new_figure(height_mm=92)
    columns = 2 + len(variates)
    axes = figure.subplots(2, columns, squeeze=False)
    for row, kind in zip(axes, ("FF", "FFH"), strict=True):
        pair = similarity.sel(network=kind)
        row[1].sharex(row[0])
        row[1].sharey(row[0])
        for ax, name, shown in ((row[0], "circuit", "SOC"), (row[1], "network", kind)):
            _plane(ax, pair[f"{name}_variate"])
            ax.set_title(shown, loc="center", color=NETWORKS[shown].color)
        row[0].set_ylabel("second variate (s.d.)")
        for ax, variate in zip(row[2:], variates, strict=True):
            ax.sharey(row[2])
            _course(ax, pair.sel(variate=variate))
            correlation = float(pair["canonical_correlation"].sel(component=variate))
            ax.set_title(f"variate {variate}, r = {correlation:.2f}", loc="center", fontsize=7)
        row[2].set_ylabel("variate (s.d.)")
    for ax in axes[1, :2]:
        ax.set_xlabel("first variate (s.d.)")
    for ax in axes[1, 2:]:
        ax.set_xlabel("time (s)")
    wide = Line2D([], [], color=style.FAINT, label="SOC", **artists.WIDE)
    thin = Line2D([], [], color=style.FAINT, label="FF or FFH", **artists.THIN)
    artists.legend_above(figure, [wide, thin])
    return figure


def _plane(ax: Axes, variates: xr.DataArray) -> None:
    colors = reach_colors(variates.sizes["reach"])
    for path, color in zip(variates.values, colors, strict=True):
        ax.plot(path[:, 0], path[:, 1], color=color, **artists.THIN)
        ax.plot(path[0, 0], path[0, 1], "o", color=color, markersize=3)


def _course(ax: Axes, pair: xr.Dataset) -> None:
    colors = reach_colors(pair.sizes["reach"])
    for name, look in (("circuit_variate", artists.WIDE), ("network_variate", artists.THIN)):
        for course, color in zip(pair[name].values, colors, strict=True):
            ax.plot(pair["time"].values, course, color=color, **look)
