"""Tests of a sequence model, with all of its units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from corticomotor.arrays import Array
from corticomotor.studies.reaching.fields import Field, crossing, field_of
from corticomotor.studies.reaching.reaches import (
    HALF_WORKSPACE,
    Reaches,
    directed_targets,
    ideal_reaches,
    random_cues,
    random_targets,
)
from corticomotor.studies.reaching.sequence.movements import Batch, Push
from corticomotor.studies.reaching.sequence.networks import Network

if TYPE_CHECKING:
    from corticomotor.studies.reaching.settings.task import ReachTask, TestReaches

QUANTITIES = ("position", "velocity", "acceleration")
# Over the last steps, a hand should stay at its target.
_HELD_STEPS = 20
# Reaches at once: the tape of more of them would not fit into a cache.
_CHUNK = 50


@dataclass(frozen=True)
class Tests:
    """On what the models are tested.

    Attributes:
        random: reaches to random targets.
        directed: reaches around the start, whose go cue comes with the target.
        field: the force.
        crosses: which of the random ones it would push (test,).
        shown: of how many of the random ones trajectories are kept.
        directions: of the others, in radians (direction,).
    """

    random: Reaches
    directed: Reaches
    field: Field
    crosses: np.ndarray[Any, np.dtype[np.bool_]]
    shown: int
    directions: Array

    @property
    def example(self) -> int:
        """The random one whose kinematics are kept: the first that the field would push."""
        return int(self.crosses.argmax())


def draw_tests(rng: np.random.Generator, task: ReachTask, settings: TestReaches) -> Tests:
    """Draw the tests; they depend on nothing but the stream and the task."""
    targets = random_targets(rng, settings.count)
    reaches = ideal_reaches(targets, random_cues(rng, settings.count, task), task)
    field = field_of(task.field)
    around = directed_targets(settings.directions, settings.distance)
    return Tests(
        random=reaches,
        directed=ideal_reaches(around, np.full(len(around), task.target_step), task),
        field=field,
        crosses=crossing(field, reaches.position),
        shown=min(settings.shown, settings.count),
        directions=2 * np.pi * np.arange(settings.directions) / settings.directions,
    )


def batch_of(reaches: Reaches, field: Field | None, strength: Array | None, like: Tensor) -> Batch:
    """Put reaches where a model computes.

    Args:
        reaches: what to do.
        field: the force, or None.
        strength: by which it is multiplied in each reach (reach,); None for 1.
        like: a parameter of the model.
    """
    kinematics = [reaches.position, reaches.velocity, reaches.acceleration]
    each = np.ones(len(reaches.targets)) if strength is None else strength
    # Up to the first target; unless forces differ, which an untrained hand may meet before.
    alike = 0 if field is not None and np.ptp(each) else _first_difference(reaches.inputs)
    return Batch(
        torch.as_tensor(reaches.inputs).to(like),
        torch.as_tensor(np.concatenate(kinematics, axis=2)).to(like),
        None if field is None else Push(field, torch.as_tensor(each).to(like)),
        alike,
    )


def _first_difference(inputs: Array) -> int:
    """First step at which inputs (time, reach, 3) are not the same for all reaches."""
    differ = np.ptp(inputs, axis=1).any(axis=1)
    return int(differ.argmax())


def moved(
    network: Network, parameters: Tensor, reaches: Reaches, field: Field | None
) -> tuple[Array, Array]:
    """What the hand does, and the units.

    Args:
        network: the model.
        parameters: of it (parameter,).
        reaches: what to do.
        field: the force, with its full strength, or None.

    Returns:
        kinematics (quantity, time, reach, 2) and rates (time, reach, unit).
    """
    kinematics, rates = [], []
    for part in _chunks(reaches):
        movement = network.move(parameters, batch_of(part, field, None, parameters))
        kinematics.append(movement.kinematics.cpu().numpy().astype(float))
        rates.append(movement.rates.cpu().numpy().astype(float))
    both = np.concatenate(kinematics, axis=1)
    return np.stack(np.split(both, len(QUANTITIES), axis=2)), np.concatenate(rates, axis=1)


def end_errors(position: Array, targets: Array) -> Array:
    """Distance of hands from their targets at the end, in percent (reach,)."""
    return HALF_WORKSPACE * np.linalg.norm(position[-1] - targets, axis=-1)


def median_errors(errors: Array, crosses: np.ndarray[Any, np.dtype[np.bool_]]) -> Array:
    """Median of all errors, and of those of reaches that cross the field (or of all, if none)."""
    return np.array([np.median(errors), np.median(errors[crosses] if crosses.any() else errors)])


def look(
    network: Network, parameters: Tensor, tests: Tests, field: Field | None, count: int
) -> Array:
    """Median end errors on the first random reaches: of all, and of those that cross the field."""
    some = _part(tests.random, slice(count))
    (position, *_), _ = moved(network, parameters, some, field)
    return median_errors(end_errors(position, some.targets), tests.crosses[:count])


def measured(
    network: Network, parameters: Tensor, tests: Tests, field: Field | None
) -> dict[str, Array]:
    """Measure a model with or without the field.

    Returns:
        What `contracts.SEQUENCE` says of a phase and a field, by name.
    """
    reaches = tests.random
    kinematics, _ = moved(network, parameters, reaches, field)
    ideal = np.stack([reaches.position, reaches.velocity, reaches.acceleration])
    position, velocity, _ = kinematics
    distance = HALF_WORKSPACE * np.linalg.norm(position - reaches.targets, axis=-1)
    return {
        "end_error": distance[-1],
        "held_error": distance[-_HELD_STEPS:].mean(0),
        "kinematics_error": np.square(kinematics - ideal).mean((1, 2, 3)) / ideal.var((1, 2, 3)),
        "speed_correlation": _speed_correlation(velocity, reaches.velocity),
        "hand": HALF_WORKSPACE * position[:, : tests.shown].transpose(1, 0, 2),
        "output": kinematics[:, :, tests.example],
    }


def _speed_correlation(velocity: Array, ideal: Array) -> Array:
    """Correlation over time of speeds, mean of reaches; 0 for a hand whose speed is constant."""
    speed, ideal_speed = (
        each - each.mean(0) for each in (np.linalg.norm(v, axis=-1) for v in (velocity, ideal))
    )
    scale = np.linalg.norm(speed, axis=0) * np.linalg.norm(ideal_speed, axis=0)
    return np.array(((speed * ideal_speed).sum(0) / np.maximum(scale, 1e-12)).mean())


def _chunks(reaches: Reaches) -> Iterator[Reaches]:
    for start in range(0, len(reaches.targets), _CHUNK):
        yield _part(reaches, slice(start, start + _CHUNK))


def _part(reaches: Reaches, which: slice) -> Reaches:
    return Reaches(
        reaches.targets[which],
        reaches.cue[which],
        reaches.inputs[:, which],
        reaches.position[:, which],
        reaches.velocity[:, which],
        reaches.acceleration[:, which],
    )
