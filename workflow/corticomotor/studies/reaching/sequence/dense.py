"""A dense ReLU layer on a tape, step by step (see `recurrence`)."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor


class DenseLayer:
    """A dense ReLU layer, with dropout behind it, and what its steps left behind.

    Args:
        steps, reaches, units: sizes.
        like: a tensor of the type and device of all.

    Attributes:
        weights, bias: in use.
        rates: activity (time, reach, unit).
        steps: what comes into the units in each step, and then their activity (reach, unit).
        slopes: derivative of the loss by what came in (time, reach, unit).
    """

    weights: Tensor
    bias: Tensor

    def __init__(self, steps: int, reaches: int, units: int, like: Tensor) -> None:
        self.rates, self.slopes, self._active = (
            like.new_empty(steps, reaches, units) for _ in range(3)
        )
        self.steps, self._slopes, self._actives = (
            each.unbind() for each in (self.rates, self.slopes, self._active)
        )

    def use(self, parameters: Mapping[str, Tensor], name: str, mask: Tensor | None) -> None:
        """Take weights and bias of a layer, and its mask of dropout (time, reach, unit)."""
        self.weights, self.bias = parameters[f"{name}/weights"], parameters[f"{name}/bias"]
        self._mask = mask
        self._masks = None if mask is None else mask.unbind()

    def step(self, time: int, rates: Tensor) -> Tensor:
        """Give the activity of a step from that of the layer before."""
        torch.addmm(self.bias, rates, self.weights, out=self.steps[time])
        return self.rectify(time)

    def rectify(self, time: int) -> Tensor:
        """Make activity of what came into the units, and give it."""
        rates = self.steps[time].relu_()
        return rates if self._masks is None else rates.mul_(self._masks[time])

    def begin_back(self) -> None:
        """Before steps back: find how activity grows with what comes in."""
        torch.gt(self.rates, 0, out=self._active)
        if self._mask is not None:
            self._active.mul_(self._mask)

    def step_back(self, time: int, slopes: Tensor, weights: Tensor) -> Tensor:
        """Fill and give the slopes of a step.

        Args:
            time: of the step.
            slopes: those of the next layer.
            weights: of the next layer.
        """
        into = self._slopes[time]
        torch.mm(slopes, weights.T, out=into)
        return into.mul_(self._actives[time])
