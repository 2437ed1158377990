import numpy as np
import pytest

from corticomotor.learning.recursive_least_squares import BlockRecursiveLeastSquares
from corticomotor.runtime.errors import DivergenceError
from reference.recursive_least_squares import (
    InPlaceRecursiveLeastSquares,
    RankOneRecursiveLeastSquares,
    ridge_around,
)

REGRESSORS, OUTPUTS = 12, 5


@pytest.fixture
def rng():
    return np.random.default_rng(6)


@pytest.fixture
def start(rng):
    return rng.normal(size=(OUTPUTS, REGRESSORS))


def samples(rng, blocks, block):
    # Correlated regressors, as rates are.
    mixing = rng.normal(size=(REGRESSORS, REGRESSORS)) * 0.5 ** np.arange(REGRESSORS)
    regressors = np.tanh(rng.normal(size=(blocks, block, REGRESSORS)) @ mixing.T)
    return regressors, rng.normal(size=(blocks, block, OUTPUTS))


@pytest.mark.parametrize("block", [1, 3, 8, 20])
@pytest.mark.parametrize("regularisation", [0.03, 1.0, 100.0])
def test_blocks_are_one_at_a_time_and_the_closed_form(rng, start, block, regularisation):
    regressors, targets = samples(rng, 15, block)
    learner = BlockRecursiveLeastSquares(start, regularisation)
    reference = RankOneRecursiveLeastSquares(start, regularisation)
    for x, y in zip(regressors, targets, strict=True):
        learner.update(x, y)
        for sample in range(block):
            reference.update(x[sample], y[sample])
    flat, flat_targets = regressors.reshape(-1, REGRESSORS), targets.reshape(-1, OUTPUTS)
    closed = ridge_around(start, flat, flat_targets, regularisation)
    inverse = np.linalg.inv(flat.T @ flat + regularisation * np.eye(REGRESSORS))
    np.testing.assert_allclose(learner.weights, reference.weights, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(learner.weights, closed, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(learner.inverse_correlation, inverse, rtol=1e-9, atol=1e-10)


def test_the_order_of_samples_does_not_matter(rng, start):
    regressors, targets = (x.reshape(-1, x.shape[-1]) for x in samples(rng, 10, 4))
    found = []
    for order in (np.arange(40), rng.permutation(40)):
        learner = BlockRecursiveLeastSquares(start, 0.5)
        for block in order.reshape(10, 4):
            learner.update(regressors[block], targets[block])
        found.append(learner.weights)
    np.testing.assert_allclose(found[0], found[1], rtol=1e-9, atol=1e-11)


def test_one_at_a_time_in_place_is_the_plain_recursion(rng, start):
    regressors, targets = samples(rng, 1, 30)
    plain = RankOneRecursiveLeastSquares(start, 0.5)
    in_place = InPlaceRecursiveLeastSquares(start, 0.5)
    for x, y in zip(regressors[0], targets[0], strict=True):
        np.testing.assert_allclose(in_place.update(x, y), plain.update(x, y), rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(in_place.weights, plain.weights, rtol=1e-9, atol=1e-11)


def test_errors_are_those_before_and_after(rng, start):
    regressors, targets = samples(rng, 4, 3)
    learner = BlockRecursiveLeastSquares(start, 0.1)
    for x, y in zip(regressors, targets, strict=True):
        np.testing.assert_allclose(learner.predict(x), x @ learner.weights.T, rtol=1e-9, atol=1e-12)
        expected = x @ learner.weights.T - y
        before, after = learner.update(x, y)
        np.testing.assert_allclose(before, expected, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(after, x @ learner.weights.T - y, rtol=1e-9, atol=1e-11)
        assert np.sum(after**2) < np.sum(before**2)


def test_weights_in_single_precision_are_nearly_those_in_double(rng, start):
    regressors, targets = samples(rng, 200, 8)
    double = BlockRecursiveLeastSquares(start, 0.02)
    single = BlockRecursiveLeastSquares(start, 0.02, "float32")
    for x, y in zip(regressors, targets, strict=True):
        for exact, rounded in zip(double.update(x, y), single.update(x, y), strict=True):
            np.testing.assert_allclose(rounded, exact, rtol=0, atol=1e-5)
    assert 0 < np.abs(single.weights - double.weights).max() < 1e-5 * np.abs(double.weights).max()
    np.testing.assert_array_equal(single.inverse_correlation, double.inverse_correlation)


def test_the_inverse_correlation_is_symmetric(rng, start):
    learner = BlockRecursiveLeastSquares(start, 0.02)
    for x, y in zip(*samples(rng, 20, 8), strict=True):
        learner.update(x, y)
    inverse = learner.inverse_correlation
    np.testing.assert_array_equal(inverse, inverse.T)
    assert np.linalg.eigvalsh(inverse)[0] > 0


def test_a_learned_sample_is_held_the_firmer_the_weaker_the_regularisation(rng, start):
    x, y = rng.normal(size=(1, REGRESSORS)), rng.normal(size=(1, OUTPUTS))
    for regularisation in (1e-6, 1.0, 1e6):
        before, after = BlockRecursiveLeastSquares(start, regularisation).update(x, y)
        np.testing.assert_allclose(
            after, before * regularisation / (regularisation + np.sum(x**2)), rtol=1e-8
        )


def test_arguments_are_left_alone(rng, start):
    x, y = rng.normal(size=(3, REGRESSORS)), rng.normal(size=(3, OUTPUTS))
    copies = start.copy(), x.copy(), y.copy()
    learner = BlockRecursiveLeastSquares(start, 1.0)
    results = *learner.update(x, y), learner.weights, learner.predict(x)
    kept = [result.copy() for result in results]
    learner.update(x[::-1], y)
    for now, then in zip((start, x, y, *results), (*copies, *kept), strict=True):
        np.testing.assert_array_equal(now, then)


def test_rounding_does_not_pile_up(rng):
    """Tens of thousands of samples at the defaults of full-FORCE."""
    learner = BlockRecursiveLeastSquares(np.zeros((1, 20)), 0.03)
    correlation = 0.03 * np.eye(20)
    mixing = rng.normal(size=(20, 20)) * 0.7 ** np.arange(20)
    for _ in range(3000):
        x = np.tanh(rng.normal(size=(8, 20)) @ mixing.T)
        correlation += x.T @ x
        learner.update(x, x[:, :1])
    inverse = np.linalg.inv(correlation)
    np.testing.assert_allclose(learner.inverse_correlation, inverse, atol=1e-8 * inverse.max())


def test_a_spoilt_inverse_correlation_is_an_error(rng):
    learner = BlockRecursiveLeastSquares(np.zeros((1, REGRESSORS)), 1e-18)

    def learn(blocks):
        for _ in range(blocks):
            learner.update(rng.normal(size=(4, REGRESSORS)), np.zeros((4, 1)))

    with pytest.raises(DivergenceError, match=r"network\.regularisation"):
        learn(blocks=100)
