"""How well the networks explain neurons of the circuit that they never saw."""

from collections.abc import Sequence

import numpy as np
import seaborn as sns
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corticomotor.plotting import artists, style
from corticomotor.studies.constrained.figures import curves, reference
from corticomotor.studies.constrained.figures.curves import COMPARED
from corticomotor.studies.constrained.palette import NETWORKS

_PARTS = {
    "rates as they are": reference.R2,
    "rates minus their mean over reaches": reference.REACH_DEPENDENT_R2,
}
# From one pair of FF and FFH to the next, and from one part to the other.
_PAIR, _PART = 2.6, 5.8


@style.styled
def unobserved_neurons(similarities: Sequence[xr.Dataset]) -> Figure:
    """R² of each neuron (A), canonical correlations with them (B), and R² of all (C).

    Args:
        similarities: of all replicates, see `contracts.SIMILARITY`.
    """
    figure = style.new_figure(height_mm=122)
    rows = figure.add_gridspec(2, 1, height_ratios=(1, 1.15))
    by_neuron, by_component = artists.panels(rows[0], 2)
    _by_neuron(by_neuron, similarities)
    reference.draw_by_component(by_component, similarities, "unobserved_canonical_correlation")
    by_component.set_ylabel("canonical correlation")
    (predictions,) = artists.panels(rows[1], 1)
    _predictions(predictions, similarities)
    kinds = similarities[0]["network"].values
    networks = [curves.line_handle(kind, marker=kind in COMPARED) for kind in kinds]
    artists.legend_above(
        figure, [*networks, reference.chance_handle(), reference.noise_ceiling_handle()], rows=2
    )
    style.letter_panels([by_neuron, by_component, predictions])
    return figure


def _by_neuron(ax: Axes, similarities: Sequence[xr.Dataset]) -> None:
    for kind in COMPARED:
        r2 = [each["unobserved_r2_by_neuron"].sel(network=kind).values for each in similarities]
        sns.histplot(
            x=np.concatenate(r2),
            ax=ax,
            bins=np.linspace(0, 1, 26).tolist(),
            stat="percent",
            element="step",
            color=NETWORKS[kind].color,
            alpha=0.25,
            linewidth=1.0,
            label=kind,
        )
    ax.set(xlabel="R² of a neuron", ylabel="unobserved neurons (%)", xlim=(0, 1))


def _predictions(ax: Axes, similarities: Sequence[xr.Dataset]) -> None:
    """R² of all neurons and of what depends on the reach, for reaches fitted and left out."""
    for part, compared in enumerate(_PARTS.values()):
        start = _PART * part
        reference.draw_mean_levels(ax, similarities, compared, start)
        names = (compared.measure, f"{compared.measure}_cross_validated")
        for place, name in zip((start, start + _PAIR), names, strict=True):
            values = [artists.over_replicates(similarities, name, kind) for kind in COMPARED]
            curves.pairs(ax, np.stack(values, axis=1), COMPARED, start=place)
    ax.axhline(0, color=style.FAINT, linewidth=0.6, zorder=0)
    ticks = [_PART * part + _PAIR * pair + 0.5 for part in range(2) for pair in range(2)]
    ax.set_xticks(ticks, ["reaches fitted", "reaches left out"] * 2)
    ax.set(ylabel="R² of all unobserved neurons", ylim=(None, 1.03))
    for part, label in enumerate(_PARTS):
        middle = _PART * part + 0.5 + _PAIR / 2
        ax.text(middle, 1.05, label, transform=ax.get_xaxis_transform(), ha="center", fontsize=7.5)
