"""What the experiments of the gain-modulation study return, on a small circuit and quickly."""

from functools import cache
from itertools import count

import numpy as np
import pytest

from corticomotor.learning.groups import Grouped
from corticomotor.learning.movements import MovementTask, Readout, variance_errors
from corticomotor.learning.rules import learn
from corticomotor.runtime import store
from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.studies.gain_modulation import contracts
from corticomotor.studies.gain_modulation.alternatives import WAYS
from corticomotor.studies.gain_modulation.new_movement import correlations_with
from corticomotor.studies.gain_modulation.shape_and_speed import learn_shape_and_speed
from corticomotor.studies.gain_modulation.slow_tasks import gradient_rule, slow_task
from examples import (
    NEURONS,
    small_circuit,
    small_fast_movements,
    small_system,
)
from gain_stage_examples import SPEED, STAGES, slow_movements
from reference.convex_combinations import best_convex_combination


def run(stage, seed=1, **context):
    contract, _, learn = STAGES[stage]
    return store.dataset(contract, learn(np.random.default_rng(seed), **context))


@cache
def found(stage):
    """What a stage gives, as arrays by name, and the steps that it reported."""
    steps = []
    each = run(stage, report=lambda step, /, **_: steps.append(step))
    return {name: array.values for name, array in each.items()}, steps


@cache
def arrays(stage):
    return found(stage)[0]


def close(one, other, rtol=1e-3):
    """Equal but for single precision."""
    np.testing.assert_allclose(one, other, rtol=rtol, atol=1e-5)


@pytest.fixture(params=STAGES)
def stage(request):
    return request.param


# All stages


def test_a_stage_gives_what_its_contract_says(stage):
    contract = STAGES[stage][0]
    for name, variable in contract.layout.items():
        values = arrays(stage)[name]
        if values.dtype.kind == "f" and not variable.may_be_missing:
            assert np.isfinite(values).all(), name


def test_a_stage_reports_each_iteration_of_all_its_trainings_in_turn(stage):
    assert found(stage)[1] == list(range(1, STAGES[stage][1] + 1))


def test_a_stage_depends_on_its_rng_alone(stage):
    again = run(stage)
    first = arrays(stage)
    for name, array in again.items():
        assert array.values.tobytes() == first[name].tobytes(), name
    other = run(stage, seed=2)
    assert any(other[name].values.tobytes() != values.tobytes() for name, values in first.items())


@pytest.mark.parametrize(
    "stage", ["new_movement", "alternatives", "groups", "sizes", "slow", "initial_conditions"]
)
def test_the_best_error_is_the_smallest_of_all_iterations(stage):
    error, best = arrays(stage)["error"], arrays(stage)["best_error"]
    np.testing.assert_array_equal(error.min(axis=-1), best)
    assert np.nanmean(best) < np.nanmean(error[..., 0])


@pytest.mark.parametrize("stage", ["groups", "sizes", "slow", "initial_conditions"])
def test_learning_starts_from_the_error_before_learning(stage):
    first = arrays(stage)["error"][..., 0]
    start = arrays(stage)["start_error"][:, np.newaxis]
    expected = np.broadcast_to(start, first.shape)
    close(first[~np.isnan(first)], expected[~np.isnan(first)])


# Interruptions


class Killed(Exception):
    """In place of a signal."""


def killed_at(last):
    def report(step, /, **_):
        if step == last:
            raise Killed

    return report


def checkpoint_at(path, every):
    """A checkpoint that is due at each so-manieth look at the clock."""
    ticks = count()
    return Checkpoint(path, "identity", interval_s=every, clock=lambda: float(next(ticks)))


def check_interruptions(tmp_path, stage, kills, every):
    """Kill a stage several times, each time later; what it gives at last has the same bytes."""
    for last in kills:
        with pytest.raises(Killed):
            run(
                stage,
                report=killed_at(last),
                checkpoint=checkpoint_at(tmp_path / "state.h5", every),
            )
    steps = []
    continued = run(
        stage,
        report=lambda step, /, **_: steps.append(step),
        checkpoint=checkpoint_at(tmp_path / "state.h5", every),
    )
    total = STAGES[stage][1]
    assert steps[-1] == total
    assert len(steps) < total
    different = [
        name
        for name, array in continued.items()
        if array.values.tobytes() != arrays(stage)[name].tobytes()
    ]
    assert different == []


