"""Objectives of the gain-modulation study: what they ask for, and which way is down."""

from dataclasses import replace

import numpy as np
import pytest

from corticomotor.circuits import preferred_initial_states
from corticomotor.dynamics import AsymmetricTanh
from corticomotor.dynamics.trials import Trials
from corticomotor.learning.groups import Grouped, random_groups
from corticomotor.learning.movements import MovementTask, Readout, variance_errors
from corticomotor.studies.gain_modulation.alternatives import InitialStates, RankOneChanges, Weights
from corticomotor.studies.gain_modulation.initial_conditions import SharedPatterns
from corticomotor.studies.gain_modulation.seven_speeds import Path
from corticomotor.studies.gain_modulation.shape_and_speed import Library
from examples import EXCITATORY, NEURONS, small_circuit, small_movements, small_trial_circuits

SMALL = 1e-5


@pytest.fixture
def rng():
    return np.random.default_rng(37)


@pytest.fixture
def task():
    return small_movements(dtype=np.float64)


def slope_along(errors, parameters, along):
    """Central difference of errors (trial,) along directions (trial, ...)."""
    return (errors(parameters + SMALL * along) - errors(parameters - SMALL * along)) / (2 * SMALL)


def check_gradient(rng, objective, parameters, errors=None):
    """Compare with central differences along random directions and along single parameters."""
    errors = errors or objective.errors
    values, gradient = objective.errors_and_gradient(parameters)
    np.testing.assert_allclose(values, objective.errors(parameters), rtol=1e-10)
    assert gradient.shape == parameters.shape
    by_trial = gradient.reshape(len(gradient), -1)
    for _ in range(2):
        along = rng.normal(size=parameters.shape)
        found = np.sum(by_trial * along.reshape(by_trial.shape), axis=1)
        np.testing.assert_allclose(found, slope_along(errors, parameters, along), rtol=1e-6)
    # In turn the steepest parameter and one by chance, each trial its own.
    for places in (np.abs(by_trial).argmax(axis=1), rng.integers(by_trial.shape[1], size=1)):
        along = np.zeros_like(by_trial)
        along[np.arange(len(along)), places] = 1.0
        found = np.sum(by_trial * along, axis=1)
        expected = slope_along(errors, parameters, along.reshape(parameters.shape))
        tolerance = 1e-6 * np.abs(by_trial).max()
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=tolerance)


def near(rng, values, trials, deviation=0.05):
    """Parameters close to the same values in all trials, of a size that these have."""
    drawn = rng.normal(0.0, deviation, (trials, *np.shape(values)))
    return values + drawn * np.std(values) if np.std(values) > 0 else values + drawn


# Other parameters than gains


def test_the_gradient_by_initial_states_equals_central_differences(rng, task):
    check_gradient(rng, InitialStates(task), near(rng, task.initial_states, 3))


def test_the_gradient_by_all_weights_equals_central_differences(rng, task):
    check_gradient(rng, Weights(task), near(rng, task.trials.circuits.weights, 3))


def test_the_gradient_by_a_rank_one_change_equals_central_differences(rng, task):
    check_gradient(rng, RankOneChanges(task), 0.1 * rng.normal(size=(3, 2, NEURONS)))


def test_other_parameters_start_where_gains_do(task):
    start = task.errors(np.ones((3, NEURONS)))
    states, weights = task.initial_states, task.trials.circuits.weights
    for objective, parameters in (
        (InitialStates(task), np.tile(states, (3, 1))),
        (Weights(task), np.tile(weights, (3, 1, 1))),
        (RankOneChanges(task), np.zeros((3, 2, NEURONS))),
    ):
        np.testing.assert_allclose(objective.errors(parameters), start, rtol=1e-10)


def test_a_rank_one_change_is_an_outer_product_on_top_of_the_weights(rng, task):
    factors = 0.1 * rng.normal(size=(3, 2, NEURONS))
    for trial, (first, second) in enumerate(factors):
        circuits = task.trials.circuits
        changed = replace(circuits, weights=circuits.weights + np.outer(first, second))
        trials = Trials(changed, steps=task.trials.steps, step_ms=10.0, dtype=np.float64)
        alone = replace(task, trials=trials, targets=task.targets[:, [trial]])
        expected = alone.errors(np.ones((1, NEURONS)))[0]
        assert RankOneChanges(task).errors(factors)[trial] == pytest.approx(expected, rel=1e-10)


def test_with_both_factors_at_zero_nothing_is_learned(task):
    gradient = RankOneChanges(task).errors_and_gradient(np.zeros((3, 2, NEURONS)))[1]
    np.testing.assert_array_equal(gradient, 0.0)


# Gains that several trials share


