"""What an experimenter sees of the circuit: some neurons and some muscles."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import IntArray

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def sampling_order(rng: np.random.Generator, count: int) -> IntArray:
    """Random order in which the `count` neurons or muscles would be found (rank,)."""
    return rng.permutation(count)


def observed_ids(order: IntArray, fraction: float) -> IntArray:
    """Numbers of the observed neurons or muscles.

    They are the first of the sampling order, so that a larger fraction contains a smaller one.

    Args:
        order: in which they would be found (rank,).
        fraction: observed.

    Returns:
        Numbers in ascending order (observed,).
    """
    ids: IntArray = np.sort(order[: observed_count(len(order), fraction)])
    return ids


def observed_count(count: int, fraction: float) -> int:
    """How many of `count` are observed at a fraction."""
    return round(fraction * count)


def draw_sample(
    rng: Callable[[str], np.random.Generator], *, neurons: int, muscles: int
) -> dict[str, ArrayLike]:
    """Draw both orders, from streams of their own, so that neither depends on the other's size.

    Args:
        rng: a random stream by its name.
        neurons, muscles: how many there are.

    Returns:
        What `contracts.SAMPLE` says.
    """
    return {
        "neuron_rank": range(neurons),
        "muscle_rank": range(muscles),
        "neuron_order": sampling_order(rng("constrained/sample/neurons"), neurons),
        "muscle_order": sampling_order(rng("constrained/sample/muscles"), muscles),
    }