@pytest.mark.parametrize(
    "stage", [name for name in STAGES if name not in ("alternatives", "by_reward")]
)
def test_a_stage_that_was_killed_goes_on_to_the_same_bytes(tmp_path, stage):
    total = STAGES[stage][1]
    check_interruptions(tmp_path, stage, [total // 2 + 1], 2)


# In the first training, at the start of the next, in the last one, and several times.
@pytest.mark.parametrize(("kills", "every"), [([5], 0), ([13], 3), ([23], 0), ([14, 18, 22], 3)])
def test_slow_movements_by_reward_go_on_to_the_same_bytes(tmp_path, kills, every):
    check_interruptions(tmp_path, "by_reward", kills, every)


# A new movement


def test_errors_of_a_new_movement_are_those_of_its_gains():
    given, system = arrays("new_movement"), small_system()
    assert given["groups"].tolist() == [NEURONS, 8, 2]
    gains = given["gains"].reshape(9, NEURONS)
    task = system.task(np.tile(given["target"][:, np.newaxis], 9))
    close(task.errors(gains).reshape(3, 3), given["best_error"])
    errors = variance_errors(np.moveaxis(given["output"], -1, 0), task.targets.reshape(-1, 3, 3))
    close(errors, given["best_error"])
    start = system.task(given["target"][:, np.newaxis]).errors(np.ones((1, NEURONS)))
    close(given["error"][..., 0], start[0])


def test_groups_share_their_gains_and_sessions_differ():
    gains = arrays("new_movement")["gains"]
    for row, groups in enumerate((NEURONS, 8, 2)):
        for session in range(3):
            counts = np.unique(gains[row, session], return_counts=True)[1]
            np.testing.assert_array_equal(counts, NEURONS // groups)
        assert (gains[row, 0] != gains[row, 1]).any()


def test_rates_of_a_new_movement_are_those_before_and_after_learning():
    given, system = arrays("new_movement"), small_system()
    patterns = np.concatenate([np.ones((1, NEURONS)), given["gains"][0]])
    close(np.moveaxis(given["rates"], 0, 1), system.rates(patterns))
    np.testing.assert_allclose(
        given["target_correlation"],
        correlations_with(np.moveaxis(given["rates"], 0, 1), given["target"]),
    )
    for pattern, abscissa in zip(patterns, given["abscissa"], strict=True):
        eigenvalues = np.linalg.eigvals(system.circuits.weights @ np.diag(pattern))
        assert abscissa == pytest.approx(eigenvalues.real.max(), abs=1e-9)
    assert (given["noise_deviation"][0, :, 0] > given["noise_deviation"][0, :, 1]).all()


# Alternatives


def test_all_alternatives_start_alike_and_learn():
    given = arrays("alternatives")
    assert tuple(given["way"]) == WAYS
    first = given["error"][:, :, 0]
    close(first[:3], np.tile(given["start_error"], (3, 1)))
    # Factors that are small but not 0.
    np.testing.assert_allclose(first[3], given["start_error"], rtol=0.1)
    assert (first[3] != first[0]).all()
    assert (given["best_error"] < first).all()


# Groups


def test_novel_movements_have_no_groups_of_their_own():
    given = arrays("groups")
    names = given["grouping"].tolist()
    assert names == ["specific", "random-4", "shared-4", "own-4"]
    missing = np.isnan(given["best_error"])
    for row, name in enumerate(names):
        for movement in range(3):
            expected = name.startswith("own") and movement >= 2
            assert (missing[row, movement] == expected).all()
    np.testing.assert_array_equal(np.isnan(given["error"]).all(axis=-1), missing)
    np.testing.assert_array_equal(np.isnan(given["error"]).any(axis=-1), missing)


def test_patterns_by_which_neurons_are_grouped_lower_the_error():
    given, system = arrays("groups"), small_system()
    assert given["pattern"].shape == (2, NEURONS)
    errors = system.task(given["target"][:2].T).errors(given["pattern"])
    assert (errors < given["start_error"][:2]).all()
    close(given["start_error"], system.task(given["target"].T).errors(np.ones((3, NEURONS))))


# Sizes


def test_errors_at_a_size_are_those_of_the_outputs():
    given, system = arrays("sizes"), small_system()
    assert given["groups"].tolist() == [2, 8, NEURONS]
    for movement in range(2):
        target = np.broadcast_to(given["target"][movement], (3, 2, 21))
        errors = variance_errors(
            np.moveaxis(given["output"][:, movement], -1, 0), np.moveaxis(target, -1, 0)
        )
        close(errors, given["best_error"][:, movement])
    close(given["rates"], system.rates(np.ones((1, NEURONS)))[:, 0])
    readout = variance_errors(system.readout.output(given["rates"]), system.initial_movement)
    assert given["readout_error"] == pytest.approx(float(readout))


def test_neuron_specific_gains_do_not_depend_on_the_grouping():
    """As many groups as neurons: sessions differ in the numbers of the groups alone."""
    error = arrays("sizes")["error"]
    close(error[-1, :, 0], error[-1, :, 1])
    for row in range(2):
        assert (error[row, :, 0, -1] != error[row, :, 1, -1]).all()


# Primitives


def test_primitives_are_learned_patterns_and_what_they_give():
    given, system = arrays("primitives"), small_system()
    task = system.task(given["target"].T)
    close(task.errors(given["gains"]), given["error"])
    close(task.outputs(given["gains"]).T, given["output"])
    assert (given["error"] < task.errors(np.ones((5, NEURONS)))).all()


def test_a_single_pattern_stands_for_itself():
    given = arrays("primitives")
    close(given["output_error"][0], given["fit_error"][0])
    np.testing.assert_allclose(given["deviation"][0], 0.0, atol=1e-8)
    # Each library's error is that of one of the patterns.
    each = [
        variance_errors(np.tile(output[:, np.newaxis], 4), given["novel_target"].T)
        for output in given["output"]
    ]
    for errors in given["fit_error"][0]:
        assert min(np.abs(np.divide(errors, one) - 1).max() for one in each) < 1e-4


def test_combinations_of_all_patterns_are_the_best_ones_and_used_for_gains_alike():
    given, system = arrays("primitives"), small_system()
    outputs, gains = given["output"].T, given["gains"]
    combined = 0
    for number, target in enumerate(given["novel_target"]):
        shares = best_convex_combination(outputs, target)
        fit = outputs @ shares
        made = system.task(target[:, np.newaxis]).outputs((shares @ gains)[np.newaxis])[:, 0]
        power = np.sum((target - target.mean()) ** 2)
        # All libraries of this size hold all patterns.
        close(given["fit_error"][-1, :, number], np.sum((fit - target) ** 2) / power)
        close(given["output_error"][-1, :, number], np.sum((made - target) ** 2) / power)
        deviation = np.sum((made - fit) ** 2) / power
        np.testing.assert_allclose(
            given["deviation"][-1, :, number], deviation, rtol=2e-3, atol=1e-8
        )
        combined += np.count_nonzero(shares) > 1
    assert combined


def test_further_patterns_fit_better():
    fit = arrays("primitives")["fit_error"]
    assert (fit[-1] <= fit[:-1] + 1e-6).all()
    assert (np.diff(fit.mean(axis=(1, 2))) < 0).all()


def test_examples_of_primitives_are_those_of_median_error():
    given = arrays("primitives")
    for row in range(3):
        target = given["novel_target"][given["example_novel"][row] - 1]
        error = variance_errors(given["example_output"][row], target)
        middle = np.sort(given["output_error"][row], axis=None)[6]
        assert error == pytest.approx(middle, rel=1e-4)
        fit = variance_errors(given["example_fit"][row], target)
        assert np.abs(given["fit_error"][row] / fit - 1).min() < 1e-4


def test_random_patterns_are_like_learned_ones_and_shuffled_ones_other_neurons():
    given, system = arrays("primitives"), small_system()
    outputs = [given[name] for name in ("output", "random_output", "shuffled_output")]
    # All begin at the initial state, with rates that the gains have scaled.
    assert len({each.tobytes() for each in outputs}) == 3
    task = system.task(given["target"].T)
    for each in outputs[1:]:
        assert variance_errors(each.T, task.targets).mean() > given["error"].mean()


# Slow movements


def test_slow_movements_are_those_of_their_best_sessions():
    given, fast = arrays("slow"), small_fast_movements(3, 1)
    best = np.argmin(given["best_error"], axis=1)
    np.testing.assert_array_equal(given["best_session"], best + 1)
    close(given["target"], fast.slowed(3.0).T)
    np.testing.assert_array_equal(given["fast_movement"], fast.movements.T)
    task = slow_task(fast, fast.readouts(), [0, 1, 2], 3.0)
    close(task.errors(given["gains"]), given["best_error"].min(axis=1))
    close(task.errors(np.ones((3, NEURONS))), given["start_error"])
    close(task.outputs(given["gains"]).T, given["output"])
    for movement, session in enumerate(best):
        groups = given["group_gains"][movement, session]
        assert set(given["gains"][movement]) == set(groups)
        values, counts = np.unique(given["gains"][movement], return_counts=True)
        np.testing.assert_array_equal(values, np.sort(groups))
        np.testing.assert_array_equal(counts, NEURONS // 8)


def test_spectra_of_a_slow_movement_are_those_of_the_linearised_dynamics():
    """At rest the derivative of f is 1: the equation's Jacobian, by differences."""
    given, fast = arrays("slow"), small_fast_movements(3, 1)
    for ending, gains in (("_before", np.ones(NEURONS)), ("", given["gains"][0])):
        small = 1e-6 * np.eye(NEURONS)
        rises = small_circuit().weights @ fast.circuits.nonlinearity(gains * small).T - small
        expected = np.sort_complex(np.linalg.eigvals(rises / 1e-6))
        found = np.sort_complex(
            given[f"eigenvalue_real{ending}"] + 1j * given[f"eigenvalue_imaginary{ending}"]
        )
        np.testing.assert_allclose(found, expected, atol=1e-5)
    for gains, largest in zip(given["gains"], given["largest_real_part"], strict=True):
        jacobian = small_circuit().weights @ np.diag(gains) - np.eye(NEURONS)
        assert largest == pytest.approx(np.linalg.eigvals(jacobian).real.max(), abs=1e-9)


def test_scaled_slow_movements_are_smaller_and_learned_from_the_same_outputs():
    given = store.dataset(
        contracts.SLOW_MOVEMENTS, slow_movements(np.random.default_rng(1), 1 / 9, 1)
    )
    close(given["target"].values, arrays("slow")["target"] / 9)
    assert given["best_error"].shape == (3, 1)
    # What is missed at gains of 1 is over a variance that is 81 times smaller.
    fast = small_fast_movements(3, 1)
    outputs = slow_task(fast, fast.readouts(), [0, 1, 2], 3.0).outputs(np.ones((3, NEURONS)))
    close(given["start_error"].values, variance_errors(outputs, fast.slowed(3.0) / 9))


def test_noisy_outputs_of_a_slow_movement_scatter_around_the_output():
    class Quiet:
        """Draws no noise."""

        def __init__(self):
            self.permutation = np.random.default_rng(1).permutation

        def standard_normal(self, shape):
            return np.zeros(shape)

    without = slow_movements(Quiet())
    close(without["noisy_output"], np.tile(without["output"][0], (3, 1)))
    noisy = arrays("slow")["noisy_output"]
    assert np.ptp(noisy[:, 0]) > 0
    assert noisy.std(axis=0).max() > 0.01


# Slow movements by reward


def test_errors_by_reward_are_those_of_the_gains():
    given, fast = arrays("by_reward"), small_fast_movements(3, 1)
    readouts = fast.readouts()
    own = Readout(readouts.weights[:2], readouts.offset[:2])
    task = slow_task(fast, own, [0, 1], 3.0)
    close(given["target"], task.targets.T)
    for row, gains in enumerate(given["gains"]):
        close(task.errors(gains), given["best_error"][row])
        close(task.outputs(gains).T, given["output"][row])
        for pattern in gains:
            assert len(np.unique(pattern)) == 8
    close(given["best_error"][0], given["error"].min(axis=1))
    close(given["best_error"][1], given["gradual_error"][:, -4:].min(axis=1))
    close(given["best_error"][2], given["warm_error"].min(axis=1))


def test_by_reward_each_way_starts_where_it_says():
    given, fast = arrays("by_reward"), small_fast_movements(3, 1)
    readouts = fast.readouts()
    own = Readout(readouts.weights[:2], readouts.offset[:2])
    ones, base = np.ones((2, NEURONS)), np.tile(given["base_gains"], (2, 1))
    close(given["start_error"], slow_task(fast, own, [0, 1], 3.0).errors(ones))
    close(given["error"][:, 0], given["start_error"])
    close(given["gradual_error"][:, 0], slow_task(fast, own, [0, 1], 1.5).errors(ones))
    close(given["warm_start_error"], slow_task(fast, own, [0, 1], 3.0).errors(base))
    close(given["warm_error"][:, 0], given["warm_start_error"])
    np.testing.assert_array_equal(given["gradual_factor"], np.repeat([1.5, 2.0, 3.0], 4))
    # The pattern that others start from was taught to the movement after theirs.
    other = slow_task(fast, Readout(readouts.weights[2:], readouts.offset[2:]), [2], 3.0)
    groups = np.unique(given["base_gains"], return_inverse=True)[1]
    taught = learn(
        Grouped(other, groups[np.newaxis]),
        gradient_rule(SPEED, SPEED.iterations),
        np.ones((1, 8)),
        iterations=SPEED.iterations,
        advice="",
    )
    close(taught.best[0, groups], given["base_gains"])


def test_movements_by_reward_share_their_groups():
    gains = arrays("by_reward")["gains"]
    for pattern in gains.reshape(-1, NEURONS):
        together = pattern[:, np.newaxis] == pattern
        np.testing.assert_array_equal(together, gains[0, 0][:, np.newaxis] == gains[0, 0])


# Initial states


def test_errors_from_several_states_are_those_of_the_outputs():
    given, fast = arrays("initial_conditions"), small_fast_movements(4, 4)
    assert given["example_count"] == 2
    shown = given["example_output"]
    np.testing.assert_array_equal(np.isfinite(shown).all(axis=1), [True, True, False, False])
    errors = variance_errors(shown[:2].T, fast.slowed(3.0)[:, :2])
    assert errors.mean() == pytest.approx(given["best_error"][1].min(), rel=1e-4)
    close(given["target"], fast.slowed(3.0).T)


def test_readouts_for_several_states_err_by_what_they_miss_of_the_fast_movements():
    given, fast = arrays("initial_conditions"), small_fast_movements(4, 4)
    for row, states in enumerate((1, 2, 4)):
        readout = fast.readout(range(states), states)
        made = readout.output(fast.rates(fast.states[:states]))
        errors = variance_errors(made, fast.movements[:, :states])
        assert given["readout_error"][row] == pytest.approx(errors.mean(), rel=1e-6)
        task = MovementTask(
            fast.trials(3.0), fast.states[:states], readout, fast.slowed(3.0)[:, :states]
        )
        close(given["start_error"][row], task.errors(np.ones((states, NEURONS))).mean())


# Seven speeds


def test_patterns_on_the_path_lie_on_the_line_between_its_ends():
    given = arrays("seven_speeds")
    speeds, patterns = given["speed"], given["group_gains"]
    share = (speeds - 1 / 3) / (1 - 1 / 3)
    for way in range(2):
        fast, slow = patterns[way, :, 0], patterns[way, :, -1]
        for place, part in enumerate(share):
            np.testing.assert_allclose(
                patterns[way, :, place], part * fast + (1 - part) * slow, rtol=1e-12
            )
        assert (np.abs(fast - slow).max(axis=1) > 0.01).all()
    each = patterns[2]
    line = share[1] * each[:, 0] + (1 - share[1]) * each[:, -1]
    assert np.abs(each[:, 1] - line).max() > 0.01


def test_each_way_has_the_speeds_in_its_loss_that_it_says():
    given = arrays("seven_speeds")
    start, errors = given["start_error"], given["error"]
    asked = [[0, 1, 2, 3], [0, 3], [0, 1, 2, 3]]
    for way, speeds in enumerate(asked):
        close(given["training_error"][way, :, 0], start[speeds].mean())
        close(errors[way][:, speeds].mean(axis=1), given["training_error"][way].min(axis=1))


def test_ends_alone_see_nothing_of_the_speeds_between(monkeypatch):
    """With other targets between the ends this way learns the same."""
    from corticomotor.studies.gain_modulation import seven_speeds

    exact = seven_speeds._at_speed

    def other(fast, speed, factor):
        between = 1 / factor + 1e-9 < speed < 1 - 1e-9
        return exact(fast, speed, factor) * (-1 if between else 1)

    monkeypatch.setattr(seven_speeds, "_at_speed", other)
    changed, given = run("seven_speeds"), arrays("seven_speeds")
    np.testing.assert_allclose(
        changed["training_error"].values[1], given["training_error"][1], rtol=1e-6
    )
    np.testing.assert_allclose(changed["group_gains"].values[1], given["group_gains"][1], rtol=1e-6)
    for way in (0, 2):
        assert (changed["training_error"].values[way] != given["training_error"][way]).all()


def test_errors_at_all_speeds_are_those_of_the_outputs_shown():
    given = arrays("seven_speeds")
    assert given["target"].shape == given["output"].shape[1:] == (4, 2, 61)
    for way in range(3):
        errors = variance_errors(
            np.moveaxis(given["output"][way], -1, 0), np.moveaxis(given["target"], -1, 0)
        )
        close(errors.mean(axis=1), given["error"][way, 0])


def test_at_gains_of_1_the_readout_makes_the_fast_movements():
    given, fast = arrays("seven_speeds"), small_fast_movements(2, 2)
    made = fast.readout([0, 1], 2).output(fast.rates(fast.states[:2]))
    assert given["start_error"][0] == pytest.approx(
        variance_errors(made, fast.movements).mean(), rel=1e-3
    )
    assert (given["start_error"][1:] > given["start_error"][0]).all()


# Shape and speed


def test_patterns_of_both_speeds_make_their_movements():
    given, fast = arrays("shape_and_speed"), small_fast_movements(10, 1)
    readout = fast.readout([0])
    for row, factor in enumerate((1.0, 3.0)):
        task = slow_task(fast, readout, [1, 2, 3, 4], factor)
        close(task.errors(given["gains"][row]), given["member_error"][row])
    base = slow_task(fast, readout, [0], 3.0)
    pattern = given["base_gains"][np.newaxis]
    assert base.errors(pattern)[0] == pytest.approx(given["base_error"], rel=1e-3)
    assert given["base_error"] < base.errors(np.ones_like(pattern))[0]


def test_slow_combinations_have_the_coefficients_of_fast_ones():
    given, fast = arrays("shape_and_speed"), small_fast_movements(10, 1)
    readout, members, novel = fast.readout([0]), [1, 2, 3, 4], range(5, 10)
    outputs = [
        slow_task(fast, readout, members, factor).outputs(gains).astype(float)
        for factor, gains in zip((1.0, 3.0), given["gains"], strict=True)
    ]
    for number, movement in enumerate(novel):
        shares = best_convex_combination(outputs[0], fast.movements[:, movement])
        for row, factor in enumerate((1.0, 3.0)):
            task = slow_task(fast, readout, [movement], factor)
            made = task.outputs((shares @ given["gains"][row])[np.newaxis])
            fit = (outputs[row] @ shares)[:, np.newaxis]
            # All libraries of this size hold all members.
            close(given["fit_error"][row, -1, :, number], variance_errors(fit, task.targets)[0])
            close(given["output_error"][row, -1, :, number], variance_errors(made, task.targets)[0])


def test_examples_of_both_speeds_are_the_same_movements_at_the_quartiles():
    given = arrays("shape_and_speed")
    errors = given["output_error"][:, -1, 0]
    places = given["example"] - 1
    # Of five movements the second, third and fourth.
    np.testing.assert_array_equal(np.sort(errors[0])[1:4], errors[0][places])
    for row, speed in enumerate(("fast", "slow")):
        target, fit, output = (
            given[f"example_{speed}_{what}"].T for what in ("target", "fit", "output")
        )
        close(variance_errors(output, target), errors[row][places])
        close(variance_errors(fit, target), given["fit_error"][row, -1, 0][places])


def test_a_pull_keeps_slow_patterns_close_to_their_base():
    fast, found = small_fast_movements(10, 1), []
    for pull in (0.0, 100.0, 1e9):
        shape = SPEED.shape_and_speed.model_copy(update={"pull": pull, "iterations": 20})
        speed = SPEED.model_copy(update={"shape_and_speed": shape})
        found.append(learn_shape_and_speed(np.random.default_rng(1), fast, speed))
    distances = [
        np.linalg.norm(each["gains"][1] - each["base_gains"], axis=1).max() for each in found
    ]
    assert distances[1] < 0.8 * distances[0]
    assert distances[2] < 0.2 * distances[0]
    for each in found[1:]:
        # Nothing pulls the base, nor fast patterns to where they start from.
        np.testing.assert_array_equal(each["base_gains"], found[0]["base_gains"])
        np.testing.assert_array_equal(each["gains"][0], found[0]["gains"][0])
