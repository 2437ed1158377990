"""The kinds of networks: which parameters belong to a motif, and how they act in time.

Section 2 of the paper without, section 4 and A.5 with the preparatory module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from torch import Tensor

from corticomotor.arrays import Array
from corticomotor.dynamics.switching import Loop, Window, WindowGradient
from corticomotor.studies.motifs.connectivity import Connectivity

if TYPE_CHECKING:
    from corticomotor.studies.motifs.settings import Architecture, MotifNetwork

# Parameters that belong to one motif each, a vector of N numbers a motif.
MOTIF_PARAMETERS: Mapping[Architecture, tuple[str, ...]] = {
    "additive": ("input",),
    "multiplicative": ("input", "loop_left_vector", "loop_right_vector"),
    "two_input": ("preparatory_input", "input"),
    "control": ("input",),
}
# Parameters that all motifs share, so that learning one motif disturbs the others.
SHARED_PARAMETERS: Mapping[Architecture, tuple[str, ...]] = {
    "additive": (),
    "multiplicative": (),
    "two_input": (),
    "control": ("weights", "readout"),
}

Parameters = dict[str, Tensor]


def parameter_count(architecture: Architecture, units: int, motifs: int) -> int:
    """Number of learned parameters (table 1)."""
    shared = units * units + units if SHARED_PARAMETERS[architecture] else 0
    return motifs * units * len(MOTIF_PARAMETERS[architecture]) + shared


def initial_parameters(
    rngs: Sequence[np.random.Generator],
    settings: MotifNetwork,
    connectivity: Connectivity,
) -> dict[str, Array]:
    """Parameters before training: motif-specific ones (motif, unit), shared ones as they are.

    Inputs begin at 0, loop vectors with an expected norm of `loop_gain`.

    Args:
        rngs: a stream for each motif, so that no motif depends on another.
        settings: of the network.
        connectivity: where the control network begins.

    Returns:
        Name -> values; see `MOTIF_PARAMETERS` and `SHARED_PARAMETERS`.
    """
    names = MOTIF_PARAMETERS[settings.architecture]
    parameters = {name: np.zeros((len(rngs), settings.units)) for name in names}
    loops = [name for name in names if name.startswith("loop_")]
    for motif, rng in enumerate(rngs):
        for name in loops:
            scale = settings.loop_gain / np.sqrt(settings.units)
            parameters[name][motif] = scale * rng.standard_normal(settings.units)
    if settings.architecture == "control":
        parameters["weights"] = settings.gain * connectivity.weights
        parameters["readout"] = connectivity.readout.copy()
    return parameters


@dataclass(frozen=True)
class FixedCircuit:
    """What does not change while motifs are learned.

    Attributes:
        architecture: the kind of network.
        weights: g J (unit, presynaptic unit).
        readout: w (unit,).
        preparatory_weights: g J + U V^T, or None without a preparatory module.
        motif_steps: steps of a motif.
        preparation_steps: steps of a motif that its preparation takes.
    """

    architecture: Architecture
    weights: Tensor
    readout: Tensor
    preparatory_weights: Tensor | None
    motif_steps: int
    preparation_steps: int

    @property
    def first_steps(self) -> int:
        """Steps before a motif's windows switch; 0 where the network has but one window."""
        switches = self.preparatory_weights is not None or self.architecture == "two_input"
        return self.preparation_steps if switches else 0

    def read_out(self, parameters: Parameters) -> Tensor:
        """Return the readout weights w (unit,)."""
        return parameters.get("readout", self.readout)

    def windows(self, parameters: Parameters, motifs: Tensor) -> list[Window]:
        """Lay out one motif in time.

        Args:
            parameters: see `initial_parameters`.
            motifs: row of the motif in the parameters, for each trial (trial,).
        """
        own = {name: parameters[name][motifs] for name in MOTIF_PARAMETERS[self.architecture]}
        weights = parameters.get("weights", self.weights)
        first, rest = self.first_steps, self.motif_steps - self.first_steps
        if self.architecture == "two_input":
            return [
                Window(first, weights, own["preparatory_input"]),
                Window(rest, weights, own["input"]),
            ]
        loop = None
        if self.architecture == "multiplicative":
            loop = Loop(own["loop_left_vector"], own["loop_right_vector"])
        if self.preparatory_weights is None:
            return [Window(rest, weights, own["input"], loop)]
        # With a module, a multiplicative network has its input in preparation alone (A.5.1).
        late_input = own["input"] if loop is None else None
        return [
            Window(first, self.preparatory_weights, own["input"]),
            Window(rest, weights, late_input, loop),
        ]

    def gradient_by_trial(self, windows: Sequence[WindowGradient]) -> Parameters:
        """Collect the derivatives by a motif's parameters.

        Args:
            windows: of one motif, see `windows`.

        Returns:
            Name -> derivative (trial, unit); a shared matrix of weights has its derivative for each
            trial as well (trial, unit, unit).
        """
        first, last = windows[0], windows[-1]
        if self.architecture == "two_input":
            return {"preparatory_input": first.input, "input": last.input}
        gradient = {"input": first.input}
        if self.architecture == "multiplicative":
            assert last.loop is not None
            gradient["loop_left_vector"] = last.loop.left
            gradient["loop_right_vector"] = last.loop.right
        elif len(windows) == 2:
            gradient["input"] = first.input + last.input
        if self.architecture == "control":
            gradient["weights"] = last.weights_by_trial()
        return gradient
