from dataclasses import dataclass, field
from itertools import count

import numpy as np
import pytest
import torch

from corticomotor.learning.rules import GradientRule, RewardRule, falling, learn
from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.runtime.errors import DivergenceError
from reference.reward_learning import learn_by_reward

ADVICE = "lower training.learning_rate"


@pytest.fixture
def rng():
    return np.random.default_rng(17)


class Scripted:
    """Errors that follow a script, whatever the parameters."""

    def __init__(self, errors):
        self.seen = []
        self._errors = iter(errors)

    def errors(self, parameters):
        self.seen.append(parameters.copy())
        return np.array(next(self._errors))


class ScriptedGradients:
    """Gradients that follow a script; errors are 1."""

    def __init__(self, gradients):
        self._gradients = iter(gradients)

    def errors_and_gradient(self, parameters):
        return np.ones(len(parameters)), next(self._gradients)


class Interruption(Exception):
    pass


@dataclass
class Bowl:
    """A quartic bowl for each trial; may stop in a call, counted from 1."""

    target: np.ndarray
    stop: int = 0
    calls: int = field(default=0, init=False)

    def errors(self, parameters):
        self.calls += 1
        if self.calls == self.stop:
            raise Interruption
        difference = parameters - self.target
        squares = difference * difference
        return np.sum(squares + squares * squares, axis=tuple(range(1, difference.ndim)))

    def errors_and_gradient(self, parameters):
        difference = parameters - self.target
        return self.errors(parameters), 2 * difference + 4 * difference**3


# Reward


def test_reward_rule_by_hand():
    """Four trials of two sessions: the first improves, then worsens; the second the reverse."""
    errors = [(0.50, 0.50), (0.40, 0.60), (0.45, 0.40), (0.40, 0.50)]
    objective = Scripted(errors)
    rule = RewardRule(np.random.default_rng(8), perturbation=0.1, memory=0.3)
    learned = learn(objective, rule, np.ones((2, 1)), iterations=4, advice=ADVICE)
    xi = 0.1 * np.random.default_rng(8).standard_normal((4, 2, 1))
    first, mean_first = 1.0, 1.0
    second, mean_second = 1.0, 1.0
    # Trial 1 sets the running means: no reward, only noise.
    first, second = first + xi[0, 0, 0], second + xi[0, 1, 0]
    seen = [(first, second)]
    # Trial 2: 0.40 < 0.50, 0.60 > 0.50.
    mean_first, mean_second = 0.3 * mean_first + 0.7 * first, 0.3 * mean_second + 0.7 * second
    first = first + (first - mean_first) + xi[1, 0, 0]
    second = second - (second - mean_second) + xi[1, 1, 0]
    seen.append((first, second))
    # Trial 3: the mean errors are 0.43 and 0.57; 0.45 is worse, 0.40 better.
    mean_first, mean_second = 0.3 * mean_first + 0.7 * first, 0.3 * mean_second + 0.7 * second
    first = first - (first - mean_first) + xi[2, 0, 0]
    second = second + (second - mean_second) + xi[2, 1, 0]
    seen.append((first, second))
    # Trial 4: the mean errors are 0.444 and 0.451; 0.40 is better, 0.50 worse.
    mean_first, mean_second = 0.3 * mean_first + 0.7 * first, 0.3 * mean_second + 0.7 * second
    first = first + (first - mean_first) + xi[3, 0, 0]
    second = second - (second - mean_second) + xi[3, 1, 0]

    np.testing.assert_allclose(np.array(objective.seen)[:, :, 0], [(1, 1), *seen], rtol=1e-12)
    np.testing.assert_allclose(learned.last[:, 0], (first, second), rtol=1e-12)
    np.testing.assert_array_equal(learned.errors, errors)


