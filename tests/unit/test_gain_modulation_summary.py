"""What the results of the gain-modulation study come to, on results that are made up."""

import json
from copy import deepcopy
from itertools import combinations, product

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from corticomotor.statistics import mean_interval
from corticomotor.studies.gain_modulation import contracts, details, merits
from corticomotor.studies.gain_modulation.answer import answer, undecided
from corticomotor.studies.gain_modulation.measures import (
    error_correlations,
    error_left,
    iterations_in_groups,
    iterations_until,
    mean_pairwise_correlation,
    median_errors,
    pooled,
    reductions,
    rise_of_correlation,
    variance_across,
)
from corticomotor.studies.gain_modulation.summary import summarise
from figure_examples import filled

GROUPINGS = ["specific", *(f"{k}-{n}" for k in ("random", "shared", "own") for n in (8, 10, 2))]
ITERATIONS, STARTS = 30, ["gains of 1", "gradual slowing", "another slow movement"]
AXES = {
    "groups": [20, 8, 2],
    "session": [1, 2, 3],
    "iteration": np.arange(1, ITERATIONS + 1),
    "time": np.linspace(0, 0.5, 11),
    "fast_time": np.linspace(0, 0.1, 5),
    "neuron": np.arange(6),
    "pattern": np.arange(4),
    "statistic": ["mean", "standard deviation"],
    "snr": [0.0, 10.0],
    "way": ["gains", "initial state", "all weights", "rank-one change"],
    "movement": np.arange(1, 6),
    "trained": [1, 2],
    "grouping": GROUPINGS,
    "size": [1, 5, 10, 20],
    "library": np.arange(1, 8),
    "novel": np.arange(1, 10),
    "group": np.arange(3),
    "eigenvalue": np.arange(6),
    "sample": [1, 2],
    "start": STARTS,
    "gradual_iteration": np.arange(1, 9),
    "count": [1, 2, 4],
    "state": np.arange(1, 5),
    "speed": ["fast", "slow"],
    "member": [1, 2, 3],
    "quartile": [25, 50, 75],
}
SPEEDS = AXES | {"way": ["path", "ends", "each"], "speed": np.linspace(1, 0.2, 5)}


def made_up(contract, seed=0, axes=AXES, **values):
    return filled(contract, seed, axes, **values)


def rng_of(seed=0):
    return np.random.default_rng(seed)


def falling_at(steps, start):
    """Errors (..., iteration) that stay at the start until so many updates and then are small."""
    steps = np.asarray(steps)[..., np.newaxis]
    start = np.broadcast_to(start, steps.shape[:-1])[..., np.newaxis]
    return start * np.where(np.arange(ITERATIONS) < steps, 1.0, 0.05)


def groups_file(seed=0, steps=None):
    """Errors of groups that fall after so many updates (grouping, movement, session)."""
    rng = rng_of(seed)
    if steps is None:
        steps = rng.integers(1, ITERATIONS, (10, 5, 3)).astype(float)
    start = rng.uniform(1, 3, 5)
    error = falling_at(steps, start[:, np.newaxis])
    error[7:, 2:] = np.nan
    return made_up(
        contracts.GROUPS, seed, error=error, best_error=error.min(axis=-1), start_error=start
    )


# Iterations


def test_iterations_are_counted_until_the_error_is_a_part_of_the_start():
    errors = np.array(
        [
            [4.0, 2.0, 0.4, 0.3, 0.5],
            [4.0, 2.0, 0.41, 0.6, 0.5],
            [0.3, 2.0, 0.1, 0.6, 0.5],
            [4.0, np.nan, 0.1, 0.1, 0.5],
            [4.0, 0.1, 9.0, 9.0, 9.0],
        ]
    )
    found = iterations_until(errors, np.full(5, 4.0), 0.1)
    np.testing.assert_array_equal(found, [2, np.inf, 0, np.nan, 1])


def test_iterations_are_those_of_a_search_one_at_a_time():
    errors = rng_of().uniform(0, 1, (3, 4, 2, 15))
    start = rng_of(1).uniform(0.5, 1.5, (3, 4, 1))
    errors[1, 2, 0, 3] = np.nan
    found = iterations_until(errors, np.broadcast_to(start, (3, 4, 2)), 0.2)
    assert np.isinf(found).any()
    for place in product(range(3), range(4), range(2)):
        expected = np.inf
        for step, error in reversed(list(enumerate(errors[place]))):
            if error <= 0.2 * start[place[:2]][0]:
                expected = step
        if place == (1, 2, 0):
            expected = np.nan
        np.testing.assert_array_equal(found[place], expected)


