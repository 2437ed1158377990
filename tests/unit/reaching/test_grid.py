import itertools

import numpy as np
import pytest

from corticomotor.runtime.errors import InputError
from corticomotor.studies.reaching.agents.optimum import fewest_moves, optimal_values
from corticomotor.studies.reaching.agents.policies import (
    optimal_first_moves,
    policy_moves,
    policy_paths,
)
from corticomotor.studies.reaching.grid import MOVES, KingGrid, king_grid, seen, squares_seen
from corticomotor.studies.reaching.settings.agents import Grid
from reference import grid_reaching as plain

GRIDS = [
    KingGrid(7),
    KingGrid(7, (2, 4)),
    KingGrid(6, (1, 3), (0, 1)),
    KingGrid(6, (2, 2), (0, 2)),
]
each_grid = pytest.mark.parametrize("grid", GRIDS, ids=repr)


def as_plain(grid):
    return grid.size, grid.field_rows, grid.deflection


@each_grid
def test_moves_are_those_of_the_plain_version(grid):
    for row, column, move in itertools.product(range(grid.size), range(grid.size), range(8)):
        found = grid.moved(np.array([row, column]), np.array(move))
        assert tuple(found) == plain.moved((row, column), move, *as_plain(grid))


@each_grid
def test_many_hands_move_as_one_does(grid):
    rng = np.random.default_rng(1)
    hands, moves = rng.integers(grid.size, size=(5, 4, 2)), rng.integers(8, size=(5, 4))
    found = grid.moved(hands, moves)
    for place in np.ndindex(5, 4):
        np.testing.assert_array_equal(found[place], grid.moved(hands[place], moves[place]))


@each_grid
def test_successors_are_moves_by_number(grid):
    for number, move in np.ndindex(grid.squares, 8):
        after = grid.moved(grid.places(np.array(number)), np.array(move))
        assert grid.successors()[number, move] == grid.numbers(after)


def test_the_eight_moves_are_different_and_go_clockwise():
    angles = np.unwrap(np.arctan2(MOVES[:, 1], -MOVES[:, 0]))
    np.testing.assert_allclose(np.diff(angles), np.pi / 4)


def test_numbers_and_places_are_inverse():
    grid = KingGrid(5)
    numbers = np.arange(25)
    np.testing.assert_array_equal(grid.numbers(grid.places(numbers)), numbers)


def test_a_grid_has_the_field_of_its_settings_if_there_is_a_force():
    settings = Grid(size=9, field_rows=[3, 5], deflection=[1, 0])
    assert king_grid(settings, force=True) == KingGrid(9, (3, 5), (1, 0))
    assert king_grid(settings, force=False).field_rows is None


# What is seen


@pytest.mark.parametrize("view", ["parameters", "pixels"])
def test_hand_and_target_can_be_told_from_what_is_seen(view):
    hand, target = (each.ravel() for each in np.indices((25, 25)))
    for found, expected in zip(
        squares_seen(seen(hand, target, 5, view), 5, view), (hand, target), strict=True
    ):
        np.testing.assert_array_equal(found, expected)


def test_parameters_go_from_corner_to_corner():
    np.testing.assert_array_equal(
        seen(np.array([0]), np.array([15]), 4, "parameters"), [[-1, -1, 1, 1]]
    )
    np.testing.assert_array_equal(
        seen(np.array([3]), np.array([12]), 4, "parameters"), [[-1, 1, 1, -1]]
    )


def test_each_channel_has_one_bright_pixel():
    (image,) = seen(np.array([6]), np.array([9]), 4, "pixels")
    assert image.dtype == np.uint8
    expected = np.zeros((2, 4, 4))
    expected[0, 2, 1] = expected[1, 1, 2] = 255
    np.testing.assert_array_equal(image, expected)


# The exact solution


