"""How well combined gain patterns make what combined activities would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.gain_modulation.figures import looks, marks

_OUTPUT: dict[str, Any] = {"linewidth": 1.5}
# Sizes of libraries whose errors are shown in full.
_SIZES = (5, 20)
_SHADES = ("#9A9A9A", "#2B2B2B")


@style.styled
def libraries(rates: Mapping[str, Sequence[xr.Dataset]]) -> Figure:
    """Errors (A) and deviations (B) over size, fit against output (C–E), distributions (F).

    Args:
        rates: baseline rate -> see `contracts.PRIMITIVES`; C, D and F show the first rate.
    """
    measured = {key: each for key, each in rates.items() if each}
    colors = dict(zip(measured, looks.BASELINE_COLORS, strict=False))
    main = next(iter(measured.values()))
    figure = style.new_figure(118)
    (errors, deviation, of_libraries), (of_movements, correlation, spread) = figure.subplots(2, 3)
    for key, color in colors.items():
        _over_size(errors, measured[key], "output_error", color, **_OUTPUT)
        _fits(errors, measured[key], color)
        several = [each.isel(size=each["size"].values > 1) for each in measured[key]]
        _over_size(deviation, several, "deviation", color, **_OUTPUT)
        _correlations(correlation, several, color)
    errors.set_ylabel("error")
    deviation.set_ylabel("deviation of the output")
    for ax in (errors, deviation):
        ax.set(xlabel="patterns in the library")
        artists.logarithmic(ax, "x", "y")
    _against(of_libraries, main, "novel")
    artists.small_title(of_libraries, "libraries")
    _against(of_movements, main, "library")
    artists.small_title(of_movements, "novel movements")
    correlation.set(xlabel="patterns in the library", ylabel="correlation of errors")
    correlation.set_ylim(min(correlation.get_ylim()[0], 0.9), 1.01)
    artists.logarithmic(correlation, "x")
    _distributions(spread, main)
    style.letter_panels([errors, deviation, of_libraries, of_movements, correlation, spread])
    _legend(figure, colors, main[0]["size"].values)
    return figure


def medians(circuits: Sequence[xr.Dataset], name: str, over: str) -> Array:
    """Medians over libraries or over novel movements (size, circuit x what remains)."""
    found = [each[name].median(over).transpose("size", ...).values for each in circuits]
    return np.concatenate(found, axis=1)


def _over_size(
    ax: Axes,
    circuits: Sequence[xr.Dataset],
    name: str,
    color: str,
    **look: Any,
) -> None:
    """Medians over libraries and movements, of circuits and in the mean over these."""
    sizes = circuits[0]["size"].values
    marks.mean_line(ax, sizes, overall_medians(circuits, name), color, label=name, **look)


def overall_medians(circuits: Sequence[xr.Dataset], name: str) -> Array:
    """Medians over libraries and movements (circuit, size)."""
    return np.stack([each[name].median(("library", "novel")).values for each in circuits])


def _fits(ax: Axes, circuits: Sequence[xr.Dataset], color: str) -> None:
    mean = overall_medians(circuits, "fit_error").mean(axis=0)
    ax.plot(circuits[0]["size"], mean, color=color, label="fit_error", **marks.FIT)


def _against(ax: Axes, circuits: Sequence[xr.Dataset], over: str) -> None:
    """Output error against fit error, both medians over one dimension, sizes in colours."""
    fit, output = (medians(circuits, name, over) for name in ("fit_error", "output_error"))
    colors = looks.ordered_colors(len(fit))
    for row, color in enumerate(colors):
        ax.plot(
            fit[row], output[row], "o", color=color, markersize=1.8, alpha=0.7, markeredgewidth=0
        )
    ends = (min(fit.min(), output.min()), max(fit.max(), output.max()))
    ax.plot(ends, ends, color=style.LEVEL, linestyle="--", linewidth=0.8, label="identity")
    ax.set(xlabel="error of the fit", ylabel="error of the output")
    artists.logarithmic(ax, "x", "y")


def correlations(circuits: Sequence[xr.Dataset], over: str) -> Array:
    """Correlation of fit and output errors, logarithms of medians, per size (circuit, size)."""
    found = []
    for each in circuits:
        fit, output = (
            np.log(medians([each], name, over)) for name in ("fit_error", "output_error")
        )
        found.append([_correlation(a, b) for a, b in zip(fit, output, strict=True)])
    return np.array(found)


def _correlation(a: Array, b: Array) -> float:
    return float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) and np.ptp(b) else np.nan


def _correlations(ax: Axes, circuits: Sequence[xr.Dataset], color: str) -> None:
    sizes = circuits[0]["size"].values
    for over, dashes in (("novel", ":"), ("library", "-")):
        found = correlations(circuits, over)
        look: dict[str, Any] = {"linewidth": 1.4, "linestyle": dashes}
        marks.mean_line(ax, sizes, found, color, label=over, **look)


def _distributions(ax: Axes, circuits: Sequence[xr.Dataset]) -> None:
    """Median output error over movements of each library, for two sizes."""
    errors = medians(circuits, "output_error", "novel")
    sizes = circuits[0]["size"].values
    rows = [int(np.argmin(np.abs(sizes - wanted))) for wanted in _SIZES]
    low, high = float(errors[rows].min()), float(errors[rows].max())
    # At least from a half on: libraries that are all the same have one error.
    bins = np.geomspace(min(0.98 * low, high / 2), 1.02 * high, 31)
    for row, color in zip(rows, _SHADES, strict=True):
        look: dict[str, Any] = {
            "color": color,
            "alpha": 0.75,
            "linewidth": 0.2,
            "label": patterns(sizes[row]),
        }
        ax.hist(errors[row], bins=bins.tolist(), **look)
    # The legend has room of its own.
    ax.set(xlabel="error of the output", ylabel="libraries", ylim=(0, 1.3 * ax.get_ylim()[1]))
    ax.legend(loc="upper right", fontsize=7)
    artists.logarithmic(ax, "x")


def patterns(count: int) -> str:
    """So many patterns, in words."""
    return f"{count} pattern" if count == 1 else f"{count} patterns"


def _legend(figure: Figure, colors: Mapping[str, str], sizes: Array) -> None:
    handles = [
        Line2D([], [], color=color, label=f"baseline {float(key):g} Hz")
        for key, color in colors.items()
    ]
    ink = style.INK
    handles += [
        Line2D([], [], color=ink, label="output (A, B)", **_OUTPUT),
        Line2D([], [], color=ink, label="fit (A)", **marks.FIT),
        Line2D([], [], color=ink, label="over movements (E)"),
        Line2D([], [], color=ink, label="over libraries (E)", linestyle=":"),
    ]
    shades = looks.ordered_colors(len(sizes))
    handles += [
        Line2D(
            [], [], linestyle="", marker="o", mew=0, color=color, label=f"{patterns(size)} (C, D)"
        )
        for size, color in zip(sizes, shades, strict=True)
        if size in (sizes[0], sizes[-1])
    ]
    artists.legend_above(figure, handles, rows=2)
