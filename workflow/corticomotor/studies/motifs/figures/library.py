"""The motifs that the networks learn."""

import xarray as xr
from matplotlib.figure import Figure

from corticomotor.plotting import style
from corticomotor.studies.motifs.figures import traces
from corticomotor.studies.motifs.figures.traces import motif_colors

__all__ = ["library", "motif_colors"]

_COLUMNS = 5
_ROW_MM = 17.0
# What headings and labels take, and what a page has for the rows.
_AROUND_MM, _MOST_MM = 24.0, 180.0


@style.styled
def library(step: xr.Dataset, oscillatory: xr.Dataset) -> Figure:
    """All step motifs and all oscillatory motifs of one replicate.

    Args:
        step: see `contracts.LIBRARY`.
        oscillatory: likewise.
    """
    kinds = {"step motifs": step, "oscillatory motifs": oscillatory}
    rows = [-(-each.sizes["motif"] // _COLUMNS) for each in kinds.values()]
    figure = style.new_figure(height_mm=_AROUND_MM + min(_MOST_MM, _ROW_MM * sum(rows)))
    halves = figure.subfigures(2, 1, squeeze=False, height_ratios=rows).flat
    shared = None
    for half, (heading, motifs) in zip(halves, kinds.items(), strict=True):
        count = motifs.sizes["motif"]
        axes = traces.panels(half, count, min(_COLUMNS, count), shared)
        shared = shared or axes[0]
        for ax, motif, color in zip(axes, motifs["motif"].values, motif_colors(count), strict=True):
            output = motifs["output"].sel(motif=motif)
            ax.plot(output["time"].values, output.values, color=color)
            traces.span_motif(ax, output)
            traces.name_motif(ax, int(motif), color)
        half.suptitle(heading, fontsize=8)
    figure.supxlabel(traces.TIME_LABEL)
    figure.supylabel("desired output")
    return figure
