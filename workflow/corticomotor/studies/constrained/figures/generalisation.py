"""How the circuit, FF and FFH bear noise."""

from collections.abc import Sequence
from typing import Any

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.plotting import artists, style
from corticomotor.studies.constrained.figures import curves
from corticomotor.studies.constrained.figures.curves import COMPARED
from corticomotor.studies.constrained.palette import NETWORKS

_SUBJECTS = ("SOC", *COMPARED)
_NOISES = {
    "kick": "kick of all units (% s.d.)",
    "leading_kick": "kick within components (% s.d.)",
    "step_noise": "noise in each step (% s.d./√s)",
}
_GROWTHS = {"growth_kick": "kick of all units", "growth_leading_kick": "kick within components"}
# FFH's dashes fill FF's gaps where both err alike.
_CLEAN: dict[str, dict[str, Any]] = {
    kind: {"color": NETWORKS[kind].color, "linewidth": 0.9, "linestyle": (offset, (2, 2))}
    for kind, offset in (("FF", 0), ("FFH", 2))
}


@style.styled
def generalisation(generalisations: Sequence[xr.Dataset]) -> Figure:
    """Errors after kicks (A, B) and under noise in each step (C), and growth of kicks (D, E).

    Args:
        generalisations: of all replicates, see `contracts.GENERALISATION`.
    """
    figure = style.new_figure(height_mm=118)
    rows = figure.add_gridspec(2, 1, height_ratios=(1.35, 1))
    errors = artists.panels(rows[0], len(_NOISES), share="y")
    for ax, (kind, label) in zip(errors, _NOISES.items(), strict=True):
        _errors(ax, generalisations, f"emg_error_{kind}")
        ax.set_xlabel(label)
    for ax in errors:
        artists.logarithmic(ax, "x", "y")
    errors[0].set_ylabel("error of muscle activity (%)")

    growths = artists.panels(rows[1], len(_GROWTHS), share="both")
    for ax, (name, title) in zip(growths, _GROWTHS.items(), strict=True):
        _growth(ax, generalisations, name)
        artists.small_title(ax, title)
        ax.set_xlabel("time (s)")
    growths[0].set_ylabel("deviation / that at onset")

    style.letter_panels([*errors, *growths])
    subjects = [curves.line_handle(kind, marker=True) for kind in _SUBJECTS]
    clean = Line2D([], [], **(_CLEAN["FF"] | {"color": style.INK}), label="without noise")
    artists.legend_above(figure, [*subjects, clean])
    return figure


def _errors(ax: Axes, generalisations: Sequence[xr.Dataset], name: str) -> None:
    """Errors by level of noise, and those of the networks without noise."""
    levels = generalisations[0][generalisations[0][name].dims[1]].values
    noisy = levels > 0
    for kind in _SUBJECTS:
        errors = 100 * artists.over_replicates(generalisations, name, kind)
        curves.interval_line(ax, 100 * levels[noisy], errors[:, noisy], kind)
        if kind in _CLEAN:
            for clean in errors[:, ~noisy].mean(axis=0):
                ax.axhline(clean, **_CLEAN[kind])


def _growth(ax: Axes, generalisations: Sequence[xr.Dataset], name: str) -> None:
    """Growth of the weakest kicks in each replicate, and its mean."""
    times = generalisations[0]["time"].values
    ax.axhline(1, color=style.PALE, linewidth=0.8)
    for kind in _SUBJECTS:
        growth = artists.over_replicates(generalisations, name, kind)
        color = NETWORKS[kind].color
        ax.plot(times, growth.T, color=color, **artists.SINGLE)
        ax.plot(times, growth.mean(axis=0), color=color, label=kind, **artists.MEAN)
    ax.set_ylim(bottom=0)
