"""What one network produces of each motif, from random states and after the other motifs."""

from collections.abc import Callable

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corticomotor.plotting import style
from corticomotor.studies.motifs.figures import traces
from corticomotor.studies.motifs.figures.errors import motif_errors

_DRAWN: tuple[Callable[[Axes, xr.Dataset, int], None], ...] = (
    traces.draw_from_random,
    traces.draw_after_others,
)
_COLUMNS = 2
_ROW_MM = 19.0
# What headings and labels take, and what a page has for the rows.
_AROUND_MM, _MOST_MM = 22.0, 185.0


@style.styled
def performance(evaluation: xr.Dataset, prepared: bool, preparation_duration: float) -> Figure:
    """Outputs and errors of all motifs from random states (left) and after others (right).

    Args:
        evaluation: of one network and replicate, see `contracts.EVALUATION`.
        prepared: whether motifs begin with a preparation.
        preparation_duration: its length.
    """
    motifs = evaluation["motif"].values
    rows = -(-len(motifs) // _COLUMNS)
    figure = style.new_figure(height_mm=_AROUND_MM + min(_MOST_MM, _ROW_MM * rows))
    halves = figure.subfigures(1, 2, squeeze=False).flat
    shared = None
    for half, heading, draw, (errors,) in zip(
        halves,
        ("from random states", "after the other motifs"),
        _DRAWN,
        motif_errors([evaluation]),
        strict=True,
    ):
        axes = traces.panels(half, len(motifs), _COLUMNS, shared)
        shared = shared or axes[0]
        for ax, motif, error in zip(axes, motifs, errors, strict=True):
            draw(ax, evaluation, int(motif))
            if prepared:
                traces.shade_preparation(ax, preparation_duration)
            traces.name_panel(ax, evaluation, int(motif), float(error))
        half.suptitle(f"{heading}: RMSE {errors.mean():.2f}", fontsize=8)
    figure.supxlabel(traces.TIME_LABEL)
    figure.supylabel("output")
    return figure
