"""Colours and words of what figures show beside `palette.NETWORKS`."""

from __future__ import annotations

from corticomotor.plotting.style import Color, blended

# Where a force acts, and its arrow.
FIELD, FORCE = "#F8E8CB", "#B5771B"
# Phases of training of sequence models that all of them share, for axes.
PHASES = {"untrained": "untrained", "before": "before", "under": "under", "after": "after"}
# Hues of Okabe and Ito (2008) in a circle.
_CIRCLE = ("#0072B2", "#009E73", "#E69F00", "#D55E00", "#B0508A", "#0072B2")


def direction_colors(count: int) -> list[Color]:
    """Colours of directions around the start, counterclockwise from the right."""
    return blended(_CIRCLE, count + 1)[:-1]
