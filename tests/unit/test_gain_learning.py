from dataclasses import replace

import numpy as np
import pytest
import torch

from corticomotor.dynamics import RateNetwork, Tanh
from corticomotor.learning.adam import Adam
from corticomotor.learning.gain_learning import learn_gains
from corticomotor.learning.readout import normalised_error, ridge_readout
from corticomotor.learning.rules import GradientRule, RewardRule
from corticomotor.runtime.errors import DivergenceError
from examples import EXCITATORY, NEURONS, small_network, small_task
from reference.gain_training import learn_gains_by_autograd
from reference.recursive_least_squares import ridge_by_augmentation


@pytest.fixture
def rng():
    return np.random.default_rng(5)


# Readout


def test_a_readout_of_neurons_that_are_all_alike_names_the_settings(rng):
    rates = np.repeat(rng.standard_normal((3, 20, 1)), 50, axis=2)
    with pytest.raises(DivergenceError, match=r"^readout: .* raise gain_learning\.ridge or"):
        ridge_readout(rates, rng.standard_normal((3, 20, 2)), 1e-18)


def test_ridge_readout_is_augmented_least_squares(rng):
    rates, targets = rng.normal(size=(3, 20, 6)), rng.normal(size=(3, 20, 2))
    flat = rates.reshape(60, 6)
    penalty = 0.1 * np.sum(flat**2) / 6
    np.testing.assert_allclose(
        ridge_readout(rates, targets, 0.1),
        ridge_by_augmentation(flat, targets.reshape(60, 2), penalty),
        rtol=1e-12,
    )


def test_readout_does_not_depend_on_the_unit_of_the_rates(rng):
    rates, targets = rng.normal(size=(2, 20, 6)), rng.normal(size=(2, 20, 2))
    np.testing.assert_allclose(
        1000 * ridge_readout(1000 * rates, targets, 0.1),
        ridge_readout(rates, targets, 0.1),
        rtol=1e-10,
    )


def test_readout_sees_its_neurons_only():
    task = small_task()
    rates = task.rates(np.ones((3, NEURONS)))
    weights, output = task.readout(rates)
    assert weights.shape == (EXCITATORY, 2)
    np.testing.assert_allclose(output, rates[..., :EXCITATORY] @ weights, rtol=1e-12)
    assert rates.shape == (3, 26, NEURONS)


def test_normalised_error():
    target = np.array([3.0, 4.0])
    assert normalised_error(target, target) == 0
    assert normalised_error(np.zeros(2), target) == 1
    assert normalised_error(np.array([3.0, 6.5]), target) == 0.25


# Adam


def test_adam_is_that_of_torch(rng):
    parameters = rng.normal(size=(2, 3))
    tensor = torch.tensor(parameters, requires_grad=True)
    reference = torch.optim.Adam([tensor], lr=0.03, eps=1e-12)
    optimiser = Adam(0.03)
    for _ in range(50):
        gradient = rng.normal(size=(2, 3))
        tensor.grad = torch.from_numpy(gradient)
        reference.step()
        parameters = optimiser.step(parameters, gradient)
    np.testing.assert_allclose(parameters, tensor.detach().numpy(), rtol=1e-12)


# Gradient


def test_learning_by_gradient_is_that_by_autograd():
    task = small_task()
    learned = learn_gains(task, GradientRule(0.02), iterations=20)
    gains, errors = learn_gains_by_autograd(task, iterations=20, learning_rate=0.02)
    np.testing.assert_allclose(learned.errors, errors, rtol=1e-9)
    np.testing.assert_allclose(learned.gains, gains, rtol=1e-8)
    assert learned.errors[-1] < learned.errors[0] / 3


def test_the_readout_may_be_held_fixed():
    """The gradient with it held fixed is the slope of the least penalised error."""
    task = small_task(ridge=1e-3)
    gains = np.random.default_rng(2).uniform(0.8, 1.2, (3, NEURONS))
    # Of the error as a part of the mean square of a reach: undo that.
    gradient = task.errors_and_gradient(gains)[1] * np.sum(task.emg**2)
    rates = task.rates(gains)[..., :EXCITATORY]
    penalty = task.ridge * np.sum(rates**2) / EXCITATORY

    def least_penalised_error(gains):
        rates = task.rates(gains)[..., :EXCITATORY].reshape(-1, EXCITATORY)
        targets = task.emg.reshape(len(rates), -1)
        readout = ridge_by_augmentation(rates, targets, penalty)
        return np.sum((rates @ readout - targets) ** 2) + penalty * np.sum(readout**2)

    step = 1e-5
    for reach, neuron in [(0, 3), (1, 25), (2, 11)]:
        change = np.zeros_like(gains)
        change[reach, neuron] = step
        rise = least_penalised_error(gains + change) - least_penalised_error(gains - change)
        assert rise / (2 * step) == pytest.approx(gradient[reach, neuron], rel=1e-5)


def test_errors_are_each_reachs_own_over_the_mean_power():
    task = small_task()
    gains = np.random.default_rng(2).uniform(0.8, 1.2, (3, NEURONS))
    output = task.readout(task.rates(gains))[1]
    errors = task.errors(gains)
    for reach in range(3):
        missed = np.sum((output[reach] - task.emg[reach]) ** 2)
        assert errors[reach] == pytest.approx(3 * missed / np.sum(task.emg**2))
    assert errors.mean() == pytest.approx(normalised_error(output, task.emg))
    np.testing.assert_allclose(task.errors_and_gradient(gains)[0], errors, rtol=1e-9)


def test_gradient_learning_refuses_another_nonlinearity():
    task = replace(small_task(), network=RateNetwork(np.eye(NEURONS), 200.0, Tanh()))
    with pytest.raises(TypeError, match="asymmetric tanh"):
        learn_gains(task, GradientRule(0.01), iterations=1)


def test_diverging_rates_name_the_settings():
    network = replace(small_network(), time_constant_ms=1e-3)
    task = replace(small_task(), network=network)
    with (
        pytest.raises(DivergenceError, match=r"gain_learning\.training_step_ms"),
        np.errstate(all="ignore"),
    ):
        learn_gains(task, GradientRule(0.01), iterations=3)


# Reward


def test_learning_by_reward_lowers_the_error_and_keeps_gains_small():
    task = small_task(ridge=1e-3, muscles=1, reaches=2)
    rule = RewardRule(np.random.default_rng(1), perturbation=3e-3, memory=0.3)
    learned = learn_gains(task, rule, iterations=600)
    assert learned.errors[-50:].mean() < 0.25 * learned.errors[0]
    assert np.abs(learned.gains - 1).max() < 1
    # Noise alone leads nowhere.
    steps = 3e-3 * np.random.default_rng(1).standard_normal((600, 2, NEURONS))
    wandered = 1 + steps.sum(axis=0)
    error = normalised_error(task.readout(task.rates(wandered))[1], task.emg)
    assert learned.errors[-50:].mean() < 0.5 * error
