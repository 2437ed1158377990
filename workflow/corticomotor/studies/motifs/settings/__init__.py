"""Settings of the motor-motifs study: from motifs to transitions that were never trained."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from corticomotor.studies.motifs.settings.chains import chain_conflicts
from corticomotor.studies.motifs.settings.library import Library
from corticomotor.studies.motifs.settings.thalamocortical import Thalamocortical
from corticomotor.study.blocks import (
    LARGEST_POPULATION,
    MOST_STEPS,
    Block,
    Count,
    EachOnce,
    Fraction,
    NonNegative,
    Positive,
    Replicates,
    Several,
)

Device = Literal["auto", "cpu", "cuda"]
# Of all sessions together: every network trains on each of them.
MOST_MOTIFS = 1000
Architecture = Literal["additive", "multiplicative", "control", "two_input"]


class NetworkDynamics(Block):
    """How networks run."""

    dt: Annotated[float, Field(gt=0, le=0.5)] = 0.1
    """integration step (Euler), in time constants tau"""
    noise: NonNegative = 0.001
    """standard deviation of the noise that every unit gets at every step"""


class Preparation(Block):
    """The preparatory module: loops that bring the network to rest at the start of every motif."""

    duration: Positive = 5.0
    """how long it is on, at the beginning of a motif, in time constants tau"""
    loops: Count = 50
    """number of loops P"""
    initial_scale: Positive = 0.05
    """loop weights begin with a variance of initial_scale / sqrt(loops * units)"""
    roughness_penalty: NonNegative = 0.05
    """
    beta of the paper's equation 3: weight of the readout's derivative in the cost; 0 in the paper's
    modules of nonlinear networks
    """
    trial_duration: Positive = 20.0
    """length of a training trial, in time constants tau"""
    trials: Count = 20
    """random starts in a minibatch"""
    learning_rate: Positive = 0.01
    """Adam's rate, which falls to 0 by a cosine"""
    iterations: Count = 400
    """minibatches"""


class Training(Block):
    """Gradient descent on the motif-specific parameters, the same for all networks.

    A motif's rate rises over `warm_up` iterations and stays until the motif has converged: until
    its mean squared error over a while is no longer lower, by `least_improvement`, than over the
    same while before. Then, and at the latest when it just fits in, the rate falls to nothing, and
    the motif is done. A while is `patience`, and the fall lasts `decay`, of the `max_iterations` of
    the network.
    """

    learning_rate: Positive = 0.01
    """Adam's rate"""
    adam_beta: Annotated[float, Field(ge=0, lt=1)] = 0.9
    """weight of the old value in Adam's running means, of the gradient and of its square"""
    gradient_clip: Positive = 0.3
    """largest norm of one trial's gradient"""
    warm_up: Count = 10
    """iterations until the full rate"""
    patience: Fraction = 0.15
    """see above"""
    least_improvement: Fraction = 0.02
    """see above"""
    decay: Fraction = 0.4
    """see above"""
    device: Device = "auto"
    """where networks train; auto takes a CUDA device if there is one"""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """of products in training: bfloat16 lets torch round their factors where that is faster, and
    auto does so for large networks on processors with instructions for it"""


class MotifNetwork(Block):
    """One kind of network, and what it is trained on."""

    architecture: Architecture = "additive"
    """one of additive, multiplicative, control, two_input"""
    units: Annotated[int, Field(ge=2, le=LARGEST_POPULATION)] = 300
    """number of units N"""
    gain: Positive = 1.4
    """gain g of the recurrent weights"""
    loop_gain: Positive = 1.5
    """expected norm of a multiplicative network's loop vectors before training"""
    prepared: bool = False
    """with the preparatory module"""
    motifs: Literal["step", "oscillatory"] = "step"
    """step or oscillatory"""
    initial_std: NonNegative = 1.0
    """standard deviation of the random states from which motifs start in training"""
    starts: Count = 3
    """random starts of each motif in an iteration"""
    max_iterations: Count = 350
    """at most as many iterations of training"""


