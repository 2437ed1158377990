"""Settings of the reaching study: the task, sequence models, agents, and the comparison."""

from __future__ import annotations

from collections.abc import Iterator

from corticomotor.motor_cortex.conflicts import (
    initial_state_conflicts,
    population_conflicts,
    training_step_conflicts,
)
from corticomotor.motor_cortex.independent_samples import most_components
from corticomotor.studies.reaching.settings.agents import Control, DeepQ, Tabular
from corticomotor.studies.reaching.settings.population import Population
from corticomotor.studies.reaching.settings.sequence import SequenceModels, SequenceTraining
from corticomotor.studies.reaching.settings.task import ReachTask, TestReaches
from corticomotor.study.blocks import Block, Replicates


class Reaching(Block):
    """Reaches with a force field: sequence models, agents, and what their activity is like."""

    replicates: Replicates = Replicates()
    task: ReachTask = ReachTask()
    tests: TestReaches = TestReaches()
    models: SequenceModels = SequenceModels()
    training: SequenceTraining = SequenceTraining()
    tabular: Tabular = Tabular()
    deep_q: DeepQ = DeepQ()
    control: Control = Control()
    population: Population = Population()


def conflicts(study: Reaching) -> Iterator[str]:
    """Find what the blocks of the study ask of each other and do not get."""
    for name, model in study.models:
        if model.buffer_length > study.task.steps:
            yield (
                f"models.{name}.buffer_length: expected at most reaching.task.steps "
                f"({study.task.steps}), found {model.buffer_length}"
            )
    yield from _population_conflicts(study)


def _population_conflicts(study: Reaching) -> Iterator[str]:
    """Samples, reaches and components that do not fit each other."""
    population, cortex = study.population, study.population.cortex
    moving = study.task.steps - study.task.target_step
    if population.steps > moving:
        yield (
            f"population.steps: expected at most {moving}, those from the target on "
            f"(reaching.task), found {population.steps}"
        )
    if cortex.emg.reaches != study.tests.directions:
        yield (
            "population.cortex.emg.reaches: expected as many as reaching.tests.directions "
            f"({study.tests.directions}), found {cortex.emg.reaches}"
        )
    fewest = min(model.units for _, model in study.models)
    path = "reaching.population.cortex.emg"
    sources = ("synthetic", "recorded") if cortex.emg.recording.path else ("synthetic",)
    largest, reason = min(
        (cortex.circuit.neurons // 2, "half of reaching.population.cortex.circuit.neurons"),
        (fewest, "the units of the smallest of reaching.models"),
        *(
            most_components(
                cortex.emg.model_copy(update={"source": source}), path, steps=population.steps
            )
            for source in sources
        ),
    )
    if population.components > largest:
        yield (
            f"population.components: expected at most {largest} ({reason}), "
            f"found {population.components}"
        )
    for conflicts in (population_conflicts, initial_state_conflicts):
        yield from (f"population.cortex.{line}" for line in conflicts(cortex.circuit))
    steps = training_step_conflicts(cortex.emg, cortex.gain_learning, "reaching.population.cortex.")
    yield from (f"population.cortex.{line}" for line in steps)


def experiment_conflicts(study: Reaching) -> Iterator[str]:
    """Find what a sweep may ask for, but not the experiment that the report is about."""
    for name in ("parameters", "parameters_exact", "pixels"):
        if not getattr(study.deep_q.runs, name).seeds:
            yield f"deep_q.runs.{name}.seeds: expected 1 or more: the report needs one, found 0"
    for name in ("standard", "positions", "accelerations"):
        phases = getattr(study.models, name).phases
        if not (phases.under and phases.after and phases.control):
            yield (
                f"models.{name}.phases: expected iterations under the force and after it, and the "
                "control: the report compares them"
            )
