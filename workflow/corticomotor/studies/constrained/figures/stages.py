"""The stages of the study and what flows between them."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from corticomotor.plotting import style
from corticomotor.plotting.stage_graph import draw

_LABELS = {
    "emg": "target EMG",
    "circuits": "stability-optimised\ncircuit",
    "ground_truth": "gain learning:\nground truth",
    "sample": "sample of neurons\nand muscles",
    "free": "FF",
    "hinted": "FFH",
    "similarity": "similarity",
    "generalisation": "generalisation",
}
_KINDS = {"ground_truth": "SOC", "free": "FF", "hinted": "FFH"}


@style.styled
def stages(edges: Sequence[tuple[str, str]]) -> Figure:
    """Graph of the stages, left to right.

    Args:
        edges: (stage, stage that reads it), see `stage_graph.edges_between`.
    """
    figure = style.new_figure(height_mm=58)
    colors = {stage: style.KINDS[kind] for stage, kind in _KINDS.items()}
    draw(figure.add_subplot(), edges, _LABELS, colors)
    return figure
