import numpy as np
import pytest
from scipy.stats import ttest_rel, wilcoxon

from corticomotor.statistics import bootstrap_interval, paired_test
from reference.statistics import bca_interval, signed_rank_p_by_enumeration


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_bootstrap_interval_equals_efrons_steps(rng):
    values = rng.exponential(size=25)
    expected = bca_interval(values, rng, level=0.9, resamples=20_000)
    found = bootstrap_interval(values, rng, level=0.9, resamples=20_000)
    # quantiles of 20,000 resamples are known to about 0.02 of the bootstrap's spread; the bias
    # and skew corrections, which a percentile interval lacks, shift them by 0.2 to 0.4
    spread = values.std() / 5
    np.testing.assert_allclose(found, expected, atol=0.08 * spread)


def test_bootstrap_interval_covers_the_mean_of_a_skewed_distribution(rng):
    covered = 0
    for _ in range(400):
        low, high = bootstrap_interval(rng.exponential(size=40), rng, level=0.9, resamples=400)
        covered += low <= 1 <= high
    # nominal 360; its standard deviation is 6, and 40 skewed values cost one or two per cent
    assert 335 <= covered <= 380


def test_bootstrap_interval_reaches_farther_on_the_long_side(rng):
    values = rng.exponential(size=30) ** 2
    low, high = bootstrap_interval(values, rng)
    assert low < values.mean() < high
    assert high - values.mean() > 1.2 * (values.mean() - low)


def test_bootstrap_interval_follows_unit_level_and_stream():
    values = np.array([0.2, 0.5, 0.4, 0.9, 0.1, 0.6])
    low, high = bootstrap_interval(values, np.random.default_rng(1))
    again = bootstrap_interval(values, np.random.default_rng(1))
    assert again == (low, high)
    moved = bootstrap_interval(100 * values - 3, np.random.default_rng(1))
    np.testing.assert_allclose(moved, [100 * low - 3, 100 * high - 3], rtol=1e-10)
    narrow_low, narrow_high = bootstrap_interval(values, np.random.default_rng(1), level=0.5)
    assert low < narrow_low < narrow_high < high


def test_bootstrap_interval_does_not_hang_on_rounding():
    # resamples with the very mean of the sample are many here, and are neither lower nor higher
    for k in range(20):
        values = np.array([0.0, 1.0, 2.0, 4.0]) + k
        expected = bootstrap_interval(values, np.random.default_rng(k))
        tenths = bootstrap_interval(values / 10, np.random.default_rng(k))
        np.testing.assert_allclose(tenths, np.array(expected) / 10, rtol=1e-10)


@pytest.mark.filterwarnings("error")
def test_bootstrap_interval_of_few_or_equal_values(rng):
    assert bootstrap_interval(np.full(5, 0.3), rng) == (0.3, 0.3)
    assert bootstrap_interval(np.zeros(3), rng) == (0, 0)
    rounded = bootstrap_interval(np.array([0.1 + 0.2, 0.3]), rng)
    assert rounded == pytest.approx((0.3, 0.3))
    assert np.isnan(bootstrap_interval(np.array([1.0]), rng)).all()
    assert np.isnan(bootstrap_interval(np.array([]), rng)).all()
    assert bootstrap_interval(np.array([0.0, 1.0]), rng) == (0, 1)


@pytest.mark.parametrize("values", [np.array([1.0, np.nan]), np.ones((2, 2))])
def test_bootstrap_interval_refuses_what_is_no_finite_vector(rng, values):
    with pytest.raises(ValueError, match="vector of finite values"):
        bootstrap_interval(values, rng)


@pytest.mark.parametrize(
    "differences",
    [
        [0.3, -1.2, 2.5, 0.9, 1.7, 3.1],
        [-0.3, -1.2, 2.5, -0.9, 1.7, -3.1],
        [1.0, -1.0, 2.0, 2.0, -2.0, 3.0],
        [0.0, 1.0, 0.0, -2.0, 3.0, 3.0],
        [1.0, 1.0, 1.0, 1.0, 1.0, -1.0],
        [4.0, 0.0],
        [-2.0],
        [0.0, 0.0, 0.0],
    ],
    ids=["plain", "balanced", "ties", "zeros and ties", "all tied", "one left", "n=1", "none"],
)
def test_p_equals_the_count_over_all_signs(differences):
    found = paired_test(np.array(differences), np.zeros(len(differences)))
    assert found.p == pytest.approx(signed_rank_p_by_enumeration(differences), abs=1e-14)


def test_p_equals_scipys_exact_test_without_ties(rng):
    for n in (8, 15, 40):
        a, b = rng.normal(size=(2, n)) + np.array([[0.3], [0]])
        assert paired_test(a, b).p == pytest.approx(wilcoxon(a, b, method="exact").pvalue)


def test_p_is_exact_for_hundreds_of_pairs(rng):
    a, b = rng.normal(size=(2, 300))
    expected = wilcoxon(a, b, method="asymptotic").pvalue
    assert paired_test(a, b).p == pytest.approx(expected, abs=2e-3)
    assert paired_test(a + 1, a - rng.random(300)).p == pytest.approx(2.0**-299)


def test_interval_is_students(rng):
    a, b = rng.normal(size=(2, 9))
    found = paired_test(a, b, level=0.9)
    expected = ttest_rel(a, b).confidence_interval(0.9)
    assert found.difference_mean == pytest.approx(np.mean(a) - np.mean(b))
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_effect_size_is_the_balance_of_rank_sums():
    zeros = np.zeros(4)
    assert paired_test(np.array([1.0, 2, 3, 4]), zeros).effect_size == 1
    assert paired_test(-np.array([1.0, 2, 3, 4]), zeros).effect_size == -1
    # ranks 1, 2 and 4 against 3 of 10
    assert paired_test(np.array([1.0, 2, -3, 4]), zeros).effect_size == pytest.approx(0.4)
    # ranks 1.5, 1.5 and 3, of which one 1.5 is negative; the zero is dropped
    assert paired_test(np.array([1.0, -1, 0, 2]), zeros).effect_size == pytest.approx(0.5)
    assert paired_test(zeros, zeros).effect_size == 0


def test_exchange_reverses_everything_but_p(rng):
    a, b = rng.normal(size=(2, 11))
    forth, back = paired_test(a, b), paired_test(b, a)
    assert back.p == forth.p
    assert back.effect_size == pytest.approx(-forth.effect_size)
    assert back.difference_mean == pytest.approx(-forth.difference_mean)
    assert (back.low, back.high) == pytest.approx((-forth.high, -forth.low))


@pytest.mark.filterwarnings("error")
def test_one_pair_and_equal_pairs():
    one = paired_test(np.array([3.0]), np.array([1.0]))
    assert (one.difference_mean, one.p, one.effect_size) == (2, 1, 1)
    assert np.isnan([one.low, one.high]).all()
    two = paired_test(np.array([3.0, 4.0]), np.array([1.0, 1.0]))
    assert two.p == 0.5
    assert two.low < 2.5 < two.high
    equal = paired_test(np.ones(3), np.ones(3))
    assert (equal.difference_mean, equal.low, equal.high, equal.p) == (0, 0, 0, 1)


def test_refuses_unpaired_empty_and_non_finite_values():
    with pytest.raises(ValueError, match="same length"):
        paired_test(np.ones(3), np.ones(4))
    with pytest.raises(ValueError, match="same length"):
        paired_test(np.array([]), np.array([]))
    with pytest.raises(ValueError, match="finite"):
        paired_test(np.array([np.inf, 1]), np.ones(2))
