"""The search for settings under which FF and FFH are accurate and FFH is like the circuit."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from corticomotor.plotting import artists, style
from corticomotor.studies.constrained.candidates import SEARCHED
from corticomotor.studies.constrained.palette import NETWORKS

ACCURATE = 0.003
ROBUST = 0.1

_LABELS = {
    "gain": "gain",
    "time_constant_ms": "time constant (ms)",
    "pulse_strength": "strength of the pulses",
    "output_strength": "strength of the EMG",
    "hint_strength": "strength of the hints",
    "training_noise": "noise while training (1/√s)",
}


@style.styled
def search(candidates: Sequence[xr.Dataset]) -> Figure:
    """Mean canonical correlation of FFH against each searched setting, and against the error.

    Points are means over replicates; filled where both networks err by at most 0.3 % in every
    replicate, and by at most 10 % on average after a kick of 5 % at movement onset. Candidates
    under which training diverged in a replicate are not shown.

    Args:
        candidates: see `candidates.CANDIDATE`; the first is the configured network.
    """
    figure = style.new_figure(height_mm=120)
    axes = figure.subplots(2, 4, sharey=True)
    correlation, error = (
        np.array([each[name].values for each in candidates])
        for name in ("mean_canonical_correlation", "emg_error")
    )
    hinted = correlation[:, 1].mean(axis=1)
    worst = error.max(axis=(1, 2))
    kicked = np.array([float(each["kicked_emg_error"].mean(skipna=False)) for each in candidates])
    accepted = (worst <= ACCURATE) & (kicked <= ROBUST)
    values = {name: np.array([float(each[name]) for each in candidates]) for name in SEARCHED}
    panels = [(_LABELS[name], values[name]) for name in SEARCHED]
    panels.append(("largest EMG error (%)", 100 * worst))
    color = NETWORKS["FFH"].color
    for ax, (label, position) in zip(axes.flat, panels, strict=False):
        for chosen, filled in ((accepted, color), (~accepted, "none")):
            ax.scatter(
                position[chosen], hinted[chosen], s=13, edgecolor=color, facecolor=filled, lw=0.7
            )
        ax.plot(position[0], hinted[0], "*", color=color, markeredgecolor="white", markersize=13)
        ax.set(xlabel=label, xscale="log")
        artists.plain_log_ticks(ax.xaxis)
        if position.max() > 20 * position.min():
            # A panel is too narrow for more than one label in each decade.
            ax.xaxis.set_major_locator(LogLocator())
    for ax in axes[:, 0]:
        ax.set_ylabel("mean canonical correlation")
    axes[1, 2].axvline(100 * ACCURATE, color=style.FAINT, linestyle=":", linewidth=0.8)
    axes[1, 3].set_axis_off()
    for marker, facecolor, edgecolor, label in (
        ("o", color, color, "accurate and robust"),
        ("o", "none", color, "not both"),
        ("*", color, color, "configured"),
    ):
        axes[1, 3].scatter([], [], marker=marker, fc=facecolor, ec=edgecolor, label=label)
    axes[1, 3].legend(loc="center left")
    style.letter_panels(axes.flat[:7])
    return figure
