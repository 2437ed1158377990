"""Canonical correlations as several figures draw them, with chance level and ceiling."""

from collections.abc import Sequence
from typing import Any

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style

COMPARED = ("FF", "FFH")


def chance_samples(similarities: Sequence[xr.Dataset], network: str) -> Array:
    """Canonical correlations (sample, component) with the surrogates of all replicates."""
    samples = artists.over_replicates(similarities, "chance", network)
    return samples.reshape(-1, samples.shape[-1])


def ceiling_mean(similarities: Sequence[xr.Dataset]) -> Array:
    """Canonical correlations (component,) between halves of the circuit, means over replicates."""
    mean: Array = artists.over_replicates(similarities, "ceiling").mean(axis=(0, 1))
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
            artists.interval_line(ax, component, values, kind)
        else:
            ax.plot(
                component, values.mean(axis=0), color=style.KINDS[kind], linewidth=0.9, label=kind
            )
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel="component", ylim=(0, 1.03))


def draw_levels_by_component(ax: Axes, similarities: Sequence[xr.Dataset]) -> None:
    """Chance bands, of FF and of FFH, and ceiling of each component."""
    component = similarities[0]["component"].values
    for kind in COMPARED:
        low, high = artists.central_band(chance_samples(similarities, kind))
        ax.fill_between(component, low, high, facecolor=style.CHANCE, **_edge(kind))
    ax.plot(component, ceiling_mean(similarities), color=style.CEILING, linestyle="--", zorder=1)


def draw_mean_levels(ax: Axes, similarities: Sequence[xr.Dataset]) -> None:
    """Chance bands, of FF and of FFH, and ceiling of the mean over components."""
    for kind in COMPARED:
        low, high = artists.central_band(chance_samples(similarities, kind).mean(axis=1))
        ax.axhspan(float(low), float(high), facecolor=style.CHANCE, **_edge(kind))
    level = float(ceiling_mean(similarities).mean())
    ax.axhline(level, color=style.CEILING, linestyle="--", zorder=1)


def _edge(kind: str) -> dict[str, Any]:
    """Frame of a chance band, in the colour of the network that it belongs to."""
    return {"edgecolor": style.KINDS[kind], "linewidth": 0.4, "zorder": 0}
