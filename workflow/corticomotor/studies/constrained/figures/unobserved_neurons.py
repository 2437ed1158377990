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

_PREDICTIONS = {"unobserved_r2": "fitted", "unobserved_r2_cross_validated": "left out"}


@style.styled
def unobserved_neurons(similarities: Sequence[xr.Dataset]) -> Figure:
    """R² of each neuron (A) and of all (B), and canonical correlations with them (C).

    Args:
        similarities: of all replicates, see `contracts.SIMILARITY`.
    """
    figure = style.new_figure(height_mm=72)
    axes = figure.subplots(1, 3, width_ratios=(1, 1, 1.2))
    _by_neuron(axes[0], similarities)
    _predictions(axes[1], similarities)
    reference.draw_by_component(axes[2], similarities, "unobserved_canonical_correlation")
    axes[2].set_ylabel("canonical correlation")
    kinds = similarities[0]["network"].values
    artists.legend_above(
        figure, [curves.line_handle(kind, marker=kind in COMPARED) for kind in kinds]
    )
    style.letter_panels(axes)
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
    for group, name in enumerate(_PREDICTIONS):
        values = [artists.over_replicates(similarities, name, kind) for kind in COMPARED]
        curves.pairs(ax, np.stack(values, axis=1), COMPARED, start=2.5 * group)
    ax.axhline(0, color=style.FAINT, linewidth=0.6, zorder=0)
    ax.set_xticks([0.5, 3.0], _PREDICTIONS.values())
    ax.set(xlabel="predicted reaches", ylabel="R² of all unobserved neurons")
