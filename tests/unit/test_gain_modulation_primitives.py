"""Convex combinations of activities and of gains."""

import numpy as np
import pytest
from scipy.optimize import minimize

from corticomotor.studies.gain_modulation.groups import (
    OWN,
    RANDOM,
    SHARED,
    SPECIFIC,
    _grouping,
    cells,
    name_of,
)
from corticomotor.studies.gain_modulation.primitives import convex_coefficients
from examples import small_fast_movements
from reference.convex_combinations import best_convex_combination


@pytest.fixture
def rng():
    return np.random.default_rng(43)


def by_quadratic_programming(outputs, target):
    """The same by a general solver."""
    members = outputs.shape[1]
    solution = minimize(
        lambda shares: np.sum((outputs @ shares - target) ** 2),
        np.full(members, 1 / members),
        jac=lambda shares: 2 * outputs.T @ (outputs @ shares - target),
        bounds=[(0, None)] * members,
        constraints={"type": "eq", "fun": lambda shares: shares.sum() - 1},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 300},
    )
    return solution.x


@pytest.mark.parametrize("members", [1, 2, 5, 20])
def test_coefficients_are_not_negative_and_their_sum_is_1(rng, members):
    coefficients = convex_coefficients(
        rng.normal(size=(40, members)), 3 * rng.normal(size=(40, 15)) + 2
    )
    assert coefficients.shape == (15, members)
    assert (coefficients >= 0).all()
    np.testing.assert_allclose(coefficients.sum(axis=1), 1.0, rtol=1e-14)


@pytest.mark.parametrize("members", [2, 3, 6])
def test_coefficients_are_those_of_slow_references(rng, members):
    outputs = rng.normal(size=(30, members)) + rng.normal(size=(30, 1))
    targets = 3 * rng.normal(size=(30, 10)) + outputs.mean(axis=1, keepdims=True)
    coefficients = convex_coefficients(outputs, targets)
    for target, found in zip(targets.T, coefficients, strict=True):
        expected = best_convex_combination(outputs, target)
        np.testing.assert_allclose(found, expected, atol=1e-5)
        np.testing.assert_allclose(found, by_quadratic_programming(outputs, target), atol=1e-4)
    # Bounds hold some of them back.
    assert (coefficients == 0).any()
    assert (np.count_nonzero(coefficients, axis=1) > 1).any()


def test_targets_within_the_hull_are_met_exactly(rng):
    outputs = rng.normal(size=(40, 6))
    planted = rng.dirichlet(np.full(6, 0.5), 8)
    planted[0] = np.eye(6)[2]
    found = convex_coefficients(outputs, outputs @ planted.T)
    np.testing.assert_allclose(found, planted, atol=1e-9)


def test_members_in_fewer_dimensions_than_there_are_members_fit_as_well(rng):
    """Smooth movements: coefficients are no longer unique, but what they make is."""
    outputs = small_fast_movements().movements[:, :3] @ rng.normal(size=(3, 8))
    planted = rng.dirichlet(np.ones(8), 5)
    targets = outputs @ planted.T
    found = convex_coefficients(outputs, targets)
    np.testing.assert_allclose(outputs @ found.T, targets, atol=1e-5 * np.abs(targets).max())


def test_the_unit_of_the_activities_does_not_matter(rng):
    outputs, targets = rng.normal(size=(40, 5)), rng.normal(size=(40, 7))
    found = convex_coefficients(outputs, targets)
    for unit in (1e-4, 1e5):
        scaled = convex_coefficients(unit * outputs, unit * targets)
        np.testing.assert_allclose(scaled, found, atol=1e-9)


def test_times_in_another_order_and_targets_apart_change_nothing(rng):
    outputs, targets = rng.normal(size=(40, 5)), rng.normal(size=(40, 7))
    found = convex_coefficients(outputs, targets)
    order = rng.permutation(40)
    np.testing.assert_allclose(
        convex_coefficients(outputs[order], targets[order]), found, atol=1e-9
    )
    for number in range(7):
        alone = convex_coefficients(outputs, targets[:, [number]])
        np.testing.assert_allclose(alone[0], found[number], atol=1e-9)


def test_a_single_member_stands_for_itself(rng):
    coefficients = convex_coefficients(rng.normal(size=(40, 1)), rng.normal(size=(40, 3)))
    np.testing.assert_array_equal(coefficients, 1.0)


# Groups


def same_partition(one, other):
    return np.array_equal(one[:, None] == one, other[:, None] == other)


def test_kinds_and_numbers_of_groups_are_in_the_order_of_files():
    assert [name_of(*cell) for cell in cells(40, [8, 2])] == [
        "specific",
        *("random-8", "random-2", "shared-8", "shared-2", "own-8", "own-2"),
    ]
    assert cells(40, [8])[0] == (SPECIFIC, 40)


def test_groups_suit_the_movement_or_all_movements_together(rng):
    planted = np.stack([rng.permutation(np.arange(40) % 2) for _ in range(2)])
    patterns = 1 + 0.5 * planted + rng.normal(0, 0.01, planted.shape)
    for movement in range(2):
        own = _grouping(rng, OWN, 2, patterns, movement)
        assert same_partition(own, planted[movement])
    both = 2 * planted[0] + planted[1]
    for movement in (0, 1, 5):
        assert same_partition(_grouping(rng, SHARED, 4, patterns, movement), both)
    drawn = _grouping(rng, RANDOM, 2, patterns, 0)
    np.testing.assert_array_equal(np.bincount(drawn), 20)
    assert not any(same_partition(drawn, each) for each in planted)
    assert same_partition(_grouping(rng, SPECIFIC, 40, patterns, 0), np.arange(40))
