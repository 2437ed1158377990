import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from stable_baselines3.common.env_checker import check_env as check_env_of_stable_baselines

import corticomotor.studies.reaching.environments  # noqa: F401
from corticomotor.studies.reaching.environments.control import ControlReach, ControlReaches
from corticomotor.studies.reaching.fields import Field
from corticomotor.studies.reaching.hand import Rules

STILL, UP = np.zeros(2, dtype=np.float32), np.array([0.0, 0.05], dtype=np.float32)
FORCE, BOUNDS = (-0.75, 0.0), ((-20.0, 20.0), (0.2, 0.8))


def make(**options):
    return gymnasium.make("corticomotor/ControlReach-v0", **options)


def driven(env, actions, **options):
    env.reset(seed=1, options=options)
    return [env.step(action) for action in actions]


# One reach


@pytest.mark.parametrize("options", [{}, {"curl": 1.0, "force": (0.0, 0.0)}], ids=["band", "curl"])
@pytest.mark.filterwarnings("error")
def test_the_checkers_of_gymnasium_and_stable_baselines_pass(options):
    env = make(render_mode="rgb_array", **options)
    check_env(env.unwrapped)
    check_env_of_stable_baselines(env.unwrapped)


def test_a_reach_is_over_after_25_decisions_or_as_many_as_one_says():
    for env, longest in ((make(), 25), (make(max_episode_steps=7), 7)):
        ends = [step[2:4] for step in driven(env, [STILL] * longest)]
        assert ends == [(False, False)] * (longest - 1) + [(False, True)]


def test_infos_tell_distance_in_percent_and_hits():
    env = make()
    for target, distance, hit in (((0.04, 0.0), 2.0, True), ((0.3, -0.4), 25.0, False)):
        infos = env.reset(options={"target": target})[1]
        assert infos["distance"] == pytest.approx(distance)
        assert infos["hit"] is hit
        assert env.step(STILL)[4] == infos


def test_the_force_pushes_in_its_region_as_strongly_as_one_says():
    seen = {
        strength: driven(make(), [UP] * 25, target=(0.0, 0.9), strength=strength)[-1][0]
        for strength in (1.0, 0.0, -1.0)
    }
    assert seen[1.0][0] < -0.5
    assert seen[0.0][0] == 0.0
    assert seen[-1.0][0] == -seen[1.0][0]
    # Upwards nothing pushes.
    assert seen[1.0][1] == seen[0.0][1] > 0.5
    elsewhere = driven(make(y=(-40.0, -10.0)), [UP] * 25, target=(0.0, 0.9))[-1][0]
    np.testing.assert_array_equal(elsewhere, seen[0.0])


def test_a_positive_curl_pushes_to_the_left():
    seen = driven(make(force=(0.0, 0.0), curl=0.5), [UP] * 5)[-1][0]
    assert seen[0] < 0 < seen[1]


def test_targets_are_drawn_from_the_seed():
    env = make()
    first, again, other = (env.reset(seed=seed)[0][4:6] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()
    # A given one leaves those that come after as they are.
    env.reset(seed=1)
    second = env.reset()[0]
    env.reset(seed=1, options={"target": (0.1, 0.1)})
    np.testing.assert_array_equal(env.reset()[0], second)


def test_a_drawing_shows_way_target_and_field():
    env = make(render_mode="rgb_array")

    def colors():
        return {tuple(color) for color in env.render()[::2, ::2].reshape(-1, 3)}

    driven(env, [UP] * 20, target=(0.5, -0.5))
    shown = colors()
    picture = env.render()
    rows = np.flatnonzero((picture[:, 5] == picture[60, 5]).all(axis=1))
    # The band from 10 to 40 %, where 240 pixels are 150 % high and y points up.
    assert (rows[0], rows[-1]) == (56, 103)
    env.reset(options={"target": (0.5, -0.5), "strength": 0.0})
    assert len(shown) == 6
    # No field, and the hand covers its way.
    assert len(colors()) == 4
    assert make().unwrapped.render() is None


# Many side by side


def rules():
    field = Field(x=BOUNDS[0], y=BOUNDS[1], force=FORCE, curl=0.0)
    return Rules(field, action_steps=4, strongest=1.5, effort=0.02, bonus=0.5, tolerance=0.06)


def signs(rng, count):
    return rng.integers(-1, 2, count).astype(float)


def reaches(count=6, decisions=9, seed=5, strengths=signs):
    return ControlReaches(np.random.default_rng(seed), rules(), count, decisions, strengths)


def test_many_reaches_go_as_single_ones_do():
    many, rng = reaches(), np.random.default_rng(1)
    single = [ControlReach() for _ in range(6)]
    observed = many.reset()

    def restart(place):
        target, strength = many.hands.target[place], many.hands.strength[place]
        return single[place].reset(options={"target": target, "strength": strength})[0]

    for place in range(6):
        np.testing.assert_array_equal(observed[place], restart(place))
    ends = 0
    for _ in range(60):
        actions = rng.uniform(-1, 1, (6, 2)).astype(np.float32)
        observed, rewards, ended, infos = many.step(actions)
        for place, action in enumerate(actions):
            seen, reward, _, _, _ = single[place].step(action)
            assert rewards[place] == np.float32(reward)
            if ended[place]:
                ends += 1
                np.testing.assert_array_equal(infos[place]["terminal_observation"], seen)
                assert infos[place]["TimeLimit.truncated"] is True
                seen = restart(place)
            np.testing.assert_array_equal(observed[place], seen)
    assert ends > 30


def test_they_do_not_end_together():
    many = reaches(count=50)
    many.reset()
    ended = np.array([many.step(np.zeros((50, 2)))[2] for _ in range(9)])
    np.testing.assert_array_equal(ended.sum(axis=0), 1)
    assert (ended.sum(axis=1) > 0).all()


def test_each_new_reach_has_a_target_and_a_strength_of_its_own():
    many = reaches(count=3000)
    many.reset()
    np.testing.assert_allclose(np.abs(many.hands.target).max(axis=0), 1.0, atol=0.01)
    _, counts = np.unique(many.hands.strength, return_counts=True)
    np.testing.assert_allclose(counts, 1000, atol=120)


def test_the_same_seed_gives_the_same_reaches():
    first, again, other = (reaches(seed=seed).reset() for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first[:, 4:6] != other[:, 4:6]).all()
