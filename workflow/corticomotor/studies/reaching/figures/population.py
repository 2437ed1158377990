"""Hidden activity as a population, beside that of motor-cortical circuits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from corticomotor.plotting import artists, style
from corticomotor.studies.reaching.figures import looks, marks
from corticomotor.studies.reaching.palette import NETWORKS

Replicates = Sequence[xr.Dataset]
Populations = Mapping[str, Replicates]
# Phases whose components are shown.
_SHOWN = {"before": "no force", "under": "force"}
# Where they stand beside the correlation.
_BESIDE = (0.33, 0.58)
# Levels of chance: variable -> colour and name.
_CHANCE = {
    "surrogate_correlation": ("#C9C9C9", "surrogates (C)"),
    "assigned_correlation": ("#8F8F8F", "shuffled (C)"),
}
_CEILING: dict[str, Any] = {"color": style.INK, "linewidth": 0.9, "linestyle": "--"}
_MAP = "cividis"


@style.styled
def population(populations: Populations) -> Figure:
    """Leading components (A), variance (B), similarity with circuits (C), shared subspaces (D).

    Args:
        populations: by sequence model, see `contracts.POPULATION`; A shows the first replicates.
    """
    first = next(iter(populations.values()))[0]
    circuits = [str(each) for each in first["circuit"].values]
    figure = style.new_figure(132)
    rows = figure.add_gridspec(3, 1, height_ratios=(1, 1.25, 1))
    components = artists.panels(rows[0], len(_SHOWN) * len(populations) + 1)
    _components(components[:-1], populations)
    marks.direction_wheel(components[-1], first["direction"].values)
    components[-1].set_title("direction\nof target", loc="center", fontsize=7)
    grid = rows[1].subgridspec(1, 2, width_ratios=(1, 1.3 * len(circuits)))
    left, right = grid[0], grid[1]
    (variance,) = artists.panels(left, 1)
    similar = artists.panels(right, len(circuits), share="y")
    _variance(variance, populations)
    for ax, circuit in zip(similar, circuits, strict=True):
        _similarity(ax, populations, circuit)
        marks.heading(ax, NETWORKS[circuit].label)
    similar[0].set_ylabel("mean canonical\ncorrelation")
    captured = artists.panels(rows[2], len(populations))
    _captured(figure, captured, populations)
    style.letter_panels([components[0], variance, similar[0], captured[0]])
    _legend(figure, populations)
    return figure


def _components(axes: Sequence[Axes], populations: Populations) -> None:
    columns = [(name, phase) for name in populations for phase in _SHOWN]
    for ax, (name, phase) in zip(axes, columns, strict=True):
        scores = populations[name][0]["score"].sel(phase=phase).values
        colors = looks.direction_colors(len(scores))
        for course, color in zip(scores[..., :2], colors, strict=True):
            ax.plot(*course.T, color=color, linewidth=0.9, label="direction")
            ax.plot(*course[-1], "o", color=color, markersize=2.6, mew=0)
        ax.set(xticks=[], yticks=[], xlabel=_SHOWN[phase])
        for spine in ax.spines.values():
            spine.set(visible=True, color=style.PALE)
        ax.margins(0.08)
    for ax, name in zip(axes[:: len(_SHOWN)], populations, strict=True):
        ax.set_ylabel(NETWORKS[name].label.replace(" of ", " of\n"), color=NETWORKS[name].color)


def _variance(ax: Axes, populations: Populations) -> None:
    """Before learning any force, and dashed before any learning."""
    for name, replicates in populations.items():
        component = replicates[0]["component"].values
        for phase, line in (("untrained", "--"), ("before", "-")):
            explained = marks.series(replicates, "explained_variance", phase=phase)
            total = 100 * np.cumsum(explained, axis=1)
            marks.course(
                ax, component, total, NETWORKS[name].color, linestyle=line, label=f"{name} {phase}"
            )
    ax.set(xlabel="components", ylabel="explained variance (%)")
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.set_ylim(top=101)


def _similarity(ax: Axes, populations: Populations, circuit: str) -> None:
    """A group for each model, a place for each phase: replicates, their mean, and chance."""
    left = 0.0
    ticks, names = [], []
    for name, replicates in populations.items():
        phases = [each for each in looks.PHASES if each in replicates[0]["phase"].values]
        for place, phase in enumerate(phases):
            x = left + place
            where = {"phase": phase, "circuit": circuit}
            for offset, (variable, (color, _)) in zip(_BESIDE, _CHANCE.items(), strict=True):
                samples = marks.series(replicates, variable, **where).ravel()
                low, high = artists.central_band(samples)
                ax.plot(
                    [x + offset] * 2,
                    [low, high],
                    color=color,
                    linewidth=3.0,
                    solid_capstyle="butt",
                    label=variable,
                )
            found = marks.series(replicates, "correlation", **where).mean(axis=1)
            ax.plot([x] * len(found), found, "o", color=NETWORKS[name].color, markersize=2.4, mew=0)
            mean = float(found.mean())
            ax.plot(
                [x - 0.16, x + 0.16],
                [mean] * 2,
                color=NETWORKS[name].color,
                linewidth=1.8,
                label=f"{name} {phase}",
            )
            ticks.append(x + 0.2)
            names.append(looks.PHASES[phase])
        left += len(phases) + 0.7
    ceiling = [
        each["ceiling"].sel(circuit=circuit).mean() for each in next(iter(populations.values()))
    ]
    ax.axhline(float(np.mean(ceiling)), label="ceiling", **_CEILING)
    ax.set_xticks(ticks, names, rotation=90)
    ax.tick_params(axis="x", length=0)


def _captured(figure: Figure, axes: Sequence[Axes], populations: Populations) -> None:
    """Mean of replicates, with the numbers in percent."""
    found = {}
    for name, replicates in populations.items():
        phases = [each for each in looks.PHASES if each in replicates[0]["phase"].values]
        captured = marks.series(replicates, "captured_variance", phase=phases, other_phase=phases)
        found[name] = (phases, 100 * captured.mean(axis=0))
    lowest = min(float(values.min()) for _, values in found.values())
    norm = Normalize(min(lowest, 99.0), 100.0)
    for ax, (name, (phases, values)) in zip(axes, found.items(), strict=True):
        image = ax.imshow(values, cmap=_MAP, norm=norm, aspect="auto")
        for (row, column), value in np.ndenumerate(values):
            color = "white" if norm(value) < 0.5 else style.INK
            ax.text(
                column, row, f"{value:.0f}", ha="center", va="center", fontsize=6.5, color=color
            )
        texts = [looks.PHASES[phase] for phase in phases]
        ax.set_xticks(range(len(phases)), texts, fontsize=6)
        ax.set_yticks(range(len(phases)), texts)
        ax.tick_params(length=0)
        ax.set_title(NETWORKS[name].label, loc="center", fontsize=7.5)
        for spine in ax.spines.values():
            spine.set_visible(False)
    for ax in axes[1:]:
        ax.tick_params(labelleft=False)
    axes[0].set_ylabel("activity")
    axes[len(axes) // 2].set_xlabel("components")
    figure.colorbar(image, ax=list(axes), label="variance held (%)", aspect=14)


def _legend(figure: Figure, populations: Populations) -> None:
    handles: list[Any] = [artists.network_handle(NETWORKS[name]) for name in populations]
    handles.append(
        Line2D([], [], color=style.INK, linestyle="--", linewidth=1.0, label="untrained (B)")
    )
    handles += [Patch(facecolor=color, linewidth=0, label=text) for color, text in _CHANCE.values()]
    handles.append(Line2D([], [], label="halves of circuit (C)", **_CEILING))
    artists.legend_above(figure, handles, rows=2)
