"""Adam for one array of parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from corticomotor.arrays import Array


class Adam:
    """Adaptive moment estimation with the usual decay rates 0.9 and 0.999.

    Args:
        learning_rate: largest change of a parameter in a step, about.

    Source: Kingma & Ba, ICLR 2015.
    """

    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = learning_rate
        self._count = 0
        self._mean: Array | float = 0.0
        self._square: Array | float = 0.0

    def step(self, parameters: Array, gradient: Array) -> Array:
        """Take a step against the gradient.

        Args:
            parameters: of any shape.
            gradient: of the same shape.

        Returns:
            The parameters after it.
        """
        self._count += 1
        self._mean = 0.9 * self._mean + 0.1 * gradient
        self._square = 0.999 * self._square + 0.001 * gradient**2
        mean = self._mean / (1 - 0.9**self._count)
        scale = np.sqrt(self._square / (1 - 0.999**self._count)) + 1e-12
        updated: Array = parameters - self.learning_rate * mean / scale
        return updated

    @property
    def state(self) -> dict[str, Array]:
        """What the next step depends on."""
        return {
            "count": np.array(self._count),
            "mean": np.asarray(self._mean),
            "square": np.asarray(self._square),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state of an optimiser for the same parameters."""
        self._count = int(state["count"])
        self._mean, self._square = state["mean"], state["square"]
