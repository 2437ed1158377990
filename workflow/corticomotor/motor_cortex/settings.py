"""Settings of the circuit that stands for motor cortex: blocks of the studies that run on it."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from corticomotor.study.blocks import (
    LARGEST_POPULATION,
    MOST_STEPS,
    Block,
    Count,
    Fraction,
    Positive,
    Size,
    Whole,
)

# Of files and folders, on all usual file systems.
_LONGEST_NAME = 255


class Circuit(Block):
    """Connectivity of the stability-optimised circuit (SOC)."""

    neurons: Annotated[int, Field(ge=10, le=LARGEST_POPULATION)] = 200
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


class InitialState(Block):
    """Where each reach begins: a state common to all, and a part of the reach's own."""

    modes: Count = 5
    """leading eigenvectors of the observability Gramian that a reach's own part is drawn from"""
    reach_fraction: Annotated[float, Field(ge=0, le=1)] = 0.25
    """part of the initial state's power that is the reach's own; with 0 all reaches begin alike"""


class ReachingCircuit(Circuit):
    """Connectivity of the stability-optimised circuit (SOC), and where its reaches begin."""

    initial_state: InitialState = InitialState()


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


class Recording(Block):
    """Recorded EMG, read when `emg.source` is recorded (formats: data/README.md)."""

    path: str = ""
    """.mat, .h5, .hdf5, .nc or .csv file; ~ is the home folder"""
    variable: str = ""
    """name of the array in the file (not used for .csv)"""
    dimensions: list[Literal["reach", "time", "muscle"]] = ["muscle", "time", "reach"]
    """order of the array's dimensions (not used for .csv)"""
    sampling_rate_hz: Positive = 1000.0
    """samples a second"""
    start_ms: float = 0.0
    """where the window of `emg.duration_ms` begins on the recording's clock, which counts from the
    first sample but in .csv, where it may begin below 0"""
    muscles: Literal["strongest"] | list[Whole] = "strongest"
    """the `emg.muscles` strongest, or a list of as many muscle numbers, counted from 0"""

    @field_validator("path")
    @classmethod
    def _a_path_that_rules_can_name(cls, path: str) -> str:
        # Snakemake takes what stands in braces for a wildcard.
        if re.search(r"[{}\x00-\x1f\x7f]", path):
            raise ValueError(
                f"expected a path without braces and control characters, found {path!r}"
            )
        longest = max(map(len, map(os.fsencode, Path(path).parts)), default=0)
        if longest > _LONGEST_NAME:
            raise ValueError(f"expected names of at most {_LONGEST_NAME} bytes, found {longest}")
        return str(Path(path).expanduser()) if path.startswith("~") else path

    @model_validator(mode="after")
    def _each_dimension_once(self) -> Self:
        if sorted(self.dimensions) != ["muscle", "reach", "time"]:
            raise ValueError("dimensions must name reach, time and muscle once each")
        return self


class Emg(Block):
    """Target muscle activity, one time course per reach and muscle."""

    source: Literal["synthetic", "recorded"] = "synthetic"
    """synthetic (a Gaussian process) or recorded"""
    reaches: Annotated[int, Field(ge=2, le=LARGEST_POPULATION)] = 8
    """number of reach directions"""
    muscles: Size = 10
    """number of muscles"""
    duration_ms: Positive = 500.0
    """length of a movement"""
    step_ms: Positive = 2.5
    """time grid of the EMG and of the circuit's rates"""
    envelope_ms: Positive = 110.0
    """time scale of the rise and fall of synthetic EMG"""
    smoothness_ms: Positive = 50.0
    """length scale of the Gaussian process"""
    direction_smoothness: Positive | None = None
    """length scale of synthetic EMG and of initial states over direction, in radians, with the
    reaches in order on a circle; null draws each reach by itself"""
    recording: Recording = Recording()

    @model_validator(mode="after")
    def _whole_steps(self) -> Self:
        steps = self.duration_ms / self.step_ms
        if abs(steps - round(steps)) > 1e-9 or round(steps) < 10:
            raise ValueError(
                f"duration_ms must be a whole number of at least 10 steps of {self.step_ms} ms, "
                f"found {self.duration_ms}"
            )
        if steps > MOST_STEPS:
            raise ValueError(
                f"duration_ms must be at most {MOST_STEPS * self.step_ms:g}, {MOST_STEPS} steps of "
                f"{self.step_ms} ms, found {self.duration_ms}"
            )
        if self.source == "recorded" and not self.recording.path:
            raise ValueError("source is recorded, but recording.path is empty")
        listed = self.recording.muscles
        if listed != "strongest" and (
            len(listed) != self.muscles or len(set(listed)) != len(listed)
        ):
            raise ValueError(
                f"recording.muscles must be {self.muscles} different numbers (emg.muscles), "
                f"found {listed}"
            )
        return self


class Reward(Block):
    """The reward-based rule of gain learning."""

    iterations: Count = 5000
    """gain updates"""
    perturbation: Positive = 0.001
    """standard deviation of the gain perturbations"""
    memory: Annotated[float, Field(gt=0, lt=1)] = 0.3
    """weight of the old value in the running means of error and gains"""


class GainLearning(Block):
    """How the circuit learns to produce the EMG: a gain pattern per reach and one readout."""

    method: Literal["gradient", "reward"] = "gradient"
    """gradient (Adam through the dynamics) or reward (perturbation and reward)"""
    iterations: Count = 200
    """gradient steps"""
    learning_rate: Positive = 0.01
    """step size of Adam; larger ones fit the EMG as well, but spread the gains and with them the
    circuit's activity over more components than are compared"""
    training_step_ms: Positive = 10.0
    """integration step while learning; the result is simulated on the grid of the EMG"""
    readout: Literal["excitatory", "all"] = "excitatory"
    """neurons that drive the muscles"""
    ridge: Positive = 1e-5
    """ridge penalty of the readout, relative to the mean power of a neuron"""
    reward: Reward = Reward()
