"""The motifs that the networks learn."""

from collections.abc import Sequence

import xarray as xr
from matplotlib.figure import Figure

from corticomotor.plotting import style
from corticomotor.studies.motifs.figures import traces

_COLUMNS = 5
_ROW_MM = 17.0
# What headings and labels take, and what a page has for the rows.
_AROUND_MM, _MOST_MM = 24.0, 180.0


@style.styled
def library(step: Sequence[xr.Dataset], oscillatory: Sequence[xr.Dataset]) -> Figure:
    """All step motifs and all oscillatory motifs of one replicate.

    Args:
        step: of all sessions, see `contracts.LIBRARY`.
        oscillatory: likewise.
    """
    kinds = {
        "step motifs": xr.concat(step, "motif"),
        "oscillatory motifs": xr.concat(oscillatory, "motif"),
    }
    rows = [-(-each.sizes["motif"] // _COLUMNS) for each in kinds.values()]
    figure = style.new_figure(height_mm=_AROUND_MM + min(_MOST_MM, _ROW_MM * sum(rows)))
    halves = figure.subfigures(2, 1, squeeze=False, height_ratios=rows).flat
    shared = None
    for half, (heading, motifs) in zip(halves, kinds.items(), strict=True):
        count = motifs.sizes["motif"]
        colors = traces.motif_colors(count)
        axes = traces.panels(half, count, min(_COLUMNS, count), shared)
        shared = shared or axes[0]
        for ax, motif, color in zip(axes, motifs["motif"].values, colors, strict=True):
            output = motifs["output"].sel(motif=motif)
            ax.plot(output["time"].values, output.values, color=color)
            traces.span_motif(ax, output)
            traces.name_motif(ax, int(motif), color)
        half.suptitle(heading, fontsize=8)
    figure.supxlabel(traces.TIME_LABEL)
    figure.supylabel("desired output")
    return figure
