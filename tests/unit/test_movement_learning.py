from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import lsq_linear

from corticomotor.learning.movements import Readout, nonnegative_readout, variance_errors
from corticomotor.learning.rules import GradientRule, learn
from corticomotor.runtime.errors import InputError
from examples import EXCITATORY, NEURONS, small_movements


@pytest.fixture
def rng():
    return np.random.default_rng(23)


# Readout


@pytest.fixture
def samples(rng):
    """Rates (trial, time, neuron) and targets (trial, time), to which some neurons run counter."""
    rates = rng.normal(size=(3, 20, 8))
    targets = rates @ [0.8, -0.5, 0.3, -0.2, 0.6, 1.0, -1.0, 0.5] + rng.normal(size=(3, 20))
    return rates, targets - 0.7


def fitted(samples, ridge=0.05, excitatory=5):
    return nonnegative_readout(*samples, excitatory=excitatory, ridge=ridge)


def test_excitatory_neurons_alone_drive_the_muscle_and_none_inhibits_it(samples):
    readout = fitted(samples)
    assert readout.weights.shape == (8,)
    assert (readout.weights >= 0).all()
    np.testing.assert_array_equal(readout.weights[5:], 0.0)
    # The bound holds some of them back.
    assert 0 < np.count_nonzero(readout.weights) < 5


@pytest.mark.parametrize("offset", [-3.0, 0.0, 3.0])
def test_a_planted_readout_and_an_offset_of_either_sign_are_found(rng, offset):
    rates = rng.normal(size=(50, 8))
    weights = np.array([0.5, 0.0, 2.0, 0.1, 0.0, 0.0, 0.0, 0.0])
    readout = nonnegative_readout(rates, rates @ weights + offset, excitatory=5, ridge=0.0)
    np.testing.assert_allclose(readout.weights, weights, atol=1e-12)
    assert readout.offset == pytest.approx(offset, abs=1e-12)
    np.testing.assert_allclose(readout.output(rates), rates @ weights + offset, atol=1e-11)


@pytest.mark.parametrize("ridge", [0.0, 0.05, 1.0])
def test_readout_meets_the_conditions_of_kuhn_and_tucker(samples, ridge):
    """The least penalised error: flat along positive weights and the offset, uphill along zeros."""
    rates, targets = samples
    readout = fitted(samples, ridge)
    seen, weights = rates.reshape(60, 8)[:, :5], readout.weights[:5]
    excess = seen @ weights + readout.offset - targets.ravel()
    penalty = ridge * np.sum(seen**2) / 5
    slope = seen.T @ excess + penalty * weights
    np.testing.assert_allclose(slope[weights > 0], 0.0, atol=1e-10)
    assert (slope[weights == 0] > 0).all()
    assert np.sum(excess) == pytest.approx(0.0, abs=1e-10)


def test_readout_is_that_of_another_solver(samples):
    rates, targets = samples
    seen = rates.reshape(60, 8)[:, :5]
    penalty = 0.05 * np.sum(seen**2) / 5
    design = np.vstack([np.hstack([seen, np.ones((60, 1))]), np.sqrt(penalty) * np.eye(6)[:5]])
    expected = lsq_linear(
        design,
        np.concatenate([targets.ravel(), np.zeros(5)]),
        bounds=([0.0] * 5 + [-np.inf], np.inf),
        tol=1e-14,
    ).x
    readout = fitted(samples)
    np.testing.assert_allclose([*readout.weights[:5], readout.offset], expected, atol=1e-8)


def test_a_large_penalty_leaves_the_mean_of_the_targets_alone(samples):
    readout = fitted(samples, ridge=1e9)
    np.testing.assert_allclose(readout.weights, 0.0, atol=1e-8)
    assert readout.offset == pytest.approx(samples[1].mean())


def test_readout_does_not_depend_on_the_unit_of_the_rates(samples):
    rates, targets = samples
    readout, other = fitted(samples), fitted((1000 * rates, targets))
    np.testing.assert_allclose(1000 * other.weights, readout.weights, rtol=1e-10)
    assert other.offset == pytest.approx(readout.offset)


def test_readout_without_excitatory_neurons_is_an_error(samples):
    with pytest.raises(InputError, match="at least one excitatory neuron"):
        fitted(samples, excitatory=0)


def test_trials_may_have_readouts_of_their_own(rng):
    rates = rng.normal(size=(7, 3, 5))
    weights, offset = rng.normal(size=(3, 5)), rng.normal(size=3)
    together = Readout(weights, offset).output(rates)
    for trial in range(3):
        alone = Readout(weights[trial], offset[trial]).output(rates[:, trial])
        np.testing.assert_allclose(together[:, trial], alone, rtol=1e-12, atol=1e-14)


# Errors


def test_errors_are_parts_of_the_variance_of_the_target(rng):
    targets = rng.normal(3.0, 2.0, (30, 4))
    mean = np.broadcast_to(targets.mean(axis=0), targets.shape)
    np.testing.assert_allclose(variance_errors(mean, targets), 1.0, rtol=1e-12)
    np.testing.assert_array_equal(variance_errors(targets, targets), 0.0)
    halfway = (targets + mean) / 2
    np.testing.assert_allclose(variance_errors(halfway, targets), 0.25, rtol=1e-12)
    shifted = targets + targets.std(axis=0)
    np.testing.assert_allclose(variance_errors(shifted, targets), 1.0, rtol=1e-12)


