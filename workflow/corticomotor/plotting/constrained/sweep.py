"""How many neurons must be observed."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from corticomotor.plotting import marks, style
from corticomotor.plotting.constrained import reference


@style.styled
def sweep(sweep_points: Sequence[xr.Dataset], similarities: Sequence[xr.Dataset]) -> Figure:
    """Similarity (A), error (B) and R² of unobserved neurons (C) over the observed fraction.

    Args:
        sweep_points: of all fractions, see `contracts.SWEEP_POINT`.
        similarities: of all replicates, see `contracts.SIMILARITY`; give FF, chance and ceiling.
    """
    points = sorted(sweep_points, key=lambda point: float(point["observed_fraction"]))
    percent = [100 * float(point["observed_fraction"]) for point in points]
    figure = style.new_figure(height_mm=68)
    axes = figure.subplots(1, 3)

    correlation = [point["canonical_correlation"].mean("component").values for point in points]
    error = [100 * point["emg_error"].values for point in points]
    r2 = [point["unobserved_r2"].values for point in points]
    for ax, values in zip(axes, (correlation, error, r2), strict=True):
        marks.interval_line(ax, percent, np.stack(values, axis=1), "FFH")
        ax.set(xlim=(0, 1.05 * max(percent)), xlabel="observed neurons (%)")

    reference.draw_mean_levels(axes[0], similarities)
    marks.interval_across(axes[0], reference.mean_correlations(similarities, "FF"), "FF")
    marks.interval_across(axes[2], marks.over_replicates(similarities, "unobserved_r2", "FF"), "FF")
    axes[0].set(ylabel="mean canonical correlation", ylim=(0, 1.03))
    axes[1].set(ylabel="error of muscle activity (%)", yscale="log")
    marks.plain_log_ticks(axes[1].yaxis)
    axes[2].set(ylabel="R² of unobserved neurons", ylim=(0, 1.03))
    marks.legend_above(
        figure,
        [
            marks.line_handle("FF"),
            marks.line_handle("FFH", marker=True),
            marks.chance_handle(),
            marks.ceiling_handle(),
        ],
    )
    style.letter_panels(axes)
    return figure