def test_iterations_of_groups_are_those_of_each_movements_own_start():
    each = groups_file(3)
    found = iterations_in_groups(each)
    assert found.dims == ("grouping", "movement", "session")
    steps = rng_of(3).integers(1, ITERATIONS, (10, 5, 3)).astype(float)
    steps[7:, 2:] = np.nan
    np.testing.assert_array_equal(found.values, steps)
    assert found.sel(grouping="own-8", movement=1, session=2) == steps[7, 0, 1]


# Errors


def test_reductions_are_those_of_the_best_session():
    each = made_up(contracts.SLOW_MOVEMENTS)
    best, start = each["best_error"].values, each["start_error"].values
    expected = [1 - min(best[movement]) / start[movement] for movement in range(5)]
    np.testing.assert_allclose(reductions(each), expected, rtol=1e-12)


@pytest.mark.parametrize(("over", "axis"), [("library", 1), ("novel", 2)])
def test_correlations_of_errors_are_those_of_numpy(over, axis):
    each = made_up(contracts.PRIMITIVES)
    other = 3 - axis
    fit, output = (
        np.median(each[name].values, axis=other) for name in ("fit_error", "output_error")
    )
    expected = [np.corrcoef(one, two)[0, 1] for one, two in zip(fit, output, strict=True)]
    np.testing.assert_allclose(error_correlations(each, over), expected, rtol=1e-12)
    medians = median_errors(each, "novel" if over == "library" else "library")
    np.testing.assert_allclose(medians, [fit, output], rtol=1e-12)


def test_errors_that_do_not_differ_have_no_correlation():
    each = made_up(contracts.PRIMITIVES)
    each["fit_error"][3] = each["fit_error"][3, 0]
    np.testing.assert_array_equal(
        np.isnan(error_correlations(each, "library")), [False, False, False, True]
    )
    assert np.isfinite(error_correlations(each, "novel")).all()


def test_correlations_rise_by_a_one_sided_test_over_sessions():
    each = made_up(contracts.NEW_MOVEMENT, 5)
    each["target_correlation"][0] -= 0.5
    before, after, p = rise_of_correlation(each)
    means = each["target_correlation"].values.mean(axis=1)
    np.testing.assert_allclose(before, np.full(3, means[0]))
    np.testing.assert_allclose(after, means[1:])
    # All of three sessions rise: one of eight patterns of signs.
    assert p == pytest.approx(1 / 8)
    each["target_correlation"][0] += 2
    assert rise_of_correlation(each)[2] == 1.0


def test_outputs_of_patterns_vary_and_correlate():
    outputs = made_up(contracts.PRIMITIVES)["output"]
    values = outputs.values
    by_time = [np.mean((column - column.mean()) ** 2) for column in values.T]
    assert variance_across(outputs) == pytest.approx(np.mean(by_time))
    pairs = [np.corrcoef(values[i], values[j])[0, 1] for i, j in combinations(range(4), 2)]
    assert mean_pairwise_correlation(outputs) == pytest.approx(np.mean(pairs))
    same = outputs.copy(data=np.tile(values[0], (4, 1)))
    assert variance_across(same) == pytest.approx(0, abs=1e-15)
    assert mean_pairwise_correlation(same) == pytest.approx(1)


@pytest.mark.parametrize("kind", ["reward", "gradient", "slow"])
def test_sweeps_measure_what_is_left_of_the_error(kind):
    contract = {
        "reward": contracts.NEW_MOVEMENT,
        "gradient": contracts.ALTERNATIVES,
        "slow": contracts.SLOW_MOVEMENTS,
    }[kind]
    each = made_up(contract, 2)
    found = error_left(kind, each)
    if kind == "reward":
        curves = each["error"].values[0]
        assert found == pytest.approx(np.mean([curve[-1] / curve[0] for curve in curves]))
        return
    best, start = each["best_error"].values, each["start_error"].values
    best = best[0] if kind == "gradient" else [min(sessions) for sessions in best]
    ratios = sorted(one / other for one, other in zip(best, start, strict=True))
    assert found == pytest.approx(ratios[2])


