"""Settings of the control of movement speed."""

from typing import Annotated

from pydantic import Field

from corticomotor.study.blocks import (
    LARGEST_POPULATION,
    MOST,
    Block,
    Count,
    EachOnce,
    NonNegative,
    Positive,
    Several,
    Whole,
)


class SlowByReward(Block):
    """Slow movements by the reward rule."""

    movements: Count = 6
    """how many"""
    iterations: Count = 4000
    """gain updates from gains of 1, and from the slow pattern of another movement, which gradients
    taught. The paper gives no number. Slow patterns lie far away, and the way is as long as the
    perturbations are small: after 11,000 iterations three movements of a circuit that the report
    does not use had 58, 90 and 98 % of their error taken away, and went on"""
    gradual_iterations: Count = 700
    """gain updates at each of `gradual_factors`"""
    gradual_factors: Annotated[list[float], Field(min_length=1), EachOnce] = [
        1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0
    ]  # fmt: skip
    """durations relative to the fast movement in turn, from gains of 1; the last is that of the
    slow movement"""
    perturbation: Positive = 0.003
    """standard deviation of the perturbations. The 0.001 of new movements takes three times as
    long; from 0.005 on the rule no longer holds what it gained, as slow patterns lie close to
    instability"""


class InitialConditions(Block):
    """One gain pattern for the slow movements from several initial states."""

    counts: Annotated[list[Count], Field(min_length=2), EachOnce] = [1, 2, 3, 4, 6, 10]
    """numbers of initial states; the paper has all from 1 to 10"""
    sessions: Count = 2
    """random groupings for each number; the paper has 10"""
    iterations: Count = 200
    """steps of Adam"""


class SevenSpeeds(Block):
    """Several speeds by gain patterns on the line between two."""

    speeds: Annotated[int, Field(ge=3, le=MOST)] = 7
    """evenly spaced from that of the fast movement to that of the slow one. The dynamics are linear
    in the pattern and so in the speed; spaced evenly in duration, straight paths are worse"""
    sessions: Count = 2
    """random groupings"""
    iterations: Count = 250
    """steps of Adam"""
    rate: Positive = 0.05
    """learning rate"""


class ShapeAndSpeed(Block):
    """Primitives at both speeds, combined by the same coefficients."""

    members: Several = 16
    """movements whose patterns make up the library; the paper has 100"""
    sizes: Annotated[list[Count], Field(min_length=1), EachOnce] = [2, 4, 6, 8, 12]
    """numbers of patterns that are combined"""
    libraries: Count = 10
    """libraries of each size"""
    novel: Several = 40
    """novel movements; the paper has 100"""
    iterations: Count = 150
    """steps of Adam for the members' patterns"""
    rate: Positive = 0.005
    """learning rate"""
    mixtures: Whole = 8
    """mixtures of slow patterns that shall make the mixture of their movements, drawn anew in each
    step. The paper names nothing of the kind. Without them, or with a few that stay the same, slow
    patterns make their own movements, but combine to outputs with 1.3 to 3.5 times the error of the
    fit, as slow dynamics are at the edge of instability; fast ones need none"""
    pull: NonNegative = 0.01
    """pull of the slow patterns to the one that they start from, which is that of the initial
    movement"""


class Speed(Block):
    """Slow variants of movements, on circuits of more neurons."""

    circuits: Count = 1
    """how many of the replicates' circuits take part, from the first"""
    neurons: Annotated[int, Field(ge=10, le=LARGEST_POPULATION)] = 400
    """number of neurons"""
    groups: Count = 40
    """random groups, except for primitives, whose gains are neuron-specific"""
    factor: Annotated[float, Field(ge=1)] = 5.0
    """duration of slow movements over that of fast ones"""
    step_ms: Positive = 5.0
    """integration step. The eigenvalue that limits it grows with the number of neurons"""
    ridge: Positive = 1e-3
    """penalty of the readout's weights, relative to the mean power of a neuron: without one slow
    errors begin at about 1,000, as huge weights meet activity that they were not fitted to"""
    movements: Several = 10
    """movements"""
    sessions: Count = 2
    """random groupings for each movement, of which the best counts; the paper has 10"""
    iterations: Count = 250
    """steps of Adam"""
    rate: Positive = 0.05
    """learning rate; at 0.02 about one movement in five remains at an error of 0.4"""
    last_rate: Positive = 0.01
    """learning rate in the last 30 % of the iterations"""
    largest_gradient: Positive = 1.0
    """longer gradients are cut to this norm"""
    scaled_sessions: Count = 1
    """random groupings for each movement whose amplitude is scaled by 1 / factor² as well"""
    noise_db: float = 4.0
    """signal-to-noise ratio of the initial state at which slow movements are tested"""
    noise_samples: Count = 20
    """samples of noise"""
    reward: SlowByReward = SlowByReward()
    initial_conditions: InitialConditions = InitialConditions()
    seven_speeds: SevenSpeeds = SevenSpeeds()
    shape_and_speed: ShapeAndSpeed = ShapeAndSpeed()
