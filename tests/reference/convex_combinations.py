"""Convex combinations by trying every choice of members."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from corticomotor.arrays import Array


def best_convex_combination(outputs: Array, target: Array) -> Array:
    """Coefficients (member,), not negative and of sum 1, that come closest to a target (time,).

    The closest point of a convex hull is the closest point of the plane through some of its
    corners: of all those that lie between their corners, the best.
    """
    members = outputs.shape[1]
    best, least = np.zeros(members), np.inf
    for size in range(1, members + 1):
        for chosen in combinations(range(members), size):
            first, *others = chosen
            directions = outputs[:, others] - outputs[:, [first]]
            shares, *_ = np.linalg.lstsq(directions, target - outputs[:, first])
            coefficients = np.zeros(members)
            coefficients[others] = shares
            coefficients[first] = 1 - shares.sum()
            distance = float(np.linalg.norm(outputs @ coefficients - target))
            if coefficients.min() >= 0 and distance < least:
                best, least = coefficients, distance
    return best
