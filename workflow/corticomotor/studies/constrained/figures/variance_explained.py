"""How many components the dynamics of each network have, and what of them depends on the reach."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.constrained.figures import curves
from corticomotor.studies.constrained.palette import NETWORKS


@style.styled
def variance_explained(similarities: Sequence[xr.Dataset]) -> Figure:
    """Variance of the leading components together (A), one by one (B), and of reaches (C).

    Lines are means over replicates, bands their whole range.

    Args:
        similarities: of all replicates, see `contracts.SIMILARITY`.
    """
    figure = style.new_figure(height_mm=68)
    axes = figure.subplots(1, 3, width_ratios=(1, 1, 0.75))
    kinds = [str(kind) for kind in similarities[0]["population"].values]
    for kind in kinds:
        explained = np.stack(
            [each["variance_explained"].sel(population=kind).values for each in similarities]
        )
        component = similarities[0]["component"].values
        _by_component(axes[0], component, 100 * explained.cumsum(axis=1), kind)
        _by_component(axes[1], component, 100 * explained, kind)
    axes[0].set(ylabel="cumulative variance (%)", ylim=(None, 101))
    axes[1].set(ylabel="variance (%)", yscale="log")
    artists.plain_log_ticks(axes[1].yaxis)
    for ax in axes[:2]:
        ax.set_xlabel("principal component")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    _reach_dependent(axes[2], similarities, kinds)
    artists.legend_above(figure, [curves.line_handle(kind, marker=_own(kind)) for kind in kinds])
    style.letter_panels(axes)
    return figure


def _own(kind: str) -> bool:
    """Whether a population is no target network."""
    return not kind.endswith("target")


def _by_component(ax: Axes, component: Array, percent: Array, kind: str) -> None:
    color, own = NETWORKS[kind].color, _own(kind)
    ax.plot(
        component,
        percent.mean(axis=0),
        color=color,
        marker=NETWORKS[kind].marker if own else "",
        linewidth=1.2 if own else 0.8,
        zorder=2.1 if own else 2.2,
        label=kind,
    )
    if own:
        low, high = percent.min(axis=0), percent.max(axis=0)
        ax.fill_between(component, low, high, color=color, alpha=0.2, linewidth=0)


def _reach_dependent(ax: Axes, similarities: Sequence[xr.Dataset], kinds: Sequence[str]) -> None:
    """Part of the variance in each replicate and its mean, target networks beside their own."""
    own = [kind for kind in kinds if _own(kind)]
    for kind in kinds:
        network = NETWORKS[kind]
        percent = [
            100 * float(each["reach_dependent_variance"].sel(population=kind))
            for each in similarities
        ]
        position = own.index(kind.removesuffix(" target")) + (0.0 if _own(kind) else 0.5)
        look = {"marker": network.marker, "markersize": 2.8, "label": kind}
        artists.points(ax, position, percent, network.color, **look)
        mean = float(np.mean(percent))
        ax.plot([position - 0.2, position + 0.2], [mean, mean], color=network.color, linewidth=1.4)
    ax.set_xticks([0, *(index + 0.25 for index in range(1, len(own)))], own)
    ax.set(ylabel="reach-dependent variance (%)", ylim=(0, 103), xlim=(-0.5, len(own) - 0.15))
