"""Weights and biases of a sequence model: one vector, and its parts by name."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from corticomotor.arrays import Array
from corticomotor.studies.reaching.parts import shape_text

if TYPE_CHECKING:
    from corticomotor.studies.reaching.settings.sequence import SequenceModel

# Target and go cue.
INPUTS = 3
# What a standard model puts out: x and y of position, velocity and acceleration.
KINEMATICS = 6
# How much comes into a unit of a cell: of a GRU, for its candidate and its gates.
GATES = {"relu": 1, "tanh": 1, "gru": 3}


@dataclass(frozen=True)
class Layout:
    """Where the parts lie in the vector, in the order in which they act.

    Weights have a row for each input and a column for each output.

    Attributes:
        shapes: of the parts by name.
    """

    shapes: dict[str, tuple[int, ...]]

    @property
    def size(self) -> int:
        """Number of parameters."""
        return sum(map(prod, self.shapes.values()))

    def parts(self, vector: Tensor) -> dict[str, Tensor]:
        """Views of a vector (parameter,)."""
        pieces = torch.split(vector, [prod(shape) for shape in self.shapes.values()])
        return {
            name: piece.view(shape)
            for (name, shape), piece in zip(self.shapes.items(), pieces, strict=True)
        }

    def outputs_first(self, vector: Array) -> Array:
        """Lay a vector (parameter,) out as files have it: matrices with a row for each output."""
        ends = np.cumsum([prod(shape) for shape in self.shapes.values()])[:-1]
        pieces = zip(np.split(vector, ends), self.shapes.values(), strict=True)
        return np.concatenate([piece.reshape(shape).T.ravel() for piece, shape in pieces])

    def described(self) -> dict[str, list[str]]:
        """Name the parts and their shapes in files, outputs first."""
        return {
            "part": list(self.shapes),
            "part_shape": [shape_text(shape[::-1]) for shape in self.shapes.values()],
        }


def inputs_of(model: SequenceModel) -> int:
    """How many numbers a model sees in each step."""
    return INPUTS + (2 * model.buffer_length if model.architecture == "feedback" else 0)


def layout_of(model: SequenceModel) -> Layout:
    """Lay out the parameters of a model."""
    units, gates = model.units, GATES[model.cell]
    shapes: dict[str, tuple[int, ...]] = {}

    def add(name: str, inputs: int, outputs: int) -> None:
        shapes[f"{name}/weights"] = (inputs, outputs)
        shapes[f"{name}/bias"] = (outputs,)

    for layer in range(model.dense_before):
        add(f"before/{layer}", units if layer else inputs_of(model), units)
    add("incoming", units if model.dense_before else inputs_of(model), gates * units)
    shapes["recurrent/weights"] = (units, gates * units)
    if model.cell == "gru":
        # Of the candidate alone, where the reset gate scales it.
        shapes["recurrent/bias"] = (units,)
    for layer in range(model.dense_after):
        add(f"after/{layer}", units, units)
    add("output", units, 2 if model.architecture == "feedback" else KINEMATICS)
    return Layout(shapes)


def initial_parameters(rng: np.random.Generator, model: SequenceModel) -> Array:
    """Draw the parameters of an untrained model (parameter,).

    They are uniform within the inverse root of the number of inputs (recurrent layer: of units),
    as usual. A ReLU layer with feedback begins near 0.9 times the identity, so that it holds what
    it has heard and does not explode.
    """
    layout = layout_of(model)
    values = {}
    for name, shape in layout.shapes.items():
        layer = name.rpartition("/")[0]
        recurrent = layer in ("incoming", "recurrent")
        fan_in = model.units if recurrent else layout.shapes[f"{layer}/weights"][0]
        values[name] = rng.uniform(-1.0, 1.0, shape) / np.sqrt(fan_in)
    if model.architecture == "feedback" and model.cell == "relu":
        noise = values["recurrent/weights"]
        values["recurrent/weights"] = 0.9 * np.eye(model.units) + 0.1 * noise
    return np.concatenate([value.ravel() for value in values.values()])
