"""Networks trained from the noiseless origin and from random states, under initial noise."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from corticomotor.arrays import Array, IntArray
from corticomotor.plotting import style
from corticomotor.studies.motifs.figures import traces
from corticomotor.studies.motifs.figures.errors import motif_errors
from corticomotor.studies.motifs.palette import NETWORKS


@style.styled
def noise(origin: Sequence[xr.Dataset], additive: Sequence[xr.Dataset]) -> Figure:
    """Examples of both kinds of network from noisy states (above), errors of all motifs (below).

    Args:
        origin: evaluations of all replicates, see `contracts.EVALUATION`, with the same
            `initial_std` as `additive`.
        additive: likewise.
    """
    networks = {"additive_origin": origin, "additive": additive}
    first = origin[0]
    conditions = [*(f"s.d. {std:g}" for std in first["initial_std"].values), "after others"]
    errors = {
        network: np.stack([_errors(each) for each in evaluations])
        for network, evaluations in networks.items()
    }
    examples = traces.largest_and_median(np.ptp(errors["additive_origin"][0], axis=0))

    figure = style.new_figure(height_mm=150)
    *blocks, below = figure.subfigures(3, 1, squeeze=False).flat
    shared = None
    for block, (network, evaluations) in zip(blocks, networks.items(), strict=True):
        block.suptitle(NETWORKS[network].label, fontsize=8, fontweight="bold")
        axes = _draw_examples(block, evaluations[0], errors[network][0], examples, shared)
        shared = shared or axes[0]
        for ax, condition, error in zip(axes, conditions, errors[network][0], strict=False):
            traces.head_column(ax, f"{condition}: RMSE {error.mean():.2f}")
        block.supylabel("output")
    blocks[-1].supxlabel(traces.TIME_LABEL)

    ax, key = below.subplots(1, 2, width_ratios=(1.5, 1))
    for network, values in errors.items():
        traces.interval_line(ax, np.arange(len(conditions)), values.mean(axis=2), network)
    ax.set_xticks(range(len(conditions)), conditions)
    ax.set(xlabel="initial states", ylabel="RMSE")
    ax.set_ylim(bottom=0)
    names = [traces.network_handle(network) for network in networks]
    below.legend(handles=names, loc="outside upper left", ncols=2)
    handles = [*traces.motif_handles(first.sizes["motif"]), traces.target_handle()]
    traces.motif_key(key, handles, columns=3)
    return figure


def _errors(evaluation: xr.Dataset) -> Array:
    """Errors (condition, motif): from states of each standard deviation, and after others."""
    noisy = evaluation["noise_error"].mean(("repetition", "start")).values
    _, after = motif_errors([evaluation])
    return np.concatenate([noisy, after])


def _draw_examples(
    block: SubFigure, evaluation: xr.Dataset, errors: Array, examples: IntArray, like: Axes | None
) -> list[Axes]:
    """Motifs in rows, conditions in columns."""
    columns = len(errors)
    axes = traces.panels(block, len(examples) * columns, columns, like)
    for row, index in enumerate(examples):
        motif = int(evaluation["motif"].values[index])
        *noisy, last = axes[columns * row :][:columns]
        for ax, outputs in zip(noisy, evaluation["noise_output"], strict=True):
            traces.draw_from_random(ax, evaluation, motif, outputs)
        traces.draw_after_others(last, evaluation, motif)
        for ax, error in zip((*noisy, last), errors[:, index], strict=True):
            traces.name_panel(ax, evaluation, motif, float(error))
    return axes