@pytest.fixture
def shared(rng):
    """Two patterns, each with three trials from states of their own."""
    task = small_movements(6, dtype=np.float64)
    states = preferred_initial_states(small_circuit().weights, 1.5, 3)
    return SharedPatterns(replace(task, initial_states=np.tile(states, (2, 1))), 3)


def test_the_gradient_by_shared_patterns_equals_central_differences(rng, shared):
    check_gradient(rng, shared, rng.uniform(0.9, 1.1, (2, NEURONS)))


def test_the_gradient_by_groups_of_shared_patterns_equals_central_differences(rng, shared):
    index = np.stack([random_groups(rng, NEURONS, 8) for _ in range(2)])
    check_gradient(rng, Grouped(shared, index), rng.uniform(0.9, 1.1, (2, 8)))


def test_a_shared_pattern_has_the_mean_error_of_its_trials(rng, shared):
    gains = rng.uniform(0.9, 1.1, (2, NEURONS))
    outputs = shared.outputs(gains)
    assert outputs.shape == (len(shared.task.targets), 2, 3)
    task = shared.task
    for pattern in range(2):
        each = []
        for place in range(3):
            trial = 3 * pattern + place
            alone = replace(
                task,
                initial_states=task.initial_states[trial],
                targets=task.targets[:, [trial]],
            )
            each.append(alone.errors(gains[[pattern]])[0])
            output = alone.outputs(gains[[pattern]])[:, 0]
            np.testing.assert_allclose(outputs[:, pattern, place], output, rtol=1e-10, atol=1e-12)
        assert shared.errors(gains)[pattern] == pytest.approx(np.mean(each), rel=1e-10)


# Libraries of primitives


def test_the_gradient_of_a_library_is_that_of_members_mixtures_and_pull(rng, task):
    base, gains = rng.uniform(0.9, 1.1, NEURONS), rng.uniform(0.9, 1.1, (3, NEURONS))
    mixtures = rng.dirichlet(np.ones(3), 5)
    mixed = replace(task, targets=task.targets @ mixtures.T)

    def loss(gains):
        distance = np.sum((gains - base) ** 2)
        return (
            task.errors(gains).sum()
            + 3 / 5 * mixed.errors(mixtures @ gains).sum()
            + 0.35 * distance
        )

    library = Library(task, mixtures, base, 0.7)
    errors, gradient = library.errors_and_gradient(gains)
    np.testing.assert_allclose(errors, task.errors(gains), rtol=1e-12)
    np.testing.assert_array_equal(library.errors(gains), task.errors(gains))
    for member, neuron in [(0, 3), (2, 17)]:
        change = np.zeros_like(gains)
        change[member, neuron] = 1e-5
        slope = (loss(gains + change) - loss(gains - change)) / 2e-5
        assert gradient[member, neuron] == pytest.approx(slope, rel=1e-6)


def test_a_library_without_mixtures_and_pull_is_its_task(rng, task):
    gains = rng.uniform(0.9, 1.1, (3, NEURONS))
    library = Library(task, np.empty((0, 3)), np.ones(NEURONS), 0.0)
    np.testing.assert_allclose(
        library.errors_and_gradient(gains)[1], task.errors_and_gradient(gains)[1], rtol=1e-12
    )


# Patterns and readout on a path of speeds

SPEEDS, SESSIONS, GROUPS = 4, 2, 5
BLENDS = {
    "line": np.array([[1.0, 0.0], [0.6, 0.4], [0.25, 0.75], [0.0, 1.0]]),
    "each": np.eye(SPEEDS),
}
ASKED = {
    "everywhere": np.ones(SPEEDS),
    "ends": np.array([1.0, 0.0, 0.0, 1.0]),
    "unequal": np.array([0.3, 2.0, 0.0, 1.1]),
}


@pytest.fixture(params=BLENDS)
def blend(request):
    return BLENDS[request.param]


@pytest.fixture
def path_of(rng, blend):
    """Give a path whose faster movements are over before the end, by weights of the speeds."""
    circuits = small_trial_circuits(AsymmetricTanh(20.0, 100.0))
    states = preferred_initial_states(circuits.weights, 1.5, 2)
    simulator = Trials(circuits, steps=24, step_ms=12.5, dtype=np.float64)
    weights = np.zeros(NEURONS)
    weights[:EXCITATORY] = rng.uniform(0.0, 0.2, EXCITATORY)
    readout = Readout(weights, np.array(-0.3))
    targets = np.cumsum(rng.normal(size=(25, 2 * SPEEDS)), axis=0)
    for speed, last in enumerate((9, 13, 17)):
        targets[last:, 2 * speed : 2 * speed + 2] = np.nan
    task = MovementTask(
        simulator,
        np.tile(states, (SPEEDS * SESSIONS, 1)),
        readout,
        np.tile(targets, SESSIONS),
    )
    index = np.stack([random_groups(rng, NEURONS, GROUPS) for _ in range(SESSIONS)])
    return lambda asked: Path(task, index, GROUPS, blend, asked, readout, EXCITATORY)


