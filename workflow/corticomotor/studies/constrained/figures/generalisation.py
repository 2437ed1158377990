"""How FF and FFH bear noise and inputs between two reaches."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corticomotor.plotting import artists, style
from corticomotor.studies.constrained.figures import curves
from corticomotor.studies.constrained.figures.curves import COMPARED

_PERTURBATIONS = {
    "initial_noise": "noise at movement onset (s.d.)",
    "step_noise": "noise in each step (s.d./√s)",
    "half_way": "half-way inputs",
}
_EXAMPLES = 5


@style.styled
def generalisation(generalisations: Sequence[xr.Dataset]) -> Figure:
    """Errors under noise and half-way between two reaches (A–F), with an example of the last (G).

    Args:
        generalisations: of all replicates, see `contracts.GENERALISATION`.
    """
    figure = style.new_figure(height_mm=150)
    rows = figure.add_gridspec(2, 1, height_ratios=(2.5, 1))
    axes = rows[0].subgridspec(2, 3).subplots(squeeze=False)
    for ax, like in ((axes[0, 1], axes[0, 0]), (axes[0, 2], axes[0, 0]), (axes[1, 1], axes[1, 0])):
        ax.sharey(like)
    for row, measure in zip(axes, ("emg", "dynamics"), strict=True):
        for ax, (perturbation, label) in zip(row, _PERTURBATIONS.items(), strict=True):
            _errors(ax, generalisations, f"{measure}_error_{perturbation}")
            ax.set_xlabel(label)
    for ax in axes.flat:
        artists.plain_log_ticks(ax.yaxis)
    axes[0, 0].set_ylabel("error of muscle activity (%)")
    axes[1, 0].set_ylabel("deviation of own rates (%)")
    axes[1, 2].set_ylabel("error of circuit's rates (%)")

    first = generalisations[0]
    count = min(_EXAMPLES, first.sizes["reach"])
    examples = rows[1].subgridspec(1, count).subplots(sharex=True, sharey=True, squeeze=False)[0]
    _examples(examples, first)
    style.letter_panels([*axes.flat, examples[0]])
    networks = [curves.line_handle(kind, marker=True) for kind in COMPARED]
    artists.legend_above(figure, [curves.wide_handle("SOC"), *networks])
    return figure


def _errors(ax: Axes, generalisations: Sequence[xr.Dataset], name: str) -> None:
    errors = [100 * artists.over_replicates(generalisations, name, kind) for kind in COMPARED]
    dims = generalisations[0][name].dims
    if dims == ("network",):
        curves.pairs(ax, np.stack(errors, axis=1), COMPARED)
        ax.set_xticks(range(len(COMPARED)), COMPARED)
    else:
        for kind, values in zip(COMPARED, errors, strict=True):
            curves.interval_line(ax, generalisations[0][dims[1]].values, values, kind)
    # Without noise nothing deviates: there is no point to draw.
    ax.set_yscale("log", nonpositive="mask")


def _examples(axes: Sequence[Axes], first: xr.Dataset) -> None:
    """One muscle between the first pairs of reaches."""
    muscle, reaches = first["muscle"].values[0], first["reach"].values
    following = np.roll(reaches, -1)
    for ax, reach, after in zip(axes, reaches, following, strict=False):
        circuit = first["circuit_emg_half_way"].sel(reach=reach, muscle=muscle)
        curves.wide_line(ax, first["time"].values, circuit.values, "SOC")
        for kind in COMPARED:
            emg = first["emg_half_way"].sel(network=kind, reach=reach, muscle=muscle)
            curves.thin_line(ax, first["time"].values, emg.values, kind)
        ax.set_title(f"reaches {reach}, {after}", loc="center", fontsize=7)
        ax.set_xlabel("time (s)")
    axes[0].set_ylabel(f"muscle {muscle} (s.d.)")
