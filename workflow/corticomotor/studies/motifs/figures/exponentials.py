"""How many complex exponentials a motif takes."""

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corticomotor.plotting import artists, style
from corticomotor.studies.motifs.palette import NETWORKS

# In the colours of the networks that learn them.
_STEP = NETWORKS["additive_prepared"].color
_OSCILLATORY = NETWORKS["additive_oscillatory_prepared"].color


@style.styled
def exponentials(step: xr.Dataset, oscillatory: xr.Dataset) -> Figure:
    """A motif of each kind with approximations (A, B), and the error over their size (C).

    The example of a kind is the motif with the median error over all sizes.

    Args:
        step: see `contracts.EXPONENTIALS`.
        oscillatory: likewise.
    """
    figure = style.new_figure(height_mm=54)
    axes = figure.subplots(1, 3)
    _example(axes[0], oscillatory, _OSCILLATORY)
    _example(axes[1], step, _STEP)
    axes[1].sharey(axes[0])
    axes[0].set_ylabel("output")
    for data, color in ((oscillatory, _OSCILLATORY), (step, _STEP)):
        counts, errors = data["exponentials"].values, data["error"].values
        axes[2].plot(counts, errors, color=color, alpha=0.3, linewidth=0.5)
        axes[2].plot(counts, errors.mean(1), color=color, marker="o")
    axes[2].set(xlabel="number of exponentials", ylabel="error / root mean square", ylim=(0, None))
    axes[2].set_xticks(step["exponentials"].values)
    style.letter_panels(axes)
    artists.legend_above(
        figure,
        [
            Line2D([], [], color=_OSCILLATORY, label="oscillatory motifs"),
            Line2D([], [], color=_STEP, label="step motifs"),
            Line2D([], [], color=style.INK, linewidth=0.8, label="desired"),
        ],
    )
    return figure


def _example(ax: Axes, data: xr.Dataset, color: str) -> None:
    """One motif and its approximations, the more exponentials the darker."""
    order = data["error"].mean("exponentials").argsort().values
    motif = int(order[len(order) // 2])
    time = data["time"].values
    sizes = data.sizes["exponentials"]
    for index in range(sizes):
        ax.plot(
            time,
            data["approximation"].isel(exponentials=index, motif=motif),
            color=color,
            alpha=(index + 1) / sizes,
            linewidth=0.5 + 0.7 * (index + 1) / sizes,
        )
    ax.plot(time, data["target"].isel(motif=motif), color=style.INK, linewidth=0.8)
    ax.set(xlabel="time (τ)")
