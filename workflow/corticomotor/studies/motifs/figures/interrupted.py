"""Motifs that begin before another one has ended, with two inputs and with a preparatory module."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D

from corticomotor.arrays import Array, IntArray
from corticomotor.plotting import style
from corticomotor.studies.motifs.figures import traces
from corticomotor.studies.motifs.palette import NETWORKS

# Part of the first motif that `interrupted_output` comes nearest to, see `contracts.EVALUATION`.
_NEAREST_TO = 0.7


@style.styled
def interrupted(
    two_input: Sequence[xr.Dataset],
    additive_prepared: Sequence[xr.Dataset],
    preparation_duration: float,
) -> Figure:
    """Examples from random states and after parts of other motifs (above), and errors (below).

    Args:
        two_input: evaluations of all replicates, see `contracts.EVALUATION`.
        additive_prepared: likewise.
        preparation_duration: length of the preparation, and of the first of two inputs.
    """
    networks = {"two_input": two_input, "additive_prepared": additive_prepared}
    figure = style.new_figure(height_mm=118)
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=(1.2, 1)).flat

    first = two_input[0]
    increase = _after(first)[_nearest(first)] - _from_random(first)
    examples = traces.largest_and_median(increase)
    shared = None
    blocks = above.subfigures(1, 2, squeeze=False).flat
    for block, (network, evaluations) in zip(blocks, networks.items(), strict=True):
        block.suptitle(NETWORKS[network].label, fontsize=8, fontweight="bold")
        axes = _draw_examples(block, evaluations[0], examples, shared)
        for ax in axes:
            traces.shade_preparation(ax, preparation_duration)
        shared = shared or axes[0]
    above.supxlabel(traces.TIME_LABEL)
    above.supylabel("output")

    absolute, relative, key = below.subplots(1, 3, width_ratios=(1, 1, 0.75))
    for network, evaluations in networks.items():
        percent = 100 * evaluations[0]["interrupted_at"].values
        random = np.stack([_from_random(each).mean() for each in evaluations])
        after = np.stack([_after(each).mean(axis=1) for each in evaluations])
        traces.interval_line(absolute, percent, after, network)
        absolute.axhline(random.mean(), color=NETWORKS[network].color, linestyle=":", zorder=0)
        traces.interval_line(relative, percent, after / random[:, None], network)
    relative.axhline(1, color=style.FAINT, linestyle=":", zorder=0)
    absolute.set(ylabel="RMSE")
    absolute.set_ylim(bottom=0)
    relative.set(ylabel="RMSE relative to random")
    for ax in (absolute, relative):
        ax.set_xlabel("part of first motif (%)")
        ax.set_xticks(100 * first["interrupted_at"].values)
    names = [traces.network_handle(network) for network in networks]
    level = Line2D([], [], color=style.FAINT, linestyle=":", label="from random states")
    below.legend(handles=[*names, level], loc="outside upper left", ncols=3)
    handles = traces.motif_handles(first.sizes["motif"])
    rest = (traces.target_handle(), traces.preparation_handle())
    traces.motif_key(key, [*handles, *rest], columns=3)
    return figure


def _draw_examples(
    block: SubFigure, evaluation: xr.Dataset, examples: IntArray, like: Axes | None
) -> list[Axes]:
    """Motifs in rows; from random states, after a part of other motifs and after whole ones."""
    after, nearest = _after(evaluation), _nearest(evaluation)
    part, whole = (
        f"after {100 * float(evaluation['interrupted_at'][index]):.0f} %" for index in (nearest, -1)
    )
    columns = (("random", _from_random(evaluation)), (part, after[nearest]), (whole, after[-1]))
    axes = traces.panels(block, len(examples) * len(columns), len(columns), like)
    for ax, (heading, _) in zip(axes, columns, strict=False):
        traces.head_column(ax, heading)
    for row, index in enumerate(examples):
        motif = int(evaluation["motif"].values[index])
        random, part_way, transition = panels = axes[len(columns) * row :][: len(columns)]
        traces.draw_from_random(random, evaluation, motif)
        traces.draw_after_others(part_way, evaluation, motif, "interrupted_output")
        traces.draw_after_others(transition, evaluation, motif)
        for ax, (_, errors) in zip(panels, columns, strict=True):
            traces.name_panel(ax, evaluation, motif, float(errors[index]))
    return axes


def _nearest(evaluation: xr.Dataset) -> int:
    return int(np.argmin(np.abs(evaluation["interrupted_at"].values - _NEAREST_TO)))


def _from_random(evaluation: xr.Dataset) -> Array:
    """Errors from random states (motif,)."""
    return evaluation["random_error"].mean(("repetition", "start")).values


def _after(evaluation: xr.Dataset) -> Array:
    """Errors after others (interrupted_at, motif)."""
    return evaluation["transition_error"].mean(("repetition", "first_motif")).values
