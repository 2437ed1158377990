"""Adam (Kingma & Ba 2015) for tensors, with one memory for both moments."""

import torch
from torch import Tensor


class Moments:
    """Running means of a tensor's gradient and of its square.

    Args:
        like: the parameters, of any shape.
        memory: weight of the old values in both means. The usual 0.999 for the square lets one
            spike of the gradient slow down all that follows.

    Attributes:
        mean: of the gradient, biased towards 0 in the first steps.
        square: of its square, likewise.
    """

    def __init__(self, like: Tensor, memory: float) -> None:
        self.mean = torch.zeros_like(like)
        self.square = torch.zeros_like(like)
        self._memory = memory

    def direction(self, gradient: Tensor, step: int) -> Tensor:
        """Take in a gradient; give by how much a rate of 1 changes the parameters downhill.

        Args:
            gradient: of the shape of the parameters.
            step: number of the step, from 1.
        """
        memory = self._memory
        self.mean.mul_(memory).add_(gradient, alpha=1 - memory)
        self.square.mul_(memory).addcmul_(gradient, gradient, value=1 - memory)
        correction = 1 - memory**step
        return (self.mean / correction) / ((self.square / correction).sqrt() + 1e-8)
