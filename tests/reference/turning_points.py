"""Turning points by their definition, for one course."""

from __future__ import annotations

from collections.abc import Sequence


def most_turns(course: Sequence[float], hysteresis: float) -> int:
    """Find the longest series of samples that rises and falls in turn by more than the hysteresis.

    All but its first and last are turning points.
    """
    # Of the longest series that ends with a rise to, or a fall to, each sample.
    rises, falls = [1] * len(course), [1] * len(course)
    for later in range(len(course)):
        for earlier in range(later):
            change = course[later] - course[earlier]
            if change > hysteresis:
                rises[later] = max(rises[later], falls[earlier] + 1)
            if change < -hysteresis:
                falls[later] = max(falls[later], rises[earlier] + 1)
    return max(0, max(rises + falls) - 2)