def test_reward_rule_is_that_of_one_session_at_a_time(rng):
    """The published order updates gains at the start of an iteration, ours at the end of one."""
    sessions, gains, iterations = 4, 3, 50
    target = rng.normal(1.0, 0.3, (sessions, gains))
    objective = Bowl(target)
    start = np.ones((sessions, gains))
    rule = RewardRule(np.random.default_rng(3), perturbation=0.05, memory=0.3)
    learned = learn(objective, rule, start, iterations=iterations, advice=ADVICE)

    xi = 0.05 * np.random.default_rng(3).standard_normal((iterations, sessions, gains))
    for session in range(sessions):
        alone = Bowl(target[session])

        def error_of(at, alone=alone):
            return float(alone.errors(np.array([at]))[0])

        errors, course = learn_by_reward(error_of, start[session], xi[:, session], memory=0.3)
        np.testing.assert_array_equal(learned.errors[:, session], errors[:iterations])
        np.testing.assert_array_equal(learned.last[session], course[iterations])
        # Rewards of both signs, or that would mean little.
        assert 0.2 < np.mean(np.diff(errors) < 0) < 0.9
        assert min(errors) < 0.7 * errors[0]


def test_a_gain_moves_away_from_its_new_mean_by_the_memory_of_the_older_one():
    """g - g_new = memory (g - g_old) is the step that a success takes along the last change."""
    objective = Scripted([[1.0], [0.5]])
    rng = np.random.default_rng(4)
    rule = RewardRule(rng, perturbation=np.array([0.1, 0.0]), memory=0.3)
    learned = learn(objective, rule, np.zeros((1, 3)), iterations=2, advice=ADVICE)
    np.testing.assert_allclose(learned.last, 1.3 * objective.seen[1], rtol=1e-12)


def test_perturbations_may_vary_by_iteration():
    scales = np.array([0.3, 0.0, 0.1])
    objective = Scripted([[1.0]] * 3)
    rule = RewardRule(np.random.default_rng(5), perturbation=scales, memory=0.3)
    learned = learn(objective, rule, np.zeros((1, 2, 2)), iterations=3, advice=ADVICE)
    # Errors that stay equal give no reward: only noise moves.
    xi = np.random.default_rng(5).standard_normal((3, 1, 2, 2))
    moves = np.diff(np.stack([*objective.seen, learned.last]), axis=0)
    np.testing.assert_allclose(moves, scales[:, None, None, None] * xi, atol=1e-15)


def test_parameters_of_any_shape_learn_by_reward(rng):
    target = rng.normal(size=(3, 2, 4))
    flat = Bowl(target.reshape(3, 8))
    learned = [
        learn(
            objective,
            RewardRule(np.random.default_rng(6), perturbation=0.05, memory=0.3),
            np.zeros(objective.target.shape),
            iterations=30,
            advice=ADVICE,
        )
        for objective in (Bowl(target), flat)
    ]
    np.testing.assert_allclose(learned[0].last.reshape(3, 8), learned[1].last, rtol=1e-12)


# Gradient


def test_gradient_rule_is_torchs_adam_with_clipped_norms(rng):
    """Each trial has an optimiser and a norm of its own."""
    trials, shape, iterations, longest = 3, (2, 4), 40, 1.5
    target = rng.normal(size=(trials, *shape))
    start = rng.normal(size=(trials, *shape))
    rates = falling(0.05, 0.01, iterations, 0.25)
    rule = GradientRule(rates, largest_norm=longest)
    learned = learn(Bowl(target), rule, start, iterations=iterations, advice=ADVICE)
    cut = 0
    for trial in range(trials):
        tensor = torch.tensor(start[trial], requires_grad=True)
        optimiser = torch.optim.Adam([tensor], lr=1.0, eps=1e-12)
        for iteration in range(iterations):
            optimiser.zero_grad()
            difference = tensor - torch.from_numpy(target[trial])
            error = torch.sum(difference**2 + difference**4)
            error.backward()
            np.testing.assert_allclose(learned.errors[iteration, trial], error.detach(), rtol=1e-10)
            norm = torch.linalg.vector_norm(tensor.grad)
            if norm > longest:
                tensor.grad.mul_(longest / norm)
                cut += 1
            optimiser.param_groups[0]["lr"] = rates[iteration]
            optimiser.step()
        np.testing.assert_allclose(learned.last[trial], tensor.detach(), rtol=1e-10)
    assert 0 < cut < trials * iterations


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
def test_a_trial_whose_gradient_is_not_finite_stays_where_it_is(bad):
    """So does one whose norm is not; the other trials go on as without it."""
    gradient = np.array([[1.0, -2.0], [0.5, bad], [3.0, 4.0]])
    start = np.arange(6.0).reshape(3, 2)
    rule = GradientRule(0.1, largest_norm=1.0)
    moved = learn(ScriptedGradients([gradient]), rule, start, iterations=1, advice=ADVICE).last
    np.testing.assert_array_equal(moved[1], start[1])
    others = [0, 2]
    alone = learn(
        ScriptedGradients([gradient[others]]),
        GradientRule(0.1, largest_norm=1.0),
        start[others],
        iterations=1,
        advice=ADVICE,
    ).last
    np.testing.assert_array_equal(moved[others], alone)
    assert (moved[others] != start[others]).all()


