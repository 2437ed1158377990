"""What settings choose: replicates that train agents, the circuits that there are, the models."""

from __future__ import annotations

from collections.abc import Iterator

from corticomotor.study.names import SettingsView, Wildcards

Values = Iterator[dict[str, object]]

MODELS = (
    *("standard", "standard_no_dropout", "standard_no_dense", "standard_neither"),
    *("standard_tanh", "standard_gru", "standard_deep"),
    *("positions", "positions_relu", "positions_tanh"),
    *("positions_0", "positions_1", "positions_2", "positions_8", "accelerations"),
)
# Models whose hidden activity is compared with the circuit.
COMPARED = ("standard", "positions", "accelerations")
RUNS = (
    *("parameters", "parameters_exact", "parameters_scaled", "parameters_force"),
    *("pixels", "pixels_exact", "pixels_hindsight"),
)
AGENTS = ("sac", "td3")
SYNTHETIC, RECORDED = "synthetic", "recorded"

# Names of stages.
SEQUENCE = "sequence/{model}"
DEEP_Q = "deep_q/{run}"
CONTROL = "control/{agent}"
POPULATION = "population/{model}"


def models(settings: SettingsView, wildcards: Wildcards) -> Values:
    """All sequence models."""
    for model in MODELS:
        yield {"model": model}


def compared(settings: SettingsView, wildcards: Wildcards) -> Values:
    """Models whose hidden activity is compared with the circuit."""
    for model in COMPARED:
        yield {"model": model}


def runs(settings: SettingsView, wildcards: Wildcards) -> Values:
    """Deep Q-networks of all trainings, with as many replicates as each asks for."""
    for run in RUNS:
        for replicate in range(1, getattr(settings.deep_q.runs, run).seeds + 1):
            yield {"run": run, "replicate": replicate}


def agents(settings: SettingsView, wildcards: Wildcards) -> Values:
    """All agents with continuous actions."""
    for agent in AGENTS:
        yield {"agent": agent}


def recorded(settings: SettingsView, wildcards: Wildcards) -> Values:
    """The circuit that produces a recording, if there is any."""
    if settings.population.cortex.emg.recording.path:
        yield {}


# Models that sweeps can measure: those that meet the force.
MEASURED = (
    *("standard", "standard_deep", "accelerations"),
    *("positions", "positions_0", "positions_1", "positions_2", "positions_8"),
)
