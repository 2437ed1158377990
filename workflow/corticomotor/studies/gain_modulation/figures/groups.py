"""Groups that suit the movements, random groups and neuron-specific gains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator

from corticomotor.arrays import Array
from corticomotor.plotting import artists, style
from corticomotor.studies.gain_modulation.figures import marks
from corticomotor.studies.gain_modulation.measures import PART_OF_START, iterations_until
from corticomotor.studies.gain_modulation.palette import NETWORKS

_SPECIFIC = "specific"
_KINDS = ("random", "shared", "own")
# The fewer the groups, the shorter the dashes.
_DASHES: tuple[Any, ...] = ("-", (0, (4, 1.5)), (0, (1, 1.2)))
_ROOM = 1.4


@style.styled
def groups(circuits: Sequence[xr.Dataset], iterations: int) -> Figure:
    """Learning curves (A–C), iterations to a tenth (D), and errors over neuron-specific ones (E).

    Args:
        circuits: see `contracts.GROUPS`.
        iterations: of learning; trainings that needed more are drawn there.
    """
    most, *fewer = counts(circuits[0])
    figure = style.new_figure(132)
    rows = figure.add_gridspec(2, 1, height_ratios=(1, 1))
    trained, few, novel = artists.panels(rows[0], 3, share="both")
    needed, gained = artists.panels(rows[1], 2, widths=(1.5, 1))
    wide = (_SPECIFIC, f"random-{most}", f"shared-{most}", f"own-{most}")
    _curves(trained, circuits, wide)
    _curves(few, circuits, [f"{kind}-{count}" for kind in ("random", "own") for count in fewer])
    _curves(novel, circuits, wide[:-1], novel=True)
    trained.set(ylabel="error", xlim=(0, iterations))
    for ax, title in (
        (trained, f"{most} groups"),
        (few, " or ".join(map(str, fewer)) + " groups"),
        (novel, f"novel, {most} groups"),
    ):
        artists.small_title(ax, title)
        ax.set_xlabel("iteration")
    artists.logarithmic(trained, "y")
    _needed(needed, circuits, iterations)
    _gained(gained, circuits, [most, *fewer[:1]])
    style.letter_panels([trained, few, novel, needed, gained])
    kinds = [artists.network_handle(NETWORKS[kind]) for kind in (_SPECIFIC, *_KINDS)]
    lengths = [
        Line2D([], [], color=style.LEVEL, linestyle=_DASHES[place], label=f"{count} groups")
        for place, count in enumerate((most, *fewer))
    ]
    late = artists.censored_handle("not within the training")
    artists.legend_above(figure, [*kinds, *lengths, late], rows=2)
    return figure


def counts(circuit: xr.Dataset) -> list[int]:
    """Numbers of groups, from most to fewest."""
    named = [str(each).split("-") for each in circuit["grouping"].values]
    return sorted({int(parts[1]) for parts in named if len(parts) == 2}, reverse=True)


def trained_errors(
    circuits: Sequence[xr.Dataset], name: str, grouping: str, *, novel: bool = False
) -> Array:
    """Errors of trained or novel movements (circuit x movement, ...), means over sessions."""
    found = []
    for each in circuits:
        border = each.sizes["trained"]
        movements = slice(border, None) if novel else slice(None, border)
        errors = each[name].sel(grouping=grouping).isel(movement=movements)
        found.append(errors.mean("session").to_numpy().astype(float))
    return np.concatenate(found)


def _look(circuit: xr.Dataset, grouping: str) -> dict[str, Any]:
    kind, _, count = grouping.partition("-")
    dash = _DASHES[counts(circuit).index(int(count)) % len(_DASHES)] if count else "-"
    return {"color": NETWORKS[kind].color, "linestyle": dash}


def _curves(
    ax: Axes, circuits: Sequence[xr.Dataset], groupings: Sequence[str], *, novel: bool = False
) -> None:
    """Mean errors over movements and circuits."""
    iteration = circuits[0]["iteration"].values
    for grouping in groupings:
        errors = trained_errors(circuits, "error", grouping, novel=novel).mean(axis=0)
        look = _look(circuits[0], grouping)
        marks.course(ax, iteration, errors, label=grouping, linewidth=1.4, **look)


def _needed(ax: Axes, circuits: Sequence[xr.Dataset], iterations: int) -> None:
    """Iterations to a tenth of the start, of each trained movement."""
    names = [str(each) for each in circuits[0]["grouping"].values]
    places = np.arange(len(names)) + 0.6 * np.array([_column(name) for name in names])
    start = np.concatenate(
        [each["start_error"].values[: each.sizes["trained"]] for each in circuits]
    )
    for place, name in zip(places, names, strict=True):
        needed = iterations_until(trained_errors(circuits, "error", name), start, PART_OF_START)
        color = NETWORKS[name.partition("-")[0]].color
        artists.counted(ax, float(place), needed, iterations, color)
    labels = [name.partition("-")[2] or "all" for name in names]
    ax.set_xticks(places, labels)
    ax.tick_params(axis="x", length=0)
    ax.set(xlabel="number of groups", ylabel="iterations to a tenth of the start")
    ax.set_ylim(0, 1.06 * iterations)


def _column(name: str) -> int:
    """Kinds of groups stand apart."""
    return (_SPECIFIC, *_KINDS).index(name.partition("-")[0])


def _gained(ax: Axes, circuits: Sequence[xr.Dataset], shown: Sequence[int]) -> None:
    """Smallest error of neuron-specific gains over that of groups, of each trained movement."""
    specific = trained_errors(circuits, "best_error", _SPECIFIC)
    labels, places = [], []
    for column, kind in enumerate(("shared", "own")):
        for row, count in enumerate(shown):
            place = _ROOM * len(shown) * column + row
            ratio = specific / trained_errors(circuits, "best_error", f"{kind}-{count}")
            color = NETWORKS[kind].color
            artists.points(ax, place, ratio, color, markersize=3)
            median = float(np.median(ratio))
            ax.plot([place - 0.33, place + 0.33], [median] * 2, color=color, linewidth=1.8)
            places.append(place)
            labels.append(str(count))
    ax.axhline(1, color=style.LEVEL, linestyle="--", linewidth=0.8, zorder=0)
    ax.set_xticks(places, labels)
    ax.tick_params(axis="x", length=0)
    ax.set(xlabel="number of groups", ylabel="error, specific over groups")
    artists.logarithmic(ax, "y")
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