def test_values_of_circuits_are_pooled():
    circuits = [made_up(contracts.PRIMITIVES, seed) for seed in (0, 1)]
    expected = [*circuits[0]["error"].values, *circuits[1]["error"].values]
    np.testing.assert_array_equal(pooled(circuits, "error"), expected)


# Figures of merit


def test_merits_of_a_new_movement_are_means_over_circuits():
    circuits = [made_up(contracts.NEW_MOVEMENT, seed) for seed in (0, 1, 2)]
    found = merits.of_new_movement(circuits)
    left, cost, rise, noise = [], [], [], []
    for each in circuits:
        first, second = each["error"].values[:2]
        left.append(np.mean([session[-1] / session[0] for session in first]))
        cost.append(np.mean([b[-1] - a[-1] for a, b in zip(first, second, strict=True)]))
        before, after, _ = rise_of_correlation(each)
        rise.append(np.mean(after - before))
        at_one, *learned = each["noise_deviation"].values[0]
        noise.append(np.mean(np.mean(learned, axis=0) / at_one))
    expected = {
        "reward_error_over_start": np.mean(left),
        "random_groups_minus_specific": np.mean(cost),
        "correlation_rise": np.mean(rise),
        "noise_ratio": np.exp(np.mean(np.log(noise))),
    }
    assert {name: merit["value"] for name, merit in found.items()} == pytest.approx(expected)
    assert {each["n"] for each in found.values()} == {3}
    assert found["correlation_rise"]["p"] == pytest.approx(ttest_1samp(rise, 0).pvalue)


def circuits_that_differ(rng, sessions, deviation=0.4):
    """Three circuits whose errors differ by far more than those of their sessions do."""
    axes = AXES | {"session": np.arange(1, sessions + 1)}
    circuits = []
    for level in np.exp(rng.normal(scale=deviation, size=3)):
        each = made_up(contracts.NEW_MOVEMENT, 0, axes)
        each["error"].values[..., 0] = 1.0
        each["error"].values[..., -1] = level * (1 + 0.01 * rng.normal(size=(3, sessions)))
        circuits.append(each)
    return circuits


def test_sessions_do_not_narrow_intervals_over_circuits():
    def width(sessions):
        found = merits.of_new_movement(circuits_that_differ(rng_of(7), sessions))
        low, high = found["reward_error_over_start"]["interval"]
        return high - low

    few, many = width(3), width(300)
    assert many == pytest.approx(few, rel=0.1)


def test_intervals_over_circuits_cover_as_often_as_they_say():
    """Those of pooled sessions would cover in 64 % of cases, of ten sessions in 36 %."""
    rng, covered = rng_of(11), []
    for _ in range(300):
        levels = 0.3 + 0.1 * rng.normal(size=3)
        circuits = []
        for level in levels:
            each = made_up(contracts.NEW_MOVEMENT, 0)
            each["error"].values[0, :, 0] = 1.0
            each["error"].values[0, :, -1] = level + 0.01 * rng.normal(size=3)
            circuits.append(each)
        merit = merits.of_new_movement(circuits)["reward_error_over_start"]
        covered.append(merit["interval"][0] <= 0.3 <= merit["interval"][1])
    assert 0.92 <= np.mean(covered) <= 0.98


def test_merits_of_alternatives_are_medians_over_the_movements_of_a_circuit():
    circuits = [made_up(contracts.ALTERNATIVES, seed) for seed in (0, 1, 2)]
    found = merits.of_alternatives(circuits)
    assert list(found["gradient_errors"]) == AXES["way"]
    medians = [[np.median(each["best_error"].values[row]) for each in circuits] for row in range(4)]
    for expected, merit in zip(medians, found["gradient_errors"].values(), strict=True):
        assert merit["value"] == pytest.approx(np.mean(expected))
        assert merit["n"] == 3
    ratios = found["gradient_errors_over_gains"]
    assert list(ratios) == AXES["way"][1:]
    for of_way, merit in zip(medians[1:], ratios.values(), strict=True):
        within = np.log(of_way) - np.log(medians[0])
        assert merit["value"] == pytest.approx(np.exp(within.mean()))
        assert np.log(merit["interval"]) == pytest.approx(mean_interval(within))


