"""The answer: how much more alike than FF is FFH to the circuit."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from corticomotor.plotting import artists, style
from corticomotor.studies.constrained.figures import curves, reference
from corticomotor.studies.constrained.figures.curves import COMPARED


@style.styled
def canonical_correlations(similarities: Sequence[xr.Dataset]) -> Figure:
    """Canonical correlations with the circuit by component (A), and their means (B).

    Args:
        similarities: of all replicates, see `contracts.SIMILARITY`.
    """
    figure = style.new_figure(height_mm=78)
    by_component, means = figure.subplots(1, 2, width_ratios=(2.2, 1))
    reference.draw_by_component(by_component, similarities, "canonical_correlation")
    reference.draw_levels_by_component(by_component, similarities)
    by_component.set_ylabel("canonical correlation")

    reference.draw_mean_levels(means, similarities)
    values = [reference.mean_correlations(similarities, kind) for kind in COMPARED]
    curves.pairs(means, np.stack(values, axis=1), COMPARED)
    means.set(ylabel="mean canonical correlation", ylim=(0, 1.03))
    means.set_xticks(range(len(COMPARED)), COMPARED)

    kinds = similarities[0]["network"].values
    handles = [curves.line_handle(kind, marker=kind in COMPARED) for kind in kinds]
    artists.legend_above(
        figure, [*handles, reference.chance_handle(), reference.noise_ceiling_handle()], rows=2
    )
    style.letter_panels([by_component, means])
    return figure
