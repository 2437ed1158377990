import numpy as np
import pytest

from corticomotor.dynamics.trials import Trials
from corticomotor.learning.groups import Grouped, random_groups, specialised_groups
from corticomotor.runtime.errors import InputError
from examples import NEURONS, small_movements


@pytest.fixture
def rng():
    return np.random.default_rng(19)


# Random groups


@pytest.mark.parametrize("groups", [1, 4, 10, 40])
def test_random_groups_are_of_equal_size_and_hold_each_neuron_once(rng, groups):
    index = random_groups(rng, 40, groups)
    assert index.shape == (40,)
    np.testing.assert_array_equal(np.bincount(index), np.full(groups, 40 // groups))


def test_random_groups_depend_on_their_rng_alone():
    first, again, other = (random_groups(np.random.default_rng(seed), 40, 8) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    # Neighbours are no more often together than others: 4 of the 39 other neurons are.
    rng = np.random.default_rng(3)
    together = np.mean([np.diff(random_groups(rng, 40, 8)) == 0 for _ in range(400)])
    assert together == pytest.approx(4 / 39, abs=0.01)


@pytest.mark.parametrize("groups", [0, -4, 3, 41, 80])
def test_groups_that_do_not_divide_the_neurons_are_an_error(rng, groups):
    with pytest.raises(InputError, match=rf"divisor of the 40 neurons, found {groups}"):
        random_groups(rng, 40, groups)


# Specialised groups


def same_partition(one, other):
    """Whether two labels put the same neurons together."""
    return np.array_equal(one[:, None] == one, other[:, None] == other)


def test_specialised_groups_are_the_clusters_of_what_neurons_learned(rng):
    # Single starts of k-means often miss one of so many clusters.
    for _ in range(5):
        planted = rng.permutation(np.arange(60) % 10)
        centres = rng.normal(1.0, 0.3, (8, 10))
        gains = centres[:, planted] + rng.normal(0.0, 0.02, (8, 60))
        index = specialised_groups(rng, gains, 10)
        assert index.dtype == np.int64
        assert same_partition(index, planted)


@pytest.mark.filterwarnings("error")
def test_specialised_groups_may_differ_in_size(rng):
    # Some starts of k-means lose a cluster, of which nobody is told.
    planted = rng.permutation(np.repeat([0, 1, 2], [3, 10, 37]))
    gains = np.array([[1.0, 2.0, 3.0], [0.5, 2.0, 0.5]])[:, planted]
    gains += rng.normal(0.0, 0.05, gains.shape)
    assert same_partition(specialised_groups(rng, gains, 3), planted)


def test_a_pattern_that_stayed_where_it_began_has_no_say(rng):
    gains = 1 + 0.1 * rng.standard_normal((3, 12))
    stayed = np.concatenate([gains, np.ones((1, 12))])
    first, second = (
        specialised_groups(np.random.default_rng(2), each, 3) for each in (gains, stayed)
    )
    np.testing.assert_array_equal(first, second)


def test_one_group_holds_all_and_as_many_as_neurons_hold_one_each(rng):
    gains = rng.normal(size=(4, 12))
    np.testing.assert_array_equal(specialised_groups(rng, gains, 1), 0)
    assert sorted(specialised_groups(rng, gains, 12)) == list(range(12))


# Gains of groups


@pytest.fixture
def grouped(rng):
    """Movements of which each has groups of its own."""
    task = small_movements(dtype=np.float64)
    trials = task.targets.shape[1]
    index = np.stack([random_groups(rng, NEURONS, 5) for _ in range(trials)])
    return Grouped(task, index)


def test_gains_are_constant_within_groups(rng, grouped):
    parameters = rng.uniform(0.7, 1.3, (len(grouped.index), 5))
    gains = grouped.gains(parameters)
    assert gains.shape == grouped.index.shape
    for trial, groups in enumerate(grouped.index):
        for group in range(5):
            assert (gains[trial, groups == group] == parameters[trial, group]).all()


def test_the_gradient_by_gains_of_groups_equals_central_differences(rng, grouped):
    parameters = rng.uniform(0.9, 1.1, (len(grouped.index), 5))
    errors, gradient = grouped.errors_and_gradient(parameters)
    np.testing.assert_allclose(errors, grouped.errors(parameters), rtol=1e-12)
    small = 1e-5
    slopes = np.empty_like(parameters)
    for group in range(5):
        change = np.zeros_like(parameters)
        change[:, group] = small
        rise = grouped.errors(parameters + change) - grouped.errors(parameters - change)
        slopes[:, group] = rise / (2 * small)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-6, atol=1e-6 * np.abs(slopes).max())


def test_groups_of_one_neuron_are_the_neurons(rng, grouped):
    task = grouped.objective
    assert isinstance(task.trials, Trials)
    trials = len(grouped.index)
    single = Grouped(task, np.tile(np.arange(NEURONS), (trials, 1)))
    gains = rng.uniform(0.9, 1.1, (trials, NEURONS))
    for found, expected in zip(
        single.errors_and_gradient(gains), task.errors_and_gradient(gains), strict=True
    ):
        np.testing.assert_array_equal(found, expected)
