"""Settings of the gain-modulation study: from new movements to the control of speed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from corticomotor.motor_cortex.conflicts import population_conflicts
from corticomotor.motor_cortex.settings import Circuit, NeuronDynamics
from corticomotor.studies.gain_modulation.settings.speed import Speed
from corticomotor.study.blocks import (
    LARGEST_POPULATION,
    MOST,
    MOST_STEPS,
    Block,
    Count,
    EachOnce,
    NonNegative,
    Positive,
    Replicates,
    Several,
)


class Movement(Block):
    """The activity of a muscle in a movement, a smooth random burst that starts at 0."""

    duration_ms: Positive = 500.0
    """length of a movement"""
    step_ms: Positive = 6.25
    """integration step, and time grid of the activity. At 6.25 ms a readout of 200 neurons errs by
    0.1 to 0.2 % of its standard deviation, and in the first 30 ms by up to 4 % on some circuits:
    less than learning leaves. Learned patterns are checked at half the step"""
    envelope_ms: Positive = 110.0
    """time scale of the rise and fall"""
    smoothness_ms: Positive = 50.0
    """length scale of the Gaussian process"""


class Readout(Block):
    """How excitatory neurons drive the muscle: weights that produce the initial movement."""

    ridge: NonNegative = 1e-4
    """penalty of the non-negative weights, relative to the mean power of a neuron. The paper names
    none. Without one the fit may take weights 20 times as large on some circuits, and the reward
    rule, whose perturbations are of one size, then learns nothing; with 1e-3 it learns at half the
    speed"""


class RewardedGains(Block):
    """The reward rule."""

    perturbation: Positive = 0.001
    """standard deviation of the gains' perturbations in each iteration"""
    memory: Annotated[float, Field(gt=0, lt=1)] = 0.3
    """weight of the old value in the running means of error and gains"""


class NewMovement(Block):
    """One new movement, learned from reward in sessions that differ in noise and groups alone."""

    sessions: Several = 10
    """training sessions"""
    iterations: Count = 5000
    """gain updates"""
    groups: Annotated[list[Count], Field(min_length=1), EachOnce] = [20, 10, 2]
    """numbers of random groups that are learned beside neuron-specific gains"""
    noise_db: Annotated[list[Annotated[float, Field(ge=-100, le=100)]], EachOnce] = [
        4.0,
        10.0,
        20.0,
        30.0,
    ]
    """signal-to-noise ratios of the initial state at which learned movements are tested"""
    noise_samples: Count = 200
    """samples of noise for each ratio and pattern; the paper takes 1,000"""


class Alternatives(Block):
    """Other parameters than gains, learned by gradients for the same movements."""

    movements: Several = 10
    """new movements"""
    iterations: Count = 200
    """steps of Adam. All four still improve here, so that differences between them are those of
    convergence, not of what each can do"""
    gain_rate: Positive = 0.01
    """learning rate of gains"""
    initial_state_rate: Positive = 0.1
    """learning rate of the initial state, in Hz"""
    weight_rate: Positive = 0.001
    """learning rate of all weights"""
    rank_one_rate: Positive = 0.01
    """learning rate of the two factors of a rank-one change of the weights"""
    rank_one_scale: Positive = 0.01
    """standard deviation of these factors at the start: with both at 0 nothing is learned"""


class Grouping(Block):
    """Groups that suit the movements, against random ones and against neuron-specific gains."""

    movements: Several = 5
    """movements for which groups are specialised"""
    novel: Count = 10
    """further movements, learned with the groups that are shared by the first"""
    counts: Annotated[list[Count], Field(min_length=1), EachOnce] = [20, 10, 2]
    """numbers of groups"""
    sessions: Count = 1
    """training sessions of each movement and grouping; the paper has 10"""
    iterations: Count = 5000
    """gain updates"""
    pattern_iterations: Count = 100
    """steps of Adam for the neuron-specific gains by which neurons are clustered. The paper does
    not say how it finds its groups. Gains learned from reward would not do: those of ten sessions
    correlate at 0.3, as most of what they hold is noise. On five circuits that the report does not
    use, 40 to 250 steps make groups that learn novel movements 1.6 to 2.3 times as fast as
    neuron-specific gains do"""
    pattern_rate: Positive = 0.003
    """learning rate of these gains"""


class Sizes(Block):
    """Networks of several sizes, learned by gradients with several numbers of random groups."""

    neurons: Annotated[
        list[Annotated[int, Field(ge=10, le=LARGEST_POPULATION)]], Field(min_length=1), EachOnce
    ] = [100, 200, 400]
    """sizes"""
    groups: Annotated[list[Count], Field(min_length=1), EachOnce] = [2, 5, 10, 20, 50]
    """numbers of groups, beside neuron-specific gains"""
    movements: Several = 5
    """new movements"""
    sessions: Count = 1
    """random groupings of each number; the paper has 10 sessions, from reward"""
    iterations: Count = 150
    """steps of Adam"""
    rate: Positive = 0.01
    """learning rate"""
    stated_error: Positive = 0.05
    """iterations are counted until the error is this part of the start. Until within 1 % of the
    smallest error, as the paper counts, takes all iterations that there are"""


