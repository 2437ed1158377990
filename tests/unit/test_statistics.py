import numpy as np
import pytest
from scipy.stats import t, ttest_1samp, wilcoxon

from corticomotor.statistics import (
    compared,
    figure_of_merit,
    finite,
    mean_interval,
    paired_test,
    ratio_of_means,
    replicates_needed,
    resampled,
)
from reference.statistics import (
    jackknife_ratio,
    percentile_interval,
    signed_rank_p_by_enumeration,
)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def within_four_deviations(hits, draws, coverage):
    """Whether so many hits may come of so many draws that cover with this probability."""
    return abs(hits - coverage * draws) <= 4 * np.sqrt(draws * coverage * (1 - coverage))


# Of Student's t, from 200,000 draws; log-normal values have logarithms that deviate by 0.5.
COVERAGE = {
    "normal": {3: 0.95, 5: 0.95, 10: 0.95, 30: 0.95},
    "log-normal": {3: 0.924, 5: 0.916, 10: 0.921, 30: 0.935},
}


@pytest.mark.parametrize("n", [3, 5, 10, 30])
def test_the_interval_of_a_mean_covers_it_as_often_as_it_says(rng, n):
    draws = 1000
    for name, values, mean in (
        ("normal", rng.normal(size=(draws, n)), 0.0),
        ("log-normal", rng.lognormal(0, 0.5, (draws, n)), np.exp(0.125)),
    ):
        hits = sum(low <= mean <= high for low, high in map(mean_interval, values))
        assert within_four_deviations(hits, draws, COVERAGE[name][n])


def test_percentiles_of_resamples_would_cover_less(rng):
    values = rng.normal(size=(500, 5))
    resampled_hits = sum(
        low <= 0 <= high for low, high in (percentile_interval(each, rng, 400) for each in values)
    )
    hits = sum(low <= 0 <= high for low, high in map(mean_interval, values))
    assert resampled_hits < 0.9 * 500 < hits


def test_the_interval_of_a_mean_is_students(rng):
    values = rng.exponential(size=9)
    for level in (0.5, 0.95):
        expected = ttest_1samp(values, 0).confidence_interval(level)
        assert mean_interval(values, level) == pytest.approx((expected.low, expected.high))


@pytest.mark.filterwarnings("error")
def test_the_interval_of_few_or_equal_values():
    assert mean_interval(np.zeros(3)) == (0, 0)
    assert mean_interval(np.full(5, 0.3)) == pytest.approx((0.3, 0.3))
    # t of one degree of freedom is that of a Cauchy distribution.
    assert mean_interval(np.array([0.0, 2.0])) == pytest.approx((1 - 12.7062, 1 + 12.7062))
    assert np.isnan(mean_interval(np.array([1.0]))).all()
    assert np.isnan(mean_interval(np.array([]))).all()


@pytest.mark.parametrize("values", [np.array([1.0, np.nan]), np.ones((2, 2))])
def test_the_interval_of_a_mean_refuses_what_is_no_finite_vector(values):
    with pytest.raises(ValueError, match="vector of finite values"):
        mean_interval(values)


def test_the_interval_of_a_figure_of_merit_ends_where_values_do():
    values = np.array([0.0, 0.01, 0.1])
    low, high = mean_interval(values)
    assert low < 0
    assert figure_of_merit(values)["interval"] == [low, high]
    assert figure_of_merit(values, within=(0, 1))["interval"] == [0, high]
    assert figure_of_merit(values, within=(0, 0.05))["interval"] == [0, 0.05]


def test_a_figure_of_merit_is_a_mean_with_students_interval(rng):
    values = rng.exponential(size=12)
    found = figure_of_merit(values)
    assert found["value"] == pytest.approx(values.mean())
    assert found["interval"] == list(mean_interval(values))
    assert found["n"] == 12


def test_a_figure_of_merit_of_one_or_equal_values():
    assert figure_of_merit([0.3]) == {"value": 0.3, "interval": None, "n": 1}
    assert figure_of_merit([2.5] * 4) == {"value": 2.5, "interval": [2.5, 2.5], "n": 4}


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_nothing(wrong):
    assert figure_of_merit([0.3, wrong, 0.4]) == {"value": None, "interval": None, "n": 3}
    assert finite(wrong) is None
    assert finite(0.25) == 0.25


