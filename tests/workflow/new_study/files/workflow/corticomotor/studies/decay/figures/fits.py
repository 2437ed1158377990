"""Curves over the signal that they fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from corticomotor.studies.decay.palette import NETWORKS
from matplotlib.figure import Figure

if TYPE_CHECKING:
    import xarray as xr


def fits(signal: xr.Dataset, fits: Mapping[str, xr.Dataset], time_constant: float) -> Figure:
    """Draw the first replicate."""
    figure = Figure()
    axes = figure.add_subplot()
    axes.plot(signal["sample"], signal["signal"], "k.")
    for name, each in fits.items():
        axes.plot(each["sample"], each["fitted"], color=NETWORKS[name].color)
    axes.set_title(f"time constant {time_constant}")
    return figure
