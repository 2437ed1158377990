"""Sequence models as plain loops, differentiated automatically."""

import torch

from corticomotor.studies.reaching.reaches import RATE


def dense(parameters, name, rates):
    return rates @ parameters[f"{name}/weights"] + parameters[f"{name}/bias"]


def cell_step(cell, parameters, incoming, rates):
    weights = parameters["recurrent/weights"]
    if cell == "relu":
        return torch.relu(incoming + rates @ weights)
    if cell == "tanh":
        return torch.tanh(incoming + rates @ weights)
    units = rates.shape[1]
    reset_in, update_in, candidate_in = incoming.split(units, dim=1)
    reset_of, update_of, candidate_of = (rates @ weights).split(units, dim=1)
    reset, update = torch.sigmoid(reset_in + reset_of), torch.sigmoid(update_in + update_of)
    candidate = torch.tanh(candidate_in + reset * (candidate_of + parameters["recurrent/bias"]))
    return (1 - update) * candidate + update * rates


def network_step(model, parameters, seen, rates, masks):
    """Output and activity of one step; `masks` of the step, one for each place of dropout."""
    for layer in range(model.dense_before):
        seen = torch.relu(dense(parameters, f"before/{layer}", seen)) * masks[layer]
    rates = cell_step(model.cell, parameters, dense(parameters, "incoming", seen), rates)
    output = rates * masks[-1]
    for layer in range(model.dense_after):
        output = torch.relu(dense(parameters, f"after/{layer}", output))
    return dense(parameters, "output", output), rates


def feedback_seen(model, positions, accelerations):
    """The buffer as the network takes it: accelerations from the oldest, or what positions tell."""
    if model.buffer == "accelerations":
        return accelerations[len(accelerations) - model.buffer_length :]
    past = positions[-model.buffer_length :][::-1] if model.buffer_length else []
    velocities = [RATE * (a - b) for a, b in zip(past, past[1:], strict=False)]
    changes = [RATE * (a - b) for a, b in zip(velocities, velocities[1:], strict=False)]
    return [*past[:1], *velocities[:1], *changes]


def move_with_feedback(model, parameters, inputs, force, masks):
    """Positions (time, reach, 2).

    Args:
        force: position and velocity (reach, 2) -> acceleration (reach, 2).
        masks: for each place of dropout (time, reach, unit).
    """
    steps, reaches, _ = inputs.shape
    still = inputs.new_zeros(reaches, 2)
    positions = [still] * (model.buffer_length + 1)
    accelerations = [still] * (model.buffer_length + 1)
    rates, velocity = inputs.new_zeros(reaches, model.units), still
    for time in range(steps):
        seen = torch.cat([inputs[time], *feedback_seen(model, positions, accelerations)], dim=1)
        output, rates = network_step(model, parameters, seen, rates, [mask[time] for mask in masks])
        acceleration = output + force(positions[-1], velocity)
        velocity = velocity + acceleration / RATE
        accelerations.append(acceleration)
        positions.append(positions[-1] + velocity / RATE)
    return torch.stack(positions[-steps:])
