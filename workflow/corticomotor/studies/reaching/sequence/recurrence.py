"""Recurrent layers on a tape: steps forward, and back through time by hand.

A tape holds what the steps left behind, so that the gradient takes no memory anew, and the products
for the weights are one for all steps. Automatic differentiation records each step instead, and
costs more than twice as much for matrices as small as these.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

import torch
from torch import Tensor

from corticomotor.studies.reaching.sequence.parameters import GATES

_TANH_BACKWARD = torch.ops.aten.tanh_backward.grad_input
_SIGMOID_BACKWARD = torch.ops.aten.sigmoid_backward.grad_input


class Recurrence(ABC):
    """A recurrent layer and its tape.

    Args:
        steps, reaches, units: sizes.
        like: a tensor of the type and device of all.

    Attributes:
        incoming: what comes in from the layer before, biases included (time, reach, gate * unit);
            to be filled, at the latest before the step that needs it.
        rates: activity before each step and after the last (time + 1, reach, unit).
        incoming_slopes: derivative of the loss by `incoming`.
    """

    incoming: Tensor
    incoming_slopes: Tensor

    def __init__(self, steps: int, reaches: int, units: int, like: Tensor) -> None:
        self.rates = like.new_zeros(steps + 1, reaches, units)
        self._rates = self.rates.unbind()
        self.units = units

    def use(self, parameters: Mapping[str, Tensor]) -> None:
        """Take weights and biases by their names in `parameters.Layout`, before each run."""
        self._weights = parameters["recurrent/weights"]

    @abstractmethod
    def step(self, time: int) -> None:
        """Make `rates[time + 1]` of `rates[time]` and `incoming[time]`."""

    @abstractmethod
    def step_back(self, time: int, slope: Tensor) -> None:
        """Fill `incoming_slopes[time]`.

        Args:
            time: of the step.
            slope: derivative of the loss by `rates[time + 1]` (reach, unit); afterwards it is that
                by `rates[time]`, as far as this layer passes it on.
        """

    @abstractmethod
    def gradient(self) -> dict[str, Tensor]:
        """Derivative of the loss by the layer's parameters, after all steps back."""

    def run(self) -> None:
        """Do all steps; for layers of which all `incoming` is known."""
        for time in range(len(self._rates) - 1):
            self.step(time)

    def run_back(self, slopes: Tensor) -> None:
        """Do all steps back.

        Args:
            slopes: derivative of the loss by `rates[1:]` but through later steps (time, reach,
                unit).
        """
        total = torch.zeros_like(slopes[0])
        for time, slope in reversed(list(enumerate(slopes.unbind()))):
            total.add_(slope)
            self.step_back(time, total)


class SimpleRecurrence(Recurrence):
    """h' = f(W h + input) with ReLU or tanh for f."""

    def __init__(self, steps: int, reaches: int, units: int, like: Tensor, cell: str) -> None:
        super().__init__(steps, reaches, units, like)
        self._rectified = cell == "relu"
        self.incoming = like.new_empty(steps, reaches, units)
        self.incoming_slopes = like.new_empty(steps, reaches, units)
        self._incoming = self.incoming.unbind()
        self._slopes = self.incoming_slopes.unbind()

    def step(self, time: int) -> None:
        """Make `rates[time + 1]`."""
        rates = self._rates[time + 1]
        torch.addmm(self._incoming[time], self._rates[time], self._weights, out=rates)
        if self._rectified:
            rates.relu_()
        else:
            rates.tanh_()

    def step_back(self, time: int, slope: Tensor) -> None:
        """Fill `incoming_slopes[time]`."""
        rates, before = self._rates[time + 1], self._slopes[time]
        if self._rectified:
            torch.sign(rates, out=before)
            before.mul_(slope)
        else:
            _TANH_BACKWARD(slope, rates, grad_input=before)
        torch.mm(before, self._weights.T, out=slope)

    def gradient(self) -> dict[str, Tensor]:
        """Derivative of the loss by the weights."""
        rates, slopes = self.rates[:-1].flatten(0, 1), self.incoming_slopes.flatten(0, 1)
        return {"recurrent/weights": rates.T @ slopes}


