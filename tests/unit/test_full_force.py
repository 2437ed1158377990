import numpy as np
import pytest

from corticomotor.learning.full_force import (
    Clamp,
    leading_current,
    target_currents,
    train_full_force,
)
from corticomotor.runtime.errors import DivergenceError, InputError
from reference.full_force import drive_targets, train_in_lockstep, train_one_at_a_time

UNITS, TIMES = 40, 60
TIME = {"time_constant_ms": 20.0, "step_ms": 2.0}


@pytest.fixture
def rng():
    return np.random.default_rng(4)


def problem(rng, trials=1, outputs=2):
    """Arguments of a training: pulses, and smooth outputs that differ between trials."""
    phase = np.linspace(0, 2 * np.pi, TIMES)
    frequencies = rng.uniform(0.5, 2.0, (trials, outputs))
    targets = np.sin(phase[:, None, None] * frequencies)
    inputs = np.zeros((TIMES, trials, UNITS))
    inputs[:10] = rng.uniform(-1, 1, (trials, UNITS))
    weights = 1.2 / np.sqrt(UNITS) * rng.standard_normal((UNITS, UNITS))
    extra = targets @ rng.uniform(-1, 1, (outputs, UNITS))
    return {
        "initial_weights": weights,
        "currents": target_currents(weights, inputs, extra, **TIME).currents,
        "outputs": targets,
        "inputs": inputs,
        "regularisation": 1.0,
        **TIME,
    }


def free_running_error(network, task, initial_state=0.0):
    """Normalised error of the outputs of the trained network on its own."""
    step = TIME["step_ms"] / TIME["time_constant_ms"]
    state = np.zeros(task["inputs"].shape[1:]) + initial_state
    error = 0.0
    for inputs, targets in zip(task["inputs"], task["outputs"], strict=True):
        rates = np.tanh(state)
        error += np.sum((rates @ network.readout.T - targets) ** 2)
        state = state + step * (rates @ network.weights.T + inputs - state)
    return error / np.sum(task["outputs"] ** 2)


# The target-generating network


