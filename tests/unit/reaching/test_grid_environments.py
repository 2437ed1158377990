import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from stable_baselines3.common.env_checker import check_env as check_env_of_stable_baselines

import corticomotor.studies.reaching.environments  # noqa: F401
from corticomotor.studies.reaching.environments.batched import BatchedEnv
from corticomotor.studies.reaching.environments.grid import GridReach, observation_space
from corticomotor.studies.reaching.environments.grid_reaches import GridReaches
from corticomotor.studies.reaching.grid import KingGrid, seen

VIEWS = ["parameters", "pixels"]
each_view = pytest.mark.parametrize("view", VIEWS)
RIGHT, STAY_UP = 2, 0


def make(**options):
    return gymnasium.make("corticomotor/GridReach-v0", **options)


# One reach


@each_view
@pytest.mark.parametrize("field_rows", [None, (10, 13)])
@pytest.mark.filterwarnings("ignore:The minimal resolution for an image")
@pytest.mark.filterwarnings("error::UserWarning:gymnasium")
def test_the_checkers_of_gymnasium_and_stable_baselines_pass(view, field_rows):
    env = make(view=view, field_rows=field_rows, render_mode="rgb_array")
    check_env(env.unwrapped)
    check_env_of_stable_baselines(env.unwrapped)


def test_a_reach_costs_one_for_each_move_but_the_last():
    env = make(size=10)
    env.reset(seed=1, options={"hand": [4, 2], "target": [4, 5]})
    assert [env.step(RIGHT)[1:4] for _ in range(3)] == [
        (-1.0, False, False),
        (-1.0, False, False),
        (0.0, True, False),
    ]


def test_the_field_deflects():
    env = make(size=10, field_rows=(3, 5), deflection=(0, -1))
    env.reset(seed=1, options={"hand": [4, 2], "target": [0, 0]})
    np.testing.assert_array_equal(env.step(RIGHT)[4]["hand"], [4, 2])


def test_with_a_radius_a_near_miss_is_a_hit():
    for radius, reached in ((0, False), (1, False), (2, True)):
        env = make(radius=radius)
        env.reset(seed=1, options={"hand": [4, 2], "target": [6, 5]})
        assert env.step(RIGHT)[2] is reached


def test_a_reach_is_given_up_after_50_moves_or_as_many_as_one_says():
    for env, longest in ((make(), 50), (make(max_episode_steps=7), 7)):
        env.reset(seed=1, options={"hand": [0, 0], "target": [9, 9]})
        ends = [env.step(STAY_UP)[2:4] for _ in range(longest)]
        assert ends == [(False, False)] * (longest - 1) + [(False, True)]


def test_a_fixed_goal_stays_and_is_no_start():
    env = make(size=3, goal=(1, 2))
    starts = set()
    for seed in range(60):
        infos = env.reset(seed=seed)[1]
        assert tuple(infos["target"]) == (1, 2)
        starts.add(tuple(infos["hand"]))
    assert starts == set(np.ndindex(3, 3)) - {(1, 2)}


def test_a_square_off_the_grid_is_an_error():
    with pytest.raises(ValueError, match=r"within 0 to 15, found \[3, 16\]"):
        make().reset(options={"hand": [3, 16]})


@each_view
def test_what_is_seen_is_what_the_infos_say(view):
    env = make(view=view, size=5)
    observation, infos = env.reset(seed=4)
    numbers = KingGrid(5).numbers(np.array([infos["hand"], infos["target"]]))
    np.testing.assert_array_equal(observation, seen(numbers[:1], numbers[1:], 5, view)[0])
    assert observation in env.observation_space


def test_a_drawing_shows_hand_target_and_field():
    env = make(size=4, field_rows=(1, 2), render_mode="rgb_array")
    env.reset(seed=1, options={"hand": [3, 0], "target": [1, 1]})
    colors = env.render()[::12, ::12]
    assert colors.shape == (4, 4, 3)
    kinds = {tuple(color) for color in colors.reshape(-1, 3)}
    assert len(kinds) == 4
    np.testing.assert_array_equal(colors[1, 0], colors[2, 3])
    assert tuple(colors[1, 1]) not in (tuple(colors[1, 0]), tuple(colors[3, 0]))
    assert make(size=4).unwrapped.render() is None


# Many side by side


def reaches(view="parameters", count=5, longest=6, seed=3, **options):
    grid = KingGrid(6, (2, 3))
    return GridReaches(
        np.random.default_rng(seed), grid, view, count=count, longest=longest, **options
    )