class GatedRecurrence(Recurrence):
    """A GRU: r, z = sigmoid(...), n = tanh(input + r (W h + b)), h' = (1 - z) n + z h.

    The tape holds, in one piece, the inputs of n, r and z, and W h + b. Columns of `incoming` are
    those of n, r, z, and columns of the recurrent weights those of r, z, n.

    Source: Cho et al., EMNLP 2014, with the reset gate behind the product, as in cuDNN.
    """

    def __init__(self, steps: int, reaches: int, units: int, like: Tensor) -> None:
        super().__init__(steps, reaches, units, like)
        tape, slopes = (like.new_empty(steps, reaches, 4 * units) for _ in range(2))
        self.incoming, self.incoming_slopes = tape[..., : 3 * units], slopes[..., : 3 * units]
        self._recurrent_tape, self._recurrent_slopes = tape[..., units:], slopes[..., units:]
        self._products, self._slopes = (
            self._recurrent_tape.unbind(),
            self._recurrent_slopes.unbind(),
        )
        self._gates, self._gate_slopes = (
            each[..., units : 3 * units].unbind() for each in (tape, slopes)
        )
        self._input, self._reset, self._update, self._recurrent = _columns(tape, units)
        self._to_input, self._to_reset, self._to_update, self._to_recurrent = _columns(
            slopes, units
        )
        self._candidates = like.new_empty(steps, reaches, units).unbind()
        self._work = like.new_empty(reaches, units)

    def use(self, parameters: Mapping[str, Tensor]) -> None:
        """Take weights and bias, before each run."""
        super().use(parameters)
        # Steps add to it.
        self._recurrent_tape[..., -self.units :] = parameters["recurrent/bias"]

    def step(self, time: int) -> None:
        """Make `rates[time + 1]`."""
        rates, candidate = self._rates[time], self._candidates[time]
        self._products[time].addmm_(rates, self._weights)
        self._gates[time].sigmoid_()
        torch.addcmul(self._input[time], self._reset[time], self._recurrent[time], out=candidate)
        candidate.tanh_()
        torch.lerp(candidate, rates, self._update[time], out=self._rates[time + 1])

    def step_back(self, time: int, slope: Tensor) -> None:
        """Fill `incoming_slopes[time]`."""
        candidate, work, to_input = self._candidates[time], self._work, self._to_input[time]
        gate_slopes = self._gate_slopes[time]
        torch.sub(self._rates[time], candidate, out=work)
        torch.mul(work, slope, out=self._to_update[time])
        torch.mul(slope, self._update[time], out=work)
        slope.sub_(work)
        _TANH_BACKWARD(slope, candidate, grad_input=to_input)
        torch.mul(to_input, self._recurrent[time], out=self._to_reset[time])
        torch.mul(to_input, self._reset[time], out=self._to_recurrent[time])
        _SIGMOID_BACKWARD(gate_slopes, self._gates[time], grad_input=gate_slopes)
        torch.addmm(work, self._slopes[time], self._weights.T, out=slope)

    def gradient(self) -> dict[str, Tensor]:
        """Derivative of the loss by weights and bias."""
        rates, slopes = self.rates[:-1].flatten(0, 1), self._recurrent_slopes.flatten(0, 1)
        return {
            "recurrent/weights": rates.T @ slopes,
            "recurrent/bias": slopes[:, -self.units :].sum(0),
        }


def _columns(tape: Tensor, units: int) -> list[tuple[Tensor, ...]]:
    """The four parts of a tape of gates, each step by step."""
    return [part.unbind() for part in torch.split(tape, units, dim=-1)]


def recurrence(cell: str, steps: int, reaches: int, units: int, like: Tensor) -> Recurrence:
    """Make the recurrent layer of a model.

    Args:
        cell: relu, tanh or gru.
        steps, reaches, units: sizes.
        like: a tensor of the type and device of all.
    """
    if GATES[cell] == 1:
        return SimpleRecurrence(steps, reaches, units, like, cell)
    return GatedRecurrence(steps, reaches, units, like)
