import numpy as np
import pytest

from corticomotor.runtime.errors import InputError
from corticomotor.similarity import (
    cross_validated_r2,
    cross_validated_r2_per_neuron,
    explained_variance,
    explained_variance_per_neuron,
)
from reference.similarity import cross_validated_r2_by_loops


@pytest.fixture
def rng():
    return np.random.default_rng(4)


@pytest.fixture
def data(rng):
    """Predictors (5, 12, 3) and rates (5, 12, 4) of unequal strength and predictability."""
    predictors = rng.normal(size=(5, 12, 3)) + 2
    noise = rng.normal(size=(5, 12, 4)) * np.array([0.1, 1.0, 5.0, 0.5])
    return predictors, predictors @ rng.normal(size=(3, 4)) + noise + 10


def test_cross_validation_equals_plain_loops(data):
    population, each = cross_validated_r2_by_loops(*data)
    assert cross_validated_r2(*data) == pytest.approx(population, rel=1e-9)
    np.testing.assert_allclose(cross_validated_r2_per_neuron(*data), each, rtol=1e-9)


def test_cross_validation_of_deviations_from_the_course_of_the_other_reaches(rng, data):
    predictors, rates = data
    residual = total = 0.0
    for left_out in range(5):
        others = [reach for reach in range(5) if reach != left_out]
        x, y = (z - z[others].mean(axis=0) for z in (predictors, rates))
        weights = np.linalg.lstsq(x[others].reshape(-1, 3), y[others].reshape(-1, 4))[0]
        residual += np.sum((y[left_out] - x[left_out] @ weights) ** 2)
        total += np.sum(y[left_out] ** 2)
    found = cross_validated_r2(predictors, rates, at_each_time=True)
    assert found == pytest.approx(1 - residual / total, rel=1e-9)
    # A course that all reaches share is no part of it.
    moved = rates + 30 * rng.normal(size=(1, 12, 4))
    again = cross_validated_r2(predictors + rng.normal(size=(1, 12, 3)), moved, at_each_time=True)
    assert again == pytest.approx(found, rel=1e-9)
    assert cross_validated_r2(predictors, moved) < found - 0.1


def test_in_sample_r2_of_one_predictor_is_the_squared_correlation(data):
    predictors, rates = data
    one = predictors[..., :1]
    flat = rates.reshape(-1, 4)
    expected = [np.corrcoef(one.ravel(), neuron)[0, 1] ** 2 for neuron in flat.T]
    np.testing.assert_allclose(explained_variance_per_neuron(one, rates), expected, rtol=1e-10)
    # the population's is the mean weighted by the neurons' variances
    weighted = np.average(expected, weights=flat.var(axis=0))
    assert explained_variance(one, rates) == pytest.approx(weighted, rel=1e-10)


def test_exact_linear_relation_is_explained_in_full(rng, data):
    predictors, _ = data
    rates = predictors @ rng.normal(size=(3, 6)) + rng.normal(size=6)
    assert explained_variance(predictors, rates) == pytest.approx(1, abs=1e-12)
    assert cross_validated_r2(predictors, rates) == pytest.approx(1, abs=1e-12)


def test_cross_validation_is_never_above_the_fit_nor_above_one(rng):
    for _ in range(30):
        predictors, rates = rng.normal(size=(4, 6, 3)), rng.normal(size=(4, 6, 5))
        fitted = explained_variance(predictors, rates)
        left_out = cross_validated_r2(predictors, rates)
        assert 0 <= fitted <= 1
        # each left-out residual exceeds the fitted one by more than the mean's does, as the
        # regression holds the intercept and more
        assert left_out < fitted


def test_predictors_without_relation_do_worse_than_the_mean_when_left_out(rng):
    found = cross_validated_r2(rng.normal(size=(8, 10, 30)), rng.normal(size=(8, 10, 20)))
    assert found < -0.2


def test_collinear_and_constant_predictors_change_nothing(rng, data):
    predictors, rates = data
    doubled = np.concatenate([predictors, predictors[..., :2], np.full((5, 12, 1), 0.1)], axis=-1)
    for r2 in (explained_variance, cross_validated_r2):
        assert r2(doubled, rates) == pytest.approx(r2(predictors, rates), rel=1e-9)


def test_offsets_and_common_scale_change_nothing(rng, data):
    predictors, rates = data
    moved = 3e3 * rates + rng.normal(size=4)
    shifted = predictors @ rng.normal(size=(3, 3)) - 40
    for r2 in (explained_variance, cross_validated_r2):
        assert r2(shifted, moved) == pytest.approx(r2(predictors, rates), rel=1e-8)


def test_silent_neurons_are_nan_and_count_for_nothing(data):
    predictors, rates = data
    with_silent = np.concatenate([rates, np.full((5, 12, 1), 20.1)], axis=-1)
    for each in (explained_variance_per_neuron, cross_validated_r2_per_neuron):
        assert np.isnan(each(predictors, with_silent)[-1])
        assert not np.isnan(each(predictors, with_silent)[:-1]).any()
    for r2 in (explained_variance, cross_validated_r2):
        assert r2(predictors, with_silent) == pytest.approx(r2(predictors, rates), rel=1e-12)
        assert np.isnan(r2(predictors, with_silent[..., -1:]))


def test_refuses_what_cannot_be_left_out_or_paired(data):
    predictors, rates = data
    with pytest.raises(InputError, match="at least 2 reaches, found 1"):
        cross_validated_r2(predictors[:1], rates[:1])
    with pytest.raises(ValueError, match="reach, time, neuron"):
        cross_validated_r2(predictors[0], rates[0])
    with pytest.raises(ValueError, match="same leading axes"):
        explained_variance(predictors[:, 1:], rates)
