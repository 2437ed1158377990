"""Several speeds by gain patterns between a fast and a slow one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.gain_modulation.figures import looks
from corticomotor.study.looks import Network

# Ways whose outputs are shown: the path in the loss, and its ends alone.
_OUTPUTS = 2
_MAP = "RdBu_r"


@style.styled
def seven_speeds(seven_speeds: Sequence[xr.Dataset]) -> Figure:
    """Gains (A) and errors (B) over speeds, and outputs at all speeds (C).

    Args:
        seven_speeds: see `contracts.SEVEN_SPEEDS`; gains and outputs are those of the first
            circuit's first session.
    """
    first = seven_speeds[0]
    names = [str(each) for each in first["way"].values]
    ways = looks.named(looks.WAYS, names)
    movements = first.sizes["movement"]
    figure = style.new_figure(150)
    rows = figure.add_gridspec(2, 1, height_ratios=(1, 1.5))
    above = rows[0].subgridspec(1, 2, width_ratios=(2.2, 1))
    maps = artists.panels(above[0], len(ways), share="both")
    errors = figure.add_subplot(above[1])
    _maps(figure, maps, first, ways)
    for name, network in zip(names, ways, strict=True):
        _errors(errors, seven_speeds, name, network)
    errors.set(xlabel="speed over fast", ylabel="error")
    artists.logarithmic(errors, "y")
    outputs = (
        rows[1].subgridspec(_OUTPUTS, movements).subplots(sharex=True, sharey=True, squeeze=False)
    )
    for row, network, name in zip(outputs, ways, names, strict=False):
        for ax, movement in zip(row, first["movement"].values, strict=True):
            _outputs(ax, first.sel(way=name, movement=movement))
            artists.small_title(ax, f"{network.label}, movement {movement}")
        row[0].set_ylabel("muscle activity")
    for ax in outputs[-1]:
        ax.set_xlabel("time (s)")
    style.letter_panels([maps[0], errors, outputs[0, 0]])
    _legend(figure, ways, first["speed"].values)
    return figure


def sorted_gains(circuit: xr.Dataset, way: str) -> Array:
    """Gains in the first session (group, speed), groups in order of those at the fastest speed."""
    gains = circuit["group_gains"].sel(way=way)[0].transpose("group", "speed").values
    fastest = int(np.argmax(circuit["speed"].values))
    return np.asarray(gains[np.argsort(gains[:, fastest], kind="stable")], dtype=float)


def _maps(figure: Figure, axes: list[Axes], circuit: xr.Dataset, ways: Sequence[Network]) -> None:
    found = [sorted_gains(circuit, str(way)) for way in circuit["way"].values]
    # Nearly all gains: a few lie far out.
    furthest = max(float(np.quantile(np.abs(np.array(found) - 1), 0.99)), 1e-3)
    norm = Normalize(1 - furthest, 1 + furthest)
    for ax, gains, network in zip(axes, found, ways, strict=True):
        mesh = _map(ax, circuit["speed"].values, gains, norm)
        # On two lines of about the same length.
        first, second, *rest = network.label.split(" ")
        text = f"{first} {second}\n{' '.join(rest)}"
        ax.set_title(text, loc="right", fontsize=7)
        ax.set_xlabel("speed")
    axes[0].set_ylabel("group (sorted)")
    figure.colorbar(mesh, ax=axes, label="gain", aspect=18, extend="both")


def _map(ax: Axes, speeds: Array, gains: Array, norm: Normalize) -> QuadMesh:
    numbers = np.arange(1, len(gains) + 1)
    return ax.pcolormesh(speeds, numbers, gains, cmap=_MAP, norm=norm, rasterized=True)


def _errors(ax: Axes, circuits: Sequence[xr.Dataset], way: str, network: Network) -> None:
    """Sessions thin, means over circuits thick, with intervals."""
    speeds = circuits[0]["speed"].values
    errors = np.stack([each["error"].sel(way=way).values for each in circuits])
    for each in errors.reshape(-1, len(speeds)):
        ax.plot(speeds, each, color=network.color, **artists.SINGLE)
    look: dict[str, Any] = {
        "color": network.color,
        "marker": network.marker,
        "label": network.label,
    }
    artists.interval_line(ax, speeds, errors.mean(axis=1), linewidth=1.4, **look)


def _outputs(ax: Axes, movement: xr.Dataset) -> None:
    """Outputs of one way on their targets, while these last."""
    speeds, time = movement["speed"].values, movement["time"].values
    order = np.argsort(-speeds)
    for row, color in zip(order, looks.speed_colors(len(order)), strict=True):
        target = movement["target"].isel(speed=row).values
        output = np.where(np.isfinite(target), movement["output"].isel(speed=row).values, np.nan)
        ax.plot(time, target, color=color, label=f"target {row}", **artists.WIDE)
        ax.plot(time, output, color=color, label=f"output {row}", **artists.THIN)


def _legend(figure: Figure, ways: Sequence[Network], speeds: Array) -> None:
    handles = [artists.network_handle(network, marker=network.marker) for network in ways]
    colors = looks.speed_colors(len(speeds))
    ends = {"fast (C)": colors[0], "slow (C)": colors[-1]}
    handles += [Line2D([], [], color=color, label=name) for name, color in ends.items()]
    handles += [Line2D([], [], color=style.INK, label="target (C)", **artists.WIDE)]
    artists.legend_above(figure, handles, rows=2)
