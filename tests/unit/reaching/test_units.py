import numpy as np
import pytest

from corticomotor.studies.reaching.units import REST_STEPS, turning_points, unit_activity
from reference.turning_points import most_turns

STEPS = 40


@pytest.mark.parametrize("hysteresis", [0.0, 0.3, 1.0, 2.5])
def test_turns_are_as_many_as_the_definition_says(hysteresis):
    rng = np.random.default_rng(0)
    # Steps of few sizes, so that some changes equal the hysteresis.
    courses = np.cumsum(rng.integers(-3, 4, (30, 40)) / 10, axis=0)
    courses += np.where(np.arange(40) % 2, rng.standard_normal((30, 40)), 0.0)
    found = turning_points(courses.reshape(30, 8, 5), hysteresis)
    assert found.shape == (8, 5)
    expected = [most_turns(course.tolist(), hysteresis) for course in courses.T]
    assert found.ravel().tolist() == expected
    assert len(set(expected)) > 1


@pytest.mark.parametrize(("periods", "turns"), [(0.2, 0), (0.5, 1), (1.0, 2), (2.5, 5)])
def test_a_sine_turns_twice_a_period(periods, turns):
    course = np.sin(2 * np.pi * periods * np.linspace(0, 1, 101))
    assert turning_points(course, 0.1) == turns
    assert turning_points(-course, 0.1) == turns


def test_ripples_are_no_turns_and_do_not_hide_them():
    rng = np.random.default_rng(1)
    sine = np.sin(2 * np.pi * np.linspace(0, 1, 101))
    ripples = rng.uniform(-0.05, 0.05, 101)
    assert turning_points(ripples, 0.1) == 0
    assert turning_points(sine + ripples, 0.11) == 2
    assert turning_points(sine + ripples, 0.0) > 20


def activity(moving):
    """Silence up to the go cue; then activity (direction, time, unit)."""
    return np.concatenate([np.zeros((len(moving), REST_STEPS, moving.shape[2])), moving], axis=1)


def described(moving, threshold=0.1):
    return unit_activity(activity(moving), cue=REST_STEPS, steps=STEPS, threshold=threshold)


def test_the_change_at_the_cue_and_the_deviation_between_directions():
    rng = np.random.default_rng(2)
    levels = rng.standard_normal((8, 1, 6))
    found = described(np.repeat(levels, STEPS, axis=1))
    scale = levels.std(axis=0).mean()
    np.testing.assert_allclose(found.scale, scale)
    np.testing.assert_allclose(found.cue_change, levels.mean(axis=(0, 1)) / scale)
    np.testing.assert_allclose(found.direction_deviation, levels.std(axis=0)[0] / scale)
    assert (found.turning_points == 0).all()


def test_activity_before_the_cue_counts_from_shortly_before_it():
    moving = np.random.default_rng(3).standard_normal((4, STEPS, 5))
    early = np.full((4, 7, 5), 99.0)
    rates = np.concatenate([early, activity(moving) + 1.0], axis=1)
    found = unit_activity(rates, cue=7 + REST_STEPS, steps=STEPS, threshold=0.1)
    np.testing.assert_allclose(found.cue_change, described(moving).cue_change)


def test_a_deviation_counts_where_it_is_largest():
    moving = np.zeros((2, STEPS, 1))
    moving[:, 11, 0] = [-3.0, 3.0]
    found = described(moving)
    np.testing.assert_allclose(found.direction_deviation * found.scale, 3.0)


@pytest.mark.parametrize("factor", [1e-3, 50.0])
def test_the_unit_of_activity_does_not_matter(factor):
    moving = np.random.default_rng(4).standard_normal((8, STEPS, 6)).cumsum(axis=1)
    one, other = described(moving), described(factor * moving)
    np.testing.assert_allclose(one.cue_change, other.cue_change)
    np.testing.assert_allclose(one.direction_deviation, other.direction_deviation)
    np.testing.assert_array_equal(one.turning_points, other.turning_points)
    assert one.turning_points.mean() > 1


def test_turns_are_the_mean_of_directions():
    time = np.linspace(0, 1, STEPS)
    moving = np.stack([np.sin(np.pi * time), np.sin(4 * np.pi * time)])[:, :, np.newaxis]
    assert described(moving).turning_points.tolist() == [2.5]
