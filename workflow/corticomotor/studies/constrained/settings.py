"""Settings of the constrained-dynamics study: from EMG to the similarity of FF and FFH."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from corticomotor.motor_cortex.independent_samples import (
    most_components,
    most_components_between_reaches,
)
from corticomotor.motor_cortex.settings import (
    Emg,
    GainLearning,
    NeuronDynamics,
    ReachingCircuit,
    initial_state_conflicts,
    population_conflicts,
)
from corticomotor.study.blocks import (
    LARGEST_POPULATION,
    Block,
    Count,
    Fraction,
    NonNegative,
    Positive,
    Replicates,
    Several,
    Size,
)

# Of weights while a network learns.
_FEWEST_UPDATES = 10


class SharedReplicates(Replicates):
    """Independent repetitions of the whole experiment, apart from the stages that they share."""

    count: Size = 10
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

    units: Annotated[int, Field(ge=10, le=LARGEST_POPULATION)] = 500
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
    hint_strength: NonNegative = 1.0
    """strength of the hints in the target-generating network"""
    hint_mode: Literal["weights", "clamp"] = "weights"
    """weights (hints enter all units through random weights) or clamp (a unit per neuron)"""
    hint_scaling: Literal["unit", "soft", "common"] = "common"
    """observed rates are divided by their own standard deviation (unit), by its square root times
    that of the mean one (soft), or all by the same number (common)"""
    compensate_lag: bool = True
    """add the derivative of the hints, so that the units' low-pass does not delay them by a time
    constant; without it canonical correlations are lower by 0.07"""
    epochs: Count = 7
    """passes over all reaches"""
    copies: Count = 3
    """of each reach in a pass, each with noise of its own; 3 copies in 7 passes take a fifth less
    time than 1 in 18, and the networks bear kicks as well or better"""
    update_probability: Fraction = 0.5
    """probability that a time step updates the weights"""
    regularisation: Positive = 0.02
    """inverse of the initial diagonal of the inverse correlation matrix"""
    weights_precision: Literal["float64", "float32"] = "float32"
    """of the weights while they are trained; float32 takes a quarter less time, errors change by a
    hundred-thousandth of themselves; the inverse correlation matrix is always in float64"""
    training_noise: NonNegative = 0.14
    """standard deviation per root second of noise in the activations while training, relative to
    that of the target network's activations; without it networks fit their trajectories exactly
    and let small perturbations grow"""


class Similarity(Block):
    """Comparison of the networks with the circuit."""

    components: Several = 10
    """principal components of each network that enter CCA"""
    surrogates: Several = 20
    """surrogate circuits for the chance level"""
    splits: Several = 20
    """random halves of the circuit for the noise ceiling"""


class Generalisation(Block):
    """Noise in the circuit and in the networks, relative to the activations of each."""

    initial_noise: list[NonNegative] = [0.0, 0.05, 0.1, 0.2]
    """standard deviations of a kick at movement onset, which is isotropic or lies within the
    leading principal components, relative to that of the activations; one at least above 0"""
    step_noise: list[NonNegative] = [0.0, 0.05, 0.1, 0.2]
    """standard deviations of noise in each step, per root second, relative to that of the
    activations"""
    trials: Count = 3
    """noisy trials per reach and level"""

    @field_validator("initial_noise")
    @classmethod
    def _some_kick(cls, levels: list[float]) -> list[float]:
        if not any(level > 0 for level in levels):
            raise ValueError(f"expected at least one level above 0, found {levels}")
        return levels


class Directions(Block):
    """Reaches on a circle, which the circuit all learns, and the networks every second one.

    There are `emg.reaches` for the networks, and as many between them. Their muscle activity is
    synthetic.
    """

    smoothness: Positive = 1.0
    """length scale of EMG and initial states over direction, in radians"""
    reach_fractions: Annotated[list[Annotated[float, Field(ge=0, le=1)]], Field(min_length=1)] = [
        0.0,
        0.25,
        0.5,
    ]
    """values of circuit.initial_state.reach_fraction, each with networks of its own"""
    iterations: Count = 50
    """gradient steps of the circuit's gains; networks are judged by what the circuit does, so that
    it need not be as accurate as that of the other figures"""
    pulse_noise: list[NonNegative] = [0.0, 0.1, 0.3]
    """standard deviations of noise in the pulse, relative to its root mean square"""


Range = Annotated[list[Positive], Field(min_length=2, max_length=2)]


class SearchRanges(Block):
    """Lowest and highest value of each setting that is searched, log-uniformly."""

    training_noise: Range = [0.02, 0.5]
    """of network.training_noise"""
    units: Range = [200.0, 800.0]
    """of network.units"""
    reach_fraction: Range = [0.03, 1.0]
    """of circuit.initial_state.reach_fraction"""
    modes: Range = [2.0, 16.0]
    """of circuit.initial_state.modes, as far as there are neurons"""
    learning_rate: Range = [0.003, 0.05]
    """of gain_learning.learning_rate"""

    @model_validator(mode="after")
    def _low_to_high(self) -> Self:
        for name, (low, high) in self:
            if low > high:
                raise ValueError(f"{name}: expected [lowest, highest], found [{low}, {high}]")
        return self


class Search(Block):
    """Random settings to check the configured ones against; run by `make search` alone.

    These were chosen on the replicates of the search, which the report does not use.
    """

    candidates: Count = 20
    """settings to try beside those that are configured"""
    replicates: Annotated[list[Count], Field(min_length=2)] = list(range(1001, 1011))
    """replicates to try them on, apart from those of the report"""
    ranges: SearchRanges = SearchRanges()

    @field_validator("replicates")
    @classmethod
    def _each_replicate_once(cls, replicates: list[int]) -> list[int]:
        if len(set(replicates)) < len(replicates):
            raise ValueError(f"expected each replicate once, found {replicates}")
        return replicates


class Constrained(Block):
    """Constrained dynamics: networks made to reproduce a sample of the circuit's neurons."""

    replicates: SharedReplicates = SharedReplicates()
    emg: Emg = Emg()
    circuit: ReachingCircuit = ReachingCircuit()
    dynamics: NeuronDynamics = NeuronDynamics()
    gain_learning: GainLearning = GainLearning()
    sample: Sample = Sample()
    network: FullForceNetwork = FullForceNetwork()
    similarity: Similarity = Similarity()
    generalisation: Generalisation = Generalisation()
    directions: Directions = Directions()
    search: Search = Search()


