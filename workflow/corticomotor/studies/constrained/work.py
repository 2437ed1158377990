"""How much there is to do in a job of each stage, from settings and wildcards.

The unit is a multiplication of a weight with an activity. What else a step costs is told in the
same unit, as measured: the calls of a step, and what is done once for all reaches.
"""

from __future__ import annotations

from corticomotor.motor_cortex.work import circuit_work, gain_learning_work
from corticomotor.study.names import SettingsView, Wildcards

# Small products of a circuit's movement take so much longer than those of a network's training.
_PER_MOVEMENT = 2.5


def circuit(settings: SettingsView, wildcards: Wildcards) -> float:
    """One iteration."""
    return circuit_work(settings.circuit.neurons)


def gain_learning(settings: SettingsView, wildcards: Wildcards) -> float:
    """Movements of the circuit."""
    return gain_learning_work(settings)


def _trial_steps(settings: SettingsView) -> float:
    """Steps of a network's trial."""
    length: float = settings.network.pulse_ms + settings.emg.duration_ms
    return length / settings.network.step_ms


def network(settings: SettingsView, wildcards: Wildcards) -> float:
    """Steps of all reaches, updates of the inverse correlation matrix, and files of weights."""
    network, weights = settings.network, settings.network.units**2
    per_step: float = (
        weights * (network.copies * settings.emg.reaches + 8 * network.update_probability) + 1e5
    )
    return network.epochs * _trial_steps(settings) * per_step + 1e4 * weights


def search(settings: SettingsView, wildcards: Wildcards) -> float:
    """A circuit that learns and both networks, of each replicate."""
    each = _PER_MOVEMENT * gain_learning(settings, wildcards) + 2 * network(settings, wildcards)
    return len(settings.search.replicates) * each


def _samples(settings: SettingsView) -> float:
    """Points in time of all reaches, on the grid on which networks are compared."""
    samples: float = settings.emg.reaches * settings.emg.duration_ms / settings.emg.step_ms
    return samples


def similarity(settings: SettingsView, wildcards: Wildcards) -> float:
    """Surrogates and halves of the circuit, and decompositions of four networks' rates."""
    similarity, neurons = settings.similarity, settings.circuit.neurons
    circuits = (similarity.surrogates + similarity.splits) * neurons**2
    networks = 6 * settings.network.units**2
    return _samples(settings) * (circuits + networks)


def perturbation(settings: SettingsView, wildcards: Wildcards) -> float:
    """Steps of the circuit, four stages each, and of both networks, with all noises."""
    tests, circuit, network = settings.generalisation, settings.circuit, settings.network
    levels = (*tests.initial_noise, *tests.initial_noise, *tests.step_noise)
    noisy = sum(level > 0 for level in levels)
    trials = (noisy * tests.trials + 1) * settings.emg.reaches
    own = settings.emg.duration_ms / settings.emg.step_ms * 4 * circuit.neurons**2
    return trials * (own + 2 * settings.emg.duration_ms / network.step_ms * network.units**2)


def directions(settings: SettingsView, wildcards: Wildcards) -> float:
    """Movements of the circuit in twice as many reaches, and both networks, for each fraction."""
    asked = settings.directions
    movements = gain_learning_work(
        settings, reaches=2 * settings.emg.reaches, iterations=asked.iterations
    )
    each = _PER_MOVEMENT * movements + 2 * network(settings, wildcards)
    return len(asked.reach_fractions) * each


def measures(settings: SettingsView, wildcards: Wildcards) -> float:
    """Decompositions of the rates of circuit and network, of all replicates."""
    rates = settings.circuit.neurons**2 + settings.network.units**2
    return settings.replicates.count * _samples(settings) * rates
