"""What an experimenter sees of the circuit: some neurons and some muscles."""

import numpy as np

from corticomotor.arrays import IntArray


def sampling_order(rng: np.random.Generator, count: int) -> IntArray:
    """Random order in which the `count` neurons or muscles would be found (rank,)."""
    return rng.permutation(count)


def observed_ids(order: IntArray, fraction: float) -> IntArray:
    """Numbers of those observed when a fraction of them is, in ascending order.

    They are the first of the sampling order, so that a larger fraction contains a smaller one.
    """
    ids: IntArray = np.sort(order[: observed_count(len(order), fraction)])
    return ids


def observed_count(count: int, fraction: float) -> int:
    """How many of `count` are observed at a fraction."""
    return round(fraction * count)