def test_a_gradient_of_zeros_stays_one():
    rule = GradientRule(0.1, largest_norm=1.0)
    objective = ScriptedGradients([np.zeros((2, 3))])
    moved = learn(objective, rule, np.ones((2, 3)), iterations=1, advice=ADVICE).last
    np.testing.assert_array_equal(moved, 1.0)


def test_a_gradient_that_is_not_finite_ends_learning_where_none_is_cut(rng):
    objective = Bowl(rng.normal(size=(2, 3)))
    start = np.ones((2, 3))
    start[1, 1] = np.nan
    with pytest.raises(DivergenceError, match="iteration 1"):
        learn(objective, GradientRule(0.1), start, iterations=3, advice=ADVICE)


def test_parameters_are_brought_back_after_each_update(rng):
    target = np.array([[2.0, -1.0, 0.5]])
    rule = GradientRule(0.05, project=lambda parameters: np.clip(parameters, 0.0, 1.0))
    learned = learn(Bowl(target), rule, np.full((1, 3), 0.5), iterations=200, advice=ADVICE)
    np.testing.assert_allclose(learned.last, [[1.0, 0.0, 0.5]], atol=1e-3)
    # Targets lie outside: the error ends where it is least inside.
    least = Bowl(target).errors(np.array([[1.0, 0.0, 0.5]]))
    np.testing.assert_allclose(learned.best_errors, least, rtol=1e-4)


def test_a_rate_falls_for_the_last_part_of_learning():
    np.testing.assert_array_equal(falling(0.3, 0.1, 5, 0.4), [0.3, 0.3, 0.3, 0.1, 0.1])
    np.testing.assert_array_equal(falling(0.3, 0.1, 3, 0.0), [0.3, 0.3, 0.3])
    np.testing.assert_array_equal(falling(0.3, 0.1, 2, 1.0), [0.1, 0.1])


def test_each_iteration_has_its_own_rate():
    """With a constant gradient a step of Adam is as long as its rate."""
    rates = np.array([0.3, 0.3, 0.1])
    objective = ScriptedGradients([np.full((1, 2), 5.0)] * 3)
    learned = learn(objective, GradientRule(rates), np.zeros((1, 2)), iterations=3, advice=ADVICE)
    np.testing.assert_allclose(learned.last, -0.7, rtol=1e-9)


# Learning


def rule_of(name, seed=7):
    if name == "gradient":
        return GradientRule(falling(0.1, 0.02, 40, 0.3), largest_norm=2.0)
    scales = falling(0.1, 0.02, 40, 0.3)
    return RewardRule(np.random.default_rng(seed), perturbation=scales, memory=0.3)


RULES = ("gradient", "reward")


@pytest.mark.parametrize("name", RULES)
def test_errors_are_those_before_each_update_and_the_best_is_the_best(rng, name):
    class Watched(Bowl):
        def errors(self, parameters):
            course.append(parameters.copy())
            return super().errors(parameters)

    course, start = [], rng.normal(size=(3, 4))
    untouched = start.copy()
    objective = Watched(rng.normal(size=(3, 4)))
    reports = []
    learned = learn(
        objective,
        rule_of(name),
        start,
        iterations=40,
        advice=ADVICE,
        report=lambda iteration, **numbers: reports.append((iteration, numbers)),
    )
    np.testing.assert_array_equal(start, untouched)
    assert len(course) == 40
    np.testing.assert_array_equal(course[0], start)
    errors = np.array([Bowl(objective.target).errors(parameters) for parameters in course])
    np.testing.assert_array_equal(learned.errors, errors)
    np.testing.assert_array_equal(learned.best_errors, errors.min(axis=0))
    for trial, iteration in enumerate(np.argmin(errors, axis=0)):
        np.testing.assert_array_equal(learned.best[trial], course[iteration][trial])
    assert [iteration for iteration, _ in reports] == list(range(1, 41))
    assert [numbers for _, numbers in reports] == [{"error": each.mean()} for each in errors]