def test_the_largest_groupings_are_those_of_the_largest_numbers():
    expected = {kind: f"{kind}-10" for kind in ("random", "shared", "own")}
    assert merits.largest_groupings([groups_file()]) == expected


def test_the_speedup_is_a_ratio_of_medians_over_the_movements_of_a_circuit():
    steps = np.full((2, 10, 5, 3), 7.0)
    # Specific gains, of which one session of a novel movement never came so far.
    steps[0, 0] = [[20, 22, 24], [16, 16, 16], [9, 9, 9], [12, 12, 12], [4, np.inf, 4]]
    steps[1, 0] = [[8, 8, 8], [12, 12, 12], [9, 9, 9], [27, 27, 27], [5, 5, 5]]
    steps[:, 5] = [[[4, 4, 4], [5, 5, 5], [3, 3, 3], [2, 2, 2], [1, 2, 3]]] * 2
    circuits = [groups_file(seed, each) for seed, each in enumerate(steps)]
    found = merits.of_groups(circuits)
    trained, novel = (found[f"specialised_speedup{ending}"] for ending in ("", "_novel"))
    # Means over sessions: 22, 16 and 8, 12 against 4, 5 twice.
    assert trained["value"] == pytest.approx(np.sqrt(19 / 4.5 * 10 / 4.5))
    # 9, 12, 13 (of 4, 31 and 4) and 9, 27, 5 against 3, 2, 2 twice.
    assert novel["value"] == pytest.approx(np.sqrt(12 / 2 * 9 / 2))
    assert (trained["n"], novel["n"]) == (2, 2)
    for merit in (trained, novel):
        assert merit["interval"][0] < merit["value"] < merit["interval"][1]
    # Circuits on which all takes longer, but in proportion, have one ratio.
    twice = np.full((10, 5, 3), 7.0)
    twice[5] = np.arange(1, 6)[:, np.newaxis]
    twice[0] = 2 * twice[5]
    longer = np.where(np.isin(np.arange(10), (0, 5))[:, None, None], 2, 1) * twice
    found = merits.of_groups([groups_file(0, twice), groups_file(0, longer)])
    assert found["specialised_speedup"]["value"] == pytest.approx(2)
    assert found["specialised_speedup"]["interval"] == pytest.approx([2, 2])


@pytest.mark.parametrize(("sizes", "judged"), [([1, 5, 10, 20], [2, 3]), ([1, 2, 3, 4], [3])])
def test_correlations_of_primitives_are_judged_for_large_libraries(sizes, judged):
    circuits = [made_up(contracts.PRIMITIVES, seed, AXES | {"size": sizes}) for seed in range(3)]
    found = merits.of_primitives(circuits)
    for name, over in (("targets", "novel"), ("libraries", "library")):
        worst = [error_correlations(each, over)[judged].min() for each in circuits]
        merit = found[f"primitives_r_{name}"]
        assert merit["value"] == pytest.approx(np.mean(worst))
        assert -1 <= merit["interval"][0] <= merit["value"] <= merit["interval"][1] <= 1
        assert merit["n"] == 3
    ratios = [
        variance_across(each["random_output"]) / variance_across(each["output"])
        for each in circuits
    ]
    assert found["random_variance_ratio"]["value"] == pytest.approx(np.prod(ratios) ** (1 / 3))
    # Patterns that all give the same output have none.
    alike = [each.assign(output=0 * each["output"]) for each in circuits]
    assert merits.of_primitives(alike)["random_variance_ratio"]["value"] is None


def test_merits_of_slow_movements():
    slow = [made_up(contracts.SLOW_MOVEMENTS, seed) for seed in (0, 1)]
    scaled = [made_up(contracts.SLOW_MOVEMENTS, seed) for seed in (2, 3)]
    rewarded = [made_up(contracts.SLOW_BY_REWARD, seed) for seed in (4, 5)]
    found = merits.of_slow_movements(slow, scaled, rewarded)
    taken = [reductions(each) for each in slow]
    medians = [np.median(each) for each in taken]
    assert found["slow_reduction_median"]["value"] == pytest.approx(np.mean(medians))
    assert found["slow_reduction_median"]["interval"][1] <= 1
    worst = np.min(taken)
    assert found["slow_reduction_worst"] == {"value": worst, "interval": None, "n": 2}
    medians = [np.median(reductions(each)) for each in scaled]
    assert found["scaled_slow_reduction"]["value"] == pytest.approx(np.mean(medians))
    medians = [
        np.median(1 - each["best_error"].values[0] / each["start_error"].values)
        for each in rewarded
    ]
    assert found["slow_reduction_reward"]["value"] == pytest.approx(np.mean(medians))
    assert {each["n"] for each in found.values()} == {2}