class Networks(Block):
    """The networks of the study by name."""

    additive: MotifNetwork = MotifNetwork()
    """additive, without preparation (figures 1f, 2, 6)"""
    additive_prepared: MotifNetwork = MotifNetwork(prepared=True)
    """additive, with the preparatory module (figures 3, 12)"""
    multiplicative: MotifNetwork = MotifNetwork(
        architecture="multiplicative", units=100, max_iterations=1500
    )
    """multiplicative, without preparation (figures 2, 7)"""
    multiplicative_prepared: MotifNetwork = MotifNetwork(
        architecture="multiplicative", units=100, prepared=True, max_iterations=1500
    )
    """multiplicative, with the preparatory module (figures 3, 12)"""
    control: MotifNetwork = MotifNetwork(architecture="control", units=50, max_iterations=800)
    """all weights trained and shared by all motifs (figures 1c, 10)"""
    two_input: MotifNetwork = MotifNetwork(architecture="two_input", units=150, max_iterations=350)
    """a second input of its own for each motif instead of the module (figures 3, 14)"""
    additive_oscillatory: MotifNetwork = MotifNetwork(motifs="oscillatory")
    """oscillatory motifs, without preparation (figures 1g, 9)"""
    additive_oscillatory_prepared: MotifNetwork = MotifNetwork(motifs="oscillatory", prepared=True)
    """oscillatory motifs, with the preparatory module (figure 13)"""
    additive_wide: MotifNetwork = MotifNetwork(initial_std=1.2)
    """trained from wider random states (figure 2a)"""
    additive_origin: MotifNetwork = MotifNetwork(initial_std=0.0)
    """trained from the noiseless origin (figure 16)"""
    additive_large: MotifNetwork = MotifNetwork(units=600, max_iterations=200)
    """more units; 1,000 in the paper (figures 2c, 8)"""


class Pairs(Block):
    """Training on all ordered pairs of motifs, over gains (figure 1c)."""

    additive_gains: Annotated[list[Positive], EachOnce] = [1.0, 1.4, 1.8]
    """gains g of additive networks"""
    multiplicative_gains: Annotated[list[Positive], EachOnce] = [1.0, 1.4, 1.8]
    """gains g of multiplicative networks"""
    loop_gains: Annotated[list[Positive], EachOnce] = [0.75, 1.5]
    """initial loop gains of multiplicative networks, each with each gain"""
    control_gains: Annotated[list[Positive], EachOnce] = [1.0, 1.4, 1.8]
    """initial gains g of control networks"""
    iterations: Count = 80
    """iterations of training"""
    trials: Count = 10
    """pairs in an iteration"""


class Evaluation(Block):
    """Tests of trained networks."""

    repetitions: Count = 5
    """how often every test is run, with other random starts"""
    starts: Count = 9
    """random starts of each motif"""
    interrupted_at: list[Fraction] = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    """parts of the first motif after which the second begins, up to 1.0, the whole"""
    initial_noise: Annotated[list[NonNegative], EachOnce] = [0.0, 0.01, 1.0]
    """standard deviations of the initial state"""
    failure_factor: Annotated[float, Field(gt=1)] = 2.0
    """a transition fails when its error exceeds so often the motif's median from random starts"""


class Forgetting(Block):
    """The control network learns motif after motif."""

    iterations: Count = 120
    """iterations for each motif"""


class Difficulty(Block):
    """How many complex exponentials it takes to approximate a motif (figure 1d)."""

    exponentials: Annotated[list[Several], EachOnce] = [2, 4, 6, 10, 16]
    """numbers to try"""


