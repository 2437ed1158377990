"""Settings of the circuit that stands for motor cortex: blocks of the studies that run on it."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from corticomotor.study.blocks import Block, Count, Fraction, Positive


class Circuit(Block):
    """Connectivity of the stability-optimised circuit (SOC)."""

    neurons: Annotated[int, Field(ge=10)] = 200
    """number of neurons"""
    excitatory_fraction: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """excitatory part of the neurons"""
    connection_probability: Annotated[float, Field(gt=0, lt=1)] = 0.1
    """density of the excitatory and of the initial inhibitory connections"""
    initial_spectral_radius: Positive = 10.0
    """spectral radius before optimisation"""
    inhibition_ratio: Positive = 3.0
    """mean inhibitory over mean excitatory weight"""
    inhibitory_density: Fraction = 0.4
    """density of the inhibitory connections after optimisation"""
    target_abscissa: Annotated[float, Field(gt=0, lt=1)] = 0.15
    """stop when the largest real part of the eigenvalues of W is at most this"""
    learning_rate: Positive = 30.0
    """step along the gradient of the smoothed spectral abscissa; with momentum 30 takes about 90
    iterations for 200 neurons, plain descent at the published 10 about 1,700; smaller circuits need
    smaller steps"""
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.9
    """heavy-ball momentum"""
    shift_factor: Annotated[float, Field(gt=1)] = 1.5
    """the smoothed abscissa lies at max(shift_factor * abscissa, abscissa + shift_margin)"""
    shift_margin: Positive = 0.2
    """see shift_factor"""
    max_iterations: Count = 3000
    """give up, with an error, after as many iterations"""
    initial_state_scale: Positive = 1.5
    """norm of the initial state over sqrt(neurons)"""


class NeuronDynamics(Block):
    """How the circuit's neurons turn input into rates."""

    time_constant_ms: Positive = 200.0
    """neuronal time constant"""
    baseline_rate_hz: Positive = 20.0
    """firing rate at rest: the rate can fall by as much"""
    max_rate_hz: Positive = 100.0
    """largest firing rate"""

    @model_validator(mode="after")
    def _rates_in_order(self) -> Self:
        if self.max_rate_hz <= self.baseline_rate_hz:
            raise ValueError(
                f"max_rate_hz must be above baseline_rate_hz ({self.baseline_rate_hz}), "
                f"found {self.max_rate_hz}"
            )
        return self


def population_conflicts(circuit: Circuit) -> Iterator[str]:
    """Find out whether a circuit lacks excitatory or inhibitory neurons.

    Args:
        circuit: the block `circuit` of a study.
    """
    excitatory = round(circuit.excitatory_fraction * circuit.neurons)
    if not 1 <= excitatory < circuit.neurons:
        yield (
            "circuit.excitatory_fraction: expected at least one excitatory and one inhibitory "
            f"neuron of {circuit.neurons}, found {excitatory} excitatory"
        )