def test_merits_of_seven_speeds_are_those_of_the_path_in_the_loss():
    circuits = [made_up(contracts.SEVEN_SPEEDS, seed, SPEEDS) for seed in (0, 1)]
    found = merits.of_seven_speeds(circuits)
    paths = [path for each in circuits for path in each["error"].values[0]]
    assert found["seven_speeds_error"]["value"] == pytest.approx(np.mean(paths))
    ratios = [np.mean(path[1:4]) / np.mean([path[0], path[4]]) for path in paths]
    by_circuit = [np.mean(ratios[:3]), np.mean(ratios[3:])]
    assert found["between_over_ends"]["value"] == pytest.approx(np.sqrt(np.prod(by_circuit)))
    assert found["between_over_ends"]["n"] == 2


def test_the_ratio_of_shape_and_speed_is_that_of_the_speed_at_which_it_is_larger():
    circuits = [made_up(contracts.SHAPE_AND_SPEED, seed) for seed in (0, 1)]
    circuits[1]["output_error"][1, -1] *= 3
    found = merits.shape_and_speed_ratio(circuits)
    ratios = [
        [
            each["output_error"].values[place, -1].mean()
            / each["fit_error"].values[place, -1].mean()
            for each in circuits
        ]
        for place in range(2)
    ]
    assert np.prod(ratios[1]) > np.prod(ratios[0])
    assert found["value"] == pytest.approx(np.sqrt(np.prod(ratios[1])))
    assert found["interval"][0] < found["value"] < found["interval"][1]
    assert found["n"] == 2


# Summary


def results(seeds=(0, 1)):
    """Results of some circuits, of which the first takes part in experiments on speed."""

    def each(contract, axes=AXES, **values):
        return [made_up(contract, seed, axes, **values) for seed in seeds]

    def first(contract, axes=AXES, **values):
        return each(contract, axes, **values)[:1]

    primitives = AXES | {"size": [1, 10, 20]}
    return {
        "new_movements": each(contracts.NEW_MOVEMENT),
        "alternatives": each(contracts.ALTERNATIVES),
        "groups": [groups_file(seed) for seed in seeds],
        "sizes": {"100": each(contracts.SIZES), "200": each(contracts.SIZES)},
        "primitives": {
            "20.0": each(contracts.PRIMITIVES, primitives),
            "5.0": each(contracts.PRIMITIVES, primitives),
        },
        "slow": first(contracts.SLOW_MOVEMENTS),
        "scaled": first(contracts.SLOW_MOVEMENTS),
        "by_reward": first(contracts.SLOW_BY_REWARD),
        "initial_conditions": first(contracts.INITIAL_CONDITIONS),
        "seven_speeds": first(contracts.SEVEN_SPEEDS, SPEEDS),
        "shape_and_speed": first(contracts.SHAPE_AND_SPEED),
    }


def summarised(**changes):
    return summarise(rng_of(), **(results() | changes), replicates=2, stated_error=0.05)


@pytest.fixture(scope="module")
def summary():
    return summarised()


ORDER = [
    "reward_error_over_start",
    "random_groups_minus_specific",
    "specialised_speedup",
    "specialised_speedup_novel",
    "correlation_rise",
    "noise_ratio",
    "gradient_errors",
    "gradient_errors_over_gains",
    "primitives_r_targets",
    "primitives_r_libraries",
    "random_variance_ratio",
    "slow_reduction_median",
    "slow_reduction_worst",
    "scaled_slow_reduction",
    "slow_reduction_reward",
    "seven_speeds_error",
    "between_over_ends",
    "shape_and_speed_ratio",
]