class Primitives(Block):
    """Movements that are assembled from the gain patterns of others."""

    baseline_rates_hz: Annotated[list[Positive], Field(min_length=1), EachOnce] = [20.0, 5.0]
    """baseline rates with which all is repeated, in place of dynamics.baseline_rate_hz"""
    patterns: Several = 100
    """gain patterns, learned by gradients"""
    iterations: Count = 120
    """steps of Adam"""
    rate: Positive = 0.01
    """learning rate"""
    last_rate: Positive = 0.003
    """learning rate in the last 30 % of the iterations"""
    sizes: Annotated[list[Count], Field(min_length=2), EachOnce] = [
        1,
        2,
        3,
        4,
        5,
        7,
        10,
        15,
        20,
        30,
        40,
        50,
    ]
    """numbers of patterns that are combined; the paper has all from 1 to 50"""
    libraries: Annotated[int, Field(ge=3, le=MOST)] = 60
    """libraries of each size, drawn from the patterns; the paper has 100"""
    novel: Annotated[int, Field(ge=3, le=MOST)] = 60
    """novel movements; the paper has 100"""


class GainModulation(Block):
    """Gain modulation: movements, primitives and speed by the gains of neurons alone."""

    replicates: Replicates = Replicates()
    circuit: Circuit = Circuit(learning_rate=10.0)
    dynamics: NeuronDynamics = NeuronDynamics()
    movement: Movement = Movement()
    readout: Readout = Readout()
    reward: RewardedGains = RewardedGains()
    new_movement: NewMovement = NewMovement()
    alternatives: Alternatives = Alternatives()
    groups: Grouping = Grouping()
    sizes: Sizes = Sizes()
    primitives: Primitives = Primitives()
    speed: Speed = Speed()


def conflicts(study: GainModulation) -> Iterator[str]:
    """Find what the blocks of the study ask of each other and do not get."""
    sizes = {study.circuit.neurons, *study.sizes.neurons, study.speed.neurons}
    # What stabilises the smallest circuit that cannot be stabilised does so with larger ones.
    problems = (
        problem
        for neurons in sorted(sizes)
        for problem in population_conflicts(study.circuit.model_copy(update={"neurons": neurons}))
    )
    yield from itertools.islice(problems, 1)
    yield from _group_conflicts(study)
    yield from _speed_conflicts(study)
    largest = max(study.primitives.sizes)
    if largest > study.primitives.patterns:
        yield (
            f"primitives.sizes: expected at most {study.primitives.patterns} patterns in a library "
            f"(gain_modulation.primitives.patterns), found {largest}"
        )


def _group_conflicts(study: GainModulation) -> Iterator[str]:
    """Groups of equal size that the neurons do not make."""
    wanted = [
        ("new_movement.groups", study.new_movement.groups, study.circuit.neurons),
        ("groups.counts", study.groups.counts, study.circuit.neurons),
        *(("sizes.groups", study.sizes.groups, neurons) for neurons in study.sizes.neurons),
        ("speed.groups", [study.speed.groups], study.speed.neurons),
    ]
    for name, counts, neurons in wanted:
        for groups in counts:
            if neurons % groups:
                yield f"{name}: expected divisors of {neurons} neurons, found {groups}"


def _speed_conflicts(study: GainModulation) -> Iterator[str]:
    """Durations that are no whole number of steps, and sizes that do not fit."""
    speed, duration = study.speed, study.movement.duration_ms
    for name, step, length in [
        ("movement.step_ms", study.movement.step_ms, duration),
        *(
            ("speed.step_ms", speed.step_ms, factor * duration)
            for factor in dict.fromkeys((1.0, speed.factor, *speed.reward.gradual_factors))
        ),
    ]:
        steps = length / step
        if round(steps) < 10 or abs(steps - round(steps)) > 1e-9 * steps:
            yield f"{name}: expected 10 or more whole steps in {length:g} ms, found {step:g}"
        elif steps > MOST_STEPS:
            yield f"{name}: expected at most {MOST_STEPS} steps in {length:g} ms, found {step:g}"
            # Longer movements have too many as well.
            return
    factors = speed.reward.gradual_factors
    if min(factors) < 1 or factors[-1] != speed.factor:
        yield (
            "speed.reward.gradual_factors: expected factors from 1 on, the last of them "
            f"{speed.factor:g} (gain_modulation.speed.factor), found {factors}"
        )
    if speed.circuits > study.replicates.count:
        yield (
            f"speed.circuits: expected at most {study.replicates.count} "
            f"(gain_modulation.replicates.count), found {speed.circuits}"
        )
    sizes, members = speed.shape_and_speed.sizes, speed.shape_and_speed.members
    if max(sizes) > members:
        yield (
            f"speed.shape_and_speed.sizes: expected at most {members} patterns in a library "
            f"(gain_modulation.speed.shape_and_speed.members), found {max(sizes)}"
        )