class Motifs(Block):
    """Motor motifs, learned one by one, in any order."""

    replicates: Replicates = Replicates()
    library: Library = Library()
    chains: list[Annotated[list[Count], Field(min_length=1)]] = [[3, 1, 4, 1, 5]]
    """chains of motifs to produce, by their numbers from 1"""
    difficulty: Difficulty = Difficulty()
    dynamics: NetworkDynamics = NetworkDynamics()
    preparation: Preparation = Preparation()
    training: Training = Training()
    networks: Networks = Networks()
    pairs: Pairs = Pairs()
    forgetting: Forgetting = Forgetting()
    evaluation: Evaluation = Evaluation()
    thalamocortical: Thalamocortical = Thalamocortical()


def conflicts(study: Motifs) -> Iterator[str]:
    """Find what the blocks of the motor-motifs study ask of each other and do not get."""
    motifs = sum(study.library.sessions)
    if motifs < 2:
        yield f"library.sessions: expected at least two motifs together, found {motifs}"
    if motifs > MOST_MOTIFS:
        yield f"library.sessions: expected at most {MOST_MOTIFS} motifs together, found {motifs}"
    yield from chain_conflicts(study.chains, motifs)
    pairs = study.pairs
    if not (
        pairs.additive_gains
        or pairs.control_gains
        or (pairs.multiplicative_gains and pairs.loop_gains)
    ):
        yield "pairs: expected gains of at least one network, found none"
    parts = study.evaluation.interrupted_at
    if sorted({*parts, 1.0}) != parts:
        yield (
            "evaluation.interrupted_at: expected parts from low to high that end with 1.0, "
            f"found {parts}"
        )
    yield from _lengths(study)
    yield from _modules(study)


def _lengths(study: Motifs) -> Iterator[str]:
    """Check that all lengths of time are whole numbers of steps, and preparation fits in."""
    step = study.dynamics.dt
    for name, length in [
        ("library.duration", study.library.duration),
        ("library.pause", study.library.pause),
        ("library.shortest_step", study.library.shortest_step),
        ("library.longest_step", study.library.longest_step),
        ("preparation.duration", study.preparation.duration),
        ("preparation.trial_duration", study.preparation.trial_duration),
    ]:
        steps = length / step
        if round(steps) < 1 or abs(steps - round(steps)) > 1e-6:
            yield (
                f"{name}: expected a whole number of steps of {step} "
                f"(motifs.dynamics.dt), found {length}"
            )
        elif steps > MOST_STEPS:
            yield (
                f"{name}: expected at most {MOST_STEPS} steps of {step} (motifs.dynamics.dt), "
                f"found {length}"
            )
    if study.library.warm_up > MOST_STEPS * step:
        yield (
            f"library.warm_up: expected at most {MOST_STEPS} steps of {step} (motifs.dynamics.dt), "
            f"found {study.library.warm_up}"
        )
    length = study.library.duration
    if study.preparation.duration >= length:
        yield (
            f"preparation.duration: expected less than a motif's {length} "
            f"(motifs.library.duration), found {study.preparation.duration}"
        )
    if study.preparation.trial_duration < 7:
        yield (
            "preparation.trial_duration: expected at least 7, after which the rates are compared, "
            f"found {study.preparation.trial_duration}"
        )


def _modules(study: Motifs) -> Iterator[str]:
    """Check what networks ask of their preparatory modules."""
    networks = {name: getattr(study.networks, name) for name in Networks.model_fields}
    for name, network in networks.items():
        path = f"networks.{name}"
        if network.prepared and network.architecture in ("control", "two_input"):
            yield (
                f"{path}.prepared: expected false, as a module is made for weights that no "
                f"training changes and replaces a second input, found true ({network.architecture})"
            )
        if network.prepared and study.preparation.loops > network.units:
            yield (
                f"preparation.loops: expected at most {network.units} (motifs.{path}.units), "
                f"found {study.preparation.loops}"
            )
    for name in ("additive_prepared", "multiplicative_prepared"):
        if not networks[name].prepared:
            yield f"networks.{name}.prepared: expected true, as its module is shown, found false"
