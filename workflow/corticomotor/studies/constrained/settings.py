"""Settings of the constrained-dynamics study: from EMG to the similarity of FF and FFH."""

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from corticomotor.motor_cortex.settings import (
    Emg,
    GainLearning,
    NeuronDynamics,
    ReachingCircuit,
)
from corticomotor.study.blocks import (
    LARGEST_POPULATION,
    Block,
    Count,
    EachOnce,
    Fraction,
    NonNegative,
    Positive,
    Replicates,
    Several,
    Size,
)


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

    initial_noise: Annotated[list[NonNegative], EachOnce] = [0.0, 0.05, 0.1, 0.2]
    """standard deviations of a kick at movement onset, which is isotropic or lies within the
    leading principal components, relative to that of the activations; one at least above 0"""
    step_noise: Annotated[list[NonNegative], EachOnce] = [0.0, 0.05, 0.1, 0.2]
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
    reach_fractions: Annotated[
        list[Annotated[float, Field(ge=0, le=1)]], Field(min_length=1), EachOnce
    ] = [
        0.0,
        0.25,
        0.5,
    ]
    """values of circuit.initial_state.reach_fraction, each with networks of its own"""
    iterations: Count = 50
    """gradient steps of the circuit's gains; networks are judged by what the circuit does, so that
    it need not be as accurate as that of the other figures"""
    pulse_noise: Annotated[list[NonNegative], EachOnce] = [0.0, 0.1, 0.3]
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
    replicates: Annotated[list[Count], Field(min_length=2), EachOnce] = list(range(1001, 1011))
    """replicates to try them on, apart from those of the report"""
    ranges: SearchRanges = SearchRanges()


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
