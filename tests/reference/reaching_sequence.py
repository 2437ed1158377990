"""Sequence models as plain loops, differentiated automatically."""

from itertools import pairwise

import torch

from corticomotor.studies.reaching.reaches import RATE

torch.set_num_threads(1)


def dense(parameters, name, rates):
    return rates @ parameters[f"{name}/weights"] + parameters[f"{name}/bias"]


def cell_step(cell, parameters, incoming, rates):
    weights = parameters["recurrent/weights"]
    if cell == "relu":
        return torch.relu(incoming + rates @ weights)
    if cell == "tanh":
        return torch.tanh(incoming + rates @ weights)
    units = rates.shape[1]
    candidate_in, reset_in, update_in = incoming.split(units, dim=1)
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


def scaled_past(positions):
    """The latest of some positions (the oldest first), its velocity, and the accelerations."""
    past = positions[::-1]
    velocities = [RATE * (later - older) for later, older in pairwise(past)]
    changes = [RATE * (later - older) for later, older in pairwise(velocities)]
    return [*past[:1], *velocities[:1], *changes]


def buffer_seen(model, positions, accelerations):
    """The buffer as the network takes it: accelerations from the oldest, or what positions tell."""
    if model.buffer == "accelerations":
        return accelerations[len(accelerations) - model.buffer_length :]
    return scaled_past(positions[len(positions) - model.buffer_length :])


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
        seen = torch.cat([inputs[time], *buffer_seen(model, positions, accelerations)], dim=1)
        output, rates = network_step(model, parameters, seen, rates, [mask[time] for mask in masks])
        acceleration = output + force(positions[-1], velocity)
        velocity = velocity + acceleration / RATE
        accelerations.append(acceleration)
        positions.append(positions[-1] + velocity / RATE)
    return torch.stack(positions[-steps:])


def network_output(model, parameters, inputs, masks):
    """What a network without feedback puts out (time, reach, output), and its activity."""
    rates, found = inputs.new_zeros(inputs.shape[1], model.units), []
    for time, seen in enumerate(inputs):
        output, rates = network_step(model, parameters, seen, rates, [mask[time] for mask in masks])
        found.append((output, rates))
    outputs, activity = zip(*found, strict=True)
    return torch.stack(outputs), torch.stack(activity)


def pushed(planned, ideal, force, on_ideal_path):
    """Kinematics (time, reach, 6) of a hand whose planned ones a force shifts.

    Args:
        planned, ideal: (time, reach, 6).
        force: position and velocity (reach, 2) -> acceleration (reach, 2).
        on_ideal_path: whether the force is that on the ideal path.
    """
    velocity = position = planned.new_zeros(planned.shape[1], 2)
    felt, found = planned.new_zeros(planned.shape[1], 6), []
    for plan, perfect in zip(planned, ideal, strict=True):
        acceleration = force(felt[:, :2], felt[:, 2:4])
        velocity = velocity + acceleration / RATE
        position = position + velocity / RATE
        hand = plan + torch.cat([position, velocity, acceleration], dim=1)
        felt = perfect if on_ideal_path else hand
        found.append(hand)
    return torch.stack(found)


def force_of(field, strength):
    """The force of a field on reaches, from its own definition."""

    def force(position, velocity):
        x, y = field.acceleration(*position.T, *velocity.T)
        return torch.stack([strength * x, strength * y], dim=1)

    return force