def mean_ratio(pairs):
    means = pairs.mean(axis=-2)
    return means[..., 0] / means[..., 1]


@pytest.mark.parametrize(("n", "coverage"), [(3, 0.955), (10, 0.945)])
def test_the_interval_of_a_ratio_covers_it(rng, n, coverage):
    pairs = rng.lognormal(0, 0.5, (300, n, 2)) * [0.5, 1]
    hits = {"resampled": 0, "jackknife": 0}
    for each in pairs:
        low, high = resampled(rng, each, mean_ratio)["interval"]
        hits["resampled"] += low <= 0.5 <= high
        found = ratio_of_means(*each.T)
        hits["jackknife"] += found.low <= 0.5 <= found.high
    for found in hits.values():
        assert within_four_deviations(found, 300, coverage)


def test_a_resampled_ratio_is_taken_on_a_logarithmic_scale(rng):
    pairs = rng.lognormal(0, 0.8, (6, 2))
    found = resampled(np.random.default_rng(1), pairs, mean_ratio)
    low, high = found["interval"]
    assert (found["value"], found["n"]) == (pytest.approx(mean_ratio(pairs)), 6)
    assert low > 0
    assert low * high == pytest.approx(found["value"] ** 2)
    turned = resampled(np.random.default_rng(1), pairs[:, ::-1], mean_ratio)
    assert turned["interval"] == pytest.approx([1 / high, 1 / low])
    # The jackknife's deviation is about that of resamples.
    expected = ratio_of_means(*pairs.T)
    assert np.log([low, high]) == pytest.approx(np.log([expected.low, expected.high]), abs=0.3)


def test_a_resampled_statistic_that_can_be_negative_is_taken_as_it_is(rng):
    values = np.array([-1.0, 0.5, 2.0, 1.0])
    found = resampled(rng, values, lambda drawn: drawn.mean(axis=-1))
    low, high = mean_interval(values)
    assert found["interval"] == pytest.approx([low, high], abs=0.05)
    assert resampled(rng, values[:1], np.mean) == {"value": -1.0, "interval": None, "n": 1}


def test_ratio_of_means_equals_the_jackknife_step_by_step(rng):
    a, b = rng.lognormal(size=(2, 7))
    found = ratio_of_means(a, b, level=0.9)
    log_ratio, error = jackknife_ratio(a, b)
    assert np.log(found.value) == pytest.approx(log_ratio)
    assert found.deviation == pytest.approx(error * np.sqrt(7))
    assert np.log([found.low, found.high]) == pytest.approx(
        log_ratio + t.ppf(0.95, 6) * error * np.array([-1, 1])
    )
    assert found.p == pytest.approx(2 * t.sf(abs(log_ratio) / error, 6))
    # 1 is at the end of the interval of which p is the complement.
    edges = ratio_of_means(a, b, level=1 - found.p)
    assert min(abs(edges.low - 1), abs(edges.high - 1)) < 1e-9


@pytest.mark.filterwarnings("error")
def test_ratio_of_one_pair_and_of_pairs_that_are_alike():
    one = ratio_of_means(np.array([3.0]), np.array([2.0]))
    assert one.value == 1.5
    assert np.isnan([one.low, one.high, one.p, one.deviation]).all()
    b = np.array([0.1, 0.2, 0.7])
    for factor, p in ((1, 1), (1 / 3, 0)):
        alike = ratio_of_means(factor * b, b)
        assert (alike.low, alike.high, alike.p) == pytest.approx((factor, factor, p))


@pytest.mark.parametrize("wrong", [[0.0, 1.0], [-1.0, 1.0], [np.nan, 1.0]])
def test_ratio_refuses_what_is_not_positive(wrong):
    for pair in ((np.array(wrong), np.ones(2)), (np.ones(2), np.array(wrong))):
        with pytest.raises(ValueError, match="expected"):
            ratio_of_means(*pair)
    with pytest.raises(ValueError, match="same length"):
        ratio_of_means(np.ones(2), np.ones(3))


