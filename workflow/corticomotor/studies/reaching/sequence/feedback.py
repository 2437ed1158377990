"""A model that moves a hand in real time and sees where it has been.

In each step the network sees target, go cue and a buffer of the last steps, and puts out an
acceleration; the force at the hand's place adds to it; the hand moves. Gradients go back through
the hand and the buffer as well as through the recurrent layer, by hand (see `recurrence`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from corticomotor.dynamics.devices import products
from corticomotor.studies.reaching.sequence.dense import DenseLayer
from corticomotor.studies.reaching.sequence.hand import Hand, HandState, scaled_basis, windows
from corticomotor.studies.reaching.sequence.movements import Movement, Push
from corticomotor.studies.reaching.sequence.parameters import INPUTS
from corticomotor.studies.reaching.sequence.recurrence import recurrence

if TYPE_CHECKING:
    from corticomotor.studies.reaching.settings.sequence import SequenceModel


@dataclass(frozen=True)
class LoopState:
    """Where network and hand are between two steps; or the derivative of a loss by that.

    Attributes:
        rates: activity of the recurrent layer (reach, unit).
        hand: of the hand.
    """

    rates: Tensor
    hand: HandState

    def summed(self) -> LoopState:
        """Sum over reaches, as the only one."""
        return LoopState(self.rates.sum(0, keepdim=True), self.hand.summed())


class FeedbackLoop:
    """The closed loop of network and hand, and its tape.

    Args:
        model: settings of the network.
        steps, reaches: sizes.
        like: a tensor of the type and device of all.
    """

    def __init__(self, model: SequenceModel, steps: int, reaches: int, like: Tensor) -> None:
        units, length = model.units, model.buffer_length
        self._shape = (steps, reaches)
        self._recurrence = recurrence(model.cell, steps, reaches, units, like)
        self._before, self._after = (
            [DenseLayer(steps, reaches, units, like) for _ in range(count)]
            for count in (model.dense_before, model.dense_after)
        )
        self._kept = like.new_empty(steps, reaches, units)
        self._by_rates = like.new_empty(reaches, units)
        self._hand = hand = Hand(steps, reaches, max(length, 1), like)
        self._basis = torch.eye(2 * length).to(like)
        if model.buffer == "positions":
            self._basis = scaled_basis(length, like)
            self._windows = windows(hand.position, length)
            self._window_slopes = windows(hand.position_slopes, length)
        else:
            self._windows = windows(hand.acceleration, length)
            self._window_slopes = windows(hand.acceleration_slopes, length)

    def move(
        self,
        parameters: Mapping[str, Tensor],
        inputs: Tensor,
        push: Push | None,
        masks: Sequence[Tensor] | None = None,
        start: LoopState | None = None,
    ) -> Movement:
        """Make reaches.

        Args:
            parameters: weights and biases by name.
            inputs: target and go cue (time, reach, 3).
            push: the force on the hand, if any.
            masks: of dropout (time, reach, unit), for each dense layer before the recurrent layer
                and for that one; None for all of the network.
            start: of all reaches, or of a single one that they share; None for a hand at rest and
                silent units.

        Returns:
            Its activity is a view of the tape, which the next call overwrites.
        """
        self._inputs, self._push = inputs, push
        self._use(parameters, masks)
        self._fill_in(inputs)
        self._hand.begin(None if start is None else start.hand)
        self._recurrence.rates[0] = 0 if start is None else start.rates
        for time in range(self._shape[0]):
            self._network_step(time)
            self._hand.step(time, push)
        return Movement(self._hand.kinematics(), self._recurrence.rates[1:])

    def end(self) -> LoopState:
        """Where network and hand are after `move`."""
        return LoopState(self._recurrence.rates[-1], self._hand.end())

    def gradient(
        self, position_slopes: Tensor, end_slopes: LoopState | None = None
    ) -> tuple[dict[str, Tensor], LoopState]:
        """Derivative of a loss by the parameters, after `move`, and by where it started.

        Args:
            position_slopes: derivative of the loss by the position (time, reach, 2).
            end_slopes: by `end`, but through these positions.
        """
        steps, reaches = self._shape
        self._hand.begin_back(position_slopes, None if end_slopes is None else end_slopes.hand)
        self._by_rates[:] = 0 if end_slopes is None else end_slopes.rates
        for layer in (*self._before, *self._after):
            layer.begin_back()
        for time in reversed(range(steps)):
            self._network_step_back(time, self._hand.step_back(time, self._push))
        # Sums over all steps and reaches: large products, which need no exact factors.
        with products("auto", steps * reaches, self._kept.device):
            gradient = self._parameter_gradient()
        return gradient, LoopState(self._by_rates, self._hand.start_slopes())

    def _use(self, parameters: Mapping[str, Tensor], masks: Sequence[Tensor] | None) -> None:
        *before, last = masks if masks is not None else [None] * (len(self._before) + 1)
        self._masks = None if last is None else last.unbind()
        for index, layer in enumerate(self._before):
            layer.use(parameters, f"before/{index}", before[index])
        for index, layer in enumerate(self._after):
            layer.use(parameters, f"after/{index}", None)
        self._recurrence.use(parameters)
        self._incoming = parameters["incoming/weights"], parameters["incoming/bias"]
        self._output = parameters["output/weights"], parameters["output/bias"]

    def _fill_in(self, inputs: Tensor) -> None:
        """Of the first layer, do all that does not depend on the buffer."""
        if self._before:
            weights, bias = self._before[0].weights, self._before[0].bias
            known = self._before[0].rates
        else:
            (weights, bias), known = self._incoming, self._recurrence.incoming
        torch.add(inputs @ weights[:INPUTS], bias, out=known)
        self._buffer_weights = self._basis @ weights[INPUTS:]

    def _network_step(self, time: int) -> None:
        incoming = self._recurrence.incoming[time]
        first = self._before[0].steps[time] if self._before else incoming
        if self._windows:
            first.addmm_(self._windows[time], self._buffer_weights)
        if self._before:
            rates = self._before[0].rectify(time)
            for layer in self._before[1:]:
                rates = layer.step(time, rates)
            weights, bias = self._incoming
            torch.addmm(bias, rates, weights, out=incoming)
        self._recurrence.step(time)
        rates = self._recurrence.rates[time + 1]
        if self._masks is not None:
            rates = torch.mul(rates, self._masks[time], out=self._kept[time])
        for layer in self._after:
            rates = layer.step(time, rates)
        weights, bias = self._output
        torch.addmm(bias, rates, weights, out=self._hand.outputs[time])

    def _network_step_back(self, time: int, slopes: Tensor) -> None:
        weights, _ = self._output
        for layer in reversed(self._after):
            slopes, weights = layer.step_back(time, slopes, weights), layer.weights
        if self._masks is None:
            self._by_rates.addmm_(slopes, weights.T)
        else:
            self._by_rates.addcmul_(slopes @ weights.T, self._masks[time])
        self._recurrence.step_back(time, self._by_rates)
        slopes, (weights, _) = self._recurrence.incoming_slopes[time], self._incoming
        for layer in reversed(self._before):
            slopes, weights = layer.step_back(time, slopes, weights), layer.weights
        if self._windows:
            self._window_slopes[time].addmm_(slopes, self._buffer_weights.T)

    def _parameter_gradient(self) -> dict[str, Tensor]:
        found = self._recurrence.gradient()
        seen = self._inputs
        if self._windows:
            seen = torch.cat([seen, torch.stack(self._windows) @ self._basis], dim=-1)
        chain = [(f"before/{index}", layer.slopes) for index, layer in enumerate(self._before)]
        chain.append(("incoming", self._recurrence.incoming_slopes))
        rates = [seen, *(layer.rates for layer in self._before)]
        rates.append(self._recurrence.rates[1:] if self._masks is None else self._kept)
        chain += [(f"after/{index}", layer.slopes) for index, layer in enumerate(self._after)]
        chain.append(("output", self._hand.output_slopes))
        rates += [layer.rates for layer in self._after]
        for (name, slopes), below in zip(chain, rates, strict=True):
            flat = slopes.flatten(0, 1)
            found[f"{name}/weights"] = below.flatten(0, 1).T @ flat
            found[f"{name}/bias"] = flat.sum(0)
        return found
