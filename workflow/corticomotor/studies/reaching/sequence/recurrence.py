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
        self._scratch = [like.new_empty(reaches, units) for _ in range(2)]
        self.units = units

    def use(self, parameters: Mapping[str, Tensor]) -> None:
        """Take weights and biases by their names in `parameters.Layout`."""
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
        total = torch.zeros_like(self._scratch[0])
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

    Source: Cho et al., EMNLP 2014, with the reset gate behind the product, as in cuDNN.
    """

    def __init__(self, steps: int, reaches: int, units: int, like: Tensor) -> None:
        super().__init__(steps, reaches, units, like)
        # Reset and update gates, what comes into the candidate, and its recurrent part.
        tape = like.new_empty(steps, reaches, 4 * units)
        slopes = torch.empty_like(tape)
        self.incoming, self.incoming_slopes = tape[..., : 3 * units], slopes[..., : 3 * units]
        self._candidate = like.new_empty(steps, reaches, units)
        self._candidates = self._candidate.unbind()
        self._gates, self._reset, self._update, self._input, self._recurrent = _parts(tape, units)
        self._recurrent_tape = tape[..., 3 * units :]
        (
            self._gate_slopes,
            self._reset_slopes,
            self._update_slopes,
            self._input_slopes,
            self._recurrent_slopes,
        ) = _parts(slopes, units)
        self._all_slopes = slopes

    def use(self, parameters: Mapping[str, Tensor]) -> None:
        """Take weights and biases."""
        super().use(parameters)
        units = self.units
        self._gate_weights = self._weights[:, : 2 * units].contiguous()
        self._candidate_weights = self._weights[:, 2 * units :].contiguous()
        self._bias = parameters["recurrent/bias"]

    def step(self, time: int) -> None:
        """Make `rates[time + 1]`."""
        rates, recurrent, candidate = (
            self._rates[time],
            self._recurrent[time],
            self._candidates[time],
        )
        self._gates[time].addmm_(rates, self._gate_weights).sigmoid_()
        torch.addmm(self._bias, rates, self._candidate_weights, out=recurrent)
        torch.addcmul(self._input[time], self._reset[time], recurrent, out=candidate)
        candidate.tanh_()
        torch.lerp(candidate, rates, self._update[time], out=self._rates[time + 1])

    def step_back(self, time: int, slope: Tensor) -> None:
        """Fill `incoming_slopes[time]`."""
        candidate, update, work = self._candidates[time], self._update[time], self._scratch[0]
        into_candidate, into_recurrent = self._input_slopes[time], self._recurrent_slopes[time]
        gates = self._gate_slopes[time]
        torch.sub(self._rates[time], candidate, out=work)
        torch.mul(work, slope, out=self._update_slopes[time])
        torch.mul(slope, update, out=work)
        slope.sub_(work)
        _TANH_BACKWARD(slope, candidate, grad_input=into_candidate)
        torch.mul(into_candidate, self._recurrent[time], out=self._reset_slopes[time])
        torch.mul(into_candidate, self._reset[time], out=into_recurrent)
        _SIGMOID_BACKWARD(gates, self._gates[time], grad_input=gates)
        torch.addmm(work, gates, self._gate_weights.T, out=slope)
        slope.addmm_(into_recurrent, self._candidate_weights.T)

    def gradient(self) -> dict[str, Tensor]:
        """Derivative of the loss by weights and bias."""
        units = self.units
        rates = self.rates[:-1].flatten(0, 1).T
        slopes = self._all_slopes.flatten(0, 1)
        into_recurrent = slopes[:, 3 * units :]
        weights = torch.cat([rates @ slopes[:, : 2 * units], rates @ into_recurrent], dim=1)
        return {"recurrent/weights": weights, "recurrent/bias": into_recurrent.sum(0)}


def _parts(tape: Tensor, units: int) -> list[tuple[Tensor, ...]]:
    """Steps of both gates together, of each, and of the candidate's two parts."""
    both = tape[..., : 2 * units].unbind()
    return [both, *(part.unbind() for part in tape.split(units, dim=-1))]


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