@pytest.fixture
def parameters(rng, path_of):
    start = path_of(ASKED["everywhere"]).start
    return start * rng.uniform(0.8, 1.2, start.shape)


@pytest.mark.parametrize("asked", ASKED)
def test_the_gradient_by_a_path_equals_central_differences(rng, path_of, parameters, asked):
    path = path_of(ASKED[asked])
    check_gradient(rng, path, parameters)
    # Patterns and readout apart: the one does not hide behind the other.
    gradient = path.errors_and_gradient(parameters)[1]
    patterns = path.blend.shape[1] * GROUPS
    for part in (np.arange(patterns), np.arange(patterns, parameters.shape[1])):
        along = np.zeros_like(parameters)
        along[:, part] = rng.normal(size=(SESSIONS, len(part)))
        expected = slope_along(path.errors, parameters, along)
        np.testing.assert_allclose(np.sum(gradient * along, axis=1), expected, rtol=1e-6)


def one_at_a_time(path, parameters):
    """Errors (session, speed, movement) and outputs, each by a simulation of its own."""
    task, patterns = path.task, path.blend.shape[1]
    errors = np.empty((SESSIONS, SPEEDS, 2))
    outputs = np.empty((len(task.targets), *errors.shape))
    for session, own in enumerate(parameters):
        group_gains = own[: patterns * GROUPS].reshape(patterns, GROUPS)
        weights = np.zeros(NEURONS)
        weights[:EXCITATORY] = own[patterns * GROUPS :]
        weights *= path.readout.weights[:EXCITATORY].mean()
        for speed, shares in enumerate(path.blend):
            gains = (shares @ group_gains)[path.index[session]]
            for movement in range(2):
                trial = 2 * (SPEEDS * session + speed) + movement
                rates = task.trials.rates(task.initial_states[trial], gains[np.newaxis])[:, 0]
                output = rates @ weights + path.readout.offset
                target = task.targets[:, trial]
                wanted = ~np.isnan(target)
                outputs[:, session, speed, movement] = output
                errors[session, speed, movement] = variance_errors(output[wanted], target[wanted])
    return errors, outputs


@pytest.mark.parametrize("asked", ASKED)
def test_a_path_is_what_its_movements_are_one_at_a_time(path_of, parameters, asked):
    path = path_of(ASKED[asked])
    errors, outputs = one_at_a_time(path, parameters)
    np.testing.assert_allclose(path.outputs(parameters), outputs, rtol=1e-9, atol=1e-10)
    by_speed = errors.mean(axis=2)
    np.testing.assert_allclose(path.speed_errors(parameters), by_speed, rtol=1e-9)
    expected = np.average(by_speed, axis=1, weights=ASKED[asked])
    np.testing.assert_allclose(path.errors(parameters), expected, rtol=1e-9)


def test_a_path_starts_at_gains_of_1_and_the_readout_as_it_was_fitted(path_of):
    path = path_of(ASKED["ends"])
    trials = 2 * SPEEDS * SESSIONS
    errors = path.task.errors(np.ones((trials, NEURONS))).reshape(SESSIONS, SPEEDS, 2)
    np.testing.assert_allclose(path.speed_errors(path.start), errors.mean(axis=2), rtol=1e-10)
    np.testing.assert_array_equal(path.patterns(path.start), 1.0)


def test_speeds_that_are_not_asked_for_leave_no_trace(path_of, parameters):
    path = path_of(ASKED["ends"])
    targets = path.task.targets.copy()
    between = np.isin(np.arange(targets.shape[1]) // 2 % SPEEDS, [1, 2])
    targets[:, between] += np.linspace(0, 3, len(targets))[:, np.newaxis]
    other = replace(path, task=replace(path.task, targets=targets))
    for found, expected in zip(
        other.errors_and_gradient(parameters), path.errors_and_gradient(parameters), strict=True
    ):
        np.testing.assert_array_equal(found, expected)
    assert (other.speed_errors(parameters)[:, 1:3] != path.speed_errors(parameters)[:, 1:3]).all()


def test_readout_weights_do_not_fall_below_0_and_gains_may(rng, path_of):
    path = path_of(ASKED["everywhere"])
    parameters = rng.normal(size=path.start.shape)
    before = parameters.copy()
    projected = path.project(parameters)
    np.testing.assert_array_equal(parameters, before)
    np.testing.assert_array_equal(path.patterns(projected), path.patterns(parameters))
    first = path.blend.shape[1] * GROUPS
    np.testing.assert_array_equal(projected[:, first:], np.maximum(parameters[:, first:], 0.0))
    assert (path.patterns(projected) < 0).any()