def test_figures_of_merit_stand_in_their_order(summary):
    found = summary["figures_of_merit"]
    assert list(found) == ORDER
    assert list(found["gradient_errors"]) == AXES["way"]
    for name, merit in found.items():
        for each in [merit] if "value" in merit else merit.values():
            assert list(each)[:3] == ["value", "interval", "n"]
            assert list(each)[3:] in ([], ["none", "p", "needed"])
            if each["interval"] is not None:
                assert each["interval"][0] <= each["value"] <= each["interval"][1], name
    assert list(summary["primitives"]) == ["20.0", "5.0"]
    assert list(summary["sizes"]["by_neurons"]) == ["100", "200"]
    assert (summary["replicates"], summary["speed_circuits"]) == (2, 1)


def test_the_summary_is_json_and_the_same_again(summary):
    text = json.dumps(summary, allow_nan=False)
    assert json.loads(text) == summary
    assert json.dumps(summarised(), allow_nan=False) == text


def test_a_result_that_is_not_finite_becomes_nothing_in_the_summary():
    primitives = results()["primitives"]
    # Libraries of all patterns: their errors do not differ.
    for each in primitives["20.0"]:
        for size in (1, 2):
            each["fit_error"][size] = each["fit_error"][size, 0]
            each["output_error"][size] = each["output_error"][size, 0]
    with pytest.warns(RuntimeWarning, match="All-NaN"):
        found = summarised(primitives=primitives)
    expected = {"value": None, "interval": None, "n": 2}
    assert found["figures_of_merit"]["primitives_r_libraries"] == expected
    assert found["figures_of_merit"]["primitives_r_targets"]["value"] is not None
    json.dumps(found, allow_nan=False)


def test_iterations_that_never_came_to_the_stated_error_are_nothing():
    sizes = results()["sizes"]
    steps = np.broadcast_to(np.array([4.0, np.inf, 9.0])[:, None, None], (3, 5, 3))
    for each in sizes["100"]:
        each["error"].values[:] = falling_at(steps, each["start_error"].values[:, np.newaxis])
    found = details.of_sizes(sizes, 0.05)["by_neurons"]["100"]
    assert {groups: each["iterations"] for groups, each in found.items()} == {
        "20": 4.0,
        "8": None,
        "2": 9.0,
    }
    medians = [np.median(each["best_error"].values[1]) for each in sizes["100"]]
    assert found["8"]["error"] == pytest.approx(np.mean(medians))


# Details


def test_details_of_a_new_movement():
    circuits = [made_up(contracts.NEW_MOVEMENT, seed) for seed in (0, 1)]
    found = details.of_new_movement(circuits)
    assert (found["iterations"], found["sessions"]) == (ITERATIONS, 3)
    for row, groups in enumerate(("20", "8", "2")):
        last = [each["error"].values[row, :, -1] for each in circuits]
        assert found["error"][groups] == pytest.approx(np.mean(last))
    pairs = [
        np.corrcoef(*(each["gains"].values[0, session] for session in pair))[0, 1]
        for each in circuits
        for pair in combinations(range(3), 2)
    ]
    assert found["pattern_correlation"] == pytest.approx(np.mean(pairs))
    after = np.array([each["abscissa"].values[1:] for each in circuits])
    assert found["abscissa_after"] == [after.min(), after.max()]
    risen = [
        each["target_correlation"].values[session].mean()
        > each["target_correlation"].values[0].mean()
        for each in circuits
        for session in (1, 2, 3)
    ]
    assert found["sessions_risen"] == sum(risen)


def test_details_of_groups_tell_trained_from_novel_movements():
    steps = np.full((10, 5, 3), 7.0)
    steps[5, :2], steps[5, 2:] = 3.0, np.inf
    circuits = [groups_file(0, steps)]
    found = details.of_groups(circuits)
    assert (found["movements"], found["novel_movements"]) == (2, 3)
    assert list(found["trained"]) == GROUPINGS
    # Those of their own exist for trained movements alone.
    assert list(found["novel"]) == GROUPINGS[:7]
    last = circuits[0]["error"].values[5, :, :, -1]
    assert found["trained"]["shared-10"] == {
        "iterations": 3,
        "at_least": False,
        "error": pytest.approx(last[:2].mean()),
    }
    assert found["novel"]["shared-10"] == {
        "iterations": ITERATIONS + 1,
        "at_least": True,
        "error": pytest.approx(last[2:].mean()),
    }


