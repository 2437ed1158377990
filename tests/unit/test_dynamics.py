import numpy as np
import pytest
import torch

from corticomotor.circuits import preferred_initial_states
from corticomotor.dynamics import (
    AsymmetricTanh,
    RateNetwork,
    Tanh,
    gain_gradient,
    record_gain_tape,
    simulate,
)
from corticomotor.runtime.errors import DivergenceError
from examples import NEURONS, small_circuit, small_network
from reference.gain_training import simulate_tensor
from reference.simulate import simulate_exactly


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def relative_error(found, expected):
    return np.linalg.norm(found - expected) / np.linalg.norm(expected)


# Nonlinearities


def test_asymmetric_tanh_has_slope_1_at_rest_and_the_published_limits():
    f = AsymmetricTanh(20.0, 100.0)
    rates, slopes = f.with_slope(np.array([-1e9, 0.0, 1e9]))
    np.testing.assert_array_equal(rates, [-20.0, 0.0, 80.0])
    np.testing.assert_array_equal(slopes, [0.0, 1.0, 0.0])
    activation = np.array([-15.0, 15.0, 60.0])
    np.testing.assert_allclose(
        f(activation), [20 * np.tanh(-0.75), 80 * np.tanh(15 / 80), 80 * np.tanh(0.75)], rtol=1e-14
    )


def test_asymmetric_tanh_slope_is_the_derivative(rng):
    f = AsymmetricTanh(5.0, 100.0)
    activation = rng.normal(scale=30.0, size=(50, 4))
    step = 1e-5
    expected = (f(activation + step) - f(activation - step)) / (2 * step)
    np.testing.assert_allclose(f.with_slope(activation)[1], expected, rtol=1e-5, atol=1e-9)
    np.testing.assert_array_equal(f.with_slope(activation)[0], f(activation))


def test_tanh():
    np.testing.assert_allclose(Tanh()(np.array([-0.5, 2.0])), np.tanh([-0.5, 2.0]), rtol=1e-15)


# Simulation


def run_circuit(step_ms, method, duration_ms=500.0):
    network = small_network()
    return simulate(
        network,
        preferred_initial_states(network.weights, 1.5, 1),
        steps=round(duration_ms / step_ms),
        step_ms=step_ms,
        method=method,
    )


@pytest.fixture(scope="module")
def exact():
    network = small_network()
    state = preferred_initial_states(network.weights, 1.5, 1)
    return simulate_exactly(network, state, steps=10, step_ms=50.0)


@pytest.mark.parametrize(
    ("method", "step_ms", "order"), [("rk4", 5.0, 4), ("rk4", 2.5, 4), ("euler", 0.5, 1)]
)
def test_order_of_convergence(exact, method, step_ms, order):
    coarse, fine = (
        relative_error(run_circuit(step, method)[:: round(50 / step)], exact)
        for step in (step_ms, step_ms / 2)
    )
    assert np.log2(coarse / fine) == pytest.approx(order, abs=0.15)


def test_the_default_step_is_accurate_and_euler_is_not(exact):
    assert relative_error(run_circuit(5.0, "rk4")[::10], exact) < 2e-4
    assert relative_error(run_circuit(2.5, "rk4")[::20], exact) < 1e-5
    assert relative_error(run_circuit(1.0, "euler")[::50], exact) > 1e-2


def test_gains_drive_and_disturbance_are_where_the_equation_has_them(rng):
    network = RateNetwork(rng.normal(size=(6, 6)), 30.0, AsymmetricTanh(2.0, 7.0))
    parameters = {
        "gains": rng.uniform(0.5, 2.0, (3, 6)),
        "drive": rng.normal(size=(8, 3, 6)),
        "disturbance": rng.normal(size=(8, 3, 6)),
    }
    state = rng.normal(size=(3, 6))
    exact = simulate_exactly(network, state, steps=8, step_ms=0.5, **parameters)
    found = simulate(network, state, steps=8, step_ms=0.5, method="rk4", **parameters)
    np.testing.assert_allclose(found, exact, rtol=1e-7, atol=1e-7)


