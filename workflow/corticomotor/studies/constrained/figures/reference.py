"""Canonical correlations as several figures draw them, with chance level and noise ceiling."""

from collections.abc import Sequence
from typing import Any

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.constrained.figures import curves
from corticomotor.studies.constrained.figures.curves import COMPARED
from corticomotor.studies.constrained.palette import NETWORKS

_CHANCE: dict[str, Any] = {"facecolor": style.PALE}
_NOISE_CEILING: dict[str, Any] = {"color": style.LEVEL, "linestyle": "--"}


def chance_samples(similarities: Sequence[xr.Dataset], network: str) -> Array:
    """Canonical correlations (sample, component) with the surrogates of all replicates."""
    samples = artists.over_replicates(similarities, "chance", network)
    return samples.reshape(-1, samples.shape[-1])


def noise_ceiling_mean(similarities: Sequence[xr.Dataset]) -> Array:
    """Canonical correlations (component,) between halves of the circuit, means over replicates."""
    mean: Array = artists.over_replicates(similarities, "noise_ceiling").mean(axis=(0, 1))
    return mean


def mean_correlations(similarities: Sequence[xr.Dataset], network: str) -> Array:
    """Mean canonical correlation with the circuit (replicate,)."""
    values = artists.over_replicates(similarities, "canonical_correlation", network)
    mean: Array = values.mean(axis=1)
    return mean


def draw_by_component(ax: Axes, similarities: Sequence[xr.Dataset], name: str) -> None:
    """FF and FFH with intervals, and lightly their target networks."""
    component = similarities[0]["component"].values
    for kind in similarities[0]["network"].values:
        values = artists.over_replicates(similarities, name, kind)
        if kind in COMPARED:
            curves.interval_line(ax, component, values, kind)
        else:
            ax.plot(
                component,
                values.mean(axis=0),
                color=NETWORKS[kind].color,
                linewidth=0.9,
                label=kind,
            )
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel="component", ylim=(0, 1.03))


def draw_levels_by_component(ax: Axes, similarities: Sequence[xr.Dataset]) -> None:
    """Chance bands, of FF and of FFH, and noise ceiling of each component."""
    component = similarities[0]["component"].values
    for kind in COMPARED:
        low, high = artists.central_band(chance_samples(similarities, kind))
        ax.fill_between(component, low, high, **_CHANCE, **_edge(kind))
    ax.plot(component, noise_ceiling_mean(similarities), zorder=1, **_NOISE_CEILING)


def draw_mean_levels(ax: Axes, similarities: Sequence[xr.Dataset]) -> None:
    """Chance bands, of FF and of FFH, and noise ceiling of the mean over components."""
    for kind in COMPARED:
        low, high = artists.central_band(chance_samples(similarities, kind).mean(axis=1))
        ax.axhspan(float(low), float(high), **_CHANCE, **_edge(kind))
    level = float(noise_ceiling_mean(similarities).mean())
    ax.axhline(level, zorder=1, **_NOISE_CEILING)


def chance_handle() -> Patch:
    """Entry of a legend for the chance level."""
    return Patch(label="chance (95 % of surrogates)", **_CHANCE)


def noise_ceiling_handle() -> Line2D:
    """Entry of a legend for the noise ceiling."""
    return Line2D([], [], label="noise ceiling (halves of the SOC)", **_NOISE_CEILING)


def _edge(kind: str) -> dict[str, Any]:
    """Frame of a chance band, in the colour of the network that it belongs to."""
    return {"edgecolor": NETWORKS[kind].color, "linewidth": 0.4, "zorder": 0}