def test_medians_of_iterations_are_those_of_a_circuit_and_bounds_where_one_is():
    steps = np.full((2, 10, 5, 3), 4.0)
    # One circuit's median lies between a movement in time and one that was not.
    steps[1, 5, :2] = [[6.0] * 3, [np.inf] * 3]
    circuits = [groups_file(seed, each) for seed, each in enumerate(steps)]
    found = details.of_groups(circuits)["trained"]
    assert found["shared-10"]["iterations"] == np.mean([4, np.mean([6, ITERATIONS + 1])])
    assert found["shared-10"]["at_least"]
    assert not found["specific"]["at_least"]


def test_details_of_slow_movements():
    slow, rewarded = made_up(contracts.SLOW_MOVEMENTS), made_up(contracts.SLOW_BY_REWARD)
    found = details.of_slow([slow])
    assert (found["movements"], found["sessions"], found["groups"]) == (5, 3, 3)
    np.testing.assert_allclose(found["reductions"], [reductions(slow)])
    ratios = slow["best_error"].values / slow["start_error"].values[:, np.newaxis]
    assert found["mean_session_reduction"] == pytest.approx(1 - ratios.mean())
    largest = found["largest_real_part"]
    assert largest["before"] == pytest.approx(slow["eigenvalue_real_before"].values.max())
    np.testing.assert_array_equal(largest["after"], slow["largest_real_part"].values)
    found = details.of_reward([rewarded, rewarded])
    assert list(found["reduction"]) == STARTS
    for row, start in enumerate(STARTS):
        taken = 1 - rewarded["best_error"].values[row] / rewarded["start_error"].values
        assert found["reduction"][start] == {
            "median": pytest.approx(np.median(taken)),
            "worst": pytest.approx(min(taken)),
            "best": pytest.approx(max(taken)),
        }
        gains = rewarded["gains"].values[row]
        assert found["gain_deviation"][start] == pytest.approx(gains.std())


def test_details_of_states_and_speeds():
    states = [made_up(contracts.INITIAL_CONDITIONS, seed) for seed in (0, 1)]
    found = details.of_states(states)["reduction"]
    for row, count in enumerate(("1", "2", "4")):
        taken = [
            1 - each["best_error"].values[row] / float(each["start_error"][row]) for each in states
        ]
        assert found[count] == pytest.approx(np.median(taken, axis=1).mean())
    speeds = [made_up(contracts.SEVEN_SPEEDS, seed, SPEEDS) for seed in (0, 1)]
    found = details.of_speeds(speeds)
    assert found["speeds"] == pytest.approx([1, 0.8, 0.6, 0.4, 0.2])
    for row, way in enumerate(SPEEDS["way"]):
        expected = np.mean([each["error"].values[row] for each in speeds], axis=(0, 1))
        assert found["error"][way] == pytest.approx(expected)


def test_details_of_primitives_and_shape():
    circuits = [made_up(contracts.PRIMITIVES, seed) for seed in (0, 1)]
    found = details.of_primitives(circuits)
    for name in ("fit_error", "output_error", "deviation"):
        expected = np.mean([each[name].values for each in circuits], axis=(0, 2, 3))
        assert found[name] == pytest.approx(expected)
    assert found["errors_fall"] == 0
    for count, each in enumerate(circuits, start=1):
        for name in ("fit_error", "output_error"):
            assert details.of_primitives(circuits)["errors_fall"] == count - 1
            each[name].values[:] = np.array([4.0, 3.0, 2.0, 1.0])[:, None, None]
        assert details.of_primitives(circuits)["errors_fall"] == count
    assert list(found["variance"]) == ["learned", "random", "shuffled"]
    shapes = [made_up(contracts.SHAPE_AND_SPEED, seed) for seed in (0, 1)]
    found = details.of_shape(shapes)
    for row, speed in enumerate(("fast", "slow")):
        members = [each["member_error"].values[row] for each in shapes]
        assert found["member_error"][speed] == pytest.approx(np.median(members, axis=1).mean())
        expected = np.mean([each["fit_error"].values[row] for each in shapes], axis=(0, 2, 3))
        assert found["fit_error"][speed] == pytest.approx(expected)


# Answer


def answered(summary, **values):
    """The answer to changed figures of merit: values with their intervals."""
    changed = deepcopy(summary)
    for name, (value, interval) in values.items():
        changed["figures_of_merit"][name] |= {"value": value, "interval": interval}
    return answer(changed)


