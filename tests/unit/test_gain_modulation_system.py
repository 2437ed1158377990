"""The circuit with its readout, and the fast movements that are to become slow."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from corticomotor.dynamics import AsymmetricTanh
from corticomotor.dynamics.trials import Trials
from corticomotor.learning.movements import Readout, variance_errors
from corticomotor.runtime.errors import DivergenceError, InputError
from corticomotor.studies.gain_modulation.new_movement import correlations_with, noise_deviations
from corticomotor.studies.gain_modulation.seven_speeds import _at_speed, speeds_between
from corticomotor.studies.gain_modulation.slow_movements import _readout_errors
from corticomotor.studies.gain_modulation.slow_tasks import (
    fast_movements,
    gradient_rule,
    slow_task,
)
from corticomotor.studies.gain_modulation.system import (
    check_integration,
    draw_movements,
    motor_system,
    system_of,
    trials_of,
)
from examples import (
    EXCITATORY,
    NEURONS,
    gain_job,
    small_circuit_file,
    small_fast_movements,
    small_gain_modulation,
    small_system,
)


@pytest.fixture
def rng():
    return np.random.default_rng(41)


def with_step(step_ms, duration_ms=1000.0):
    """Settings with steps of movements and of speed, and a duration that many steps fit."""
    study = small_gain_modulation()
    movement = study.movement.model_copy(update={"step_ms": step_ms, "duration_ms": duration_ms})
    speed = study.speed.model_copy(update={"step_ms": step_ms})
    return study.model_copy(update={"movement": movement, "speed": speed})


# The system


def test_the_readout_makes_the_initial_movement_at_gains_of_1():
    system = small_system()
    assert system.time[[0, -1]].tolist() == [0.0, 0.25]
    assert system.neurons == NEURONS
    assert not system.readout.weights[EXCITATORY:].any()
    rates = system.rates(np.ones((1, NEURONS)))
    error = variance_errors(system.readout.output(rates)[:, 0], system.initial_movement)
    assert error < 0.01
    task = system.task(system.initial_movement[:, np.newaxis])
    assert task.errors(np.ones((1, NEURONS)))[0] == pytest.approx(float(error), rel=1e-3)
    # At rest there is the offset alone.
    np.testing.assert_allclose(
        replace(task, initial_states=np.zeros(NEURONS)).outputs(np.ones((1, NEURONS))),
        system.readout.offset,
        rtol=1e-6,
    )


def test_the_system_of_a_circuit_is_the_same_in_all_jobs_and_another_of_another_seed():
    one, other, different = (system_of(gain_job(seed=seed)) for seed in (11, 11, 12))
    assert one.readout.weights.tobytes() == other.readout.weights.tobytes()
    assert (one.initial_movement != different.initial_movement).any()


def test_the_baseline_rate_may_be_another():
    base, low = system_of(gain_job()), system_of(gain_job(), baseline_rate_hz=5.0)
    assert base.circuits.nonlinearity.baseline_rate_hz == 20.0
    assert low.circuits.nonlinearity.baseline_rate_hz == 5.0
    np.testing.assert_array_equal(base.initial_movement, low.initial_movement)
    assert low.rates(np.ones((1, NEURONS))).min() >= -5.0


@pytest.mark.parametrize("part", [0.99, 1.01])
def test_steps_longer_than_the_longest_are_refused(rng, part):
    longest = small_system().circuits.longest_step_ms()
    study = with_step(part * longest, duration_ms=12 * part * longest)

    def made():
        return motor_system(
            rng, small_circuit_file(), study.dynamics, study.movement, ridge=1e-4
        ), fast_movements(gain_job(study), 1)

    if part < 1:
        system, fast = made()
        assert len(system.time) == len(fast.time) == 13
        return
    expected = f"expected at most {longest:.3g} ms for this circuit of 40 neurons, found "
    with pytest.raises(InputError, match=rf"^gain_modulation\.movement\.step_ms: {expected}"):
        made()
    with pytest.raises(InputError, match=rf"^gain_modulation\.speed\.step_ms: {expected}"):
        fast_movements(gain_job(study), 1)


def test_the_simulator_has_the_steps_of_the_grid():
    system = small_system()
    assert system.trials.steps == 20
    assert system.trials.step_ms == pytest.approx(12.5)
    assert trials_of(system.circuits, np.linspace(0, 0.3, 61)).step_ms == pytest.approx(5.0)


# Integration at half the step


def test_gains_that_explode_are_refused_and_others_pass(rng):
    system = system_of(gain_job(with_step(25.0)))
    task = system.task(draw_movements(rng, 3, with_step(25.0).movement))
    gains = rng.normal(1.0, 0.1, (3, NEURONS))
    check_integration(task, gains)
    gains[1] = 5.0
    with pytest.raises(DivergenceError) as caught:
        check_integration(task, gains, "speed.step_ms")
    error = task.errors(gains)[1]
    assert str(caught.value).startswith(f"learned gains have an error of {error:.3g} in steps of ")
    assert str(caught.value).endswith("half as long ones: shorten gain_modulation.speed.step_ms")
    # Shorter steps are the remedy.
    shorter = task.trials
    shorter = Trials(shorter.circuits, steps=8 * shorter.steps, step_ms=shorter.step_ms / 8)
    fine = np.repeat(task.targets, 8, axis=0)[: shorter.steps + 1]
    check_integration(replace(task, trials=shorter, targets=fine), gains)


def test_integration_is_judged_where_there_is_a_target(rng):
    """The half steps are compared at the same times, with the same gaps."""
    system = small_system()
    targets = draw_movements(rng, 2, small_gain_modulation().movement)
    targets[12:, 1] = np.nan
    check_integration(system.task(targets), np.ones((2, NEURONS)))


# Movements


def test_further_movements_change_none_of_the_first():
    movement = small_gain_modulation().movement
    few, many = (draw_movements(np.random.default_rng(4), count, movement) for count in (3, 7))
    np.testing.assert_allclose(many[:, :3], few, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(many.std(axis=0), 1.0, rtol=1e-12)
    np.testing.assert_array_equal(many[0], 0.0)
    finer = draw_movements(np.random.default_rng(4), 3, movement, step_ms=5.0)
    assert (len(few), len(finer)) == (21, 51)


def test_further_fast_movements_and_states_change_none_of_the_first():
    few, many = fast_movements(gain_job(), 2), fast_movements(gain_job(), 6, 3)
    assert many.movements[:, :2].tobytes() == few.movements.tobytes()
    assert (len(few.states), len(many.states)) == (1, 3)
    np.testing.assert_allclose(many.states[0], few.states[0], rtol=1e-9, atol=1e-12)
    # The first state is that of the circuit, and of its size.
    np.testing.assert_allclose(few.states[0], small_circuit_file()["initial_state"].values)
    np.testing.assert_allclose(np.sqrt(np.mean(many.states**2, axis=1)), 1.5)


def test_readouts_reproduce_the_fast_movements_to_their_readout_errors():
    fast = small_fast_movements()
    readouts = fast.readouts()
    assert readouts.weights.shape == (5, NEURONS)
    assert (readouts.weights >= 0).all()
    errors = _readout_errors(fast, readouts)
    trials = Trials(fast.circuits, steps=20, step_ms=12.5, dtype=np.float64)
    rates = trials.rates(fast.states[0], np.ones((1, NEURONS)))[:, 0]
    for number in range(5):
        alone = Readout(readouts.weights[number], readouts.offset[number])
        error = variance_errors(alone.output(rates), fast.movements[:, number])
        assert errors[number] == pytest.approx(float(error), rel=1e-3)
        np.testing.assert_array_equal(alone.weights, fast.readout([number]).weights)
    assert np.median(errors) < 0.05
    # At the speed of the fast movement the task is that movement.
    slow = slow_task(fast, readouts, range(5), 1.0)
    np.testing.assert_allclose(slow.errors(np.ones((5, NEURONS))), errors, rtol=1e-3)


def test_one_readout_makes_movements_from_several_states(rng):
    fast = small_fast_movements()
    rates = fast.rates(fast.states[:2])
    assert rates.shape == (21, 2, NEURONS)
    weights = np.zeros(NEURONS)
    weights[:EXCITATORY] = rng.uniform(0, 0.1, EXCITATORY)
    planted = Readout(weights, np.array(0.4)).output(rates)
    fast = replace(fast, movements=planted[:, ::-1], ridge=1e-10)
    readout = fast.readout([1, 0], 2)
    np.testing.assert_allclose(readout.output(rates), planted, atol=1e-4)
    assert readout.offset == pytest.approx(0.4, abs=0.02)
    # The next movement comes from the next state.
    assert variance_errors(fast.readout([0, 1], 2).output(rates), planted).max() > 0.01


# Slow variants


@pytest.fixture
def cubic():
    """Movements that a cubic spline has exactly."""
    fast = small_fast_movements()
    return replace(fast, movements=np.stack([polynomial(fast.time), 3 * fast.time], axis=1))


def polynomial(time):
    return 1 + 2 * time - 40 * time**2 + 90 * time**3


def test_a_movement_that_lasts_as_long_is_the_movement_itself():
    fast = small_fast_movements()
    np.testing.assert_allclose(fast.slowed(1.0), fast.movements, rtol=0, atol=1e-12)


@pytest.mark.parametrize("factor", [1.5, 2.0, 5.0])
def test_slow_movements_keep_their_ends_and_their_shape(cubic, factor):
    fast = small_fast_movements()
    slow = fast.slowed(factor)
    assert len(slow) == 20 * factor + 1 == fast.trials(factor).steps + 1
    assert fast.trials(factor).step_ms == pytest.approx(12.5)
    np.testing.assert_allclose(slow[[0, -1]], fast.movements[[0, -1]], rtol=0, atol=1e-12)
    if factor == int(factor):
        np.testing.assert_allclose(slow[:: int(factor)], fast.movements, rtol=0, atol=1e-12)
    times = np.linspace(0, 0.25, len(slow))
    np.testing.assert_allclose(cubic.slowed(factor)[:, 0], polynomial(times), atol=1e-12)


def test_slow_tasks_ask_for_scaled_variants_of_the_movements_named():
    fast = small_fast_movements()
    task = slow_task(fast, fast.readout([0]), [3, 1], 2.0, 0.25)
    np.testing.assert_array_equal(task.targets, 0.25 * fast.slowed(2.0)[:, [3, 1]])
    assert task.trials.steps == 40
    np.testing.assert_array_equal(task.initial_states, fast.states[0])


@pytest.mark.parametrize(("factor", "count"), [(5.0, 7), (3.0, 4), (2.0, 5), (1.0, 3)])
def test_speeds_are_evenly_spaced_from_fast_to_slow(factor, count):
    speeds = speeds_between(factor, count)
    assert (speeds[0], speeds[-1]) == (1.0, pytest.approx(1 / factor))
    np.testing.assert_allclose(np.diff(speeds), (1 / factor - 1) / (count - 1), atol=1e-15)


# With 2 and 4, 2 and 7, and 4 and 8 rounding carries ends beyond the last time.
@pytest.mark.parametrize(("factor", "count"), [(5, 7), (3, 4), (2, 4), (2, 7), (4, 8)])
def test_movements_at_a_speed_are_missing_exactly_after_their_end(cubic, factor, count):
    steps = 20
    for number, speed in enumerate(speeds_between(float(factor), count)):
        found = _at_speed(cubic, speed, float(factor))
        assert found.shape == (steps * factor + 1, 2)
        # In whole numbers: rounding does not decide whether a time is the last.
        exact = 1 - Fraction(number, count - 1) * (1 - Fraction(1, factor))
        within = np.array([step * exact <= steps for step in range(len(found))])
        np.testing.assert_array_equal(np.isfinite(found), np.stack([within, within], axis=1))
        times = speed * cubic.time[1] * np.flatnonzero(within)
        np.testing.assert_allclose(found[within, 0], polynomial(times), atol=1e-12)


def test_the_fastest_and_the_slowest_speed_are_those_of_the_movements():
    fast = small_fast_movements()
    fastest, slowest = (_at_speed(fast, speed, 3.0) for speed in (1.0, 1 / 3))
    np.testing.assert_allclose(fastest[:21], fast.movements[:, :2], atol=1e-12)
    np.testing.assert_allclose(slowest, fast.slowed(3.0)[:, :2], atol=1e-12)


def test_slow_patterns_are_learned_at_a_rate_that_falls_by_gradients_that_are_cut():
    speed = small_gain_modulation().speed.model_copy(
        update={"rate": 0.4, "last_rate": 0.1, "largest_gradient": 1e-3}
    )
    gradients = []

    class Slope:
        """An objective that falls as steeply in all directions."""

        def errors_and_gradient(self, parameters):
            return np.zeros(len(parameters)), np.full_like(parameters, 7.0)

    rule, parameters = gradient_rule(speed, 10), np.zeros((1, 4))
    for _ in range(10):
        before = parameters
        _, parameters = rule.step(Slope(), parameters)
        gradients.append(before[0, 0] - parameters[0, 0])
    # Adam's steps along a steady gradient are its rates.
    np.testing.assert_allclose(gradients, [0.4] * 7 + [0.1] * 3, rtol=1e-6)
    mean = rule.state.arrays["mean"] / (1 - 0.9**10)
    assert np.linalg.norm(mean) == pytest.approx(1e-3)


# Noise in the initial state


@pytest.fixture
def linear():
    """A system whose outputs are linear in the initial state."""
    system = small_system()
    circuits = replace(system.circuits, nonlinearity=AsymmetricTanh(1e4, 2e4))
    return replace(system, circuits=circuits)


def test_deviations_of_a_linear_system_are_as_large_as_the_noise(linear, rng):
    patterns = np.stack([np.ones(NEURONS), rng.normal(1.0, 0.1, NEURONS)])
    by_ratio = [
        noise_deviations(np.random.default_rng(2), linear, patterns, [ratio], 30)[..., 0]
        for ratio in (30.0, 20.0, 10.0, 0.0)
    ]
    for weaker, stronger in pairwise(by_ratio):
        np.testing.assert_allclose(stronger, 10 * weaker, rtol=5e-3)


def test_the_mean_deviation_of_a_linear_system_is_the_norm_of_its_responses(linear, rng):
    """E|M xi|^2 = sigma^2 |M|^2, with a column of M for the noise of each neuron."""
    patterns = rng.normal(1.0, 0.1, (2, NEURONS)) * [[1.3], [1.0]]
    pattern = patterns[1:]
    mean, deviation = noise_deviations(rng, linear, patterns, [6.0], 900)[:, 1, 0]
    trials = Trials(linear.circuits, steps=20, step_ms=12.5, dtype=np.float64)
    gains = np.tile(pattern, (NEURONS, 1))
    responses = trials.outputs(np.eye(NEURONS), gains, linear.readout.weights)
    output = trials.outputs(linear.initial_state, pattern, linear.readout.weights)[:, 0]
    sigma = np.sqrt(np.mean(linear.initial_state**2) / 10**0.6)
    power = np.sum((output - output.mean()) ** 2)
    expected = sigma**2 * np.sum(responses**2) / power
    assert mean == pytest.approx(expected, abs=5 * deviation / 30)
    # Var|M xi|^2 = 2 sigma^4 |M M^T|^2.
    spread = np.sqrt(2) * sigma**2 * np.linalg.norm(responses.T @ responses) / power
    assert deviation == pytest.approx(spread, rel=0.2)


def test_deviations_grow_with_noise_and_do_not_depend_on_how_samples_are_batched(monkeypatch, rng):
    system = small_system()
    patterns = np.stack([np.ones(NEURONS), rng.normal(1.0, 0.2, NEURONS)])

    def found():
        return noise_deviations(
            np.random.default_rng(3), system, patterns, [0.0, 10.0, 20.0, 40.0], 40
        )

    together = found()
    assert together.shape == (2, 2, 4)
    assert (np.diff(together, axis=-1) < 0).all()
    monkeypatch.setattr("corticomotor.studies.gain_modulation.new_movement._BATCH", 7)
    np.testing.assert_allclose(found(), together, rtol=1e-4)


# Correlations


def test_correlations_are_those_of_numpy_and_0_for_silent_neurons(rng):
    rates, target = rng.normal(size=(30, 3, 6)), rng.normal(size=30)
    rates[:, 1, 4] = 2.5
    found = correlations_with(rates, target)
    for pattern in range(3):
        for neuron in range(6):
            if (pattern, neuron) == (1, 4):
                assert found[pattern, neuron] == 0
                continue
            expected = np.corrcoef(rates[:, pattern, neuron], target)[0, 1]
            assert found[pattern, neuron] == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(correlations_with(3 * rates + 1, 5 - 2 * target), -found, atol=1e-12)
