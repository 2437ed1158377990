"""Canonical correlations as several figures draw them, with chance level and ceiling."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from corticomotor.arrays import Array
from corticomotor.plotting import marks, style

COMPARED = ("FF", "FFH")


def chance_samples(similarities: Sequence[xr.Dataset]) -> Array:
    """Canonical correlations (sample, component) of FF and FFH with all surrogate circuits."""
    samples = [marks.over_replicates(similarities, "chance", network) for network in COMPARED]
    return np.concatenate(samples).reshape(-1, similarities[0].sizes["component"])


def ceiling_mean(similarities: Sequence[xr.Dataset]) -> Array:
    """Canonical correlations (component,) between halves of the circuit, means over replicates."""
    mean: Array = marks.over_replicates(similarities, "ceiling").mean(axis=(0, 1))
    return mean


def mean_correlations(similarities: Sequence[xr.Dataset], network: str) -> Array:
    """Mean canonical correlation with the circuit (replicate,)."""
    values = marks.over_replicates(similarities, "canonical_correlation", network)
    mean: Array = values.mean(axis=1)
    return mean


def draw_by_component(ax: Axes, similarities: Sequence[xr.Dataset], name: str) -> None:
    """FF and FFH with intervals, and lightly their target networks."""
    component = similarities[0]["component"].values
    for kind in similarities[0]["network"].values:
        values = marks.over_replicates(similarities, name, kind)
        if kind in COMPARED:
            marks.interval_line(ax, component, values, kind)
        else:
            ax.plot(
                component, values.mean(axis=0), color=style.KINDS[kind], linewidth=0.9, label=kind
            )
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel="component", ylim=(0, 1.03))


def draw_levels_by_component(ax: Axes, similarities: Sequence[xr.Dataset]) -> None:
    """Chance band and ceiling of each component."""
    component = similarities[0]["component"].values
    low, high = marks.central_band(chance_samples(similarities))
    ax.fill_between(component, low, high, color=style.CHANCE, linewidth=0, zorder=0)
    ax.plot(component, ceiling_mean(similarities), color=style.CEILING, linestyle="--", zorder=1)


def draw_mean_levels(ax: Axes, similarities: Sequence[xr.Dataset]) -> None:
    """Chance band and ceiling of the mean over components, across the whole panel."""
    low, high = marks.central_band(chance_samples(similarities).mean(axis=1))
    ax.axhspan(float(low), float(high), color=style.CHANCE, linewidth=0, zorder=0)
    level = float(ceiling_mean(similarities).mean())
    ax.axhline(level, color=style.CEILING, linestyle="--", zorder=1)