def test_target_currents_are_those_of_the_plain_loop(rng):
    weights = rng.standard_normal((UNITS, UNITS)) / np.sqrt(UNITS)
    inputs, extra = rng.standard_normal((2, TIMES, 3, UNITS))
    targets = target_currents(weights, inputs, extra, **TIME)
    rates, currents = drive_targets(weights, inputs, extra, **TIME)
    np.testing.assert_allclose(targets.rates, rates, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(targets.currents, currents, rtol=1e-10, atol=1e-12)


def test_leading_current_inverts_the_low_pass(rng):
    activation = rng.standard_normal((TIMES, 2, 3))
    current = leading_current(activation, 7.5)
    state = activation[0]
    for time in range(TIMES - 1):
        np.testing.assert_allclose(state, activation[time], rtol=1e-9, atol=1e-12)
        state = state + (current[time] - state) / 7.5
    last_change = activation[-1] - activation[-2]
    np.testing.assert_allclose(current[-1], activation[-1] + 7.5 * last_change, rtol=1e-12)


@pytest.mark.parametrize("clamped", [False, True])
def test_targets_are_what_makes_the_units_follow(rng, clamped):
    """Driven by inputs and currents alone, every unit reproduces the target network's rate."""
    weights = rng.standard_normal((UNITS, UNITS)) / np.sqrt(UNITS)
    inputs, extra = rng.standard_normal((2, TIMES, 3, UNITS))
    activation = rng.standard_normal((TIMES, 3, 5))
    activation[0] = 0  # the network starts at rest
    units = np.array([3, 0, 11, 39, 20])
    clamp = Clamp(units, activation) if clamped else None
    targets = target_currents(weights, inputs, extra, **TIME, clamp=clamp)
    state = np.zeros((3, UNITS))
    for time in range(TIMES):
        np.testing.assert_allclose(targets.rates[time], np.tanh(state), rtol=1e-8, atol=1e-10)
        drive = targets.currents[time] + inputs[time]
        state = state + TIME["step_ms"] / TIME["time_constant_ms"] * (drive - state)


def test_a_clamp_imposes_its_units_and_the_others_feel_it(rng):
    weights = rng.standard_normal((UNITS, UNITS)) / np.sqrt(UNITS)
    inputs, extra = rng.standard_normal((2, TIMES, 3, UNITS))
    activation = rng.standard_normal((TIMES, 3, 5))
    units = np.array([3, 0, 11, 39, 20])
    free = np.setdiff1d(np.arange(UNITS), units)
    targets = target_currents(weights, inputs, extra, **TIME, clamp=Clamp(units, activation))
    np.testing.assert_array_equal(targets.rates[..., units], np.tanh(activation))
    # The free units' currents are their recurrent input from free and clamped units.
    np.testing.assert_allclose(
        targets.currents[..., free],
        (targets.rates @ weights.T + extra)[..., free],
        rtol=1e-10,
        atol=1e-12,
    )


# Training


@pytest.mark.parametrize(("update_probability", "noise"), [(1.0, 0.0), (0.5, 0.0), (0.5, 0.3)])
def test_one_trial_is_the_rank_one_recursion(rng, update_probability, noise):
    task = problem(rng)
    settings = {"epochs": 4, "update_probability": update_probability, "noise": noise}
    trained = train_full_force(np.random.default_rng(1), **task, **settings)
    *_, expected = epochs = list(train_one_at_a_time(np.random.default_rng(1), **task, **settings))
    np.testing.assert_allclose(trained.weights, expected.weights, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(trained.readout, expected.readout, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(trained.errors, [epoch.error for epoch in epochs], rtol=1e-8)


@pytest.mark.parametrize(("copies", "noise"), [(1, 0.0), (1, 0.3), (3, 0.3)])
def test_lockstep_takes_in_all_trials_of_a_time_step(rng, copies, noise):
    """Rank-one updates sample by sample within each time step give the same network."""
    task = problem(rng, trials=4)
    settings = {"epochs": 2, "update_probability": 0.5, "noise": noise, "copies": copies}
    trained = train_full_force(np.random.default_rng(1), **task, **settings)
    weights, readout = train_in_lockstep(np.random.default_rng(1), **task, **settings)
    np.testing.assert_allclose(trained.weights, weights, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(trained.readout, readout, rtol=1e-8, atol=1e-8)


def test_copies_without_noise_are_trials_given_several_times(rng):
    task = problem(rng, trials=2)
    given = task | {key: np.tile(task[key], (1, 3, 1)) for key in ("currents", "outputs", "inputs")}
    settings = {"epochs": 3, "update_probability": 0.5}
    found = train_full_force(np.random.default_rng(1), **task, **settings, copies=3)
    expected = train_full_force(np.random.default_rng(1), **given, **settings)
    np.testing.assert_allclose(found.weights, expected.weights, rtol=1e-10, atol=1e-11)
    np.testing.assert_allclose(found.errors, expected.errors, rtol=1e-10)


def test_weights_in_single_precision_give_nearly_the_same_network(rng):
    task = problem(rng, trials=4)
    settings = {"epochs": 5, "update_probability": 0.5, "noise": 0.3, "copies": 2}
    double, single, again = (
        train_full_force(np.random.default_rng(1), **task, **settings, weights_precision=precision)
        for precision in ("float64", "float32", "float32")
    )
    assert single.weights.dtype == np.float64
    assert 0 < np.abs(single.weights - double.weights).max() < 1e-4
    np.testing.assert_array_equal(single.weights, again.weights)
    error, rounded = (free_running_error(network, task) for network in (double, single))
    assert abs(rounded - error) < 1e-3 * error


def test_lockstep_learns_as_well_as_one_trial_after_the_other():
    found, expected = [], []
    for seed in range(6):
        task = problem(np.random.default_rng(seed), trials=4)
        settings = {"epochs": 10, "update_probability": 0.5}
        trained = train_full_force(np.random.default_rng(1), **task, **settings)
        *_, one_at_a_time = train_one_at_a_time(np.random.default_rng(1), **task, **settings)
        found.append(free_running_error(trained, task))
        expected.append(free_running_error(one_at_a_time, task))
        assert found[-1] < 0.05
    assert np.exp(np.mean(np.log(found))) < 1.2 * np.exp(np.mean(np.log(expected)))


def test_error_falls_and_is_reported(rng):
    seen = []
    trained = train_full_force(
        rng,
        **problem(rng, trials=2),
        epochs=40,
        update_probability=0.5,
        report=lambda epoch, **measures: seen.append((epoch, measures["error"])),
    )
    assert seen == list(zip(range(1, 41), trained.errors, strict=True))
    assert trained.errors[-1] < trained.errors[0] / 10


def test_noise_makes_the_network_bear_a_kick():
    errors = {0.0: [], 1.0: []}
    for seed in range(3):
        task = problem(np.random.default_rng(seed), trials=4)
        for noise, found in errors.items():
            trained = train_full_force(
                np.random.default_rng(1), **task, epochs=20, update_probability=0.5, noise=noise
            )
            kicks = 0.2 * np.random.default_rng(seed).standard_normal((4, UNITS))
            found.append(free_running_error(trained, task, kicks))
    assert np.mean(errors[1.0]) < 0.5 * np.mean(errors[0.0])


def test_an_epoch_without_updates_has_the_error_of_all_its_steps(rng):
    task = problem(rng, trials=2)
    probability = 1 / TIMES
    # Of 3 epochs only the second updates.
    seed = next(
        seed
        for seed in range(1000)
        if (np.random.default_rng(seed).random((3, TIMES)) < probability).any(1).tolist()
        == [False, True, False]
    )
    settings = {"epochs": 3, "update_probability": probability}
    trained = train_full_force(np.random.default_rng(seed), **task, **settings, copies=2)
    # The readout begins at 0.
    assert trained.errors[0] == pytest.approx(1.0, rel=1e-12)
    assert trained.errors[2] == pytest.approx(free_running_error(trained, task), rel=1e-9)


def test_a_training_without_any_update_is_refused(rng):
    expected = r"found none of 120: raise network\.update_probability"
    with pytest.raises(InputError, match=expected):
        train_full_force(rng, **problem(rng), epochs=2, update_probability=1e-12)


def test_divergence_names_the_setting(rng):
    task = problem(rng, trials=4)
    settings = {"epochs": 20, "update_probability": 1.0}
    with pytest.raises(DivergenceError, match=r"network\.regularisation"):
        train_full_force(rng, **task | {"regularisation": 1e-18}, **settings)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"outputs": np.zeros((TIMES, 1, 2))}, "expected outputs to learn, found only zeros"),
        ({"outputs": np.zeros((TIMES, 1, 0))}, r"outputs to learn, found none \(shape \(60, 1, 0"),
        ({"outputs": np.full((TIMES, 1, 2), np.nan)}, "finite outputs, found 120 of 120"),
        ({"update_probability": 0.0}, "update_probability above 0 and at most 1, found 0"),
        ({"update_probability": 1.5}, "update_probability above 0 and at most 1, found 1.5"),
        ({"epochs": 0}, "expected at least one epoch, found 0"),
    ],
)
def test_refuses_tasks_with_nothing_to_learn(rng, changes, message):
    task = problem(rng) | {"epochs": 1, "update_probability": 0.5} | changes
    with pytest.raises(InputError, match=message):
        train_full_force(rng, **task)