def test_errors_count_where_there_is_a_target(rng):
    targets, outputs = rng.normal(size=(2, 30, 3))
    free = targets.copy()
    free[:10, 1], free[20:, 2] = np.nan, np.nan
    expected = [
        variance_errors(outputs[start:stop, trial], targets[start:stop, trial])
        for trial, (start, stop) in enumerate([(0, 30), (10, 30), (0, 20)])
    ]
    np.testing.assert_allclose(variance_errors(outputs, free), expected, rtol=1e-12)
    outputs[15] = np.nan
    assert np.isnan(variance_errors(outputs, free)).all()


# Movements


@pytest.fixture(params=["shared", "own"])
def task(request, rng):
    """Movements in double precision, of one readout or of readouts of their own."""
    task = small_movements(dtype=np.float64)
    if request.param == "shared":
        return task
    trials = task.targets.shape[1]
    shared = task.readout
    weights = shared.weights * rng.uniform(0.5, 1.5, (trials, NEURONS))
    own = Readout(weights, shared.offset + rng.normal(0.0, 0.1, trials))
    states = task.initial_states + rng.normal(0.0, 0.1, (trials, NEURONS))
    return replace(task, readout=own, initial_states=states)


@pytest.fixture
def gains(rng, task):
    return rng.uniform(0.9, 1.1, (task.targets.shape[1], NEURONS))


def test_errors_are_those_of_the_readout_of_the_rates(task, gains):
    rates = task.trials.rates(task.initial_states, gains)
    outputs = task.readout.output(rates)
    np.testing.assert_allclose(task.outputs(gains), outputs, rtol=1e-10, atol=1e-12)
    errors = variance_errors(outputs, task.targets)
    np.testing.assert_allclose(task.errors(gains), errors, rtol=1e-10)
    np.testing.assert_allclose(task.errors_and_gradient(gains)[0], errors, rtol=1e-10)


def test_the_gradient_by_gains_equals_central_differences(rng, task, gains):
    gradient = task.errors_and_gradient(gains)[1]
    small = 1e-5
    for _ in range(3):
        along = rng.normal(size=gains.shape)
        rise = task.errors(gains + small * along) - task.errors(gains - small * along)
        np.testing.assert_allclose(np.sum(gradient * along, axis=1), rise / (2 * small), rtol=1e-6)
    change = np.zeros_like(gains)
    # An inhibitory neuron, which moves the muscle by others alone.
    change[:, EXCITATORY + 3] = small
    rise = task.errors(gains + change) - task.errors(gains - change)
    np.testing.assert_allclose(gradient[:, EXCITATORY + 3], rise / (2 * small), rtol=1e-6)


def test_free_times_have_no_gradient(rng, task, gains):
    targets = task.targets.copy()
    targets[12:, 0], targets[:9, 1] = np.nan, np.nan
    task = replace(task, targets=targets)
    by_outputs = task.by_outputs(task.trials.record(task.initial_states, gains))[1]
    np.testing.assert_array_equal(by_outputs == 0, np.isnan(targets))
    errors, gradient = task.errors_and_gradient(gains)
    np.testing.assert_allclose(errors, task.errors(gains), rtol=1e-10)
    small = 1e-5
    along = rng.normal(size=gains.shape)
    rise = task.errors(gains + small * along) - task.errors(gains - small * along)
    np.testing.assert_allclose(np.sum(gradient * along, axis=1), rise / (2 * small), rtol=1e-6)


def test_the_gradient_is_as_precise_as_the_simulation(task, gains):
    tape = task.trials.record(task.initial_states, gains)
    by_outputs = task.by_outputs(tape)[1]
    weights = np.broadcast_to(task.readout.weights, gains.shape)
    by_rates = np.einsum("st,tn->stn", by_outputs, weights)
    expected = task.trials.gradient(tape, by_rates.__getitem__).gains
    np.testing.assert_allclose(task.errors_and_gradient(gains)[1], expected, rtol=1e-12)


def test_single_precision_gives_the_gradient_of_double(task, gains):
    double = task.errors_and_gradient(gains)
    circuits = task.trials.circuits
    trials = type(task.trials)(circuits, steps=task.trials.steps, step_ms=task.trials.step_ms)
    single = replace(task, trials=trials).errors_and_gradient(gains)
    assert single[1].dtype == np.float32
    np.testing.assert_allclose(single[0], double[0], rtol=1e-4)
    error = np.linalg.norm(single[1] - double[1], axis=1) / np.linalg.norm(double[1], axis=1)
    assert (error < 1e-4).all()


def test_movements_learn_their_targets():
    task = small_movements(dtype=np.float32)
    start = np.ones((task.targets.shape[1], NEURONS))
    rule = GradientRule(0.02, largest_norm=10.0)
    learned = learn(task, rule, start, iterations=80, advice="lower the learning rate")
    assert (learned.best_errors < 0.1 * learned.errors[0]).all()
    np.testing.assert_allclose(task.errors(learned.best), learned.best_errors, rtol=1e-5)
