"""How much there is to do in a job of each stage, from settings and wildcards.

The unit is a multiplication of a weight with an activity. What else an iteration costs is told in
the same unit, as measured: calls of many small operations, which dominate where networks are small.
"""

from __future__ import annotations

from corticomotor.motor_cortex.work import circuit_work, gain_learning_work
from corticomotor.studies.reaching.sequence.phases import iterations_of
from corticomotor.study.names import SettingsView, Wildcards

# Forward, back, and the gradient of the weights.
_GRADIENT = 3
# Calls of a step of a sequence model, and of an update of an agent.
_STEP_CALLS = {"standard": 1e6, "feedback": 2e6}
_UPDATE_CALLS = 2e7
_GATES = {"relu": 1, "tanh": 1, "gru": 3}


def sequence(settings: SettingsView, wildcards: Wildcards) -> float:
    """Iterations of all phases, and tests."""
    model = getattr(settings.models, wildcards["model"])
    training, iterations = settings.training, iterations_of(model)
    layers = 2 * _GATES[model.cell] + model.dense_before + model.dense_after
    product = layers * model.units**2
    step = _GRADIENT * training.batch * product + _STEP_CALLS[model.architecture]
    tests = (2 + training.looks * 5) * 2 * settings.tests.count * product
    return settings.task.steps * (iterations * step + tests)


def tabular(settings: SettingsView, wildcards: Wildcards) -> float:
    """Moves of both tables, one after the other."""
    return 2e5 * settings.tabular.episodes * settings.tabular.grid.size


def deep_q(settings: SettingsView, wildcards: Wildcards) -> float:
    """Updates of the network and moves of the grids."""
    deep_q, run = settings.deep_q, getattr(settings.deep_q.runs, wildcards["run"])
    size, hidden = deep_q.grid.size, deep_q.hidden
    network = hidden**2 + 12 * hidden
    if run.view == "pixels":
        first, second = deep_q.channels
        network += size**2 * (18 * first + 9 * first * second + second * hidden)
    updates = run.frames / deep_q.grids * run.updates
    looks = run.frames / deep_q.look_frames
    passes = _GRADIENT * deep_q.batch * network + _UPDATE_CALLS
    return updates * passes + looks * size**4 * network


def control(settings: SettingsView, wildcards: Wildcards) -> float:
    """Updates of actor and critics in all phases, and tests."""
    control = settings.control
    steps = sum(getattr(control.agents, wildcards["agent"]))
    updates = steps / control.reaches * control.updates
    return updates * (4 * _GRADIENT * control.batch * control.hidden**2 + 4 * _UPDATE_CALLS)


def circuit(settings: SettingsView, wildcards: Wildcards) -> float:
    """The circuit of the main job."""
    return circuit_work(settings.population.cortex.circuit.neurons)


def gain_learning(settings: SettingsView, wildcards: Wildcards) -> float:
    """Its gains."""
    return gain_learning_work(settings.population.cortex)
