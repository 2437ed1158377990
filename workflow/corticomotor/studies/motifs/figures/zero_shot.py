"""Networks without preparation: motifs from random states, after others, and the states between."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec
from scipy.stats import norm

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.motifs.figures import traces
from corticomotor.studies.motifs.figures.errors import motif_errors
from corticomotor.studies.motifs.palette import NETWORKS
from corticomotor.studies.motifs.ratios import ratio

_CONDITIONS = ("random", "after\nothers")


@style.styled
def zero_shot(
    additive: Sequence[xr.Dataset],
    multiplicative: Sequence[xr.Dataset],
    wide: Sequence[xr.Dataset],
    oscillatory: Sequence[xr.Dataset],
    wide_std: float,
) -> Figure:
    """Examples (left), states at the end of motifs (middle), errors (right), networks in rows.

    Args:
        additive: evaluations of all replicates, see `contracts.EVALUATION`.
        multiplicative: likewise.
        wide: likewise, of additive networks trained from states of another standard deviation,
            shown without examples.
        oscillatory: likewise, of additive networks that learned oscillatory motifs.
        wide_std: standard deviation of the states from which `wide` was trained.
    """
    rows = {
        "additive": additive,
        "multiplicative": multiplicative,
        "additive_oscillatory": oscillatory,
        "additive_wide": wide,
    }
    figure = style.new_figure(height_mm=178)
    grid = figure.add_gridspec(len(rows), 4, width_ratios=(0.12, 2.1, 1.15, 0.9))
    states: Axes | None = None
    errors: Axes | None = None
    for row, (network, evaluations) in enumerate(rows.items()):
        std = wide_std if network == "additive_wide" else 1.0
        _name_row(figure.add_subplot(grid[row, 0]), network)
        if network == "additive_wide":
            _key(figure.add_subplot(grid[row, 1]), evaluations[0])
        else:
            _examples(figure, grid[row, 1], evaluations[0])
        ax = figure.add_subplot(grid[row, 2], sharex=states, sharey=states)
        states = states or ax
        _end_states(ax, evaluations[0], std)
        ax = figure.add_subplot(grid[row, 3], sharey=errors)
        errors = errors or ax
        _errors(ax, evaluations, network)
    # After all have been drawn, whose range it is.
    ax.set_ylim(bottom=0)
    return figure


def _name_row(ax: Axes, network: str) -> None:
    ax.text(0.5, 0.5, NETWORKS[network].label, rotation=90, ha="center", va="center")
    ax.axis("off")


def _examples(figure: Figure, place: SubplotSpec, evaluation: xr.Dataset) -> None:
    """The motif that loses most, and the median one."""
    (random,), (after,) = motif_errors([evaluation])
    axes = place.subgridspec(2, 2).subplots(sharex=True, sharey=True, squeeze=False)
    for row, index in zip(axes, traces.largest_and_median(after - random), strict=True):
        motif = int(evaluation["motif"].values[index])
        traces.draw_from_random(row[0], evaluation, motif)
        traces.draw_after_others(row[1], evaluation, motif)
        for ax, error in zip(row, (random, after), strict=True):
            traces.name_panel(ax, evaluation, motif, float(error[index]))
        row[0].set_ylabel("output")
    for ax, condition in zip(axes[0], _CONDITIONS, strict=True):
        traces.head_column(ax, condition.replace("\n", " "))
    for ax in axes[1]:
        ax.set_xlabel("time (τ)")


def _key(ax: Axes, evaluation: xr.Dataset) -> None:
    """What colours mean, where examples would be."""
    handles = [*traces.motif_handles(evaluation.sizes["motif"]), traces.target_handle()]
    traces.motif_key(ax, handles, columns=4)


def _end_states(ax: Axes, evaluation: xr.Dataset, std: float) -> None:
    """Cumulative distribution of the states at the end of each motif."""
    quantiles = evaluation["quantile"].values
    colors = traces.motif_colors(evaluation.sizes["motif"])
    for states, color in zip(evaluation["end_state_quantile"].values, colors, strict=True):
        ax.plot(states, quantiles, color=color, linewidth=0.7)
    ax.plot(std * norm.ppf(quantiles), quantiles, color=style.INK, label="normal")
    ax.text(0.03, 0.97, f"normal,\ns.d. {std:g}", fontsize=7, va="top", transform=ax.transAxes)
    ax.set(xlabel="state at the end of a motif", ylabel="cumulative probability", ylim=(0, 1))
    # A few units lie far out.
    ax.set_xlim(-4, 4)


def _errors(ax: Axes, evaluations: Sequence[xr.Dataset], network: str) -> None:
    """Each motif of each replicate, joined; beside, the means of replicates with intervals."""
    errors: Array = np.stack(motif_errors(evaluations))
    color = NETWORKS[network].color
    pairs = errors.reshape(2, -1)
    ax.plot((0, 1), pairs, color=style.FAINT, linewidth=0.4, zorder=1)
    ax.plot((0, 1), pairs, "o", color=color, markersize=2.2, alpha=0.7)
    drawn = artists.estimate(errors.mean(axis=2).T)
    ax.plot((-0.3, 1.3), drawn.mean, "o", color=color, mec=style.INK, markersize=4)
    ax.vlines((-0.3, 1.3), drawn.low, drawn.high, color=style.INK, linewidth=1.0)
    ax.set_xticks((0, 1), _CONDITIONS)
    ax.set(xlim=(-0.6, 1.6), ylabel="RMSE")
    traces.name_test(ax, ratio(errors[1], errors[0]))
