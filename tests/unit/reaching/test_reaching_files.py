"""Networks that reach are run again from their files and the notes in them alone."""

from functools import partial

import numpy as np
import pytest

from corticomotor.runtime import store
from corticomotor.runtime.seeding import stream
from corticomotor.studies.reaching import contracts
from corticomotor.studies.reaching.agents.actor_critic import train_control
from corticomotor.studies.reaching.agents.deep_q import train_deep_q
from corticomotor.studies.reaching.agents.optimum import fewest_moves, optimal_values
from corticomotor.studies.reaching.grid import KingGrid
from corticomotor.studies.reaching.sequence.learning import train_sequence_model
from corticomotor.studies.reaching.settings import Reaching, task
from corticomotor.studies.reaching.settings.agents import (
    Control,
    ControlAgents,
    DeepQ,
    DeepQRun,
    Grid,
)
from corticomotor.studies.reaching.settings.sequence import Phases, SequenceModel
from corticomotor.studies.reaching.settings.task import ForceField, ReachTask
from file_examples import alone

PHASES = Phases(before=4, under=3)
UNITS = 6


def opened(folder, contract, result):
    file, notes = alone(folder / "a.h5", contract, store.dataset(contract, result))
    assert notes["parameters"].startswith("parameters are the parts one after the other")
    return file


def parts_of(file, parameters):
    """Weights (output, input) and biases (output,) by name."""
    shapes = [tuple(map(int, text.split(" x "))) for text in file["part_shape"]]
    pieces = np.split(parameters.astype(float), np.cumsum([np.prod(each) for each in shapes]))
    assert pieces.pop().size == 0
    return {
        name: piece.reshape(shape)
        for name, piece, shape in zip(file["part"], pieces, shapes, strict=True)
    }


def rectified(x):
    return np.maximum(0, x)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# Sequence models


def force(file, position, velocity):
    inside = True
    for axis, name in enumerate(("field_x", "field_y")):
        low, high = file[name]
        inside = inside & (position[axis] >= low) & (position[axis] <= high)
    left = np.array([-velocity[1], velocity[0]])
    return inside * file["field_force"] + file["field_curl"] * left


def past(file, positions, accelerations):
    """What a feedback network is told of the steps before (number,)."""
    length = int(file["buffer_length"])
    if file["buffer"] == "accelerations":
        return np.concatenate([np.zeros((length, 2)), accelerations])[-length:].ravel()
    latest_first = np.concatenate([np.zeros((length, 2)), positions])[::-1][:length]
    velocities = 10 * (latest_first[:-1] - latest_first[1:])
    told = [latest_first[:1], velocities[:1], 10 * (velocities[:-1] - velocities[1:])]
    return np.concatenate(told).ravel()


def run_again(file, parts, inputs, *, forced):
    """Rates (time, unit) of one reach."""
    layers = {
        side: [name for name in parts if name.startswith(side) and name.endswith("weights")]
        for side in ("before", "after")
    }

    def through(side, x):
        for name in layers[side]:
            x = rectified(parts[name] @ x + parts[name.replace("weights", "bias")])
        return x

    feedback = file["architecture"] == "feedback"
    h, position, velocity = np.zeros(UNITS), np.zeros(2), np.zeros(2)
    rates, positions, accelerations = [], np.zeros((0, 2)), np.zeros((0, 2))
    for told in inputs:
        s = np.concatenate([told, past(file, positions, accelerations)]) if feedback else told
        incoming = parts["incoming/weights"] @ through("before", s) + parts["incoming/bias"]
        recurrent = parts["recurrent/weights"] @ h
        if file["cell"] == "gru":
            into_n, into_r, into_z = np.split(incoming, 3)
            from_r, from_z, from_n = np.split(recurrent, 3)
            r, z = sigmoid(into_r + from_r), sigmoid(into_z + from_z)
            n = np.tanh(into_n + r * (from_n + parts["recurrent/bias"]))
            h = (1 - z) * n + z * h
        else:
            h = (rectified if file["cell"] == "relu" else np.tanh)(incoming + recurrent)
        rates.append(h)
        if feedback:
            y = parts["output/weights"] @ through("after", h) + parts["output/bias"]
            acceleration = y + (force(file, position, velocity) if forced else 0)
            velocity = velocity + acceleration / 10
            position = position + velocity / 10
            positions = np.concatenate([positions, [position]])
            accelerations = np.concatenate([accelerations, [acceleration]])
    return np.array(rates)


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ({}, {}),
        ({"cell": "tanh", "dense_after": 0}, {}),
        ({"cell": "gru", "dense_before": 2}, {}),
        ({"architecture": "feedback", "cell": "gru", "dense_before": 1}, {"y": [-40.0, -0.01]}),
        ({"architecture": "feedback", "cell": "tanh", "buffer_length": 1}, {"kind": "curl"}),
        ({"architecture": "feedback", "cell": "relu", "buffer_length": 2}, {"kind": "curl"}),
        (
            {"architecture": "feedback", "cell": "gru", "buffer": "accelerations"},
            {"y": [0.01, 40.0]},
        ),
    ],
)
def test_hidden_activity_comes_again_from_the_file(tmp_path, model, field):
    settings = Reaching(
        task=ReachTask(
            steps=60, target_step=6, longest_delay=4, reaction_steps=10, field=ForceField(**field)
        ),
        tests=task.TestReaches(count=12, shown=3, directions=4),
        training={"batch": 4, "looks": 2, "look_reaches": 12},
    )
    given = SequenceModel(**{"units": UNITS, "phases": PHASES} | model)
    result = train_sequence_model("positions", settings, given, rng=lambda name: stream(3, name, 1))
    file = opened(tmp_path, contracts.SEQUENCE, result)
    assert file["phase"].tolist() == ["untrained", "before", "under"]
    for phase, parameters, rates in zip(
        file["phase"], file["parameters"], file["rates"], strict=True
    ):
        parts = parts_of(file, parameters)
        assert parts["output/weights"].shape[1] == UNITS
        for inputs, expected in zip(file["directed_input"], rates, strict=True):
            found = run_again(file, parts, inputs, forced=phase == "under")
            np.testing.assert_allclose(found, expected, atol=1e-4)
        assert np.ptp(rates) > 0.05
    # A force that is felt makes a difference.
    if given.architecture == "feedback":
        unforced = [run_again(file, parts, each, forced=False) for each in file["directed_input"]]
        assert np.abs(unforced - rates).max() > 1e-3


