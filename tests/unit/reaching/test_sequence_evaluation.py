from dataclasses import replace

import numpy as np
import pytest
import torch

from corticomotor.studies.reaching.reaches import ideal_reaches
from corticomotor.studies.reaching.sequence.evaluation import (
    batch_of,
    draw_tests,
    look,
    measured,
    moved,
)
from corticomotor.studies.reaching.sequence.movements import Movement
from corticomotor.studies.reaching.sequence.networks import Network
from corticomotor.studies.reaching.settings import task

TASK = task.ReachTask()
# More than are done at once.
COUNT = 130
LIKE = torch.zeros((), dtype=torch.float64)


class Shifted(Network):
    """A hand that does what it should, but for a shift of all its kinematics.

    Args:
        shift: of each reach that the field pushes, and of no other (6,).
    """

    def __init__(self, shift=0.0, scale=1.0):
        self._shift, self._scale = torch.as_tensor(shift, dtype=torch.float64), scale

    def error_and_gradient(self, parameters, batch, rng):
        raise NotImplementedError

    def move(self, parameters, batch):
        kinematics = self._scale * batch.ideal
        if batch.push is not None:
            kinematics = kinematics + self._shift
        return Movement(kinematics, batch.inputs)


@pytest.fixture
def tests():
    settings = task.TestReaches(count=COUNT, shown=4, directions=6, distance=30.0)
    return draw_tests(np.random.default_rng(1), TASK, settings)


def test_an_ideal_hand_makes_no_errors(tests):
    found = measured(Shifted(), LIKE, tests, tests.field)
    for name in ("end_error", "held_error"):
        # What is left of the sigmoid after the last step.
        assert found[name].max() < 1e-3
    np.testing.assert_allclose(found["kinematics_error"], 0, atol=1e-12)
    assert found["speed_correlation"] == pytest.approx(1)
    example = tests.example
    assert tests.crosses[example]
    assert not tests.crosses[:example].any()
    np.testing.assert_allclose(found["output"][0], tests.random.position[:, example])
    np.testing.assert_allclose(found["output"][2], tests.random.acceleration[:, example])
    np.testing.assert_allclose(found["hand"], 50 * tests.random.position[:, :4].transpose(1, 0, 2))


def test_errors_are_distances_in_percent_and_squares_over_the_variance(tests):
    shift = np.array([0.03, 0.04, 0.2, 0.2, 0.1, 0.1])
    found = measured(Shifted(shift), LIKE, tests, tests.field)
    # A workspace of 100 percent goes from -1 to 1.
    np.testing.assert_allclose(found["end_error"], 2.5, atol=1e-3)
    np.testing.assert_allclose(found["held_error"], 2.5, atol=1e-2)
    reaches = tests.random
    for quantity, (each, ideal) in enumerate(
        zip(
            np.split(shift, 3),
            (reaches.position, reaches.velocity, reaches.acceleration),
            strict=True,
        )
    ):
        expected = np.square(each).mean() / ideal.var()
        assert found["kinematics_error"][quantity] == pytest.approx(expected)
    # Without the field there is no shift.
    np.testing.assert_allclose(measured(Shifted(shift), LIKE, tests, None)["kinematics_error"], 0)


def test_a_hand_that_does_not_move_has_a_speed_without_correlation(tests):
    assert measured(Shifted(scale=0.0), LIKE, tests, None)["speed_correlation"] == 0


def test_looks_take_the_first_tests_and_tell_those_that_cross(tests):
    class Stopped(Shifted):
        def move(self, parameters, batch):
            upwards = batch.inputs[-1, :, 1] > 0
            return Movement(torch.where(upwards[:, None], 0.0, batch.ideal), batch.inputs)

    count = 60
    errors, crosses = look(Stopped(), LIKE, tests, tests.field, count)
    distance = 50 * np.linalg.norm(tests.random.targets, axis=1)
    distance[tests.random.targets[:, 1] <= 0] = 0
    assert errors == pytest.approx(np.median(distance[:count]), abs=0.01)
    crossing = tests.crosses[:count]
    assert crosses == pytest.approx(np.median(distance[:count][crossing]), abs=0.01)
    assert crosses > errors


def test_reaches_keep_their_order_and_their_inputs(tests):
    kinematics, inputs = moved(Shifted(), LIKE, tests.random, None)
    np.testing.assert_array_equal(inputs, tests.random.inputs)
    np.testing.assert_allclose(kinematics[1], tests.random.velocity)


def test_directed_reaches_go_around_the_start_when_the_target_comes(tests):
    directed = tests.directed
    np.testing.assert_allclose(np.linalg.norm(directed.targets, axis=1), 0.6)
    angles = np.arctan2(directed.targets[:, 1], directed.targets[:, 0]) % (2 * np.pi)
    np.testing.assert_allclose(angles, tests.directions, atol=1e-12)
    assert (directed.cue == TASK.target_step).all()


def test_reaches_are_alike_until_the_target_comes_unless_forces_differ(tests):
    some = ideal_reaches(tests.random.targets[:3], np.array([20, 24, 29]), TASK)
    strengths = np.array([0.0, 1.0, 2.0])
    assert batch_of(some, None, strengths, LIKE).alike == TASK.target_step
    assert batch_of(some, tests.field, np.full(3, 2.0), LIKE).alike == TASK.target_step
    assert batch_of(some, tests.field, None, LIKE).alike == TASK.target_step
    assert batch_of(some, tests.field, strengths, LIKE).alike == 0
    late = replace(some, inputs=np.zeros_like(some.inputs))
    late.inputs[50:, 1, 2] = 1
    assert batch_of(late, None, None, LIKE).alike == 50
