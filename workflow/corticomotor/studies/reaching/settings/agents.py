"""Settings of the agents: on a grid, and with continuous actions."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from corticomotor.study.blocks import (
    LARGEST_POPULATION,
    Block,
    Count,
    Fraction,
    NonNegative,
    Positive,
    Size,
    Whole,
)

Rows = Annotated[list[Whole], Field(min_length=2, max_length=2)]


class Grid(Block):
    """A square grid on which a hand moves like a king, a square a step."""

    size: Annotated[int, Field(ge=3, le=LARGEST_POPULATION)] = 10
    """rows and columns"""
    field_rows: Rows = [2, 6]
    """first and last row of the force field"""
    deflection: Annotated[list[int], Field(min_length=2, max_length=2)] = [0, -1]
    """rows and columns by which the field deflects each move that begins in it"""

    @model_validator(mode="after")
    def _rows_on_the_grid(self) -> Self:
        low, high = self.field_rows
        if not low <= high < self.size:
            raise ValueError(
                f"field_rows: expected [first, last] within 0 to {self.size - 1}, "
                f"found [{low}, {high}]"
            )
        return self


class Tabular(Block):
    """Q-learning with a table, for one goal."""

    grid: Grid = Grid()
    goal: Rows = [8, 5]
    """row and column of the goal"""
    episodes: Count = 10000
    """reaches from random starts; after 2,000 all starts were optimal with each seed tried"""
    learning_rate: Fraction = 0.5
    """part of the error by which a value is moved"""
    exploration: Fraction = 0.3
    """part of the moves that are random"""

    @model_validator(mode="after")
    def _goal_on_the_grid(self) -> Self:
        if max(self.goal) >= self.grid.size:
            raise ValueError(
                f"goal: expected row and column within 0 to {self.grid.size - 1}, found {self.goal}"
            )
        return self


class DeepQRun(Block):
    """One way to train a deep Q-network."""

    view: Literal["parameters", "pixels"] = "parameters"
    """what the agent sees: rows and columns of hand and target, or an image with a channel each"""
    radii: Annotated[list[Whole], Field(min_length=1)] = [8, 4, 2, 1, 0]
    """distances from the target at which a reach counts as a hit, one after the other"""
    hindsight: Annotated[float, Field(ge=0, le=1)] = 0.0
    """part of the samples whose target becomes a square that the hand came to later (published:
    none)"""
    force: bool = False
    """whether the field is there"""
    value_unit: Positive = 1.0
    """moves that a value of 1 stands for; published: 1. The loss of Stable-Baselines3 is linear in
    errors above 1, so that the few moves that reach a target hardly count; with 10 they do"""
    layer_norm: bool = False
    """whether sums of the dense layers are normalised; published: false"""
    updates: Count = 8
    """updates after each move of all grids"""
    frames: Count = 57344
    """moves to learn from"""
    seeds: Whole = 3
    """replicates that train so, if any; figures and report take as many"""

    @model_validator(mode="after")
    def _exact_at_the_end(self) -> Self:
        if self.radii[-1] != 0:
            raise ValueError(
                f"radii: expected a schedule that ends with exact hits (0), found {self.radii}"
            )
        if sorted(self.radii, reverse=True) != self.radii:
            raise ValueError(f"radii: expected distances that fall, found {self.radii}")
        return self


class DeepQRuns(Block):
    """The trainings that are compared."""

    parameters: DeepQRun = DeepQRun(seeds=5)
    parameters_exact: DeepQRun = DeepQRun(radii=[0], frames=147456, seeds=5)
    parameters_scaled: DeepQRun = DeepQRun(radii=[0], value_unit=10.0)
    """exact hits, with values in tens of moves"""
    parameters_force: DeepQRun = DeepQRun(force=True, value_unit=10.0, frames=98304)
    pixels: DeepQRun = DeepQRun(
        view="pixels", value_unit=10.0, layer_norm=True, updates=4, frames=163840, seeds=3
    )
    pixels_exact: DeepQRun = DeepQRun(
        view="pixels",
        radii=[0],
        value_unit=10.0,
        layer_norm=True,
        updates=4,
        frames=98304,
        seeds=1,
    )
    pixels_hindsight: DeepQRun = DeepQRun(
        view="pixels", radii=[0], hindsight=0.5, layer_norm=True, seeds=1
    )


class DeepQ(Block):
    """Deep Q-networks (Stable-Baselines3) for random targets, and what their trainings share."""

    grid: Grid = Grid(size=16, field_rows=[10, 13])
    longest: Count = 50
    """moves after which a reach is given up"""
    grids: Count = 64
    """reaches that go on side by side"""
    hidden: Size = 128
    """units of each of the two dense layers"""
    channels: Annotated[list[Count], Field(min_length=2, max_length=2)] = [8, 16]
    """channels of the two convolutions of an agent that sees pixels"""
    batch: Count = 128
    """transitions of an update"""
    memory: Count = 200000
    """transitions that are kept"""
    learning_rate: Positive = 2e-3
    """of Adam"""
    target_rate: Fraction = 0.02
    """part by which the target network follows after each move of all grids. Without discount a
    network that follows faster drifts: all values fall together before states are told apart"""
    exploration: Fraction = 0.1
    """part of the moves that are random"""
    exploration_frames: Count = 1000
    """moves at the beginning that all are random; then learning begins"""
    shrink_at: Fraction = 0.8
    """part of the last 500 reaches that hit before the radius shrinks"""
    shrink_frames: Count = 4096
    """moves at least between two radii"""
    solved_at: Fraction = 0.95
    """part of tested pairs of hand and target that is reached exactly, up to which moves count"""
    look_frames: Count = 4096
    """moves between two tests on pairs of hand and target"""
    device: Literal["auto", "cpu", "cuda"] = "cpu"
    """where to train; networks are too small to gain much from a GPU"""
    runs: DeepQRuns = DeepQRuns()


class ControlAgents(Block):
    """Steps that each agent learns from in a phase: before the field, under it, and without it."""

    sac: Annotated[list[Count], Field(min_length=3, max_length=3)] = [10000, 12000, 4000]
    """soft actor-critic"""
    td3: Annotated[list[Count], Field(min_length=3, max_length=3)] = [10000, 12000, 4000]
    """twin delayed deep deterministic policy gradient"""


class Control(Block):
    """Agents with continuous actions (Stable-Baselines3), which can push against the force."""

    agents: ControlAgents = ControlAgents()
    action_steps: Count = 4
    """time steps for which an action is held"""
    decisions: Count = 25
    """actions of a reach"""
    strongest: Positive = 1.5
    """largest acceleration along an axis, over 50 of the reaches' unit"""
    field_strength: Positive = 7.5
    """how many times stronger the field is than that of the sequence models, for which it is a
    tenth of the largest acceleration; here it is half of the strongest action. Agents feel where
    the hand is: feedback that was learned without a field makes up for weak ones"""
    effort: NonNegative = 0.02
    """cost of a squared action, beside the distance from the target"""
    bonus: NonNegative = 0.5
    """reward of a decision that ends within `tolerance` of the target"""
    tolerance: Positive = 3.0
    """distance from the target at the end that counts as a hit, in percent of the workspace"""
    discount: Annotated[float, Field(gt=0, lt=1)] = 0.95
    """of later rewards"""
    hidden: Size = 64
    """units of each of the two layers of actor and critics"""
    batch: Count = 128
    """transitions of an update"""
    memory: Count = 100000
    """transitions that are kept; with another field, only those of the present one are"""
    reaches: Count = 16
    """reaches that go on side by side"""
    updates: Count = 8
    """updates after each action of all reaches"""
    learning_rate: Positive = 2e-3
    """of Adam"""
    target_rate: Fraction = 0.01
    """part by which target networks follow at each update"""
    random_steps: Count = 1000
    """steps with random actions at the beginning"""
    action_noise: Positive = 0.2
    """standard deviation of the noise of TD3's actions while learning"""
    looks: Count = 10
    """tests in each phase, closer together at its beginning"""
    test_reaches: Count = 1000
    """random targets of a test, the same for all"""
    device: Literal["auto", "cpu", "cuda"] = "cpu"
    """where to train; networks are too small to gain from a GPU"""
