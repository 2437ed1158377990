"""Canonical correlations as several figures draw them, with chance level and noise ceiling."""

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Compared:
    """Variables of one comparison with the circuit: itself, its chance level and its ceiling."""

    measure: str
    chance: str
    ceiling: str


CORRELATION = Compared("canonical_correlation", "chance", "noise_ceiling")
R2 = Compared("unobserved_r2", "unobserved_r2_chance", "unobserved_r2_ceiling")
# The same of what is left without the mean over reaches at each time.
REACH_DEPENDENT_CORRELATION = Compared(
    "reach_dependent_correlation", "reach_dependent_chance", "reach_dependent_ceiling"
)
REACH_DEPENDENT_R2 = Compared(
    "reach_dependent_r2", "reach_dependent_r2_chance", "reach_dependent_r2_ceiling"
)


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


def draw_levels_by_component(
    ax: Axes, similarities: Sequence[xr.Dataset], compared: Compared
) -> None:
    """Chance bands, of FF and of FFH, and noise ceiling of each component."""
    component = similarities[0]["component"].values
    for kind in COMPARED:
        low, high = artists.central_band(_chance(similarities, compared, kind))
        ax.fill_between(component, low, high, **_CHANCE, **_edge(kind))
    ax.plot(component, _ceiling(similarities, compared), zorder=1, **_NOISE_CEILING)


def draw_mean_levels(
    ax: Axes,
    similarities: Sequence[xr.Dataset],
    compared: Compared,
    start: float = 0.0,
    width: float = 0.9,
) -> None:
    """Chance and noise ceiling of the mean over components, behind pairs of FF and FFH.

    Args:
        ax: where FF is at `start` and FFH one further.
        similarities: of all replicates.
        compared: variables; those without components are as they are.
        start: position of FF.
        width: of the chance band of each network.
    """
    for index, kind in enumerate(COMPARED):
        samples = _chance(similarities, compared, kind)
        low, high = artists.central_band(samples.mean(axis=tuple(range(1, samples.ndim))))
        middle = start + index
        ends = [middle - width / 2, middle + width / 2]
        ax.fill_between(ends, float(low), float(high), **_CHANCE, **_edge(kind))
    level = float(_ceiling(similarities, compared).mean())
    ax.hlines(level, start - width / 2, start + 1 + width / 2, zorder=1, **_NOISE_CEILING)


def chance_handle() -> Patch:
    """Entry of a legend for the chance level."""
    return Patch(label="chance (95 % of surrogates)", **_CHANCE)


def noise_ceiling_handle() -> Line2D:
    """Entry of a legend for the noise ceiling."""
    return Line2D([], [], label="noise ceiling (halves of the SOC)", **_NOISE_CEILING)


def _chance(similarities: Sequence[xr.Dataset], compared: Compared, kind: str) -> Array:
    """What the surrogates of all replicates give (sample, ...)."""
    samples = artists.over_replicates(similarities, compared.chance, kind)
    return samples.reshape(-1, *samples.shape[2:])


def _ceiling(similarities: Sequence[xr.Dataset], compared: Compared) -> Array:
    """What halves of the circuit give, mean over splits and replicates."""
    mean: Array = artists.over_replicates(similarities, compared.ceiling).mean(axis=(0, 1))
    return mean


def _edge(kind: str) -> dict[str, Any]:
    """Frame of a chance band, in the colour of the network that it belongs to."""
    return {"edgecolor": NETWORKS[kind].color, "linewidth": 0.4, "zorder": 0}
