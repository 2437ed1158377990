"""How the circuit was made stable, and how it learnt to produce the muscle activity."""

from collections.abc import Callable, Sequence
from typing import Any

import seaborn as sns
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from corticomotor.plotting import artists, style
from corticomotor.studies.constrained.palette import NETWORKS

_COLOR = NETWORKS["SOC"].color
_LIMIT: dict[str, Any] = {"color": style.LEVEL, "linewidth": 0.8}


@style.styled
def circuit(
    circuits: Sequence[xr.Dataset], ground_truth: xr.Dataset, target_abscissa: float
) -> Figure:
    """Spectrum and its abscissa (A, B), learning curve (C) and learnt gains (D).

    Args:
        circuits: of all replicates, see `contracts.CIRCUIT`.
        ground_truth: of the first replicate, see `contracts.GROUND_TRUTH`.
        target_abscissa: at which stability optimisation stops.
    """
    figure = style.new_figure(height_mm=115)
    axes = figure.subplots(2, 2, height_ratios=(1.2, 1))
    _spectrum(axes[0, 0], circuits[0], target_abscissa)
    _abscissa(axes[0, 1], circuits, target_abscissa)
    _learning(axes[1, 0], ground_truth)
    _gains(axes[1, 1], ground_truth)
    style.letter_panels(axes.flat)
    return figure


def _spectrum(ax: Axes, first: xr.Dataset, target_abscissa: float) -> None:
    for prefix, label, look in (
        ("initial_", "before", {"mfc": "none", "mec": style.FAINT, "mew": 0.6}),
        ("", "after", {"mfc": _COLOR, "mec": "none"}),
    ):
        real, imaginary = (first[f"{prefix}eigenvalue_{part}"] for part in ("real", "imaginary"))
        ax.plot(real.values, imaginary.values, "o", markersize=2.8, label=label, **look)
    _limits(ax.axvline, target_abscissa)
    ax.set(xlabel="real part of eigenvalue", ylabel="imaginary part", aspect="equal")
    ax.set_adjustable("datalim")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, handlelength=0.8)


def _abscissa(ax: Axes, circuits: Sequence[xr.Dataset], target_abscissa: float) -> None:
    for each in circuits:
        ax.plot(
            each["iteration"].values,
            each["spectral_abscissa"].values,
            color=_COLOR,
            linewidth=0.7,
            alpha=0.6,
        )
    _limits(ax.axhline, target_abscissa)
    ax.set_yscale("log")
    artists.plain_log_ticks(ax.yaxis)
    ax.set(xlabel="iteration of stability optimisation", ylabel="spectral abscissa")
    for level, text in ((1.0, "limit"), (target_abscissa, "target")):
        ax.annotate(
            text,
            (1.02, level),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=7,
            color=style.LEVEL,
        )


def _limits(draw: Callable[..., object], target_abscissa: float) -> None:
    draw(1.0, linestyle="--", zorder=0, **_LIMIT)
    draw(target_abscissa, linestyle=":", zorder=0, **_LIMIT)


def _learning(ax: Axes, ground_truth: xr.Dataset) -> None:
    iteration = ground_truth["iteration"].values
    ax.plot(iteration, 100 * ground_truth["learning_error"].values, color=_COLOR)
    ax.set_yscale("log")
    artists.plain_log_ticks(ax.yaxis)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel="iteration of gain learning", ylabel="error of muscle activity (%)")


def _gains(ax: Axes, ground_truth: xr.Dataset) -> None:
    gains = ground_truth["gains"].values.ravel()
    sns.histplot(
        x=gains,
        ax=ax,
        bins=40,
        stat="percent",
        color=_COLOR,
        alpha=0.5,
        linewidth=0,
    )
    ax.axvline(1.0, linestyle="--", **_LIMIT)
    ax.set(xlabel="gain", ylabel="neurons and reaches (%)")
