"""Adam for tensors, with one decay rate for both moments."""

import torch
from torch import Tensor


class TorchAdam:
    """Running means of a tensor's gradient and of its square, and the steps that follow from them.

    Args:
        like: the parameters, of any shape.
        beta: weight of the old values in both means. The usual 0.999 for the square lets one
            spike of the gradient slow down all that follows.

    Attributes:
        mean: of the gradient, biased towards 0 in the first steps.
        square: of its square, likewise.

    Source: Kingma & Ba, ICLR 2015.
    """

    def __init__(self, like: Tensor, beta: float) -> None:
        self.mean = torch.zeros_like(like)
        self.square = torch.zeros_like(like)
        self._beta = beta

    def step(self, gradient: Tensor, count: int) -> Tensor:
        """Take in a gradient.

        Args:
            gradient: of the shape of the parameters.
            count: number of the step, from 1.

        Returns:
            What a rate of 1 takes off the parameters.
        """
        beta = self._beta
        self.mean.mul_(beta).add_(gradient, alpha=1 - beta)
        self.square.mul_(beta).addcmul_(gradient, gradient, value=1 - beta)
        correction = 1 - beta**count
        return (self.mean / correction) / ((self.square / correction).sqrt() + 1e-8)
