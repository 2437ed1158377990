"""Movements are made again from the files of learned gains and the notes in them alone."""

import numpy as np
import pytest

from corticomotor.runtime import store
from file_examples import alone
from gain_stage_examples import STAGES


def run_again(file, gains, state, weights, offset):
    """Muscle activity (time,) at gains (neuron,) in double precision, as the notes say."""
    tau, r0 = float(file["time_constant"]), float(file["baseline_rate"])
    above = float(file["max_rate"]) - r0
    dt = file["time"][1] - file["time"][0]

    def f(y):
        return np.where(y < 0, r0 * np.tanh(y / r0), above * np.tanh(y / above))

    def slope(x):
        return (-x + file["weights"] @ f(gains * x)) / tau

    x, slopes, output = state, [], []
    for _ in file["time"]:
        output.append(offset + weights @ f(gains * x))
        s0, s1, s2, s3 = slopes[:4] = [slope(x), *slopes[:3], 0, 0, 0][:4]
        if len(output) <= 3:
            k2 = slope(x + dt / 2 * s0)
            k3 = slope(x + dt / 2 * k2)
            x = x + dt / 6 * (s0 + 2 * k2 + 2 * k3 + slope(x + dt * k3))
        else:
            predicted = x + dt / 24 * (55 * s0 - 59 * s1 + 37 * s2 - 9 * s3)
            x = x + dt / 24 * (9 * slope(predicted) + 19 * s0 - 5 * s1 + s2)
    return np.array(output)


def by_one_readout(file):
    """Gains and outputs of stages in which all movements have one readout and initial state."""
    gains, output = (file[name].reshape(-1, file[name].shape[-1]) for name in ("gains", "output"))
    for pattern, made in zip(gains, output, strict=True):
        yield pattern, file["initial_state"], file["readout"], file["readout_offset"], made


def by_own_readouts(file):
    gains, output = (np.moveaxis(file[name], -2, 0) for name in ("gains", "output"))
    for patterns, makes, weights, offset in zip(
        gains, output, file["readout"], file["readout_offset"], strict=True
    ):
        for pattern, made in zip(np.atleast_2d(patterns), np.atleast_2d(makes), strict=True):
            yield pattern, file["initial_state"], weights, offset, made


def from_own_states(file):
    for state, made in zip(file["initial_state"], file["example_output"], strict=True):
        if np.isfinite(made).all():
            yield file["example_gains"], state, file["readout"], file["readout_offset"], made


def at_all_speeds(file):
    assert len(np.unique(file["neuron_group"][0])) == file["group_gains"].shape[-1]
    for way, outputs in enumerate(file["output"]):
        readout = file["readout"][way, 0], file["readout_offset"][way, 0]
        gains = file["group_gains"][way, 0][:, file["neuron_group"][0]]
        for pattern, of_speed in zip(gains, outputs, strict=True):
            for state, made in zip(file["initial_state"], of_speed, strict=True):
                yield pattern, state, *readout, made


@pytest.mark.parametrize(
    ("stage", "movements", "count"),
    [
        ("new_movement", by_one_readout, 9),
        ("sizes", by_one_readout, 12),
        ("primitives", by_one_readout, 5),
        ("slow", by_own_readouts, 3),
        ("by_reward", by_own_readouts, 6),
        ("initial_conditions", from_own_states, 2),
        ("seven_speeds", at_all_speeds, 24),
    ],
)
def test_movements_are_made_again_from_the_file(tmp_path, stage, movements, count):
    contract, _, learn = STAGES[stage]
    result = store.dataset(contract, learn(np.random.default_rng(1)))
    file, notes = alone(tmp_path / "a.h5", contract, result)
    assert "55 s0 - 59 s1 + 37 s2 - 9 s3" in notes["integration"]
    found = list(movements(file))
    assert len(found) == count
    for gains, state, weights, offset, made in found:
        expected = run_again(file, gains, state, weights, offset)
        # Single precision.
        np.testing.assert_allclose(made, expected, atol=3e-5 * max(1.0, np.abs(expected).max()))
        assert np.ptp(made) > 0.1