@each_grid
def test_fewest_moves_are_those_of_a_search(grid):
    found = fewest_moves(grid)
    for goal in np.ndindex(grid.size, grid.size):
        expected = plain.fewest_moves(goal, *as_plain(grid))
        column = found[:, goal[0] * grid.size + goal[1]].reshape(grid.size, grid.size)
        assert {square: column[square] for square in expected} == expected


def test_without_a_field_they_are_the_distance_of_a_king():
    grid = KingGrid(6)
    np.testing.assert_array_equal(fewest_moves(grid), grid.distances())


def test_some_targets_may_be_asked_alone():
    grid, targets = KingGrid(7, (2, 4)), np.array([40, 3])
    np.testing.assert_array_equal(fewest_moves(grid, targets), fewest_moves(grid)[:, targets])


def test_the_field_makes_some_ways_longer_and_some_shorter():
    goal = np.array([85])
    free, forced = (fewest_moves(grid, goal) for grid in (KingGrid(10), KingGrid(10, (2, 6))))
    assert (free.sum() / 99, forced.sum() / 99) == pytest.approx((4.4545, 4.9091), abs=1e-4)
    assert ((forced > free).sum(), (forced < free).sum()) == (25, 4)


def test_a_field_against_which_no_way_leads_is_an_error():
    with pytest.raises(InputError, match=r"deflection \[0, -2\].*from square \[0 0\] to \[0 1\]"):
        fewest_moves(KingGrid(4, (0, 3), (0, -2)))


@each_grid
def test_optimal_values_solve_their_equation(grid):
    moves = fewest_moves(grid)
    values = optimal_values(grid, moves)
    # Of a hand that is on its target, nothing more is asked.
    best = np.where(moves == 0, 0, values.max(axis=2))
    for move in range(8):
        after = grid.successors()[:, move]
        reached = after[:, np.newaxis] == np.arange(grid.squares)
        np.testing.assert_array_equal(values[..., move], np.where(reached, 0, best[after] - 1))


# Policies


@each_grid
def test_the_best_policy_takes_the_fewest_moves(grid):
    moves, targets = fewest_moves(grid), np.arange(grid.squares)
    policy = optimal_values(grid, moves).argmax(axis=2)
    np.testing.assert_array_equal(
        policy_moves(grid.successors(), policy, targets, moves.max()), moves
    )
    assert optimal_first_moves(policy, grid.successors(), moves).all()


def test_reaches_are_given_up_after_the_longest():
    grid, targets = KingGrid(5), np.array([4])
    always_right = np.full((25, 1), 2)
    found = policy_moves(grid.successors(), always_right, targets, 3)[:, 0].reshape(5, 5)
    np.testing.assert_array_equal(found[0], [np.nan, 3, 2, 1, 0])
    assert np.isnan(found[1:]).all()


def test_a_policy_is_asked_for_the_best_first_move_only_off_the_target():
    grid = KingGrid(3)
    moves = fewest_moves(grid, np.array([2]))
    found = optimal_first_moves(np.full((9, 1), 2), grid.successors(), moves)
    # To the right leads nearer in the first row, and from the left of the second.
    np.testing.assert_array_equal(found[:, 0].reshape(3, 3), [[1, 1, 1], [1, 0, 0], [0, 0, 0]])


def test_paths_follow_the_policy_up_to_the_target():
    grid = KingGrid(5, (1, 1))
    up_right = np.full((25, 2), 1)
    paths = policy_paths(grid, up_right, np.array([15, 20]), np.array([1, 2]), 4)
    nothing = [np.nan, np.nan]
    # A move that begins in the field goes straight up.
    np.testing.assert_array_equal(
        paths[0], [[3, 0], [2, 1], [1, 2], [0, 2], [0, 3]], "passes by the target"
    )
    np.testing.assert_array_equal(paths[1], [[4, 0], [3, 1], [2, 2], [1, 3], [0, 3]])
    arrived = policy_paths(grid, up_right[:, :1], np.array([15]), np.array([7]), 4)
    np.testing.assert_array_equal(arrived[0], [[3, 0], [2, 1], [1, 2], nothing, nothing])
