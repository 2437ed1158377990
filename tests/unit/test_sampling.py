import numpy as np
import pytest

from corticomotor.studies.constrained.sampling import (
    observed_count,
    observed_ids,
    sampling_order,
)


@pytest.fixture
def order():
    return sampling_order(np.random.default_rng(3), 200)


def test_the_order_holds_everyone_once(order):
    assert np.array_equal(np.sort(order), np.arange(200))
    assert not np.array_equal(order, np.arange(200))


def test_a_larger_sample_contains_a_smaller_one(order):
    smaller = observed_ids(order, 0.005)
    for fraction in (0.05, 0.1, 0.3, 0.75, 1.0):
        larger = observed_ids(order, fraction)
        assert len(larger) == round(200 * fraction)
        assert np.all(np.diff(larger) > 0)
        assert set(smaller) < set(larger)
        smaller = larger


def test_the_published_sample():
    assert observed_count(200, 0.3) == 60
    assert observed_count(10, 0.4) == 4


def test_every_neuron_is_as_likely_as_any_other():
    rng = np.random.default_rng(0)
    draws = 4000
    found = np.zeros(20)
    for _ in range(draws):
        found[observed_ids(sampling_order(rng, 20), 0.3)] += 1
    assert np.all(np.abs(found / draws - 0.3) < 5 * np.sqrt(0.3 * 0.7 / draws))