@pytest.mark.parametrize(("effect", "deviation"), [(0.2, 0.1), (-0.1, 0.1), (0.1, 0.3)])
def test_as_many_replicates_as_needed_tell_the_effect_four_times_of_five(rng, effect, deviation):
    count = replicates_needed(effect, deviation)
    values = effect + deviation * rng.standard_normal((1000, count))
    told = np.mean([low > 0 or high < 0 for low, high in map(mean_interval, values)])
    assert 0.76 < told < 0.93


@pytest.mark.parametrize("n", [3, 5, 10])
def test_comparisons_within_replicates_cover_and_tell_as_often_as_they_say(rng, n):
    """Replicates may differ in all that is compared by as much as they like."""
    draws, ratio = 1000, 1.5
    levels = rng.lognormal(sigma=3.0, size=(draws, n))
    ratios = ratio * np.exp(0.3 * rng.normal(size=(draws, n)))
    covered = []
    for level, each in zip(levels, ratios, strict=True):
        low, high = compared(level * each / level, 1)["interval"]
        covered.append(low <= ratio <= high)
    assert within_four_deviations(sum(covered), draws, 0.95)
    told = [compared(each, 0)["p"] < 0.05 for each in rng.normal(size=(draws, n))]
    assert within_four_deviations(sum(told), draws, 0.05)


def test_comparisons_are_students(rng):
    values = rng.lognormal(size=4)
    for none, effects, back in ((0, values, np.asarray), (1, np.log(values), np.exp)):
        found = compared(values, none)
        assert found["value"] == pytest.approx(back(effects.mean()))
        np.testing.assert_allclose(found["interval"], back(mean_interval(effects)))
        assert found["p"] == pytest.approx(ttest_1samp(effects, 0).pvalue)
        assert (found["n"], found["none"]) == (4, none)
        needed = replicates_needed(effects.mean(), effects.std(ddof=1))
        assert found["needed"] == (needed if found["p"] > 0.05 else None)


def test_comparisons_that_are_open_say_how_many_would_tell():
    assert compared([0.5, 1.5, -0.2], 0)["needed"] == replicates_needed(0.6, 0.8544)
    assert compared([0.5, 0.6, 0.55], 0)["needed"] is None
    assert compared([1e-9, 1.0, -1.0], 0)["needed"] is None


def test_comparisons_of_one_or_equal_replicates():
    expected = {"value": 0.5, "interval": None, "n": 1, "p": None, "needed": None}
    assert compared([0.5], 1) == pytest.approx(expected | {"none": 1})
    same = compared([1.0, 1.0, 1.0], 1)
    assert (same["value"], same["interval"], same["p"]) == (1, [1, 1], 1)
    assert compared([0.1 + 0.2, 0.3], 0)["interval"] == pytest.approx([0.3, 0.3])


@pytest.mark.parametrize(
    ("values", "none"), [([1.0, np.nan], 0), ([1.0, np.inf], 1), ([1.0, 0.0], 1), ([2.0, -1.0], 1)]
)
def test_comparisons_that_have_no_number_are_nothing(values, none):
    found = compared(values, none)
    assert [found[name] for name in ("value", "interval", "p", "needed")] == [None] * 4


def test_what_no_number_of_replicates_tells():
    assert replicates_needed(0.0, 1.0) is None
    assert replicates_needed(0.01, 1.0) is None
    assert replicates_needed(0.01, 1.0, most=100_000) > 70_000
    assert replicates_needed(1.0, 0.0) == 2


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


@pytest.mark.filterwarnings("error")
def test_one_pair_and_equal_pairs():
    one = paired_test(np.array([3.0]), np.array([1.0]))
    assert (one.p, one.effect_size) == (1, 1)
    assert paired_test(np.array([3.0, 4.0]), np.array([1.0, 1.0])).p == 0.5
    equal = paired_test(np.ones(3), np.ones(3))
    assert (equal.p, equal.effect_size) == (1, 0)


def test_refuses_unpaired_empty_and_non_finite_values():
    with pytest.raises(ValueError, match="same length"):
        paired_test(np.ones(3), np.ones(4))
    with pytest.raises(ValueError, match="same length"):
        paired_test(np.array([]), np.array([]))
    with pytest.raises(ValueError, match="finite"):
        paired_test(np.array([np.inf, 1]), np.ones(2))
