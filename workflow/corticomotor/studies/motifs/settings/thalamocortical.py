"""Settings of the analytically tractable thalamocortical model of the motor motifs."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from corticomotor.study.blocks import (
    LARGEST_POPULATION,
    Block,
    Count,
    NonNegative,
    Positive,
    Several,
)


class Thalamocortical(Block):
    """The linear model whose weights follow from eigenvalues (motor-motif paper, appendix A.4).

    Time is in units of the neuronal time constant tau.
    """

    neurons: Annotated[int, Field(ge=2, le=LARGEST_POPULATION)] = 99
    """number of cortical neurons"""
    gain: Positive = 0.5
    """g / tau of the dynamics g (J - I)"""
    exponentials: Several = 10
    """complex exponentials that make up a motif"""
    largest_amplitude: Positive = 3.0
    """bound of the exponentials' amplitudes"""
    separation: Positive = 0.05
    """least distance between two eigenvalues of a motif"""
    largest_damping: Positive = 0.5
    """bound of the eigenvalues' decay rates; faster ones ask for very strong loops"""
    fit_starts: Count = 10
    """random starts of the fit of a motif by exponentials"""
    loop_starts: Count = 3
    """random starts of the search for a noise-robust loop"""
    loop_iterations: Count = 300
    """iterations of each start"""
    loops: Count = 50
    """loops of the preparatory module"""
    roughness_penalty: NonNegative = 0.05
    """beta: weight of the readout's derivative in the cost of preparation"""
    weight_cost: Positive = 0.01
    """half of it times the preparatory weights' summed squares joins the cost of preparation,
    which no finite weights minimise"""
    preparatory_iterations: Count = 500
    """iterations at most on the preparatory weights"""

    @model_validator(mode="after")
    def _no_more_than_neurons(self) -> Self:
        for name, count in [("exponentials", self.exponentials), ("loops", self.loops)]:
            if count > self.neurons:
                raise ValueError(f"{name} must be at most {self.neurons} (neurons), found {count}")
        return self
