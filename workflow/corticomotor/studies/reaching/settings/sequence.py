"""Settings of the sequence models."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from corticomotor.study.blocks import Block, Count, NonNegative, Positive, Size, Whole

# Layers between which gradients still mean something, without the tricks of deep networks.
MOST_LAYERS = 20


class Phases(Block):
    """Iterations of training, one phase after the other; the rate falls as a cosine in each."""

    before: Count = 300
    """without a force"""
    under: Whole = 0
    """under the force"""
    after: Whole = 0
    """without a force again"""
    control: bool = False
    """whether to train as long without any force, from where the force began"""
    longer: Whole = 0
    """under the force in another try from where it began, to see at what budget failure ends"""

    @model_validator(mode="after")
    def _in_turn(self) -> Self:
        if self.after and not self.under:
            raise ValueError("after: expected 0 iterations where under is 0")
        return self


class SequenceModel(Block):
    """A recurrent network that turns target and go cue into a reach."""

    architecture: Literal["standard", "feedback"] = "standard"
    """standard (puts out position, velocity and acceleration; a force shifts them) or feedback
    (puts out accelerations, on which the force acts in real time)"""
    units: Size = 128
    """units of the recurrent layer and of each dense one"""
    cell: Literal["relu", "tanh", "gru"] = "relu"
    """recurrent units"""
    dense_before: Annotated[int, Field(ge=0, le=MOST_LAYERS)] = 0
    """dense ReLU layers before the recurrent one"""
    dense_after: Annotated[int, Field(ge=0, le=MOST_LAYERS)] = 1
    """dense ReLU layers after the recurrent one"""
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.3
    """part of the units that are left out at random after each dense layer before the recurrent
    one, and after that one, while training"""
    buffer: Literal["positions", "accelerations"] = "positions"
    """what a feedback model sees of its recent past: positions of the hand (told as the latest one,
    its velocity, and accelerations), or the accelerations that it put out with the force on them
    (as published)"""
    buffer_length: Whole = 4
    """how many of the last steps a feedback model sees"""
    learning_rate: Positive = 4e-3
    """of Adam, at the beginning of the phase before the force"""
    later_rates: Annotated[list[Positive], Field(min_length=2, max_length=2)] = [0.5, 0.25]
    """rates under the force and after it, over the first one"""
    phases: Phases = Phases()


_FREE = Phases(before=500)
_FORCED = Phases(before=500, under=500)
_FEEDBACK = Phases(before=200, under=120)
_ALL = Phases(before=200, under=120, after=32, control=True)


def _standard(**changed: Any) -> SequenceModel:
    return SequenceModel(**({"phases": _FREE} | changed))


def _positions(**changed: Any) -> SequenceModel:
    """Feedback of positions."""
    chosen: dict[str, Any] = {
        "architecture": "feedback",
        "cell": "gru",
        "dense_before": 2,
        "dropout": 0.1,
        "learning_rate": 6e-3,
        "phases": _FEEDBACK,
    }
    return SequenceModel(**(chosen | changed))


class SequenceModels(Block):
    """The models that are compared: the published ones, and each with one thing changed."""

    standard: SequenceModel = _standard(
        phases=Phases(before=500, under=500, after=100, control=True, longer=1200)
    )
    """as published"""
    standard_no_dropout: SequenceModel = _standard(dropout=0.0)
    """ablation"""
    standard_no_dense: SequenceModel = _standard(dense_after=0)
    """ablation"""
    standard_neither: SequenceModel = _standard(dropout=0.0, dense_after=0)
    """ablation"""
    standard_tanh: SequenceModel = _standard(cell="tanh")
    """other units"""
    standard_gru: SequenceModel = _standard(cell="gru")
    """other units"""
    standard_deep: SequenceModel = _standard(cell="gru", dense_before=2, phases=_FORCED)
    """with the layers of the feedback models"""
    positions: SequenceModel = _positions(phases=_ALL)
    """feedback of positions"""
    positions_relu: SequenceModel = _positions(cell="relu", phases=Phases(before=200))
    """other units"""
    positions_tanh: SequenceModel = _positions(cell="tanh", phases=Phases(before=200))
    """other units"""
    positions_0: SequenceModel = _positions(buffer_length=0, learning_rate=3e-3)
    """no feedback; at the rate of the others it errs twice as much"""
    positions_1: SequenceModel = _positions(buffer_length=1)
    """one step back"""
    positions_2: SequenceModel = _positions(buffer_length=2)
    """two steps back"""
    positions_8: SequenceModel = _positions(buffer_length=8)
    """eight steps back"""
    accelerations: SequenceModel = _positions(
        buffer="accelerations",
        dropout=0.3,
        learning_rate=5e-3,
        phases=Phases(before=300, under=200, after=50, control=True),
    )
    """as published: feedback of accelerations. Other rates or less dropout change little"""


class SequenceTraining(Block):
    """What all sequence models share in training."""

    batch: Count = 32
    """reaches of an iteration"""
    absolute_weight: NonNegative = 0.02
    """weight of the absolute beside the squared error, where the workspace is from -1 to 1: as in
    the published sum of both, where it is from -50 to 50"""
    largest_gradient: Positive = 1.0
    """norm to which larger gradients are cut"""
    warm_up: Count = 20
    """iterations in which the rate rises, but at most a quarter of a phase"""
    last_rate: Annotated[float, Field(gt=0, le=1)] = 0.02
    """rate at the end of a phase over that at its beginning"""
    looks: Count = 10
    """tests in each phase, evenly spaced"""
    look_reaches: Count = 100
    """test reaches of each of them, the first ones"""
    force_from: Literal["hand", "ideal"] = "hand"
    """where the force on a standard model is felt: where the hand is, or on the ideal path, as
    published"""
    device: Literal["auto", "cpu", "cuda"] = "cpu"
    """where to train; networks are too small to gain from a GPU"""
