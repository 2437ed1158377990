"""Settings of the reaches and of the force field."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from corticomotor.study.blocks import (
    LARGEST_POPULATION,
    MOST_STEPS,
    Block,
    Count,
    Positive,
    Several,
)

Bounds = Annotated[list[float], Field(min_length=2, max_length=2)]


class ForceField(Block):
    """A force on the hand; lengths in percent of the workspace, its centre at 0."""

    kind: Literal["region", "curl"] = "region"
    """region (the force acts within bounds) or curl (across the velocity of the hand, everywhere,
    as in the animal experiment)"""
    x: Bounds = [-1000.0, 1000.0]
    """bounds of the region from left to right. The published rectangle is x: [0, 50], y: [0, 50],
    force: [-5, -5]; the start lies on its corner, which is refused"""
    y: Bounds = [10.0, 40.0]
    """bounds of the region from bottom to top. The default is a band that 40 % of the reaches cross
    and that does not contain the start"""
    force: Bounds = [-5.0, 0.0]
    """x and y of the force of a region, in the unit of the reaches' acceleration, whose largest
    value is about 54"""
    curl: float = 0.2
    """force per velocity of the hand, of a curl; positive pushes to the left of the movement"""
    variation: Literal["none", "strength", "sign"] = "none"
    """whether the force is another one in each trial: none; strength (multiplied by a number drawn
    from 0 to 2), or sign (present, absent or reversed)"""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for name, (low, high) in (("x", self.x), ("y", self.y)):
            if low >= high:
                raise ValueError(f"{name}: expected [lower, upper], found [{low}, {high}]")
        if self.kind == "region" and self.x[0] <= 0 <= self.x[1] and self.y[0] <= 0 <= self.y[1]:
            raise ValueError(
                f"the region contains the start of all reaches, (0, 0): x {self.x}, y {self.y}"
            )
        return self


class ReachTask(Block):
    """Reaches from the centre to a target, when the go cue says so."""

    steps: Annotated[int, Field(ge=60, le=MOST_STEPS)] = 100
    """time steps of a trial"""
    target_step: Count = 20
    """when the target appears"""
    longest_delay: Count = 10
    """the go cue comes less than so many steps later, at random"""
    cue_steps: Count = 5
    """length of the go cue"""
    reaction_steps: Count = 15
    """from the go cue to the middle of the reach"""
    time_constant: Positive = 3.0
    """time constant of the sigmoid that is the reach, in steps"""
    field: ForceField = ForceField()

    @model_validator(mode="after")
    def _reach_fits(self) -> Self:
        latest = self.target_step + self.longest_delay + self.reaction_steps
        needed = round(latest + 10 * self.time_constant)
        if self.steps < needed:
            raise ValueError(
                f"steps: expected at least {needed}, so that the latest reach ends, "
                f"found {self.steps}"
            )
        return self


class TestReaches(Block):
    """Reaches on which the sequence models are tested, the same for all."""

    count: Several = 500
    """random targets"""
    directions: Annotated[int, Field(ge=2, le=LARGEST_POPULATION)] = 8
    """directions of the reaches whose hidden activity is kept"""
    distance: Positive = 40.0
    """of these targets, in percent of the workspace"""
    shown: Count = 24
    """random targets whose trajectories are kept"""
