"""Muscle activity of the circuit and of the two networks trained to produce it."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from corticomotor.plotting import artists, style
from corticomotor.studies.constrained.figures import curves
from corticomotor.studies.constrained.palette import NETWORKS

_MUSCLES = 4
_REACHES = 8


@style.styled
def emg_fits(ground_truth: xr.Dataset, free: xr.Dataset, hinted: xr.Dataset) -> Figure:
    """Observed muscles (rows) in all reaches (columns) of one replicate, errors above.

    Args:
        ground_truth: see `contracts.GROUND_TRUTH`.
        free: FF, see `contracts.NETWORK`.
        hinted: FFH, likewise.
    """
    observed = free["muscle"].values
    end = ground_truth["time"].values[-1]
    muscles, reaches = observed[:_MUSCLES], free["reach"].values[:_REACHES]
    figure = style.new_figure(height_mm=22 + 20 * len(muscles))
    axes = figure.subplots(len(muscles), len(reaches), sharex=True, sharey=True, squeeze=False)
    for row, muscle in zip(axes, muscles, strict=True):
        for ax, reach in zip(row, reaches, strict=True):
            for data, kind in ((ground_truth, "SOC"), (free, "FF"), (hinted, "FFH")):
                line = curves.wide_line if kind == "SOC" else curves.thin_line
                emg = data["emg"].sel(reach=reach, muscle=muscle)
                line(ax, data["time"].values, emg.values, kind)
            ax.set_xticks([0, end], ["0", f"{end:g}"])
        row[0].set_ylabel(f"muscle {muscle}")
    for ax, reach in zip(axes[0], reaches, strict=True):
        ax.set_title(f"reach {reach}", loc="center", pad=22)
        for offset, data, kind in ((12, free, "FF"), (3, hinted, "FFH")):
            error = 100 * float(data["emg_error_by_reach"].sel(reach=reach))
            ax.annotate(
                f"{error:.2g} %",
                (0.5, 1),
                (0, offset),
                xycoords="axes fraction",
                textcoords="offset points",
                ha="center",
                fontsize=7,
                color=NETWORKS[kind].color,
            )
    figure.supxlabel(_note("time from movement onset (s)", "reaches", len(reaches), free, "reach"))
    figure.supylabel(
        _note("muscle activity (s.d.)", "observed muscles", len(muscles), free, "muscle")
    )
    handles = [curves.wide_handle("SOC")]
    for data, kind in ((free, "FF"), (hinted, "FFH")):
        handles.append(curves.thin_handle(kind))
        handles[-1].set_label(f"{kind} (error {100 * float(data['emg_error']):.2g} %)")
    artists.legend_above(figure, handles)
    return figure


def _note(text: str, what: str, shown: int, network: xr.Dataset, dim: str) -> str:
    """Axis text that says when not everything is shown."""
    total = np.size(network[dim].values)
    return text if shown == total else f"{text}; first {shown} of {total} {what}"
