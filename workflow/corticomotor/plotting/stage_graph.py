"""A small graph of stages: who reads whose files, in layers from left to right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path as Curve

from corticomotor.plotting import style

Edge = tuple[str, str]
# (stage, layer): a stage, or its edges where they pass through a layer on their way.
_Node = tuple[str, int]
_Segment = tuple[_Node, _Node]
_Position = tuple[float, float]

_BOX_WIDTH = 0.66
_BOX_HEIGHT = 0.7
# What a row of boxes takes, what is around them all, and what a page has.
_ROW_MM, _AROUND_MM, _MOST_MM = 13.0, 6.0, 200.0
_SWEEPS = 8


@style.styled
def stages(edges: Sequence[Edge], colors: Mapping[str, str], alone: Sequence[str] = ()) -> Figure:
    """Graph of the stages of a study, left to right.

    Args:
        edges: (stage, stage that reads it).
        colors: of the stages' frames and text, if not dark.
        alone: stages that read no other and that no other reads; they stand below.
    """
    layer = layers(edges)
    segments = _segments(edges, layer)
    positions = _positions(segments, layer)
    lowest = min(height for _, height in positions.values())
    columns = 1 + max(layer.values())
    for index, stage in enumerate(alone):
        row, layer[stage] = divmod(index, columns)
        positions[stage, layer[stage]] = (float(layer[stage]), lowest - 1 - row)
    heights = [height for _, height in positions.values()]
    rows = 1 + max(heights) - min(heights)
    figure = style.new_figure(height_mm=min(_AROUND_MM + rows * _ROW_MM, _MOST_MM))
    _draw(figure.add_subplot(), segments, positions, layer, colors)
    return figure


def layers(edges: Iterable[Edge]) -> dict[str, int]:
    """Layer of each stage: the last ones as far right as they go, each left of all its readers.

    Raises:
        ValueError: the edges form a cycle.
    """
    readers: dict[str, set[str]] = {}
    for source, reader in edges:
        readers.setdefault(source, set()).add(reader)
        readers.setdefault(reader, set())
    behind: dict[str, int] = {}
    while len(behind) < len(readers):
        ready = [
            stage for stage in readers if stage not in behind and readers[stage] <= behind.keys()
        ]
        if not ready:
            raise ValueError(f"cycle among the stages {sorted(readers.keys() - behind.keys())}")
        # Evaluated before any of them counts as placed: two that are ready do not read each other.
        behind |= {
            stage: 1 + max((behind[reader] for reader in readers[stage]), default=-1)
            for stage in ready
        }
    deepest = max(behind.values(), default=0)
    return {stage: deepest - depth for stage, depth in sorted(behind.items())}


def _draw(
    ax: Axes,
    segments: Sequence[_Segment],
    positions: Mapping[_Node, _Position],
    layer: Mapping[str, int],
    colors: Mapping[str, str],
) -> None:
    """Draw stages as boxes and segments as curves between them, with arrows at their ends."""
    for start, end in segments:
        (x0, y0), (x1, y1) = positions[start], positions[end]
        arrives = layer[end[0]] == end[1]
        x0, x1 = x0 + _BOX_WIDTH / 2, x1 - _BOX_WIDTH / 2
        middle = (x0 + x1) / 2
        points = [(x0, y0), (middle, y0), (middle, y1), (x1, y1)]
        codes = [Curve.MOVETO, *[Curve.CURVE4] * 3]
        if not arrives:
            points.append((x1 + _BOX_WIDTH, y1))
            codes.append(Curve.LINETO)
        ax.add_patch(
            FancyArrowPatch(
                path=Curve(points, codes),
                arrowstyle="-|>" if arrives else "-",
                mutation_scale=7,
                shrinkA=0,
                shrinkB=0,
                color=style.FAINT,
                linewidth=0.8,
                zorder=1,
            )
        )
    for stage, number in layer.items():
        x, y = positions[stage, number]
        color = colors.get(stage, style.INK)
        ax.add_patch(
            FancyBboxPatch(
                (x - _BOX_WIDTH / 2, y - _BOX_HEIGHT / 2),
                _BOX_WIDTH,
                _BOX_HEIGHT,
                boxstyle="round,pad=0,rounding_size=0.08",
                mutation_aspect=1.5,
                facecolor="white",
                edgecolor=color,
                linewidth=1.0,
                zorder=2,
            )
        )
        ax.text(
            x,
            y,
            stage,
            fontsize=7,
            ha="center",
            va="center",
            color=color,
            zorder=3,
        )
    xs, ys = zip(*positions.values(), strict=True)
    ax.set_xlim(min(xs) - 0.5, max(xs) + 0.5)
    ax.set_ylim(min(ys) - 0.5, max(ys) + 0.5)
    ax.axis("off")


def _segments(edges: Iterable[Edge], layer: Mapping[str, int]) -> list[_Segment]:
    """Edges cut at each layer; what leaves a stage runs together as far as it can."""
    found: set[_Segment] = set()
    for source, reader in edges:
        passed: list[_Node] = [(source, number) for number in range(layer[source], layer[reader])]
        found.update(pairwise([*passed, (reader, layer[reader])]))
    return sorted(found)


def _positions(segments: Sequence[_Segment], layer: Mapping[str, int]) -> dict[_Node, _Position]:
    """Place stages and passages so that few segments cross: the best of some barycentre sweeps."""
    columns: list[list[_Node]] = [[] for _ in range(1 + max(layer.values()))]
    for node in sorted({node for segment in segments for node in segment}):
        columns[node[1]].append(node)
    neighbours: dict[_Node, dict[int, list[_Node]]] = {}
    for start, end in segments:
        neighbours.setdefault(start, {}).setdefault(1, []).append(end)
        neighbours.setdefault(end, {}).setdefault(-1, []).append(start)

    best = _heights(columns)
    for sweep in range(_SWEEPS):
        side = -1 if sweep % 2 == 0 else 1
        for column in columns if side < 0 else reversed(columns):
            heights = _heights(columns)
            column.sort(
                key=lambda node: float(
                    np.mean([heights[near] for near in neighbours[node].get(side, [node])])
                )
            )
        if _crossings(segments, _heights(columns)) < _crossings(segments, best):
            best = _heights(columns)
    return {node: (float(node[1]), height) for node, height in best.items()}


def _heights(columns: Sequence[Sequence[_Node]]) -> dict[_Node, float]:
    return {
        node: index - (len(column) - 1) / 2
        for column in columns
        for index, node in enumerate(column)
    }


def _crossings(segments: Sequence[_Segment], height: Mapping[_Node, float]) -> int:
    return sum(
        a[0][1] == b[0][1] and (height[a[0]] - height[b[0]]) * (height[a[1]] - height[b[1]]) < 0
        for index, a in enumerate(segments)
        for b in segments[:index]
    )
