"""The standard model: it puts out the kinematics of a reach, and a force shifts them.

The network does not see the hand. So all steps of its dense layers are one product, which is
differentiated automatically; the recurrent layer goes step by step (see `recurrence`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from corticomotor.dynamics.devices import products
from corticomotor.studies.reaching.reaches import RATE
from corticomotor.studies.reaching.sequence.movements import Batch, Movement, Push
from corticomotor.studies.reaching.sequence.recurrence import Recurrence

if TYPE_CHECKING:
    from corticomotor.studies.reaching.settings.sequence import SequenceModel


class _Run(torch.autograd.Function):
    """A recurrent layer from the first step to the last."""

    @staticmethod
    def forward(
        context: Any, layer: Recurrence, names: Sequence[str], incoming: Tensor, *values: Tensor
    ) -> Tensor:
        context.layer, context.names = layer, names
        layer.use(dict(zip(names, values, strict=True)))
        layer.incoming.copy_(incoming)
        layer.rates[0].zero_()
        # A product of one step is too small to be worth more than the usual one.
        with products("float32", layer.units, incoming.device):
            layer.run()
        return layer.rates[1:].clone()

    @staticmethod
    def backward(context: Any, *slopes: Tensor) -> Any:
        layer: Recurrence = context.layer
        with products("float32", layer.units, slopes[0].device):
            layer.run_back(slopes[0])
        found = layer.gradient()
        return None, None, layer.incoming_slopes, *(found[name] for name in context.names)


def standard_movement(
    model: SequenceModel,
    parameters: Mapping[str, Tensor],
    layer: Recurrence,
    batch: Batch,
    masks: Sequence[Tensor] | None = None,
    *,
    on_ideal_path: bool,
) -> Movement:
    """Make reaches; the result can be differentiated by the parameters.

    Args:
        model: settings of the network.
        parameters: weights and biases by name.
        layer: the recurrent one, of as many steps and reaches.
        batch: the reaches.
        masks: of dropout (time, reach, unit), for each dense layer before the recurrent layer and
            for that one; None for all of the network.
        on_ideal_path: whether the force is that on the ideal path; else on that of the hand.
    """
    factors: Sequence[Tensor | float] = masks or [1.0] * (model.dense_before + 1)
    rates = batch.inputs
    for index, mask in zip(range(model.dense_before), factors, strict=False):
        rates = torch.relu(_affine(parameters, f"before/{index}", rates)) * mask
    names = [name for name in parameters if name.startswith("recurrent/")]
    recurrent: Tensor = _Run.apply(  # type: ignore[no-untyped-call]
        layer,
        names,
        _affine(parameters, "incoming", rates),
        *(parameters[name] for name in names),
    )
    rates = recurrent if masks is None else recurrent * masks[-1]
    for index in range(model.dense_after):
        rates = torch.relu(_affine(parameters, f"after/{index}", rates))
    kinematics = _affine(parameters, "output", rates)
    if batch.push is not None:
        felt = batch.ideal if on_ideal_path else kinematics
        kinematics = kinematics + displacement(batch.push, felt, follows=not on_ideal_path)
    return Movement(kinematics, recurrent.detach())


def displacement(push: Push, kinematics: Tensor, *, follows: bool) -> Tensor:
    """What a force adds to position, velocity and acceleration (time, reach, 6).

    Args:
        push: the force.
        kinematics: of the hand where nothing pushes it (time, reach, 6).
        follows: whether the force is that where the hand is pushed to; else that on its path
            without a force.
    """
    # The force of a region is constant but at its edge: no gradient goes through it.
    with nullcontext() if push.field.curl else torch.no_grad():
        velocity = torch.zeros_like(kinematics[0, :, :2])
        position, felt_position, felt_velocity = velocity, velocity, velocity
        steps = []
        for now in kinematics[..., :4].unbind():
            acceleration = push.acceleration(felt_position, felt_velocity)
            velocity = torch.add(velocity, acceleration, alpha=1 / RATE)
            position = torch.add(position, velocity, alpha=1 / RATE)
            steps += [position, velocity, acceleration]
            felt_position, felt_velocity = now[:, :2], now[:, 2:]
            if follows:
                felt_position, felt_velocity = felt_position + position, felt_velocity + velocity
        return torch.cat(steps, dim=-1).view(-1, *kinematics.shape[::2]).transpose(0, 1)


def _affine(parameters: Mapping[str, Tensor], name: str, rates: Tensor) -> Tensor:
    bias, weights = parameters[f"{name}/bias"], parameters[f"{name}/weights"]
    return torch.addmm(bias, rates.flatten(0, -2), weights).view(*rates.shape[:-1], -1)
