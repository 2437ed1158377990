"""Position, velocity and acceleration of the hand in one reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.plotting import artists, style
from corticomotor.studies.reaching.figures import marks
from corticomotor.studies.reaching.palette import NETWORKS

# Phase after which the reach is shown, field, and what that is.
_VIEWS = (("before", "off", "no force"), ("under", "on", "force, learned"))


@style.styled
def kinematics(networks: Mapping[str, Sequence[xr.Dataset]]) -> Figure:
    """Kinematics (row) of one reach by each model, without the force and under it (column).

    Args:
        networks: sequence models by name, see `contracts.SEQUENCE`; the first replicates are shown.
    """
    firsts = {name: each[0] for name, each in networks.items()}
    quantities = [str(each) for each in next(iter(firsts.values()))["quantity"].values]
    figure = style.new_figure(22 + 24 * len(quantities))
    axes = figure.subplots(
        len(quantities), len(firsts) * len(_VIEWS), sharex=True, sharey="row", squeeze=False
    )
    columns = [(name, *view) for name in firsts for view in _VIEWS]
    for row, quantity in zip(axes, quantities, strict=True):
        for ax, (name, phase, state, _) in zip(row, columns, strict=True):
            network = firsts[name].sel(quantity=quantity)
            _course(ax, network, phase, state, NETWORKS[name].color)
        row[0].set_ylabel(quantity)
    for ax, (_, _, _, text) in zip(axes[0], columns, strict=True):
        marks.heading(ax, text)
    for ax in axes[-1]:
        ax.set_xlabel("time step")
    axes[0, 0].set_xlim(0, firsts[columns[0][0]].sizes["time"])
    handles = [
        *(artists.network_handle(NETWORKS[name]) for name in firsts),
        Line2D([], [], color=style.INK, label="ideal", **artists.WIDE),
        *marks.axis_handles(),
    ]
    artists.legend_above(figure, handles)
    return figure


def _course(ax: Axes, network: xr.Dataset, phase: str, state: str, color: str) -> None:
    time, ideal = network["time"].values, network["ideal"].values
    output = np.asarray(network["output"].sel(phase=phase, field=state))
    ax.plot(time, ideal, color=style.INK, label="ideal", **artists.WIDE)
    for values, line in zip(output.T, marks.AXIS_STYLES, strict=True):
        ax.plot(time, values, color=color, linestyle=line, label="output", **artists.THIN)
