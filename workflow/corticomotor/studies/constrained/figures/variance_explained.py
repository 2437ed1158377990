"""How many components the dynamics of each network have."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from corticomotor.plotting import artists, style
from corticomotor.studies.constrained.figures import curves
from corticomotor.studies.constrained.palette import NETWORKS


@style.styled
def variance_explained(similarities: Sequence[xr.Dataset]) -> Figure:
    """Variance that the leading components explain together (A) and one by one (B).

    Lines are means over replicates, bands their whole range.

    Args:
        similarities: of all replicates, see `contracts.SIMILARITY`.
    """
    figure = style.new_figure(height_mm=68)
    axes = figure.subplots(1, 2)
    component = similarities[0]["component"].values
    for kind in similarities[0]["population"].values:
        explained = np.stack(
            [each["variance_explained"].sel(population=kind).values for each in similarities]
        )
        trained = not kind.endswith("target")
        for ax, percent in zip(
            axes, (100 * explained.cumsum(axis=1), 100 * explained), strict=True
        ):
            ax.plot(
                component,
                percent.mean(axis=0),
                color=NETWORKS[kind].color,
                marker=NETWORKS[kind].marker if trained else "",
                linewidth=1.2 if trained else 0.8,
                zorder=2.1 if trained else 2.2,
                label=kind,
            )
            if trained:
                ax.fill_between(
                    component,
                    percent.min(axis=0),
                    percent.max(axis=0),
                    color=NETWORKS[kind].color,
                    alpha=0.2,
                    linewidth=0,
                )
    axes[0].set(ylabel="cumulative variance (%)", ylim=(None, 101))
    axes[1].set(ylabel="variance (%)", yscale="log")
    artists.plain_log_ticks(axes[1].yaxis)
    for ax in axes:
        ax.set_xlabel("principal component")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    kinds = [str(kind) for kind in similarities[0]["population"].values]
    artists.legend_above(
        figure,
        [curves.line_handle(kind, marker=not kind.endswith("target")) for kind in kinds],
    )
    style.letter_panels(axes)
    return figure