@pytest.mark.parametrize("stops", [(3,), (17,), (25, 9), (30, 2, 2)])
@pytest.mark.parametrize("name", RULES)
def test_a_run_that_is_killed_goes_on_to_the_same_bytes(tmp_path, rng, name, stops):
    target, start = rng.normal(size=(2, 3, 4))

    def run(objective, checkpoint, seed):
        rule = rule_of(name, seed)
        return learn(objective, rule, start, iterations=40, advice=ADVICE, checkpoint=checkpoint)

    undisturbed = run(Bowl(target), None, seed=7)
    path = tmp_path / "learning.checkpoint"
    seed = 7
    for stop in stops:
        # A state is kept after every second iteration: one more may be lost.
        kept = Checkpoint(path, "identity", interval_s=2.0, clock=count().__next__)
        with pytest.raises(Interruption):
            run(Bowl(target, stop), kept, seed)
        # The noise that follows comes from the checkpoint.
        seed = 99
    objective = Bowl(target)
    found = run(objective, Checkpoint(path, "identity"), seed)
    assert 0 < objective.calls < 40
    for part in ("last", "best", "best_errors", "errors"):
        assert getattr(found, part).tobytes() == getattr(undisturbed, part).tobytes(), part


@pytest.mark.parametrize("name", RULES)
def test_what_changes_with_the_iteration_goes_on_where_it_was(tmp_path, rng, name):
    start, targets = rng.normal(size=(3, 4)), rng.normal(size=(20, 3, 4))

    def run(checkpoint, stop=20):
        def objective(iteration):
            if iteration == stop:
                raise Interruption
            return Bowl(targets[iteration])

        return learn(
            objective, rule_of(name), start, iterations=20, advice=ADVICE, checkpoint=checkpoint
        )

    undisturbed = run(None)
    np.testing.assert_array_equal(undisturbed.errors[0], Bowl(targets[0]).errors(start))
    with pytest.raises(Interruption):
        run(Checkpoint(tmp_path / "state", "identity", interval_s=0.0), stop=11)
    found = run(Checkpoint(tmp_path / "state", "identity"))
    assert found.errors.tobytes() == undisturbed.errors.tobytes()
    assert found.last.tobytes() == undisturbed.last.tobytes()


def test_reward_depends_on_its_rng_alone(rng):
    target = rng.normal(size=(2, 3))
    runs = [
        learn(
            Bowl(target), rule_of("reward", seed), np.zeros((2, 3)), iterations=9, advice=ADVICE
        ).last
        for seed in (1, 1, 2)
    ]
    assert np.array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


def test_trials_learn_together_as_they_do_alone(rng):
    target, start = rng.normal(size=(2, 3, 4))
    together = learn(Bowl(target), rule_of("gradient"), start, iterations=40, advice=ADVICE)
    for trial in range(3):
        alone = learn(
            Bowl(target[[trial]]),
            rule_of("gradient"),
            start[[trial]],
            iterations=40,
            advice=ADVICE,
        )
        np.testing.assert_allclose(together.last[trial], alone.last[0], rtol=1e-12)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_errors_that_are_not_finite_name_the_settings(bad):
    objective = Scripted([[1.0, 1.0], [1.0, 0.5], [bad, 0.5]])
    rule = RewardRule(np.random.default_rng(1), perturbation=0.1, memory=0.3)
    with pytest.raises(DivergenceError, match=rf"iteration 3: {ADVICE}"):
        learn(objective, rule, np.ones((2, 2)), iterations=5, advice=ADVICE)
