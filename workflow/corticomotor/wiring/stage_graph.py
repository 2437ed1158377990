"""The figure that every study has: its stages, and which reads the results of which."""

from __future__ import annotations

from typing import Any

from corticomotor.study.publications import Figure
from corticomotor.study.record import Study

STAGES = Figure(
    "stages",
    "Stages",
    "The stages of the study: an arrow means that a stage reads the results of another.",
    draw="corticomotor.plotting.stage_graph:stages",
    shows={},
)


def graph_of(study: Study) -> dict[str, Any]:
    """Give what the figure shows, by the names of its arguments.

    Stages that share a label are one box; those without one are left out.
    """
    edges = {
        (source, stage.label)
        for stage in study.stages
        if stage.label
        for name in stage.upstream.values()
        if (source := study.stage(name).label) and source != stage.label
    }
    joined = {stage for edge in edges for stage in edge}
    labels = dict.fromkeys(stage.label for stage in study.stages if stage.label)
    return {
        "edges": sorted(edges),
        "alone": [label for label in labels if label not in joined],
        "colors": {
            stage.label: study.networks[stage.network].color
            for stage in study.stages
            if stage.network
        },
    }
