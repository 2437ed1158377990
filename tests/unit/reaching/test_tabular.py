from functools import partial

import numpy as np
import pytest

from corticomotor.runtime import store
from corticomotor.runtime.errors import InputError
from corticomotor.runtime.seeding import stream
from corticomotor.studies.reaching import contracts
from corticomotor.studies.reaching.agents.optimum import fewest_moves, optimal_values
from corticomotor.studies.reaching.agents.tabular import Draws, Table, learn_table, look_episodes
from corticomotor.studies.reaching.grid import KingGrid, king_grid
from corticomotor.studies.reaching.settings.agents import Grid, Tabular


def learned(settings, replicate=1001):
    return learn_table(partial(stream, 1, replicate=replicate), settings)


@pytest.mark.parametrize("replicate", range(1001, 1011))
def test_the_agent_is_optimal_from_every_start_with_a_force_and_without(replicate):
    found = learned(Tabular(), replicate)
    np.testing.assert_array_equal(found["moves"], found["optimal_moves"])
    np.testing.assert_array_equal(found["look_optimal"][:, -1], 1)
    np.testing.assert_array_equal(found["look_regret"][:, -1], 0)
    np.testing.assert_array_equal(found["optimal_first_moves"], 1)
    # The best move of each square has its exact value; the others are learned as far as needed.
    values, exact = found["values"], found["optimal_values"]
    np.testing.assert_allclose(values.max(axis=-1), exact.max(axis=-1), atol=1e-4)


def test_the_result_is_what_the_contract_says():
    store.dataset(contracts.TABULAR, learned(Tabular(episodes=60)))


def test_values_approach_the_exact_ones_from_above():
    grid, goal = KingGrid(6, (2, 3)), 20
    exact = optimal_values(grid, fewest_moves(grid, np.array([goal])))[:, 0]
    table = Table.of(grid, goal, Tabular())
    draws = Draws(np.random.default_rng(3))
    away = np.arange(36) != goal
    for _ in range(200):
        table.reach(draws)
        assert (np.array(table.values) >= exact - 1e-12)[away].all()
    np.testing.assert_array_equal(table.values[goal], np.zeros(8))


def test_one_reach_moves_the_values_on_its_way_as_the_rule_says():
    # Always up and to the right: a king's diagonal to the goal, without exploration.
    grid = KingGrid(3)
    table = Table.of(grid, 2, Tabular(learning_rate=0.25, exploration=1e-9))
    for square in range(9):
        table.values[square] = [-4.0, -1.0] + [-4.0] * 6
    draws = Draws(np.random.default_rng(0))
    draws._left = [0.5, 0.5, 0.7]  # Taken from the end: the start is square 6 of the 9.
    assert table.reach(draws) == 2
    assert table.values[6][1] == pytest.approx(-1 + 0.25 * (-1 - 1 + 1))
    assert table.values[4][1] == pytest.approx(-1 + 0.25 * (0 + 1))


def test_starts_are_all_squares_but_the_goal():
    starts = set()
    for number in range(8):
        # Each move leads to the goal, so that the start alone learns.
        table = Table([[-1.0] * 8 for _ in range(9)], [[4] * 8] * 9, goal=4, rate=1, exploration=1)
        draws = Draws(np.random.default_rng(number))
        draws.uniform()
        draws._left.append((number + 0.5) / 8)
        assert table.reach(draws) == 1
        (start,) = (square for square in range(9) if max(table.values[square]) == 0)
        starts.add(start)
    assert starts == set(range(9)) - {4}


def test_random_numbers_are_those_of_the_stream():
    draws = Draws(np.random.default_rng(5))
    found = [draws.uniform() for _ in range(5000)]
    expected = np.random.default_rng(5).random(8192)
    assert sorted(found[:4096]) == sorted(expected[:4096])
    assert {draws.below(3) for _ in range(200)} == {0, 1, 2}


def test_the_same_seed_gives_the_same_table_and_another_one_another():
    settings = Tabular(episodes=100)
    first, again, other = (learned(settings, replicate) for replicate in (1, 1, 2))
    assert first["values"].tobytes() == again["values"].tobytes()
    assert first["values"].tobytes() != other["values"].tobytes()


def test_both_fields_are_what_their_grids_say():
    settings = Tabular(episodes=50)
    found = learned(settings)
    for place, force in enumerate((False, True)):
        grid = king_grid(settings.grid, force=force)
        expected = fewest_moves(grid, np.array([85]))
        np.testing.assert_array_equal(found["optimal_moves"][place].ravel(), expected[:, 0])


def test_paths_lead_from_different_starts_to_the_goal():
    found = learned(Tabular())
    starts = found["path"][:, :, 0]
    np.testing.assert_array_equal(starts[0], starts[1])
    assert len({tuple(start) for start in starts[0]}) == 12
    for path in found["path"].reshape(24, -1, 2):
        taken = path[np.isfinite(path[:, 0])]
        np.testing.assert_array_equal(taken[-1], [8, 5])


@pytest.mark.parametrize(
    ("episodes", "looks"), [(10, [0, 10]), (25, [0, 25]), (100, [0, 25, 50, 100])]
)
def test_tests_come_after_twice_as_many_reaches_each(episodes, looks):
    assert look_episodes(episodes) == looks


def test_a_field_that_leaves_no_way_to_the_goal_is_an_error():
    with pytest.raises(InputError, match="deflection"):
        learned(Tabular(grid=Grid(size=10, field_rows=[0, 9], deflection=[-2, 0]), episodes=1))
