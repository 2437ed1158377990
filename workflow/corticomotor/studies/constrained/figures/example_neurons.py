"""Rates of single neurons of the circuit and of single units of the networks."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from corticomotor.arrays import IntArray
from corticomotor.plotting import style
from corticomotor.studies.constrained.figures.reaches import reach_colors, reach_key
from corticomotor.studies.constrained.palette import NETWORKS

_QUANTILES = (0.95, 0.8, 0.6, 0.4, 0.2)


@style.styled
def example_neurons(ground_truth: xr.Dataset, free: xr.Dataset, hinted: xr.Dataset) -> Figure:
    """Rates of five cells of SOC, FF and FFH (rows) in all reaches (colours).

    Args:
        ground_truth: see `contracts.GROUND_TRUTH`.
        free: FF, see `contracts.NETWORK`.
        hinted: FFH, likewise.
    """
    figure = style.new_figure(height_mm=95)
    grid = figure.add_gridspec(3, len(_QUANTILES) + 1, width_ratios=[*[1.0] * 5, 0.75])
    colors = reach_colors(ground_truth.sizes["reach"])
    rows = (
        ("SOC", ground_truth, "neuron", "rate (Hz)"),
        ("FF", free, "unit", "rate"),
        ("FFH", hinted, "unit", "rate"),
    )
    end = ground_truth["time"].values[-1]
    shared = None
    for row, (kind, data, cell, quantity) in enumerate(rows):
        first = None
        for column, index in enumerate(at_variance_quantiles(data["rates"].values)):
            ax = figure.add_subplot(grid[row, column], sharex=shared, sharey=first)
            shared, first = shared or ax, first or ax
            rates = data["rates"].isel({cell: index})
            for curve, color in zip(rates.values, colors, strict=True):
                ax.plot(data["time"].values, curve, color=color, linewidth=0.9)
            ax.set_title(f"{cell} {rates[cell].item()}", loc="center", fontsize=7)
            ax.set_xticks([0, end / 2, end], ["0", "", f"{end:g}"])
            ax.tick_params(labelleft=column == 0, labelbottom=row == len(rows) - 1)
        assert first is not None
        first.set_ylabel(f"{kind} {quantity}", color=NETWORKS[kind].color)
    figure.supxlabel("time from movement onset (s)")
    reach_key(figure.add_subplot(grid[0, -1]), ground_truth["reach"].values)
    return figure


def at_variance_quantiles(rates: np.ndarray) -> IntArray:
    """Cells of rates (reach, time, cell) at fixed quantiles of the variance, the largest first."""
    variance = rates.astype(float).var(axis=(0, 1))
    order = np.argsort(variance, kind="stable")
    ranks = np.rint(np.array(_QUANTILES) * (len(order) - 1)).astype(int)
    return order[ranks]
