"""How much there is to do in a job of each stage, from settings and wildcards.

The unit is a multiplication of a weight with a rate. What else a simulation costs is told in the
same unit, as measured: the calls of a step, fetching the weights, and what is done for each neuron
of each trial.
"""

from __future__ import annotations

from corticomotor.motor_cortex.work import circuit_work
from corticomotor.study.names import SettingsView, Wildcards

# Of a simulation; it records, and goes back.
_GRADIENT = 2.6


def circuit(settings: SettingsView, wildcards: Wildcards) -> float:
    """One iteration of a circuit of the size in the stage's name."""
    return circuit_work(int(wildcards["neurons"]))


def _simulation(trials: float, neurons: int, milliseconds: float, step_ms: float) -> float:
    """One movement of all trials, with two products a step."""
    product = neurons**2 * (trials + 8) + 70 * trials * neurons + 4e5
    return 2 * milliseconds / step_ms * product


def _fast(settings: SettingsView, trials: float, neurons: int | None = None) -> float:
    movement = settings.movement
    return _simulation(
        trials, neurons or settings.circuit.neurons, movement.duration_ms, movement.step_ms
    )


def _slow(settings: SettingsView, trials: float, factor: float | None = None) -> float:
    speed = settings.speed
    duration = settings.movement.duration_ms * (factor or speed.factor)
    return _simulation(trials, speed.neurons, duration, speed.step_ms)


def new_movement(settings: SettingsView, wildcards: Wildcards) -> float:
    """Sessions of all groupings, and samples of noise."""
    learning = settings.new_movement
    trials = (1 + len(learning.groups)) * learning.sessions
    noisy = (1 + learning.sessions) * len(learning.noise_db) * learning.noise_samples
    return learning.iterations * _fast(settings, trials) + _fast(settings, noisy)


def alternatives(settings: SettingsView, wildcards: Wildcards) -> float:
    """Gradients in four ways, of which two have weights of their own for each movement."""
    learning = settings.alternatives
    step = _fast(settings, learning.movements)
    return learning.iterations * _GRADIENT * 8 * step


def groups(settings: SettingsView, wildcards: Wildcards) -> float:
    """Movements of all groupings, and gradients for the patterns of specialised ones."""
    learning, kinds = settings.groups, len(settings.groups.counts)
    trials = (1 + 3 * kinds) * learning.movements + (1 + 2 * kinds) * learning.novel
    patterns = learning.pattern_iterations * _GRADIENT * _fast(settings, learning.movements)
    return patterns + learning.iterations * _fast(settings, trials * learning.sessions)


def sizes(settings: SettingsView, wildcards: Wildcards) -> float:
    """Gradients for all numbers of groups."""
    learning = settings.sizes
    trials = (1 + len(learning.groups)) * learning.movements * learning.sessions
    step = _fast(settings, trials, int(wildcards["neurons"]))
    return learning.iterations * _GRADIENT * step


def primitives(settings: SettingsView, wildcards: Wildcards) -> float:
    """Gradients for the patterns, simulations of their combinations, and fits of these."""
    learning = settings.primitives
    learned = learning.iterations * _GRADIENT * _fast(settings, learning.patterns)
    each = learning.libraries * learning.novel
    fits = sum(2e5 * each * (1 + size / 10) for size in learning.sizes)
    return learned + len(learning.sizes) * _fast(settings, each) + fits


def _slow_movements(settings: SettingsView, sessions: int) -> float:
    speed = settings.speed
    return speed.iterations * _GRADIENT * _slow(settings, speed.movements * sessions)


def slow(settings: SettingsView, wildcards: Wildcards) -> float:
    """Gradients for all movements and groupings."""
    return _slow_movements(settings, settings.speed.sessions)


def scaled(settings: SettingsView, wildcards: Wildcards) -> float:
    """Likewise, at scaled amplitude."""
    return _slow_movements(settings, settings.speed.scaled_sessions)


def by_reward(settings: SettingsView, wildcards: Wildcards) -> float:
    """Simulations at all durations, and gradients for the pattern that others start from."""
    speed, learning = settings.speed, settings.speed.reward
    whole = learning.iterations * _slow(settings, 2 * learning.movements)
    gradual = sum(
        learning.gradual_iterations * _slow(settings, learning.movements, factor)
        for factor in learning.gradual_factors
    )
    return whole + gradual + speed.iterations * _GRADIENT * _slow(settings, 1)


def initial_conditions(settings: SettingsView, wildcards: Wildcards) -> float:
    """Gradients for each number of initial states."""
    learning = settings.speed.initial_conditions
    return sum(
        learning.iterations * _GRADIENT * _slow(settings, count * learning.sessions)
        for count in learning.counts
    )


def seven_speeds(settings: SettingsView, wildcards: Wildcards) -> float:
    """Gradients for two movements at all speeds, in three ways."""
    learning = settings.speed.seven_speeds
    trials = 2 * learning.speeds * learning.sessions
    return 3 * learning.iterations * _GRADIENT * _slow(settings, trials)


def shape_and_speed(settings: SettingsView, wildcards: Wildcards) -> float:
    """Gradients for the members at both speeds and the base, and simulations of combinations."""
    learning = settings.speed.shape_and_speed
    slow = _slow(settings, learning.members + learning.mixtures)
    members = slow + _slow(settings, learning.members, 1.0)
    learned = learning.iterations * _GRADIENT * (members + _slow(settings, 1))
    combined = len(learning.sizes) * learning.libraries * learning.novel
    return learned + _slow(settings, combined) + _slow(settings, combined, 1.0)
