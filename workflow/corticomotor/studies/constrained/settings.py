"""Settings of the constrained-dynamics study: from EMG to the similarity of FF and FFH."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from corticomotor.motor_cortex.settings import (
    Circuit,
    Emg,
    GainLearning,
    NeuronDynamics,
    population_conflicts,
)
from corticomotor.study.blocks import Block, Count, Fraction, NonNegative, Positive, Replicates


class SharedReplicates(Replicates):
    """Independent repetitions of the whole experiment, apart from the stages that they share."""

    count: Count = 10
    """how many"""
    shared: list[Literal["emg", "circuit", "ground_truth", "sample"]] = []
    """stages that all replicates take from replicate 1, of: emg, circuit, ground_truth, sample"""

    @model_validator(mode="after")
    def _shared_ground_truth_has_shared_inputs(self) -> Self:
        if "ground_truth" in self.shared and not {"emg", "circuit"} <= set(self.shared):
            raise ValueError("a shared ground_truth needs emg and circuit to be shared as well")
        return self


class Sample(Block):
    """What an experimenter gets to see."""

    neuron_fraction: Fraction = 0.3
    """observed part of the circuit's neurons"""
    muscle_fraction: Fraction = 0.4
    """observed part of the muscles"""


class FullForceNetwork(Block):
    """The full-FORCE networks: FF and FFH share all of this; FFH alone receives the hints.

    Strengths are the root-mean-square input that a unit receives from a signal of unit variance.
    """

    units: Annotated[int, Field(ge=10)] = 300
    """size of the target-generating and of the trained network"""
    gain: Positive = 1.3
    """standard deviation of the initial recurrent weights times sqrt(units)"""
    time_constant_ms: Positive = 40.0
    """time constant of the units"""
    step_ms: Positive = 2.5
    """integration step (Euler)"""
    pulse_ms: Positive = 50.0
    """length of the input pulse that names the reach and ends at movement onset"""
    pulse_strength: NonNegative = 0.6
    """strength of the pulse"""
    output_strength: NonNegative = 0.12
    """strength of the EMG targets in the target-generating network"""
    hint_strength: NonNegative = 1.1
    """strength of the hints in the target-generating network"""
    hint_mode: Literal["weights", "clamp"] = "weights"
    """weights (hints enter all units through random weights) or clamp (a unit per neuron)"""
    hint_scaling: Literal["unit", "soft", "common"] = "common"
    """observed rates are divided by their own standard deviation (unit), by its square root times
    that of the mean one (soft), or all by the same number (common)"""
    compensate_lag: bool = True
    """add the derivative of the hints, so that the units' low-pass does not delay them by a time
    constant; without it canonical correlations are lower by 0.07"""
    epochs: Count = 18
    """passes over all reaches"""
    update_probability: Fraction = 0.5
    """probability that a time step updates the weights"""
    regularisation: Positive = 0.02
    """inverse of the initial diagonal of the inverse correlation matrix"""
    training_noise: NonNegative = 0.03
    """standard deviation per root second of noise in the activations while training; without it
    FFH fits its trajectories exactly and small perturbations grow: a kick of 5 % then costs an EMG
    error of about 300 % instead of 6 %"""


class Similarity(Block):
    """Comparison of the networks with the circuit."""

    components: Annotated[int, Field(ge=2)] = 10
    """principal components of each network that enter CCA"""
    surrogates: Annotated[int, Field(ge=2)] = 20
    """surrogate circuits for the chance level"""
    splits: Annotated[int, Field(ge=2)] = 20
    """random halves of the circuit for the noise ceiling"""


class Generalisation(Block):
    """Perturbations that the networks were not trained on."""

    initial_noise: list[NonNegative] = [0.0, 0.05, 0.1, 0.2, 0.5]
    """standard deviations of noise in the state at movement onset, relative to that of the state"""
    step_noise: list[NonNegative] = [0.0, 0.05, 0.1, 0.2, 0.5]
    """standard deviations of noise at each step, relative to that of the state per root second"""
    trials: Count = 3
    """noisy trials per reach and level"""


Range = Annotated[list[Positive], Field(min_length=2, max_length=2)]


class SearchRanges(Block):
    """Lowest and highest value of each setting of `network` that is searched, log-uniformly."""

    gain: Range = [0.6, 1.5]
    """of network.gain"""
    time_constant_ms: Range = [20.0, 80.0]
    """of network.time_constant_ms"""
    pulse_strength: Range = [0.2, 3.0]
    """of network.pulse_strength"""
    output_strength: Range = [0.04, 0.5]
    """of network.output_strength"""
    hint_strength: Range = [0.2, 2.0]
    """of network.hint_strength"""
    training_noise: Range = [0.005, 0.3]
    """of network.training_noise"""

    @model_validator(mode="after")
    def _low_to_high(self) -> Self:
        for name, (low, high) in self:
            if low > high:
                raise ValueError(f"{name}: expected [lowest, highest], found [{low}, {high}]")
        return self


