"""What the blocks of the constrained study's settings ask of each other."""

from collections.abc import Iterator

from corticomotor.motor_cortex.conflicts import (
    initial_state_conflicts,
    is_multiple,
    population_conflicts,
    training_step_conflicts,
)
from corticomotor.motor_cortex.independent_samples import (
    most_components,
    most_components_between_reaches,
)
from corticomotor.studies.constrained.settings import Constrained
from corticomotor.study.blocks import MOST_STEPS

# Of weights while a network learns.
_FEWEST_UPDATES = 10


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
        if not is_multiple(length, network.step_ms):
            yield (
                f"network.step_ms: expected a whole number of steps in constrained.{name} "
                f"({length}), found {network.step_ms}"
            )
    trial = network.pulse_ms + emg.duration_ms
    if trial / network.step_ms > MOST_STEPS:
        yield (
            f"network.step_ms: expected at most {MOST_STEPS} steps in a trial of {trial:g} ms, "
            f"found {network.step_ms:g}"
        )
    yield from training_step_conflicts(emg, study.gain_learning, "constrained.")


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