# Agents


@pytest.mark.parametrize("changes", [{}, {"layer_norm": True, "value_unit": 10.0}])
def test_values_come_again_from_the_file(tmp_path, changes):
    settings = DeepQ(
        grid=Grid(size=5, field_rows=[2, 3]),
        longest=10, grids=16, hidden=16, batch=32, memory=5000,
        exploration_frames=64, shrink_frames=256, look_frames=512, target_rate=0.1,
    )  # fmt: skip
    run = DeepQRun(radii=[2, 1, 0], updates=4, frames=400, **changes)
    result = train_deep_q(run, settings, rng=partial(stream, 1, replicate=1001))
    file = opened(tmp_path, contracts.DEEP_Q, result)

    def values(parameters):
        squares = np.stack(np.divmod(np.arange(25), 5), axis=1)
        pairs = np.concatenate([np.repeat(squares, 25, axis=0), np.tile(squares, (25, 1))], axis=1)
        x = 2 * pairs / 4 - 1
        parts = [*parts_of(file, parameters).values()]
        while parts:
            weights, bias = parts[:2]
            if weights.ndim == 2:
                x, parts = x @ weights.T + bias, parts[2:]
            if parts and parts[0].ndim == 1:
                scale, shift = parts[:2]
                deviation = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
                x, parts = (
                    scale * (x - x.mean(axis=1, keepdims=True)) / deviation + shift,
                    parts[2:],
                )
            x = rectified(x) if parts else x
        return float(file["value_unit"]) * x.reshape(25, 25, 8)

    grid = KingGrid(5)
    best = fewest_moves(grid)
    error = np.abs(values(file["parameters"]) - optimal_values(grid, best))[best > 0].mean()
    assert error == pytest.approx(float(file["value_error"]), rel=1e-4)
    change = np.abs(file["parameters"] - file["initial_parameters"]).max()
    assert 0 < change < 1
    assert np.abs(values(file["parameters"]) - values(file["initial_parameters"])).max() > 0.01


@pytest.mark.parametrize("agent", ["sac", "td3"])
def test_reaches_of_an_agent_come_again_from_the_file(tmp_path, agent):
    settings = Control(
        agents=ControlAgents(sac=[96, 64, 48], td3=[96, 64, 48]),
        random_steps=48, test_reaches=30, looks=2, hidden=16, memory=2000,
    )  # fmt: skip
    result = train_control(
        agent, settings, ReachTask(), task.TestReaches(shown=5), rng=partial(stream, 3)
    )
    file = opened(tmp_path, contracts.CONTROL, result)
    bounds = np.repeat([1.5, 6, 1, 5], 2)

    def reach(parts, target, forced):
        layers = [part for name, part in parts.items() if not name.startswith("log_std")]
        w1, b1, w2, b2, w3, b3 = layers
        p = v = np.zeros(2)
        way = [p]
        while len(way) < len(file["time"]):
            seen = np.clip(np.concatenate([p, v, target, 2 * (target - p)]), -bounds, bounds)
            hidden = rectified(w2 @ rectified(w1 @ seen + b1) + b2)
            action = float(file["strongest_action"]) * np.tanh(w3 @ hidden + b3)
            for _ in range(int(file["action_steps"])):
                v = v + (action + (force(file, p, v) if forced else 0)) / 10
                free = p + v / 10
                p = np.clip(free, -1.5, 1.5)
                v = np.where(p == free, v, 0)
                way.append(p)
        return 50 * np.array(way)

    for phase, parameters in enumerate(file["parameters"]):
        parts = parts_of(file, parameters)
        for forced in (False, True):
            for place, target in enumerate(file["shown_target"] / 50):
                expected = file["hand"][phase, int(forced), place]
                np.testing.assert_allclose(reach(parts, target, forced), expected, atol=0.01)
        assert np.abs(parameters - file["initial_parameters"]).max() > 1e-4
    assert np.ptp(file["hand"]) > 10
