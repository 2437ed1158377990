"""The answer: how much more alike than FF is FFH to the circuit."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corticomotor.plotting import artists, style
from corticomotor.studies.constrained.figures import curves, reference
from corticomotor.studies.constrained.figures.curves import COMPARED
from corticomotor.studies.constrained.figures.reference import Compared


@style.styled
def canonical_correlations(similarities: Sequence[xr.Dataset]) -> Figure:
    """Canonical correlations with the circuit by component (A, C), and their means (B, D).

    They are of the rates as they are (A, B), and without the mean over reaches at each time (C, D).

    Args:
        similarities: of all replicates, see `contracts.SIMILARITY`.
    """
    figure = style.new_figure(height_mm=112)
    axes = figure.subplots(2, 2, width_ratios=(2.2, 1), sharex="col", sharey=True)
    _row(axes[0], similarities, reference.CORRELATION)
    _row(axes[1], similarities, reference.REACH_DEPENDENT_CORRELATION)
    artists.small_title(axes[0, 0], "rates as they are")
    artists.small_title(axes[1, 0], "rates minus their mean over reaches")
    for ax in axes[0]:
        ax.set_xlabel("")

    kinds = similarities[0]["network"].values
    handles = [curves.line_handle(kind, marker=kind in COMPARED) for kind in kinds]
    artists.legend_above(
        figure, [*handles, reference.chance_handle(), reference.noise_ceiling_handle()], rows=2
    )
    style.letter_panels(axes.flat)
    return figure


def _row(axes: Sequence[Axes], similarities: Sequence[xr.Dataset], compared: Compared) -> None:
    by_component, means = axes
    reference.draw_by_component(by_component, similarities, compared.measure)
    reference.draw_levels_by_component(by_component, similarities, compared)
    by_component.set_ylabel("canonical correlation")

    reference.draw_mean_levels(means, similarities, compared)
    values = [artists.over_replicates(similarities, compared.measure, kind) for kind in COMPARED]
    curves.pairs(means, np.stack(values, axis=1).mean(axis=2), COMPARED)
    means.set(ylabel="mean over components", ylim=(0, 1.03))
    means.set_xticks(range(len(COMPARED)), COMPARED)
