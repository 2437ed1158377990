"""The stages of the study and what flows between them."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from corticomotor.plotting import style
from corticomotor.plotting.stage_graph import draw
from corticomotor.studies.motifs.figures.networks import COLORS

_LABELS = {
    "step_motifs": "step\nmotifs",
    "oscillatory_motifs": "oscillatory\nmotifs",
    "connectivity": "connectivity",
    "modules": "preparatory\nmodule",
    "swept": "other numbers\nof loops",
    "networks": "trained\nnetworks",
    "evaluations": "transitions",
    "pairs": "all pairs\nof motifs",
    "forgetting": "learning\nin turn",
    "thalamocortical": "analytic\nmodel",
}
_KINDS = {
    "modules": "additive_prepared",
    "networks": "additive_prepared",
    "evaluations": "additive_prepared",
    "thalamocortical": "thalamocortical",
    "forgetting": "control",
}


@style.styled
def stages(edges: Sequence[tuple[str, str]]) -> Figure:
    """Graph of the stages, left to right.

    Args:
        edges: (stage, stage that reads it), see `stage_graph.edges_between`.
    """
    figure = style.new_figure(height_mm=62)
    colors = {stage: COLORS[kind] for stage, kind in _KINDS.items()}
    draw(figure.add_subplot(), edges, _LABELS, colors)
    return figure
