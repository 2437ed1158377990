from dataclasses import replace

import numpy as np
import pytest
import torch

from corticomotor.dynamics import RateNetwork, Tanh, gain_gradient, record_gain_tape
from corticomotor.learning.adam import Adam
from corticomotor.learning.gain_learning import learn_gains_by_gradient, learn_gains_by_reward
from corticomotor.learning.readout import normalised_error, ridge_readout
from corticomotor.runtime.errors import DivergenceError
from examples import EXCITATORY, NEURONS, small_network, small_task
from reference.gain_training import learn_gains_by_autograd
from reference.recursive_least_squares import ridge_by_augmentation


@pytest.fixture
def rng():
    return np.random.default_rng(5)


# Readout


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


def test_readout_sees_its_neurons_only(rng):
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
    learned = learn_gains_by_gradient(task, iterations=20, learning_rate=0.02)
    gains, errors = learn_gains_by_autograd(task, iterations=20, learning_rate=0.02)
    np.testing.assert_allclose(learned.errors, errors, rtol=1e-9)
    np.testing.assert_allclose(learned.gains, gains, rtol=1e-8)
    assert learned.errors[-1] < learned.errors[0] / 3


def test_the_readout_may_be_held_fixed():
    """The gradient with it held fixed is the slope of the least penalised error."""
    task = small_task(ridge=1e-3)
    gains = np.random.default_rng(2).uniform(0.8, 1.2, (3, NEURONS))
    tape = record_gain_tape(
        task.network.weights,
        gains,
        task.initial_state,
        steps=task.steps,
        step_ms=task.step_ms,
        time_constant_ms=task.network.time_constant_ms,
        nonlinearity=task.network.nonlinearity,
    )
    readout, output = task.readout(np.swapaxes(tape.rates, 0, 1))
    by_rates = np.zeros_like(tape.rates)
    by_rates[..., :EXCITATORY] = np.swapaxes(2 * (output - task.emg) @ readout.T, 0, 1)
    gradient = gain_gradient(tape, task.network.weights, by_rates)
    penalty = task.ridge * np.sum(tape.rates[..., :EXCITATORY] ** 2) / EXCITATORY

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


def test_gradient_learning_refuses_another_nonlinearity():
    task = replace(small_task(), network=RateNetwork(np.eye(NEURONS), 200.0, Tanh()))
    with pytest.raises(TypeError, match="asymmetric tanh"):
        learn_gains_by_gradient(task, iterations=1, learning_rate=0.01)


def test_diverging_rates_name_the_settings():
    network = replace(small_network(), time_constant_ms=1e-3)
    task = replace(small_task(), network=network)
    with (
        pytest.raises(DivergenceError, match=r"gain_learning\.training_step_ms"),
        np.errstate(all="ignore"),
    ):
        learn_gains_by_gradient(task, iterations=3, learning_rate=0.01)


# Reward


class Scripted:
    """Stands in for a task: the reach's error follows a script, whatever the gains."""

    def __init__(self, errors):
        self.emg = np.array([[[3.0], [4.0]], [[0.0], [5.0]]])
        self.network = RateNetwork(np.zeros((1, 1)), 200.0, Tanh())
        self.gains = []
        self._errors = iter(errors)

    def rates(self, gains):
        self.gains.append(gains.copy())
        return gains

    def readout(self, rates):
        offset = np.sqrt(25 * np.array(next(self._errors)))
        output = self.emg.copy()
        output[:, 0, 0] += offset
        return None, output


def test_reward_rule_by_hand():
    """Four trials of two reaches: the first improves, then worsens; the second the reverse."""
    errors = [(0.50, 0.50), (0.40, 0.60), (0.45, 0.40), (0.40, 0.50)]
    task = Scripted(errors)
    learned = learn_gains_by_reward(
        task, np.random.default_rng(8), iterations=4, perturbation=0.1, memory=0.3
    )
    xi = 0.1 * np.random.default_rng(8).standard_normal((4, 2, 1))
    first, mean_first = 1.0, 1.0
    second, mean_second = 1.0, 1.0
    # Trial 1 sets the running means: no reward, only noise.
    first, second = first + xi[0, 0, 0], second + xi[0, 1, 0]
    seen = [(first, second)]
    # Trial 2: 0.40 < 0.50, 0.60 > 0.50.
    mean_first, mean_second = 0.3 * mean_first + 0.7 * first, 0.3 * mean_second + 0.7 * second
    first = first + (first - mean_first) + xi[1, 0, 0]
    second = second - (second - mean_second) + xi[1, 1, 0]
    seen.append((first, second))
    # Trial 3: the mean errors are 0.43 and 0.57; 0.45 is worse, 0.40 better.
    mean_first, mean_second = 0.3 * mean_first + 0.7 * first, 0.3 * mean_second + 0.7 * second
    first = first - (first - mean_first) + xi[2, 0, 0]
    second = second + (second - mean_second) + xi[2, 1, 0]
    seen.append((first, second))
    # Trial 4: the mean errors are 0.444 and 0.451; 0.40 is better, 0.50 worse.
    mean_first, mean_second = 0.3 * mean_first + 0.7 * first, 0.3 * mean_second + 0.7 * second
    first = first + (first - mean_first) + xi[3, 0, 0]
    second = second - (second - mean_second) + xi[3, 1, 0]

    np.testing.assert_allclose(np.array(task.gains)[:, :, 0], [(1, 1), *seen], rtol=1e-12)
    np.testing.assert_allclose(learned.gains[:, 0], (first, second), rtol=1e-12)
    np.testing.assert_allclose(learned.errors, np.mean(errors, axis=1), rtol=1e-12)


def test_learning_by_reward_lowers_the_error_and_keeps_gains_small():
    task = small_task(ridge=1e-3, muscles=1, reaches=2)
    learned = learn_gains_by_reward(
        task, np.random.default_rng(1), iterations=600, perturbation=3e-3, memory=0.3
    )
    assert learned.errors[-50:].mean() < 0.25 * learned.errors[0]
    assert np.abs(learned.gains - 1).max() < 1
    # Noise alone leads nowhere.
    steps = 3e-3 * np.random.default_rng(1).standard_normal((600, 2, NEURONS))
    wandered = 1 + steps.sum(axis=0)
    error = normalised_error(task.readout(task.rates(wandered))[1], task.emg)
    assert learned.errors[-50:].mean() < 0.5 * error


def test_reward_depends_on_its_rng_alone():
    task = small_task(muscles=1, reaches=2)
    runs = [
        learn_gains_by_reward(
            task, np.random.default_rng(seed), iterations=5, perturbation=1e-3, memory=0.3
        ).gains
        for seed in (1, 1, 2)
    ]
    assert np.array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])