def conflicts(study: Constrained) -> Iterator[str]:
    """Find what the blocks of the constrained study ask of each other and do not get."""
    yield from _size_conflicts(study)
    yield from _step_conflicts(study)
    yield from _update_conflicts(study)
    yield from _search_conflicts(study)


def _size_conflicts(study: Constrained) -> Iterator[str]:
    """Numbers of neurons, muscles, units and samples that do not fit each other."""
    emg, circuit, network, sample = study.emg, study.circuit, study.network, study.sample

    yield from population_conflicts(circuit)
    yield from initial_state_conflicts(circuit)
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

    largest, reason = min(
        (circuit.neurons // 2, "half of constrained.circuit.neurons"),
        (network.units, "constrained.network.units"),
        most_components(emg, "constrained.emg"),
        most_components_between_reaches(emg, "constrained.emg"),
    )
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


def _update_conflicts(study: Constrained) -> Iterator[str]:
    """So few updates that there may be none by chance."""
    network = study.network
    steps = network.epochs * (network.pulse_ms + study.emg.duration_ms) / network.step_ms
    if network.update_probability * steps < _FEWEST_UPDATES:
        yield (
            f"network.update_probability: expected at least {_FEWEST_UPDATES / steps:.2g}, "
            f"{_FEWEST_UPDATES} updates in {steps:.0f} steps of time, "
            f"found {network.update_probability:g}"
        )


def _search_conflicts(study: Constrained) -> Iterator[str]:
    """Replicates on which settings are both chosen and judged."""
    count = study.replicates.count
    if shared := [each for each in study.search.replicates if each <= count]:
        yield (
            f"search.replicates: expected none of the report's, which are 1 to {count} "
            f"(constrained.replicates.count), found {shared[0]}"
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
