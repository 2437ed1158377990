"""How much there is to do in a job of each stage, from settings and wildcards.

The unit is a multiplication of a weight with a rate. What else a step costs is told in the same
unit, as measured: the calls of a step, and what is done for each unit, or for each unit of each
trial.
"""

from __future__ import annotations

from corticomotor.studies.motifs.choices import ALL_SESSIONS, CHAINED, tests_of
from corticomotor.study.names import SettingsView, Wildcards


def _steps(settings: SettingsView) -> float:
    """Steps of a motif."""
    length: float = settings.library.duration + settings.library.pause
    return length / settings.dynamics.dt


def _count(settings: SettingsView) -> int:
    """Number of motifs."""
    return sum(settings.library.sessions)


def _rollout_work(units: int, trials: float) -> float:
    """One step of trials in a test."""
    return trials * units * (units + 500.0)


def _descent_work(network: SettingsView, trials: int) -> float:
    """One step of trials in a training, there and back."""
    units = network.units
    # Loops take sums over units; shared weights have a gradient of each trial.
    by_unit = 1050.0 if network.architecture == "multiplicative" else 450.0
    by_weight = 5 if network.architecture == "control" else 1
    calls = 7e5 + 1.2e4 * units
    return calls + trials * units * (by_weight * units + by_unit)


def library(settings: SettingsView, wildcards: Wildcards) -> float:
    """Steps of the random networks whose output oscillatory motifs are."""
    if wildcards["kind"] == "step":
        return 0.0
    library, units = settings.library, settings.library.oscillatory.units
    count = library.sessions[int(wildcards["session"]) - 1]
    steps: float = (library.warm_up + library.duration) / settings.dynamics.dt
    return count * steps * units**2


def module(settings: SettingsView, wildcards: Wildcards) -> float:
    """Trials of a training of the preparatory module, there and back."""
    preparation, units = settings.preparation, int(wildcards["units"])
    steps: float = preparation.trial_duration / settings.dynamics.dt
    per_step = 8e4 + preparation.trials * units * (units + 120)
    return preparation.iterations * steps * per_step


def training(settings: SettingsView, wildcards: Wildcards) -> float:
    """All iterations that a training may take, of all motifs: most take nearly as many."""
    network, part = getattr(settings.networks, wildcards["network"]), wildcards["part"]
    motifs = (
        _count(settings)
        if part == ALL_SESSIONS
        else settings.library.sessions[int(part.removeprefix("session-")) - 1]
    )
    per_step = _descent_work(network, motifs * network.starts)
    return network.max_iterations * _steps(settings) * per_step


def evaluation(settings: SettingsView, wildcards: Wildcards) -> float:
    """Motifs from random states, and each after each other one, of all tests."""
    tests, motifs = settings.evaluation, _count(settings)
    taken = tests_of(settings, wildcards)
    random_states = (1 + len(taken["initial_noise"])) * motifs * tests.starts
    transitions = len(taken["interrupted_at"]) * motifs * (motifs - 1)
    units = getattr(settings.networks, wildcards["network"]).units
    per_step = _rollout_work(units, random_states + transitions)
    return tests.repetitions * _steps(settings) * per_step


def pairs(settings: SettingsView, wildcards: Wildcards) -> float:
    """Trainings on two motifs at a time."""
    pairs = settings.pairs
    per_step = _descent_work(getattr(settings.networks, wildcards["architecture"]), pairs.trials)
    return pairs.iterations * 2 * _steps(settings) * per_step


def forgetting(settings: SettingsView, wildcards: Wildcards) -> float:
    """Trainings on one motif after the other, and the tests after each and before all."""
    network, motifs = settings.networks.control, _count(settings)
    trained = settings.forgetting.iterations * _descent_work(network, network.starts)
    # A product in a test takes twice the time of one in a training.
    tested = 2 * _rollout_work(network.units, motifs * settings.evaluation.starts)
    return motifs * _steps(settings) * (trained + tested)


def _fit_work(settings: SettingsView, exponentials: int) -> float:
    """Fits of all motifs: the more exponentials, the more steps a fit takes."""
    fits = _count(settings) * settings.thalamocortical.fit_starts
    return fits * _steps(settings) * exponentials**1.5


def exponentials(settings: SettingsView, wildcards: Wildcards) -> float:
    """Fits of all numbers of exponentials."""
    return sum(_fit_work(settings, count) for count in settings.difficulty.exponentials)


def thalamocortical(settings: SettingsView, wildcards: Wildcards) -> float:
    """Fits of motifs, searches for loops and for the module, and the tests."""
    model, tests, motifs = settings.thalamocortical, settings.evaluation, _count(settings)
    neurons = model.neurons
    fitted = 6e3 * _fit_work(settings, model.exponentials)
    loops = motifs * model.loop_starts * model.loop_iterations * neurons**2 * (neurons + 200)
    module = model.preparatory_iterations * neurons**3
    trials = motifs * tests.starts + motifs * (motifs - 1)
    tested = tests.repetitions * trials * _steps(settings) * neurons**2
    return fitted + 2.5 * loops + 5.0 * module + tested


def chain(settings: SettingsView, wildcards: Wildcards) -> float:
    """One trial of each network that is chained."""
    motifs = len(wildcards["chain"].split("-"))
    units = [getattr(settings.networks, network).units for network in CHAINED]
    return motifs * _steps(settings) * sum(_rollout_work(each, 1) for each in units)