def test_the_answer_is_three_sentences_of_numbers(summary):
    found = answered(
        summary,
        reward_error_over_start=(0.0123, [0.008, 0.0171]),
        specialised_speedup=(2.04, [1.3, 3.0]),
        specialised_speedup_novel=(1.5, [0.9, 2.0]),
        primitives_r_targets=(0.95, [0.92, 1.0]),
        slow_reduction_median=(0.987, None),
        slow_reduction_reward=(0.5, None),
    )
    assert len(found) == 3
    assert all(each.endswith(".") for each in found)
    assert "finds gains for a new movement: after 30 iterations 1.23 % of the error" in found[0]
    assert "is left (95 % interval over 2 circuits 0.8 % to 1.71 %), in 3 sessions" in found[0]
    assert "on each of 2 circuits" in found[0]
    assert found[1].startswith("10 gains, each shared by a group")
    assert (
        "are learned 2.0 times faster (95 % interval over 2 circuits 1.3 to 3) than one for each"
        in found[1]
    )
    assert (
        "not made for 1.5 times faster (95 % interval over 2 circuits 0.9 to 2, which leaves open "
        "whether they are)" in found[1]
    )
    assert "as their outputs do: errors of both correlate at 0.950 (95 %" in found[2]
    assert "slowed 5 times, gradients take away 98.7 % on one circuit" in found[2]
    assert "reward alone 50 % in 30 iterations" in found[2]
    assert summary["answer"] == answer(summary)


def test_the_answer_follows_the_numbers(summary):
    """What is slower is said to be, and its interval is one of how many times slower."""
    found = answered(
        summary,
        reward_error_over_start=(0.9, [0.7, 1.1]),
        specialised_speedup=(0.5, [0.25, 0.8]),
        specialised_speedup_novel=(0.8, [0.5, 1.25]),
        primitives_r_targets=(0.92, [0.8, 1.0]),
    )
    assert "it is open whether a rule" in found[0]
    assert "learned 2.0 times slower (95 % interval over 2 circuits 1.2 to 4) than" in found[1]
    assert "1.2 times slower (95 % interval over 2 circuits 0.8 to 2, which leaves open" in found[1]
    assert "faster" not in found[1]
    assert "as their outputs do" not in found[2]
    assert "does not find" in answered(summary, reward_error_over_start=(1.4, [1.1, 1.7]))[0]


def test_the_answer_has_no_interval_where_there_is_none(summary):
    found = answered(
        summary,
        reward_error_over_start=(0.01, None),
        specialised_speedup=(2.0, None),
        primitives_r_targets=(None, None),
    )
    assert (
        "finds gains for a new movement: after 30 iterations 1 % of the error is left, in 3"
        in (found[0])
    )
    assert "are learned 2.0 times faster than one for each neuron, and " in found[1]
    assert found[2].startswith("Learned patterns combine to novel movements. Of the error")


def test_the_summary_of_one_circuit_reads_right():
    found = summarise(rng_of(), **results(seeds=(0,)), replicates=1, stated_error=0.05)
    merits_of_all = found["figures_of_merit"].values()
    for merit in merits_of_all:
        for each in [merit] if "value" in merit else merit.values():
            assert (each["interval"], each["n"], each.get("p")) == (None, 1, None)
    assert "in 3 sessions on one circuit." in found["answer"][0]
    assert "interval" not in "".join(found["answer"])
    assert found["left_open"].startswith("A single circuit says nothing about others")


def test_what_circuits_leave_open_is_named_with_how_many_would_tell(summary):
    changed = deepcopy(summary)
    found = changed["figures_of_merit"]
    for merit in (*found.values(), *found["gradient_errors_over_gains"].values()):
        if "needed" in merit:
            merit |= {"value": 0.5, "interval": [0.4, 0.6], "needed": None}
    assert undecided(changed) == "All comparisons over circuits are told from no difference."
    found["specialised_speedup_novel"] |= {"interval": [0.4, 1.2], "needed": 17}
    found["gradient_errors_over_gains"]["all weights"] |= {"interval": [0.4, 1.2]}
    text = undecided(changed)
    assert "iterations on novel movements" in text
    assert "(2 of about 17); error of gradients, all weights over gains (2 of more than 1" in text
    assert "random groups minus" not in text