def test_euler_by_hand():
    network = RateNetwork(np.array([[0.0, 2.0], [-1.0, 0.0]]), 10.0, Tanh())
    drive = np.array([[[0.3, 0.0]], [[0.0, -0.2]]])
    state = np.array([[0.5, -0.4]])
    rates = simulate(network, state, steps=2, step_ms=2.0, method="euler", drive=drive)
    first = np.array([0.5, -0.4])
    second = first + 0.2 * (-first + [2 * np.tanh(-0.4) + 0.3, -np.tanh(0.5)])
    third = second + 0.2 * (-second + [2 * np.tanh(second[1]), -np.tanh(second[0]) - 0.2])
    np.testing.assert_allclose(rates[:, 0], np.tanh([first, second, third]), rtol=1e-14)
    np.testing.assert_array_equal(state, [[0.5, -0.4]])


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_activations_are_those_behind_the_rates(rng, method):
    network = small_network()
    states, gains = rng.normal(size=(2, 3, NEURONS))
    asked = {"steps": 6, "step_ms": 5.0, "method": method, "gains": gains}
    activations = np.full((7, 3, NEURONS), np.nan)
    rates = simulate(network, states, activations=activations, **asked)
    np.testing.assert_array_equal(activations[0], states)
    np.testing.assert_array_equal(network.nonlinearity(gains * activations), rates)
    np.testing.assert_array_equal(simulate(network, states, **asked), rates)


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_a_disturbance_of_the_first_step_is_another_start(rng, method):
    network = small_network()
    states, kick = rng.normal(size=(2, 3, NEURONS))
    asked = {"steps": 6, "step_ms": 5.0, "method": method}
    kicked = simulate(network, states, disturbance=kick[np.newaxis], **asked)
    np.testing.assert_array_equal(kicked, simulate(network, states + kick, **asked))


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_trials_do_not_see_each_other(rng, method):
    network = small_network()
    states = rng.normal(size=(3, NEURONS))
    gains = rng.uniform(0.5, 2.0, (3, NEURONS))
    together = simulate(network, states, steps=20, step_ms=5.0, method=method, gains=gains)
    for trial in range(3):
        alone = simulate(
            network,
            states[[trial]],
            steps=20,
            step_ms=5.0,
            method=method,
            gains=gains[[trial]],
        )
        np.testing.assert_allclose(together[:, [trial]], alone, rtol=1e-10, atol=1e-10)


def test_a_runaway_state_is_an_error_even_where_the_rates_saturate():
    network = RateNetwork(np.eye(2), 1.0, Tanh())
    # The state grows ninefold a step while its rate stays at 1.
    with (
        pytest.raises(DivergenceError, match=r"no longer finite after 500 steps of 10.0 ms"),
        np.errstate(all="ignore"),
    ):
        simulate(network, np.full((1, 2), 5.0), steps=500, step_ms=10.0, method="euler")


# Gradients


@pytest.fixture
def problem(rng):
    weights = small_circuit().weights
    return {
        "weights": weights,
        "gains": rng.uniform(0.7, 1.4, (3, NEURONS)),
        "initial_states": preferred_initial_states(weights, 1.5, 3),
        "steps": 25,
        "step_ms": 8.0,
        "time_constant_ms": 200.0,
        "nonlinearity": AsymmetricTanh(20.0, 100.0),
    }


def test_the_tape_holds_the_simulation(problem):
    tape = record_gain_tape(**problem)
    simulated = simulate(
        RateNetwork(problem["weights"], 200.0, problem["nonlinearity"]),
        problem["initial_states"],
        steps=25,
        step_ms=8.0,
        method="rk4",
        gains=problem["gains"],
    )
    np.testing.assert_array_equal(tape.rates, simulated)


def test_gain_gradient_equals_autograd(rng, problem):
    by_rates = rng.normal(size=(26, 3, NEURONS))
    found = gain_gradient(record_gain_tape(**problem), problem["weights"], by_rates)
    gains = torch.tensor(problem["gains"], requires_grad=True)
    rates = simulate_tensor(
        RateNetwork(problem["weights"], 200.0, problem["nonlinearity"]),
        problem["initial_states"],
        gains,
        steps=25,
        step_ms=8.0,
    )
    torch.sum(rates * torch.from_numpy(by_rates)).backward()
    assert relative_error(found, gains.grad.numpy()) < 1e-12


def test_gain_gradient_equals_finite_differences(rng, problem):
    by_rates = rng.normal(size=(26, 3, NEURONS))
    gradient = gain_gradient(record_gain_tape(**problem), problem["weights"], by_rates)

    def loss(gains):
        return np.sum(record_gain_tape(**problem | {"gains": gains}).rates * by_rates)

    step = 1e-5
    for trial, neuron in [(0, 0), (1, 5), (2, 39)]:
        change = np.zeros((3, NEURONS))
        change[trial, neuron] = step
        slope = (loss(problem["gains"] + change) - loss(problem["gains"] - change)) / (2 * step)
        assert slope == pytest.approx(gradient[trial, neuron], rel=1e-6)