class Search(Block):
    """Random settings to check those of `network` against; run by `make search` alone.

    Those were chosen by hand, on replicates that overlap the report's: no candidate does better.
    """

    candidates: Count = 60
    """settings to try beside those of `network`"""
    replicates: list[Count] = [1001, 1002, 1003, 1004]
    """replicates to try them on, apart from those of the report"""
    ranges: SearchRanges = SearchRanges()


class Constrained(Block):
    """Constrained dynamics: networks made to reproduce a sample of the circuit's neurons."""

    replicates: SharedReplicates = SharedReplicates()
    emg: Emg = Emg()
    circuit: Circuit = Circuit()
    dynamics: NeuronDynamics = NeuronDynamics()
    gain_learning: GainLearning = GainLearning()
    sample: Sample = Sample()
    network: FullForceNetwork = FullForceNetwork()
    similarity: Similarity = Similarity()
    generalisation: Generalisation = Generalisation()
    search: Search = Search()


def conflicts(study: Constrained) -> Iterator[str]:
    """Find what the blocks of the constrained study ask of each other and do not get."""
    yield from _size_conflicts(study)
    yield from _step_conflicts(study)


def _size_conflicts(study: Constrained) -> Iterator[str]:
    """Numbers of neurons, muscles, units and samples that do not fit each other."""
    emg, circuit, network, sample = study.emg, study.circuit, study.network, study.sample

    yield from population_conflicts(circuit)
    if round(sample.muscle_fraction * emg.muscles) < 1:
        yield (
            "sample.muscle_fraction: expected at least one of the "
            f"{emg.muscles} muscles (constrained.emg.muscles), found {sample.muscle_fraction}"
        )

    observed = round(sample.neuron_fraction * circuit.neurons)
    if observed < 1:
        yield (
            f"sample.neuron_fraction: expected at least one of the {circuit.neurons} neurons "
            f"(constrained.circuit.neurons), found {sample.neuron_fraction}"
        )
    if network.hint_mode == "clamp" and observed > network.units:
        yield (
            f"sample.neuron_fraction: expected at most {network.units} neurons, one per unit to "
            f"clamp (constrained.network.units), found {sample.neuron_fraction}, "
            f"which is {observed} neurons"
        )

    # A duration of n steps gives n samples per reach; centring takes one dimension away.
    samples = emg.reaches * round(emg.duration_ms / emg.step_ms)
    for largest, reason in [
        (circuit.neurons // 2, "half of constrained.circuit.neurons"),
        (network.units, "constrained.network.units"),
        (samples - 1, "one less than the samples of constrained.emg"),
    ]:
        if study.similarity.components > largest:
            yield (
                f"similarity.components: expected at most {largest} ({reason}), "
                f"found {study.similarity.components}"
            )


def _step_conflicts(study: Constrained) -> Iterator[str]:
    """Integration steps that are too long or do not divide what they should."""
    emg, network = study.emg, study.network

    if network.step_ms > network.time_constant_ms:
        yield (
            "network.step_ms: expected at most constrained.network.time_constant_ms "
            f"({network.time_constant_ms}), found {network.step_ms}"
        )
    for name, length in [
        ("emg.duration_ms", emg.duration_ms),
        ("network.pulse_ms", network.pulse_ms),
    ]:
        if not _is_multiple(length, network.step_ms):
            yield (
                f"network.step_ms: expected a whole number of steps in constrained.{name} "
                f"({length}), found {network.step_ms}"
            )
    training_step_ms = study.gain_learning.training_step_ms
    if not _is_multiple(training_step_ms, emg.step_ms):
        yield (
            "gain_learning.training_step_ms: expected a whole multiple of "
            f"constrained.emg.step_ms ({emg.step_ms}), found {training_step_ms}"
        )
    if not _is_multiple(emg.duration_ms, training_step_ms):
        yield (
            "gain_learning.training_step_ms: expected a whole number of steps in "
            f"constrained.emg.duration_ms ({emg.duration_ms}), found {training_step_ms}"
        )


def experiment_conflicts(study: Constrained) -> Iterator[str]:
    """Find what a sweep may ask for, but not the experiment that the report is about."""
    sample, circuit = study.sample, study.circuit
    if round(sample.neuron_fraction * circuit.neurons) == circuit.neurons:
        yield (
            "sample.neuron_fraction: expected some neurons to be left unobserved, "
            f"found {sample.neuron_fraction}"
        )


def _is_multiple(length: float, step: float) -> bool:
    steps = length / step
    return round(steps) >= 1 and abs(steps - round(steps)) <= 1e-9 * steps