@each_view
def test_many_reaches_go_as_single_ones_do(view):
    many, rng = reaches(view), np.random.default_rng(1)
    single = [gymnasium.wrappers.TimeLimit(GridReach(view, 6, (2, 3)), 6) for _ in range(5)]
    observed = many.reset()

    def restart(place):
        options = {
            "hand": divmod(int(many.hand[place]), 6),
            "target": divmod(int(many.target[place]), 6),
        }
        return single[place].reset(options=options)[0]

    for place in range(5):
        np.testing.assert_array_equal(observed[place], restart(place))
    ends = {True: 0, False: 0}
    for _ in range(120):
        actions = rng.integers(8, size=5)
        observed, rewards, ended, infos = many.step(actions)
        for place, action in enumerate(actions):
            seen_there, reward, reached, late, _ = single[place].step(action)
            assert (rewards[place], ended[place]) == (reward, reached or late)
            if ended[place]:
                ends[reached] += 1
                np.testing.assert_array_equal(infos[place]["terminal_observation"], seen_there)
                assert infos[place]["TimeLimit.truncated"] is (late and not reached)
                seen_there = restart(place)
            else:
                assert infos[place] == {}
            np.testing.assert_array_equal(observed[place], seen_there)
    assert min(ends.values()) > 5


def test_starts_are_any_two_different_squares():
    many = GridReaches(
        np.random.default_rng(0), KingGrid(3), "parameters", count=72 * 50, longest=5
    )
    many.reset()
    pairs, counts = np.unique(many.hand * 9 + many.target, return_counts=True)
    assert len(pairs) == 72
    assert (pairs // 9 != pairs % 9).all()
    assert counts.min() > 20


def test_another_radius_counts_from_then_on():
    many = reaches(count=400)
    many.reset()
    assert many.step(np.zeros(400, dtype=int))[2].sum() < 60
    many.set_attr("radius", 5)
    assert many.step(np.zeros(400, dtype=int))[2].all()
    assert many.get_attr("radius") == [5] * 400


def test_the_same_seed_gives_the_same_reaches():
    first, again, other = (reaches(seed=seed).reset() for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_spaces_hold_what_is_seen():
    for view in VIEWS:
        many = reaches(view)
        assert many.observation_space == observation_space(6, view)
        assert many.reset()[0] in many.observation_space


# What all environments side by side do


class Countdown(BatchedEnv):
    """Reaches that are never reached; what is seen is how often a place has started."""

    def __init__(self, count, longest, **options):
        space = gymnasium.spaces.Box(0, 100, (1,), np.float32)
        self.starts = np.zeros((count, 1), dtype=np.float32)
        rng = np.random.default_rng(0)
        super().__init__(rng, count, longest, space, gymnasium.spaces.Discrete(2), **options)

    def _start(self, which):
        self.starts[which] += 1

    def _advance(self, actions):
        return np.zeros(self.num_envs, dtype=np.float32), np.zeros(self.num_envs, dtype=bool)

    def _observe(self):
        return self.starts.copy()


def test_reaches_begin_together_unless_they_are_staggered():
    for staggered, different in ((False, 1), (True, 10)):
        env = Countdown(200, 10, staggered=staggered)
        env.reset()
        ended = np.array([env.step(np.zeros(200))[2] for _ in range(10)])
        # Each ends once in as many steps as a reach may take.
        np.testing.assert_array_equal(ended.sum(axis=0), 1)
        assert len(set(ended.argmax(axis=0))) == different


def test_what_was_seen_at_the_end_is_not_what_is_seen_next():
    env = Countdown(2, 3)
    env.reset()
    for _ in range(2):
        assert env.step(np.zeros(2))[3] == [{}, {}]
    observed, _, _, infos = env.step(np.zeros(2))
    np.testing.assert_array_equal(observed, [[2], [2]])
    np.testing.assert_array_equal([each["terminal_observation"] for each in infos], [[1], [1]])
    assert all(each["TimeLimit.truncated"] for each in infos)


def test_single_reaches_have_no_attributes_or_methods_of_their_own():
    env = Countdown(3, 5)
    with pytest.raises(ValueError, match="share their attributes"):
        env.set_attr("longest", 4, indices=[1])
    with pytest.raises(ValueError, match="share their methods"):
        env.env_method("reset", indices=0)
    env.env_method("reset")
    np.testing.assert_array_equal(env.starts, 1)
    assert env.get_attr("longest", indices=[0, 2]) == [5, 5]
    assert env.env_is_wrapped(gymnasium.Wrapper) == [False] * 3
    assert env.get_images() == [None] * 3
