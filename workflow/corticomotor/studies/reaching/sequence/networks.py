"""Both kinds of sequence models behind one face: how they move, and how their errors fall."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from corticomotor.dynamics.devices import products
from corticomotor.studies.reaching.sequence.dropout import dropout_masks
from corticomotor.studies.reaching.sequence.feedback import FeedbackLoop
from corticomotor.studies.reaching.sequence.movements import Batch, Movement
from corticomotor.studies.reaching.sequence.parameters import layout_of
from corticomotor.studies.reaching.sequence.recurrence import Recurrence, recurrence
from corticomotor.studies.reaching.sequence.standard import standard_movement

if TYPE_CHECKING:
    from corticomotor.studies.reaching.settings.sequence import SequenceModel, SequenceTraining

_ALL, _ONE = slice(None), slice(1)


class Network(ABC):
    """A sequence model; its parameters are a vector (parameter,) that the caller holds.

    Args:
        model: its settings.
        training: of all models.
    """

    def __init__(self, model: SequenceModel, training: SequenceTraining) -> None:
        self._model, self._training = model, training
        self._layout = layout_of(model)

    @abstractmethod
    def move(self, parameters: Tensor, batch: Batch) -> Movement:
        """Make reaches with all units."""

    @abstractmethod
    def error_and_gradient(
        self, parameters: Tensor, batch: Batch, rng: np.random.Generator
    ) -> tuple[Tensor, Tensor]:
        """Error of reaches with dropout, and its derivative by the parameters (parameter,).

        The error is the mean of squared and weighed absolute errors.

        Args:
            parameters: (parameter,).
            batch: the reaches.
            rng: draws the units that are left out.
        """

    def _masks(self, rng: np.random.Generator, inputs: Tensor) -> list[Tensor] | None:
        places = self._model.dense_before + 1
        shape = (*inputs.shape[:2], self._model.units)
        return dropout_masks(rng, self._model.dropout, places, shape, inputs)


class StandardNetwork(Network):
    """Puts out position, velocity and acceleration, and is judged by all three."""

    def __init__(self, model: SequenceModel, training: SequenceTraining) -> None:
        super().__init__(model, training)
        self._layers: dict[tuple[int, int], Recurrence] = {}

    def move(self, parameters: Tensor, batch: Batch) -> Movement:
        """Make reaches with all units."""
        with torch.no_grad():
            return self._movement(parameters, batch, None)

    def error_and_gradient(
        self, parameters: Tensor, batch: Batch, rng: np.random.Generator
    ) -> tuple[Tensor, Tensor]:
        """Error of reaches with dropout, and its derivative."""
        vector = parameters.detach().requires_grad_()
        masks = self._masks(rng, batch.inputs)
        steps, reaches, _ = batch.inputs.shape
        # The products are of all steps and reaches: large ones, which need no exact factors.
        with products("auto", steps * reaches, batch.inputs.device):
            movement = self._movement(vector, batch, masks)
            deviation = movement.kinematics - batch.ideal
            weight = self._training.absolute_weight
            error = deviation.square().mean() + weight * deviation.abs().mean()
            (gradient,) = torch.autograd.grad(error, vector)
        return error.detach(), gradient

    def _movement(self, parameters: Tensor, batch: Batch, masks: list[Tensor] | None) -> Movement:
        return standard_movement(
            self._model,
            self._layout.parts(parameters),
            self._layer(batch),
            batch,
            masks,
            on_ideal_path=self._training.force_from == "ideal",
        )

    def _layer(self, batch: Batch) -> Recurrence:
        steps, reaches, _ = batch.inputs.shape
        if (steps, reaches) not in self._layers:
            self._layers[steps, reaches] = recurrence(
                self._model.cell, steps, reaches, self._model.units, batch.inputs
            )
        return self._layers[steps, reaches]


class FeedbackNetwork(Network):
    """Puts out accelerations of a hand that it sees, and is judged by the hand's position.

    As long as the reaches of a batch are alike they are done once for all, also with the same
    units left out.
    """

    def __init__(self, model: SequenceModel, training: SequenceTraining) -> None:
        super().__init__(model, training)
        self._loops: dict[tuple[int, int], FeedbackLoop] = {}

    def move(self, parameters: Tensor, batch: Batch) -> Movement:
        """Make reaches with all units."""
        with torch.no_grad():
            stretches = self._move(parameters, batch, None)
            reaches = batch.inputs.shape[1]
            return Movement(
                _joined([each.kinematics for each in stretches], reaches),
                _joined([each.rates for each in stretches], reaches),
            )

    def error_and_gradient(
        self, parameters: Tensor, batch: Batch, rng: np.random.Generator
    ) -> tuple[Tensor, Tensor]:
        """Error of reaches with dropout, and its derivative."""
        weight = self._training.absolute_weight
        with torch.no_grad():
            stretches = self._move(parameters, batch, rng)
            kinematics = _joined([each.kinematics for each in stretches], batch.inputs.shape[1])
            deviation = (kinematics - batch.ideal)[..., :2]
            error = deviation.square().mean() + weight * deviation.abs().mean()
            slopes = (2 * deviation + weight * deviation.sign()) / deviation.numel()
            return error, self._gradient(batch, slopes)

    def _move(
        self, parameters: Tensor, batch: Batch, rng: np.random.Generator | None
    ) -> list[Movement]:
        """Make reaches, a movement for each stretch of `_stretches`."""
        parts = self._layout.parts(parameters)
        state, found = None, []
        for loop, steps, reaches in self._stretches(batch):
            inputs = batch.inputs[steps, reaches]
            push = None if batch.push is None else batch.push.part(reaches)
            masks = None if rng is None else self._masks(rng, inputs)
            found.append(loop.move(parts, inputs, push, masks, state))
            state = loop.end()
        return found

    def _gradient(self, batch: Batch, slopes: Tensor) -> Tensor:
        """Derivative by the parameters from that by the position (time, reach, 2)."""
        state, total = None, torch.zeros(self._layout.size).to(slopes)
        for loop, steps, reaches in reversed(self._stretches(batch)):
            stretch = slopes[steps]
            if reaches != _ALL:
                stretch = stretch.sum(1, keepdim=True)
                state = None if state is None else state.summed()
            gradient, state = loop.gradient(stretch, state)
            total += torch.cat([gradient[name].ravel() for name in self._layout.shapes])
        return total

    def _stretches(self, batch: Batch) -> list[tuple[FeedbackLoop, slice, slice]]:
        """Stretches of time: which loop does which steps and reaches."""
        steps, reaches, _ = batch.inputs.shape
        found = [(batch.alike, steps, reaches, _ALL)]
        if batch.alike:
            found.insert(0, (0, batch.alike, 1, _ONE))
        return [
            (self._loop(end - begin, count, batch.inputs), slice(begin, end), which)
            for begin, end, count, which in found
        ]

    def _loop(self, steps: int, reaches: int, like: Tensor) -> FeedbackLoop:
        if (steps, reaches) not in self._loops:
            self._loops[steps, reaches] = FeedbackLoop(self._model, steps, reaches, like)
        return self._loops[steps, reaches]


def _joined(stretches: list[Tensor], reaches: int) -> Tensor:
    """Put stretches of time one after the other (time, reach, ...)."""
    return torch.cat([each.expand(-1, reaches, -1) for each in stretches])


def network_of(model: SequenceModel, training: SequenceTraining) -> Network:
    """Make a model from its settings."""
    kind = FeedbackNetwork if model.architecture == "feedback" else StandardNetwork
    return kind(model, training)
