"""What the blocks of the circuit's settings ask of each other."""

from collections.abc import Iterator, Sequence
from math import sqrt

from corticomotor.motor_cortex.settings import Circuit, Emg, GainLearning, ReachingCircuit


def training_step_conflicts(emg: Emg, learning: GainLearning, path: str) -> Iterator[str]:
    """Find out whether a movement has no whole number of the steps of learning.

    Args:
        emg, learning: the blocks `emg` and `gain_learning`.
        path: of the block that they stand in, with a dot at its end.
    """
    step_ms = learning.training_step_ms
    if not is_multiple(step_ms, emg.step_ms):
        yield (
            f"gain_learning.training_step_ms: expected a whole multiple of {path}emg.step_ms "
            f"({emg.step_ms}), found {step_ms}"
        )
    elif not is_multiple(emg.duration_ms, step_ms):
        yield (
            "gain_learning.training_step_ms: expected a whole number of steps in "
            f"{path}emg.duration_ms ({emg.duration_ms}), found {step_ms}"
        )


def is_multiple(length: float, step: float) -> bool:
    """Whether a length is a whole number of steps, one at least, up to rounding."""
    steps = length / step
    return round(steps) >= 1 and abs(steps - round(steps)) <= 1e-9 * steps


def initial_state_conflicts(circuit: ReachingCircuit) -> Iterator[str]:
    """Find out whether a circuit has fewer neurons than modes to begin in.

    Args:
        circuit: the block `circuit` of a study.
    """
    if circuit.initial_state.modes > circuit.neurons:
        yield (
            f"circuit.initial_state.modes: expected at most {circuit.neurons} (circuit.neurons), "
            f"found {circuit.initial_state.modes}"
        )


def population_conflicts(circuit: Circuit) -> Iterator[str]:
    """Find out whether a circuit lacks excitatory or inhibitory neurons, or cannot be stabilised.

    The mean row sum of the weights is an eigenvalue outside the disc of the others, and the
    constraints on inhibition fix it. Where it is positive, optimisation can turn mean weights into
    structure that makes it smaller, but in circuits of 60 to 200 neurons never to less than a
    quarter. Settings are refused if two standard deviations of the draw below what is expected are
    still too much; many others fail too, and are found while optimising.

    Args:
        circuit: the block `circuit` of a study.
    """
    excitatory = round(circuit.excitatory_fraction * circuit.neurons)
    if not 1 <= excitatory < circuit.neurons:
        yield (
            "circuit.excitatory_fraction: expected at least one excitatory and one inhibitory "
            f"neuron of {circuit.neurons}, found {excitatory} excitatory"
        )
        return
    expected, deviation = _mean_row_sum(circuit)
    if (expected - 2 * deviation) / 4 > circuit.target_abscissa:
        yield (
            f"circuit.excitatory_fraction: expected {_stabilisable(circuit)} (excitation outweighs "
            f"inhibition: a mean row sum of about {expected:.2g} keeps the spectral abscissa above "
            f"circuit.target_abscissa {circuit.target_abscissa:g}), "
            f"found {circuit.excitatory_fraction:g}"
        )


def _mean_row_sum(circuit: Circuit) -> tuple[float, float]:
    """Expected mean row sum of the constrained weights, and its standard deviation over draws.

    The excitatory weights are 0 or w (see `circuits.sparse_balanced_weights`); inhibition follows
    their means onto excitatory and onto inhibitory neurons. So N_E a − ratio N_I b varies with
    the means a of N_E² and b of N_E N_I weights.
    """
    neurons, ratio, p = circuit.neurons, circuit.inhibition_ratio, circuit.connection_probability
    excitatory = round(circuit.excitatory_fraction * neurons)
    inhibitory = neurons - excitatory
    scale = circuit.initial_spectral_radius * sqrt(2 / (neurons * (1 + ratio**2)))
    return (
        scale * sqrt(p / (1 - p)) * (excitatory - ratio * inhibitory),
        scale * sqrt(1 + ratio**2 * inhibitory / excitatory),
    )


def _stabilisable(circuit: Circuit) -> str:
    """Say how to change one setting of a circuit that cannot be stabilised.

    With a mean row sum left of −1.2 times the spectral radius, and at most 60 % excitatory neurons,
    optimisation succeeds in circuits of 60 to 200 neurons.
    """

    def first(name: str, values: Sequence[float]) -> float | None:
        limit = -1.2 * circuit.initial_spectral_radius
        tried = (circuit.model_copy(update={name: value}) for value in values)
        return next(
            (getattr(each, name) for each in tried if _mean_row_sum(each)[0] <= limit), None
        )

    found, fractions = circuit.excitatory_fraction, [step / 20 for step in range(12, 1, -1)]
    lower = first("excitatory_fraction", [each for each in fractions if each < found])
    higher = first("inhibition_ratio", range(1, 11)) if found <= fractions[0] else None
    advice = []
    if lower:
        kept = f"{circuit.inhibition_ratio:g}"
        advice.append(f"at most {lower:g} with circuit.inhibition_ratio {kept}")
    if higher:
        advice.append(f"circuit.inhibition_ratio of at least {higher:g}")
    return ", or ".join(advice) or "less, and a higher circuit.inhibition_ratio"
