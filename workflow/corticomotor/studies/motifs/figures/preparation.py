"""The preparatory module: what it does to the eigenvalues and to the rates."""

from collections.abc import Mapping, Sequence
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
from corticomotor.studies.motifs.figures.networks import COLORS, LABELS

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
_LATER_TAU = 7.0
_SMALL_PERCENT = 1.0
_LEAST_PERCENT = 0.02
_LIMIT: dict[str, Any] = {"color": style.CEILING, "linewidth": 0.8, "linestyle": "--", "zorder": 1}
# How far to the left spectra are shown, in gains.
_SHOWN_GAINS = 2.5
# Width of a spectrum; its height follows from equal scales.
_SPECTRUM_MM = 44.0
_LOWER_MM, _AROUND_MM = 36.0, 48.0


@style.styled
def preparation(
    additive: Modules,
    multiplicative: Modules,
    swept: Mapping[int, Modules],
    preparation_tau: float,
    gains: tuple[float, float],
) -> Figure:
    """Eigenvalues (A, B), rates over time (C, D), and both over the number of loops (E, F).

    Args:
        additive: modules of the additive networks of all replicates, see
            `contracts.PREPARATORY_MODULE`; the eigenvalues are those of the first.
        multiplicative: likewise.
        swept: number of loops -> modules of all replicates, for networks of one size.
        preparation_tau: length of the preparation.
        gains: g of the additive and of the multiplicative networks.
    """
    modules = dict(zip(_KINDS, (additive, multiplicative), strict=True))
    firsts = [each[0] for each in modules.values()]
    low, high = _range(firsts, "real")
    # A module moves few eigenvalues far to the left, where it does not matter how far.
    low = max(low, -_SHOWN_GAINS * max(gains))
    bottom, top = _range(firsts, "imaginary")
    spectrum_mm = _SPECTRUM_MM * min(1.0, (top - bottom) / (high - low))
    figure = style.new_figure(height_mm=_AROUND_MM + 2 * (spectrum_mm + _LOWER_MM))
    rows = figure.add_gridspec(4, 1, height_ratios=[spectrum_mm] * 2 + [_LOWER_MM] * 2)

    spectra = rows[:2].subgridspec(2, 3).subplots(sharex=True, sharey=True, squeeze=False)
    lower = rows[2:].subgridspec(2, 2).subplots(squeeze=False)
    for row, kind, gain in zip(spectra, _KINDS, gains, strict=True):
        for ax, suffix in zip(row, _SPECTRA, strict=True):
            _spectrum(ax, modules[kind][0], suffix, gain, COLORS[f"{kind}_prepared"])
            further = int((modules[kind][0][f"eigenvalue_real{suffix}"] < low).sum())
            if further:
                ax.text(0.02, 0.03, f"← {further} more", fontsize=6.5, transform=ax.transAxes)
        row[0].set_ylabel(f"{LABELS[kind]}\nimaginary part")
    spectra[0, 0].set(xlim=(low, high), ylim=(bottom, top))
    for ax, heading in zip(spectra[0], _SPECTRA.values(), strict=True):
        ax.set_title(heading, loc="center")
    for ax in spectra[1]:
        ax.set_xlabel("real part of eigenvalue")

    for ax, kind in zip(lower[0], _KINDS, strict=True):
        _norms(ax, modules[kind], COLORS[f"{kind}_prepared"], preparation_tau)
        ax.set_title(f"{LABELS[kind]} (N = {modules[kind][0].sizes['unit']})", loc="center")
    _sweep(lower[1], swept, COLORS[f"{_kind_of(swept, modules)}_prepared"])
    style.letter_panels([spectra[0, 0], spectra[1, 0], *lower.flat])
    artists.legend_above(
        figure,
        [
            Line2D([], [], color=style.KINDS["SOC"], label=name, **look)
            for name, look in _NORMS.values()
        ],
    )
    return figure


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
    ax.add_patch(Circle((0, 0), gain, fill=False, edgecolor=style.KINDS["SOC"], linewidth=0.7))
    ax.axvline(1.0, **_LIMIT)
    ax.set_aspect("equal")


def _norms(ax: Axes, modules: Modules, color: str, preparation_tau: float) -> None:
    """Norm of the rates relative to its start, mean over trials: of all replicates, and of each."""
    time = modules[0]["time"].values
    for name, (_, look) in _NORMS.items():
        percent = np.stack([_left_percent(each, name) for each in modules])
        shown = color if name == "rate_norm" else style.KINDS["SOC"]
        if name == "rate_norm":
            ax.plot(time, percent.T, color=shown, linewidth=0.4, alpha=0.6)
        ax.plot(time, percent.mean(axis=0), color=shown, label=name, **look)
    ax.axhline(_SMALL_PERCENT, **_LIMIT)
    traces.shade_preparation(ax, preparation_tau)
    ax.axvline(_LATER_TAU, color=style.CEILING, linewidth=0.8, linestyle=":")
    ax.set_xticks([0, preparation_tau, _LATER_TAU, *np.arange(10, time[-1] + 1e-9, 5)])
    ax.set(xlim=(0, time[-1]), ylim=(_LEAST_PERCENT, 200), yscale="log")
    artists.plain_log_ticks(ax.yaxis)
    ax.set(xlabel="time from a random state (τ)", ylabel="rate norm (% of start)")


def _left_percent(module: xr.Dataset, name: str) -> Array:
    """Norm of the rates (time,) in per cent of that at the start, mean over trials."""
    norm = module[name].transpose("time", "trial").values
    percent: Array = 100 * (norm / norm[0]).mean(axis=1)
    return percent


def _sweep(axes: Sequence[Axes], swept: Mapping[int, Modules], color: str) -> None:
    """What is left of the rates, and the largest real part, over the number of loops."""
    loops = sorted(swept)
    share = [100 * number / swept[number][0].sizes["unit"] for number in loops]
    for ax, measure in zip(axes, (_left_later, _largest_real_part), strict=True):
        values = [[measure(module) for module in swept[number]] for number in loops]
        ax.plot(share, [np.mean(each) for each in values], "_-", color=color, label="mean")
        for place, each in zip(share, values, strict=True):
            ax.plot(np.full(len(each), place), each, "o", color=color, markersize=2.8, alpha=0.8)
        ax.set_xscale("log")
        artists.plain_log_ticks(ax.xaxis)
        ax.set_xlabel("loops P (% of units N)")
    axes[0].axhline(_SMALL_PERCENT, **_LIMIT)
    axes[0].set(ylabel=f"rate norm at {_LATER_TAU:g} τ (%)", yscale="log")
    artists.plain_log_ticks(axes[0].yaxis)
    axes[1].axhline(1.0, **_LIMIT)
    axes[1].set(ylabel="largest real part")


def _left_later(module: xr.Dataset) -> float:
    later = int(np.abs(module["time"].values - _LATER_TAU).argmin())
    return float(_left_percent(module, "rate_norm")[later])


def _largest_real_part(module: xr.Dataset) -> float:
    return float(module["eigenvalue_real"].max())


def _kind_of(swept: Mapping[int, Modules], modules: Mapping[str, Modules]) -> str:
    """The kind of network that has as many units as those of the sweep."""
    units = next(iter(swept.values()))[0].sizes["unit"]
    (kind, *_) = [kind for kind in _KINDS if modules[kind][0].sizes["unit"] == units]
    return kind
