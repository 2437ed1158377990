"""What a network learns in which way: motifs by themselves, one alone, or pairs of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corticomotor.arrays import Array

# Draws the trials of an iteration: which motifs they chain (position, trial), of those that learn.
Draw = Callable[[np.random.Generator, NDArray[np.int64]], NDArray[np.int64]]


@dataclass(frozen=True)
class Course:
    """What is learned in which way.

    Attributes:
        targets: desired output of each motif (motif, step).
        draw: the trials of an iteration.
        initial_std: standard deviation of the states from which trials start.
        max_iterations: after which training ends.
        separate: whether motifs converge each by itself, which needs parameters of their own
            and trials of one motif; else all end together.
    """

    targets: Array
    draw: Draw
    initial_std: float
    max_iterations: int
    separate: bool


def single_motifs(starts: int) -> Draw:
    """Draw each motif by itself, as often as `starts`."""

    def draw(rng: np.random.Generator, learning: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.repeat(learning, starts)[None]

    return draw


def only_motif(motif: int, starts: int) -> Draw:
    """Draw one motif, as often as `starts`."""

    def draw(rng: np.random.Generator, learning: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.full((1, starts), motif)

    return draw


def motif_pairs(trials: int) -> Draw:
    """Draw ordered pairs of different motifs."""

    def draw(rng: np.random.Generator, learning: NDArray[np.int64]) -> NDArray[np.int64]:
        first = rng.integers(len(learning), size=trials)
        other = (first + rng.integers(1, len(learning), size=trials)) % len(learning)
        return learning[np.stack([first, other])]

    return draw
