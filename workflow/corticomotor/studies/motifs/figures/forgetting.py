"""What the control network forgets when it learns motif after motif."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.motifs.palette import NETWORKS

_COLOR = NETWORKS["control"].color
_SINGLE: dict[str, Any] = {"color": _COLOR, "linewidth": 0.5, "alpha": 0.5}
_MEAN: dict[str, Any] = {"color": _COLOR, "marker": "o"}
_TOGETHER: dict[str, Any] = {"color": _COLOR, "linestyle": "--"}
_ADDITIVE: dict[str, Any] = {"color": NETWORKS["additive"].color, "linewidth": 2.0}


@style.styled
def forgetting(sequential: Sequence[xr.Dataset], additive: Sequence[xr.Dataset]) -> Figure:
    """Error of every motif after every session (A), and over the sessions since its own (B).

    Args:
        sequential: of all replicates, see `contracts.FORGETTING`; session k teaches the k-th motif.
        additive: evaluations of additive networks of all replicates, see `contracts.EVALUATION`;
            their motifs stay as they are once learned.
    """
    figure = style.new_figure(height_mm=88)
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
    errors = artists.over_replicates(sequential, "error").mean(axis=0)
    first = sequential[0]
    mesh = _map(left, errors, first["motif"].values, first["session"].values)
    figure.colorbar(mesh, ax=left, label="RMSE", aspect=25)
    _courses(right, errors)
    together = float(artists.over_replicates(sequential, "together_error").mean())
    right.axhline(together, label="together", **_TOGETHER)
    additive_error = float(np.mean([each["random_error"].mean() for each in additive]))
    right.axhline(additive_error, label="additive", **_ADDITIVE)
    right.set_ylim(bottom=0)
    style.letter_panels([left, right])
    entries = {
        "control: motif": _SINGLE,
        "mean": _MEAN,
        "all motifs together": _TOGETHER,
        "additive, motif after motif": _ADDITIVE,
    }
    artists.legend_above(figure, [Line2D([], [], label=each, **entries[each]) for each in entries])
    return figure


def _map(ax: Axes, errors: Array, motifs: Array, sessions: Array) -> QuadMesh:
    """Colours of errors (session, motif); dots where a session taught the motif."""
    mesh = ax.pcolormesh(
        motifs,
        sessions,
        errors,
        cmap="viridis",
        vmin=0,
        edgecolors="white",
        linewidth=0.3,
    )
    ax.plot(motifs, sessions, "o", mfc="white", mec=_COLOR, mew=0.5, markersize=3, label="taught")
    ax.invert_yaxis()
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel="motif", ylabel="session")
    return mesh


def _courses(ax: Axes, errors: Array) -> None:
    """Errors (session, motif) from each motif's own session on, and their mean."""
    since = np.arange(len(errors))
    aligned = np.full_like(errors, np.nan)
    for motif, course in enumerate(errors.T):
        aligned[: len(errors) - motif, motif] = course[motif:]
    ax.plot(since, aligned, **_SINGLE)
    ax.plot(since, np.nanmean(aligned, axis=1), label="control", **_MEAN)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(
        xlabel="sessions since the motif was learned", ylabel="RMSE", xlim=(-0.3, since[-1] + 0.3)
    )
