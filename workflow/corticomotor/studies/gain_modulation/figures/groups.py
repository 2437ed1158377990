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
# Between ends of a smaller ratio there is room for numbers between.
_FEW_DECADES = 50


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
    trained, few, novel = artists.panels(rows[0], 3, share="y")
    needed, gained = artists.panels(rows[1], 2, widths=(1.5, 1))
    wide = (_SPECIFIC, f"random-{most}", f"shared-{most}", f"own-{most}")
    _curves(trained, circuits, wide)
    _curves(few, circuits, [f"{kind}-{count}" for kind in ("random", "own") for count in fewer])
    _curves(novel, circuits, wide[:-1], novel=True)
    trained.set_ylabel("error")
    for ax, title in (
        (trained, f"{most} groups"),
        (few, " or ".join(map(str, fewer)) + " groups"),
        (novel, f"novel, {most} groups"),
    ):
        artists.small_title(ax, title)
        ax.set_xlabel("iteration")
        artists.logarithmic(ax, "y")
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
) -> list[Array]:
    """Errors of trained or novel movements (movement, ...) of each circuit, sessions' means."""
    found = []
    for each in circuits:
        border = each.sizes["trained"]
        movements = slice(border, None) if novel else slice(None, border)
        errors = each[name].sel(grouping=grouping).isel(movement=movements)
        found.append(errors.mean("session").to_numpy().astype(float))
    return found


def _look(circuit: xr.Dataset, grouping: str) -> dict[str, Any]:
    kind, _, count = grouping.partition("-")
    dash = _DASHES[counts(circuit).index(int(count)) % len(_DASHES)] if count else "-"
    return {"color": NETWORKS[kind].color, "linestyle": dash}


def _curves(
    ax: Axes, circuits: Sequence[xr.Dataset], groupings: Sequence[str], *, novel: bool = False
) -> None:
    """Mean errors over movements and circuits, with intervals over circuits at the end."""
    iteration = circuits[0]["iteration"].values
    looks = [_look(circuits[0], grouping) for grouping in groupings]
    ends = []
    for grouping, look in zip(groupings, looks, strict=True):
        found = trained_errors(circuits, "error", grouping, novel=novel)
        errors = np.stack([each.mean(axis=0) for each in found])
        marks.course(ax, iteration, errors.mean(axis=0), label=grouping, linewidth=1.4, **look)
        ends.append(errors[:, -1])
    marks.intervals_at_end(ax, iteration, ends, [look["color"] for look in looks])


def _needed(ax: Axes, circuits: Sequence[xr.Dataset], iterations: int) -> None:
    """Iterations to a tenth of the start, of each circuit's trained movements."""
    names = [str(each) for each in circuits[0]["grouping"].values]
    places = np.arange(len(names)) + 0.6 * np.array([_column(name) for name in names])
    starts = [each["start_error"].values[: each.sizes["trained"]] for each in circuits]
    for place, name in zip(places, names, strict=True):
        needed = [
            iterations_until(errors, start, PART_OF_START)
            for errors, start in zip(trained_errors(circuits, "error", name), starts, strict=True)
        ]
        color = NETWORKS[name.partition("-")[0]].color
        marks.by_circuit(ax, float(place), needed, color, last=iterations)
    labels = [name.partition("-")[2] or "all" for name in names]
    ax.set_xticks(places, labels)
    ax.tick_params(axis="x", length=0)
    ax.set(xlabel="number of groups", ylabel="iterations to a tenth of the start")
    ax.set_ylim(0, 1.06 * iterations)


def _column(name: str) -> int:
    """Kinds of groups stand apart."""
    return (_SPECIFIC, *_KINDS).index(name.partition("-")[0])


def _gained(ax: Axes, circuits: Sequence[xr.Dataset], shown: Sequence[int]) -> None:
    """Smallest error of neuron-specific gains over that of groups, for trained movements."""
    specific = trained_errors(circuits, "best_error", _SPECIFIC)
    labels, places = [], []
    for column, kind in enumerate(("shared", "own")):
        for row, count in enumerate(shown):
            place = _ROOM * len(shown) * column + row
            grouped = trained_errors(circuits, "best_error", f"{kind}-{count}")
            found = [one / other for one, other in zip(specific, grouped, strict=True)]
            marks.by_circuit(ax, place, found, NETWORKS[kind].color, ratios=True)
            places.append(place)
            labels.append(str(count))
    ax.axhline(1, color=style.LEVEL, linestyle="--", linewidth=0.8, zorder=0)
    ax.set_xticks(places, labels)
    ax.tick_params(axis="x", length=0)
    ax.set(xlabel="number of groups", ylabel="error, specific over groups")
    artists.logarithmic(ax, "y")
    low, high = ax.get_ylim()
    if high < _FEW_DECADES * low:
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
