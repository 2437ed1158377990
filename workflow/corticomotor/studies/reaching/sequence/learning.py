"""A sequence model from its first weights through all phases, with its tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from corticomotor.arrays import Array
from corticomotor.dynamics.devices import compute_device
from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.runtime.progress import StepReport, shifted, silent
from corticomotor.studies.reaching.fields import Field, trial_strengths
from corticomotor.studies.reaching.reaches import (
    HALF_WORKSPACE,
    ideal_reaches,
    random_cues,
    random_targets,
)
from corticomotor.studies.reaching.sequence.evaluation import (
    QUANTITIES,
    Tests,
    batch_of,
    draw_tests,
    look,
    measured,
    moved,
)
from corticomotor.studies.reaching.sequence.movements import Batch
from corticomotor.studies.reaching.sequence.networks import Network, network_of
from corticomotor.studies.reaching.sequence.parameters import initial_parameters, layout_of
from corticomotor.studies.reaching.sequence.phases import UNTRAINED, Phase, phases_of
from corticomotor.studies.reaching.sequence.training import Course, look_iterations, train_phase

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.studies.reaching.settings import Reaching
    from corticomotor.studies.reaching.settings.sequence import SequenceModel
    from corticomotor.studies.reaching.settings.task import ReachTask

_FIRST = Phase(UNTRAINED, UNTRAINED, 0, False, 1.0, UNTRAINED)


def train_sequence_model(
    name: str,
    settings: Reaching,
    model: SequenceModel,
    *,
    rng: Callable[[str], np.random.Generator],
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
) -> dict[str, ArrayLike]:
    """Train a model and test it after each phase.

    Models of a replicate share their reaches, and the random numbers behind their weights and
    their dropout, as far as their sizes agree: comparisons are paired.

    Args:
        name: of the model, for messages.
        settings: task, tests and training.
        model: of the model.
        rng: gives streams by name.
        report: called after each iteration with the error.
        checkpoint: continues a training that was killed, with the same result.

    Returns:
        What `contracts.SEQUENCE` says.

    Raises:
        DivergenceError: the error of a training or its gradient is not finite.
        InputError: the device does not exist.
    """
    torch.set_flush_denormal(True)
    device, layout = compute_device(settings.training.device), layout_of(model)
    network = network_of(model, settings.training)
    tests = draw_tests(rng("reaching/tests"), settings.task, settings.tests)
    start = initial_parameters(rng("reaching/sequence/weights"), model)
    states = {UNTRAINED: torch.as_tensor(start, dtype=torch.float32, device=device)}
    looks: dict[str, Array] = {}
    advice = f"try a lower reaching.models.{name}.learning_rate"
    phases = [_FIRST, *phases_of(model)]
    done = 0
    for phase in phases:
        states[phase.name], looks[phase.name] = train_phase(
            network,
            states[phase.start],
            _course(network, phase, phase.rate * model.learning_rate, settings, tests, advice),
            settings.training,
            reaches_rng=rng(f"reaching/sequence/reaches/{phase.reaches}"),
            dropout_rng=rng(f"reaching/sequence/dropout/{phase.reaches}"),
            report=shifted(report, done),
            checkpoint=None if checkpoint is None else checkpoint.part(phase.name),
        )
        done += phase.iterations
    count = settings.training.looks
    sees_its_past = model.architecture == "feedback"
    return {
        "phase": [phase.name for phase in phases],
        "look": range(count + 1),
        "iterations": [phase.iterations for phase in phases],
        "look_iteration": [look_iterations(phase.iterations, count) for phase in phases],
        "look_error": [looks[phase.name][:, 0] for phase in phases],
        "look_crossing_error": [looks[phase.name][:, 1] for phase in phases],
        "parameters": [layout.outputs_first(states[phase.name].cpu().numpy()) for phase in phases],
        **layout.described(),
        **{name: getattr(model, name) for name in ("architecture", "cell")},
        "buffer": model.buffer if sees_its_past else "none",
        "buffer_length": model.buffer_length if sees_its_past else 0,
        **_described(tests, settings.task),
        **_tested(network, phases, states, tests),
    }


def _course(
    network: Network,
    phase: Phase,
    learning_rate: float,
    settings: Reaching,
    tests: Tests,
    advice: str,
) -> Course:
    """What is learned in a phase."""
    task, training, field = settings.task, settings.training, _felt(tests, phase.forced)

    def draw(rng: np.random.Generator, like: Tensor) -> Batch:
        targets = random_targets(rng, training.batch)
        reaches = ideal_reaches(targets, random_cues(rng, training.batch, task), task)
        # Drawn without a force as well: the reaches that follow are the same with one.
        strength = trial_strengths(rng, task.field, training.batch)
        return batch_of(reaches, field, strength, like)

    def test(parameters: Tensor) -> Array:
        return look(network, parameters, tests, field, training.look_reaches)

    return Course(draw, test, phase.iterations, learning_rate, phase.name, advice)


def _felt(tests: Tests, forced: bool) -> Field | None:
    return tests.field if forced else None


def _described(tests: Tests, task: ReachTask) -> dict[str, ArrayLike]:
    """Axes, and the reaches of the tests."""
    random = tests.random
    ideal = np.stack([random.position, random.velocity, random.acceleration])
    return {
        "field": ["off", "on"],
        "test": range(len(random.targets)),
        "shown": range(tests.shown),
        "direction": tests.directions,
        "time": range(task.steps),
        "axis": ["x", "y"],
        "quantity": list(QUANTITIES),
        "input": ["target x", "target y", "go cue"],
        "directed_input": np.swapaxes(tests.directed.inputs, 0, 1),
        **tests.field.described(),
        "target": HALF_WORKSPACE * random.targets,
        "cue": random.cue,
        "crosses": tests.crosses.astype(int),
        "shown_target": HALF_WORKSPACE * random.targets[: tests.shown],
        "ideal": ideal[:, :, tests.example],
    }


def _tested(
    network: Network, phases: list[Phase], states: dict[str, Tensor], tests: Tests
) -> dict[str, Any]:
    """Measures of all phases with and without the field, and hidden activity."""
    found = [
        [
            measured(network, states[phase.name], tests, _felt(tests, forced))
            for forced in (False, True)
        ]
        for phase in phases
    ]
    rates = [
        moved(network, states[phase.name], tests.directed, _felt(tests, phase.forced))[1]
        for phase in phases
    ]
    units = rates[0].shape[-1]
    return {
        "unit": range(units),
        "parameter": range(len(states[UNTRAINED])),
        # As exact as they were computed.
        "rates": np.stack(rates).transpose(0, 2, 1, 3).astype(np.float32),
        **{
            name: np.array([[each[name] for each in both] for both in found])
            for name in found[0][0]
        },
    }
