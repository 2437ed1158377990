"""The analytic thalamocortical model: how it makes motifs, and how it bears transitions."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corticomotor.arrays import Array, IntArray
from corticomotor.plotting import artists, style
from corticomotor.studies.motifs.figures import traces
from corticomotor.studies.motifs.figures.errors import motif_errors
from corticomotor.studies.motifs.palette import NETWORKS
from corticomotor.studies.motifs.ratios import ratio

_COLOR = NETWORKS["thalamocortical"].color
_TRIALS = 20
_ROWS = ("sum of\nexponentials", "from random\nstates", "after the\nother motifs")


@style.styled
def thalamocortical(models: Sequence[xr.Dataset], preparation_duration: float) -> Figure:
    """Example motifs (A–C), eigenvalues (D), distance to steady state (E) and errors (F).

    Args:
        models: of all replicates, see `contracts.THALAMOCORTICAL`; all but distances and errors
            are those of the first.
        preparation_duration: length of the preparation.
    """
    first = models[0]
    (random,), (after,) = motif_errors(models[:1])
    shown = _examples(random)
    figure = style.new_figure(height_mm=165)
    rows = figure.add_gridspec(2, 1, height_ratios=(1.7, 1))
    examples = rows[0].subgridspec(3, len(shown)).subplots(sharex=True, sharey=True, squeeze=False)
    fitted, started, followed = examples
    for column, index in enumerate(shown):
        motif = int(first["motif"].values[index])
        fit_error = _draw_approximation(fitted[column], first.sel(motif=motif))
        traces.draw_from_random(started[column], first, motif)
        traces.draw_after_others(followed[column], first, motif)
        errors = (fit_error, random[index], after[index])
        for ax, error in zip(examples[:, column], errors, strict=True):
            traces.shade_preparation(ax, preparation_duration)
            ax.set_title(f"RMSE {error:.2f}", loc="right", fontsize=7)
        fitted[column].set_title(f"motif {motif}", loc="center")
        followed[column].set_xlabel("time (τ)")
    for row, text in zip(examples, _ROWS, strict=True):
        row[0].set_ylabel(text)
    spectrum, distance, errors_of_motifs = rows[1].subgridspec(1, 3).subplots(squeeze=False)[0]
    _spectrum(spectrum, first)
    _distances(distance, models)
    _errors(errors_of_motifs, *motif_errors(models))
    artists.legend_above(figure, [traces.target_handle(), traces.preparation_handle()])
    style.letter_panels([*examples[:, 0], spectrum, distance, errors_of_motifs])
    return figure


def _examples(errors: Array) -> IntArray:
    """Motifs with the smallest, the median and the largest error (motif,), if there are three."""
    order = np.argsort(errors, kind="stable")
    return order[np.unique([0, (len(order) - 1) // 2, len(order) - 1])]


def _draw_approximation(ax: Axes, model: xr.Dataset) -> float:
    """The sum of exponentials of a motif; returns its root mean squared error."""
    fitted = model["approximation"]
    ax.plot(fitted["time"].values, fitted.values, color=_COLOR, label="approximation")
    traces.draw_motif(ax, model["target"])
    return float(np.sqrt(((fitted - model["target"]) ** 2).mean()))


def _spectrum(ax: Axes, model: xr.Dataset) -> None:
    """Eigenvalues without and with the preparatory module, with the stability limit."""
    for suffix, color in (("_without", style.FAINT), ("", _COLOR)):
        real, imaginary = (model[f"eigenvalue_{part}{suffix}"] for part in ("real", "imaginary"))
        label = "without" if suffix else "in preparation"
        ax.plot(real.values, imaginary.values, "o", color=color, markersize=2.4, mew=0, label=label)
    ax.axvline(0.0, color=style.LEVEL, linestyle="--", linewidth=0.8, zorder=0)
    ax.set(xlabel="real part of eigenvalue (1/τ)", ylabel="imaginary part (1/τ)")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), fontsize=7, handlelength=0.8)


def _distances(ax: Axes, models: Sequence[xr.Dataset]) -> None:
    """Distance to the steady state relative to its start: of some trials, and its mean."""
    distances = np.concatenate(
        [each["distance"].transpose("relaxation_time", "trial").values for each in models], axis=1
    )
    percent = 100 * distances / distances[0]
    time = models[0]["relaxation_time"].values
    ax.plot(time, percent[:, :_TRIALS], color=_COLOR, linewidth=0.3, alpha=0.4)
    ax.plot(time, percent.mean(axis=1), color=_COLOR, linewidth=1.8, label="mean")
    ax.set(xlim=(0, time[-1]), yscale="log")
    artists.plain_log_ticks(ax.yaxis)
    ax.set(xlabel="time in preparation (τ)", ylabel="distance to steady state (%)")


def _errors(ax: Axes, random: Array, after: Array) -> None:
    """Each motif (replicate, motif) from random states and after others, means, and p."""
    pairs = np.stack([random.ravel(), after.ravel()])
    ax.plot((0, 1), pairs, color=_COLOR, linewidth=0.5, alpha=0.6)
    ax.plot((0, 1), pairs, "o", color=_COLOR, markersize=2.2, alpha=0.7, mew=0)
    ax.plot((0, 1), pairs.mean(axis=1), "o-", color=style.INK, linewidth=1.8, label="mean")
    ax.set_xticks((0, 1), ("random", "after others"))
    ax.set(xlim=(-0.3, 1.3), ylabel="RMSE of a motif")
    ax.set_ylim(bottom=0)
    traces.name_test(ax, ratio(after, random))
