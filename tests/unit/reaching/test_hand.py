import numpy as np
import pytest

from corticomotor.studies.reaching.fields import Field
from corticomotor.studies.reaching.hand import SEEN_BOUNDS, WALL, Hands, Rules, moved, reward
from reference.point_hand import reach

BAND = Field(x=(-20.0, 20.0), y=(0.2, 0.8), force=(-0.75, 0.1), curl=0.0)
CURL = Field(x=(np.inf, -np.inf), y=(np.inf, -np.inf), force=(0.0, 0.0), curl=1.5)
AMOUNTS = {"action_steps": 3, "strongest": 1.5, "effort": 0.02, "bonus": 0.5, "tolerance": 0.3}


def hands_for(rng, count=40):
    return Hands.at_rest(rng.uniform(-1, 1, (count, 2)), rng.uniform(-1, 2, count))


def driven(hands, actions, rules):
    """Positions and rewards under actions (decision, reach, 2)."""
    ways, rewards = [], []
    for action in actions:
        hands, way = moved(hands, action, rules)
        ways.append(way)
        rewards.append(reward(hands, action, rules))
    return hands, np.concatenate(ways), np.array(rewards)


@pytest.mark.parametrize("field", [BAND, CURL], ids=["band", "curl"])
def test_hands_move_as_one_by_one_in_plain_numbers(field):
    rng = np.random.default_rng(3)
    hands, rules = hands_for(rng), Rules(field, **AMOUNTS)
    # Some beyond what is allowed, and long enough for walls.
    actions = rng.uniform(-1.3, 1.3, (30, 1, 2)) * 0.3 + rng.uniform(-1.3, 1.3, (1, 40, 2))
    _, way, rewards = driven(hands, actions, rules)
    assert (np.abs(way) == WALL).any()
    assert (rewards.max(axis=0) > 0).any()
    for place in range(40):
        expected_way, expected_rewards = reach(
            actions[:, place],
            hands.target[place],
            vars(field),
            hands.strength[place],
            **AMOUNTS,
        )
        np.testing.assert_allclose(way[:, place], expected_way, rtol=0, atol=1e-12)
        np.testing.assert_allclose(rewards[:, place], expected_rewards, rtol=0, atol=1e-12)


def test_without_a_field_positions_are_the_double_sum_of_accelerations():
    rng = np.random.default_rng(4)
    hands = Hands.at_rest(rng.uniform(-1, 1, (20, 2)), np.zeros(20))
    actions = rng.uniform(-0.3, 0.3, (10, 20, 2))
    _, way, _ = driven(hands, actions, Rules(BAND, **AMOUNTS))
    held = np.repeat(1.5 * actions, 3, axis=0)
    np.testing.assert_allclose(way, held.cumsum(axis=0).cumsum(axis=0) / 100, atol=1e-12)


def test_a_wall_stops_the_hand_along_one_axis_and_lets_it_go():
    hands = Hands.at_rest(np.array([[1.0, 0.0]]), np.zeros(1))
    rules = Rules(BAND, **AMOUNTS)
    right, left = np.array([[1.0, 0.05]]), np.array([[-1.0, 0.0]])
    hands, way, _ = driven(hands, [right] * 15, rules)
    assert hands.position[0, 0] == WALL
    assert hands.velocity[0, 0] == 0.0
    assert hands.velocity[0, 1] == pytest.approx(1.5 * 0.05 * 45 / 10)
    hands, way, _ = driven(hands, [left], rules)
    assert (np.diff(way[:, 0, 0]) < 0).all()


def test_the_strength_multiplies_the_force():
    target = np.zeros((3, 2))
    start = Hands(np.full((3, 2), 0.5), np.zeros((3, 2)), target, np.array([0.0, 1.0, -2.0]))
    hands, _ = moved(start, np.zeros((3, 2)), Rules(BAND, **AMOUNTS | {"action_steps": 1}))
    force = np.array([-0.75, 0.1]) / 10
    np.testing.assert_allclose(hands.velocity, [[0.0, 0.0], force, -2 * force], atol=1e-15)


def test_the_bonus_is_for_what_ends_within_the_tolerance():
    for distance, bonus in ((0.29, 0.5), (0.31, 0.0)):
        hands = Hands.at_rest(np.array([[0.0, distance]]), np.zeros(1))
        gained = reward(hands, np.array([[1.0, -3.0]]), Rules(BAND, **AMOUNTS))
        assert gained == pytest.approx([bonus - distance - 0.02 * 2])


def test_hands_are_seen_within_bounds():
    hands = Hands(
        np.array([[0.1, 0.2], [-1.5, 1.5]]),
        np.array([[0.3, 0.4], [-9.0, 9.0]]),
        np.array([[0.5, -0.6], [1.0, -1.0]]),
        np.ones(2),
    )
    seen = hands.seen()
    assert seen.dtype == np.float32
    np.testing.assert_allclose(seen[0], [0.1, 0.2, 0.3, 0.4, 0.5, -0.6, 0.8, -1.6], atol=1e-6)
    np.testing.assert_allclose(seen[1], SEEN_BOUNDS * np.array([-1, 1, -1, 1, 1, -1, 1, -1]))
    np.testing.assert_allclose(hands.distance, [np.hypot(0.4, 0.8), np.hypot(2.5, 2.5)])
