"""The preparatory module: what it does to the eigenvalues and to the rates."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.motifs.figures import traces
from corticomotor.studies.motifs.palette import NETWORKS

Modules = Sequence[xr.Dataset]

_KINDS = ("additive", "multiplicative")
# Suffix of the variables -> heading.
_SPECTRA = {"_without": "without module", "": "with module", "_foreign": "module, other weights"}
# Variable -> name and line.
_NORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "rate_norm_without": ("without module", artists.WIDE),
    "rate_norm_untrained": ("module before training", {"linestyle": (0, (3, 1.5))}),
    "rate_norm": ("trained module", {}),
}
# When the paper looks how much of the rates is left, and what is next to nothing.
_LATER = 7.0
_SMALL_PERCENT = 1.0
_LEAST_PERCENT = 0.02
_LIMIT: dict[str, Any] = {"color": style.LEVEL, "linewidth": 0.8, "linestyle": "--", "zorder": 1}
# How far to the left spectra are shown, in gains.
_SHOWN_GAINS = 2.5
# Width of a spectrum; its height follows from equal scales.
_SPECTRUM_MM = 44.0
_NORMS_MM, _AROUND_MM = 40.0, 36.0


@style.styled
def preparation(
    additive: Modules,
    multiplicative: Modules,
    preparation_duration: float,
    additive_gain: float,
    multiplicative_gain: float,
) -> Figure:
    """Eigenvalues (A, B) and rates over time (C, D).

    Args:
        additive: modules of the additive networks of all replicates, see
            `contracts.PREPARATORY_MODULE`; the eigenvalues are those of the first.
        multiplicative: likewise.
        preparation_duration: length of the preparation.
        additive_gain: g of the additive networks.
        multiplicative_gain: likewise.
    """
    modules = dict(zip(_KINDS, (additive, multiplicative), strict=True))
    gains = (additive_gain, multiplicative_gain)
    firsts = [each[0] for each in modules.values()]
    low, high = _range(firsts, "real")
    # A module moves few eigenvalues far to the left, where it does not matter how far.
    low = max(low, -_SHOWN_GAINS * max(gains))
    bottom, top = _range(firsts, "imaginary")
    spectrum_mm = _SPECTRUM_MM * min(1.0, (top - bottom) / (high - low))
    figure = style.new_figure(height_mm=_AROUND_MM + 2 * spectrum_mm + _NORMS_MM)
    rows = figure.add_gridspec(2, 1, height_ratios=(2 * spectrum_mm, _NORMS_MM))
    spectra = rows[0].subgridspec(2, 3).subplots(sharex=True, sharey=True, squeeze=False)
    norms = rows[1].subgridspec(1, 2).subplots(sharey=True, squeeze=False)[0]
    for row, kind, gain in zip(spectra, _KINDS, gains, strict=True):
        for ax, suffix in zip(row, _SPECTRA, strict=True):
            _spectrum(ax, modules[kind][0], suffix, gain, _color(kind))
            further = int((modules[kind][0][f"eigenvalue_real{suffix}"] < low).sum())
            if further:
                ax.text(0.02, 0.03, f"← {further} more", fontsize=6.5, transform=ax.transAxes)
        row[0].set_ylabel(f"{NETWORKS[kind].label}\nimaginary part")
    spectra[0, 0].set(xlim=(low, high), ylim=(bottom, top))
    for ax, heading in zip(spectra[0], _SPECTRA.values(), strict=True):
        ax.set_title(heading, loc="center")
    for ax in spectra[1]:
        ax.set_xlabel("real part of eigenvalue")

    for ax, kind in zip(norms, _KINDS, strict=True):
        _norms(ax, modules[kind], _color(kind), preparation_duration)
        ax.set_title(f"{NETWORKS[kind].label} (N = {modules[kind][0].sizes['unit']})", loc="center")
    norms[0].set_ylabel("rate norm (% of start)")
    style.letter_panels([spectra[0, 0], spectra[1, 0], *norms])
    artists.legend_above(
        figure,
        [Line2D([], [], color=style.INK, label=name, **look) for name, look in _NORMS.values()],
    )
    return figure


def _color(kind: str) -> str:
    return NETWORKS[f"{kind}_prepared"].color


def _range(modules: Modules, part: str) -> tuple[float, float]:
    """Range of all eigenvalues' real or imaginary parts, with a margin."""
    values = [each[f"eigenvalue_{part}{suffix}"].values for each in modules for suffix in _SPECTRA]
    low, high = float(min(map(np.min, values))), float(max(map(np.max, values)))
    margin = 0.05 * (high - low)
    return low - margin, high + margin


def _spectrum(ax: Axes, module: xr.Dataset, suffix: str, gain: float, color: str) -> None:
    """Eigenvalues, the circle that those of a large random matrix fill, and the stability limit."""
    real, imaginary = (module[f"eigenvalue_{part}{suffix}"] for part in ("real", "imaginary"))
    ax.plot(
        real.values,
        imaginary.values,
        "o",
        color=style.FAINT if suffix == "_without" else color,
        markersize=1.8,
        mew=0,
        label=_SPECTRA[suffix],
    )
    ax.add_patch(Circle((0, 0), gain, fill=False, edgecolor=style.INK, linewidth=0.7))
    ax.axvline(1.0, **_LIMIT)
    ax.set_aspect("equal")


def _norms(ax: Axes, modules: Modules, color: str, preparation_duration: float) -> None:
    """Norm of the rates relative to its start, mean over trials: of all replicates, and of each."""
    time = modules[0]["time"].values
    for name, (_, look) in _NORMS.items():
        percent = np.stack([_left_percent(each, name) for each in modules])
        shown = color if name == "rate_norm" else style.INK
        if name == "rate_norm":
            ax.plot(time, percent.T, color=shown, linewidth=0.4, alpha=0.6)
        ax.plot(time, percent.mean(axis=0), color=shown, label=name, **look)
    ax.axhline(_SMALL_PERCENT, **_LIMIT)
    traces.shade_preparation(ax, preparation_duration)
    ax.axvline(_LATER, color=style.LEVEL, linewidth=0.8, linestyle=":")
    ax.set_xticks([0, preparation_duration, _LATER, *np.arange(10, time[-1] + 1e-9, 5)])
    ax.set(xlim=(0, time[-1]), ylim=(_LEAST_PERCENT, 200), yscale="log")
    artists.plain_log_ticks(ax.yaxis)
    ax.set_xlabel("time from a random state (τ)")


def _left_percent(module: xr.Dataset, name: str) -> Array:
    """Norm of the rates (time,) in per cent of that at the start, mean over trials."""
    norm = module[name].transpose("time", "trial").values
    percent: Array = 100 * (norm / norm[0]).mean(axis=1)
    return percent
