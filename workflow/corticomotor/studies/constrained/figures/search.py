"""The search for settings under which FFH is like the circuit, accurate, and as robust as FF."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator
from numpy.typing import NDArray

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.constrained.candidates import SEARCHED
from corticomotor.studies.constrained.palette import NETWORKS

ACCURATE = 0.003

_LABELS = {
    "training_noise": "training noise (1/√s)",
    "units": "units",
    "reach_fraction": "reach's own part",
    "modes": "modes",
    "learning_rate": "rate of the gains",
}


@style.styled
def search(candidates: Sequence[xr.Dataset]) -> Figure:
    """Similarity and robustness of FFH against each searched setting.

    Points are means over replicates; filled where both networks err by at most 0.3 % in every
    replicate. Candidates under which learning diverged in a replicate are not shown.

    Args:
        candidates: see `candidates.CANDIDATE`; the first is what is configured.
    """
    figure = style.new_figure(height_mm=125)
    rows = {
        "canonical\ncorrelation": _of_hinted(candidates, "mean_canonical_correlation"),
        "reach-dependent\nR², unobserved": _of_hinted(candidates, "reach_dependent_r2"),
        "error after a kick,\nFFH over FF": _kick_ratio(candidates),
    }
    axes = figure.subplots(len(rows), len(SEARCHED), sharey="row", sharex="col", squeeze=False)
    worst = [float(each["emg_error"].max(skipna=False)) for each in candidates]
    accepted = np.array(worst) <= ACCURATE
    for row, (label, values) in zip(axes, rows.items(), strict=True):
        row[0].set_ylabel(label)
        for ax, name in zip(row, SEARCHED, strict=True):
            _against(ax, np.array([float(each[name]) for each in candidates]), values, accepted)
    for ax in axes[-1]:
        ax.axhline(1.0, color=style.FAINT, linestyle=":", linewidth=0.8, zorder=0)
        ax.set_yscale("log")
    artists.plain_log_ticks(axes[-1, 0].yaxis)
    for ax, name in zip(axes[-1], SEARCHED, strict=True):
        ax.set(xlabel=_LABELS[name], xscale="log")
        artists.plain_log_ticks(ax.xaxis)
        # A panel is too narrow for more.
        low, high = ax.get_xlim()
        few = LogLocator(subs=(1, 3)) if high > 10 * low else MaxNLocator(3)
        ax.xaxis.set_major_locator(few)
    artists.legend_above(figure, _key())
    style.letter_panels([row[0] for row in axes])
    return figure


def _of_hinted(candidates: Sequence[xr.Dataset], name: str) -> Array:
    """Mean over replicates of a measure of FFH (candidate,)."""
    means = [float(each[name].sel(network="FFH").mean(skipna=False)) for each in candidates]
    return np.array(means)


def _kick_ratio(candidates: Sequence[xr.Dataset]) -> Array:
    """Mean error after a kick of FFH over that of FF (candidate,)."""
    means = [each["kicked_emg_error"].mean("replicate", skipna=False) for each in candidates]
    return np.array([float(each.sel(network="FFH") / each.sel(network="FF")) for each in means])


def _against(ax: Axes, position: Array, values: Array, accepted: NDArray[np.bool_]) -> None:
    """Candidates as dots, the configured one as a star."""
    color = NETWORKS["FFH"].color
    for chosen, filled in ((accepted, color), (~accepted, "none")):
        ax.scatter(
            position[chosen], values[chosen], s=11, edgecolor=color, facecolor=filled, lw=0.7
        )
    ax.plot(position[0], values[0], "*", color=color, markeredgecolor="white", markersize=12)


def _key() -> list[Line2D]:
    look: dict[str, Any] = {"linestyle": "", "color": NETWORKS["FFH"].color}
    return [
        Line2D([], [], marker="o", label="both networks accurate", **look),
        Line2D([], [], marker="o", markerfacecolor="none", label="not both", **look),
        Line2D([], [], marker="*", markersize=9, label="configured", **look),
    ]
