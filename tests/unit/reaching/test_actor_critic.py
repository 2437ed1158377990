import hashlib

import numpy as np
import pytest

from corticomotor.runtime import store
from corticomotor.runtime.errors import DivergenceError, InputError
from corticomotor.runtime.seeding import stream
from corticomotor.studies.reaching import contracts
from corticomotor.studies.reaching.agents import actor_critic
from corticomotor.studies.reaching.agents.actor_critic import train_control
from corticomotor.studies.reaching.agents.control_tests import crossing_lines, deviation, perform
from corticomotor.studies.reaching.fields import Field
from corticomotor.studies.reaching.hand import Rules
from corticomotor.studies.reaching.settings import task as reach_task
from corticomotor.studies.reaching.settings.agents import Control, ControlAgents
from corticomotor.studies.reaching.settings.task import ForceField, ReachTask

BAND = Field(x=(-20.0, 20.0), y=(0.2, 0.8), force=(-0.75, 0.0), curl=0.0)
RULES = Rules(BAND, action_steps=4, strongest=1.5, effort=0.02, bonus=0.5, tolerance=0.06)
NOWHERE = (np.inf, -np.inf)


def curl(strength):
    return Field(x=NOWHERE, y=NOWHERE, force=(0.0, 0.0), curl=strength)


def settings(phases=(96, 64, 48), **changed):
    small = {"random_steps": 48, "test_reaches": 30, "looks": 2, "hidden": 16, "memory": 2000}
    agents = ControlAgents(sac=list(phases), td3=list(phases))
    return Control(agents=agents, **small | changed)


def trained(agent="td3", seed=3, task=None, **changed):
    return train_control(
        agent,
        settings(**changed),
        task or ReachTask(),
        reach_task.TestReaches(shown=5),
        rng=lambda purpose: stream(seed, purpose),
    )


def digest(found):
    values = [np.ascontiguousarray(found[name]).tobytes() for name in sorted(found)]
    return hashlib.sha256(b"".join(values)).hexdigest()


# Tests of an agent


def test_deviation_is_the_distance_from_the_line_along_the_force():
    up, along, slanted = (0.0, 1.0), (-1.0, 0.0), (0.6, 0.8)
    targets = np.array([up, up, along, slanted])
    way = np.zeros((4, 4, 2))
    # Pushed by .3 after having been .2 on the other side, and the other way around.
    way[1:3, 0] = [(0.2, 0.2), (-0.3, 0.7)]
    way[1:3, 1] = [(-0.2, 0.9), (0.3, 0.1)]
    way[1:3, 2] = [(-0.4, 0.6), (-1.0, -0.2)]
    # By .5 to the left of the line.
    way[3, 3] = 0.7 * np.array(slanted) + 0.5 * np.array([-0.8, 0.6])
    np.testing.assert_allclose(deviation(way, targets, BAND), [0.3, -0.3, 0.0, 0.4], atol=1e-12)
    left = [0.3, -0.3, -0.6, 0.5]
    np.testing.assert_allclose(deviation(way, targets, curl(2.0)), left, atol=1e-12)
    np.testing.assert_allclose(deviation(way, targets, curl(-2.0)), np.negative(left), atol=1e-12)


def test_without_any_force_nothing_deviates_along_it():
    none = Field(x=BAND.x, y=BAND.y, force=(0.0, 0.0), curl=0.0)
    way = np.random.default_rng(1).normal(size=(5, 3, 2))
    np.testing.assert_array_equal(deviation(way, np.ones((3, 2)), none), 0.0)


def test_lines_cross_the_field_where_their_ends_are_beyond_its_bounds():
    targets = np.array([(0.5, 0.19), (0.5, 0.21), (-1.0, 1.0), (0.0, -1.0)])
    assert crossing_lines(targets, BAND).tolist() == [False, True, True, False]
    narrow = Field(x=(0.3, 0.4), y=(-1.0, 0.1), force=(1.0, 0.0), curl=0.0)
    targets = np.array([(0.8, 0.1), (0.8, 0.5), (0.2, 0.0)])
    assert crossing_lines(targets, narrow).tolist() == [True, False, False]
    assert crossing_lines(targets, curl(0.1)).all()


def spring(seen):
    """Pull the hand to the target, with friction."""
    return 2.0 * seen[:, 6:8] - 2.5 * seen[:, 2:4]


def test_an_agent_without_a_model_of_the_force_is_pushed_along_it():
    targets = np.random.default_rng(2).uniform(-1, 1, (200, 2))
    off, on = (perform(spring, targets, RULES, 25, on=each) for each in (False, True))
    crosses = crossing_lines(targets, BAND)
    assert off.way.shape == (101, 200, 2)
    np.testing.assert_array_equal(off.way[0], 0.0)
    assert np.quantile(off.end_error, 0.95) < 3.0
    np.testing.assert_allclose(off.end_error, np.hypot(*(off.way[-1] - 50 * targets).T), atol=1e-12)
    np.testing.assert_allclose(off.end_speed, np.hypot(*(off.way[-1] - off.way[-2]).T), atol=1e-12)
    np.testing.assert_array_equal(off.way[:, ~crosses], on.way[:, ~crosses])
    assert (on.deviation - off.deviation)[crosses].mean() > 3.0
    assert np.median(on.end_error[crosses]) > 3.0


# Training


@pytest.mark.parametrize("agent", ["sac", "td3"])
def test_the_same_seed_gives_the_same_bytes(agent):
    first, again, other = (digest(trained(agent, seed)) for seed in (3, 3, 4))
    assert first == again
    assert first != other


@pytest.mark.parametrize("agent", ["sac", "td3"])
def test_a_training_gives_what_its_contract_says(agent, tmp_path):
    found = trained(agent)
    dataset = store.dataset(contracts.CONTROL, found)
    provenance = {key: {} for key in ("settings", "versions", "inputs")}
    provenance |= {"seed": 1, "replicate": 1} | dict.fromkeys(("code", "told", "identity"), "")
    store.write(tmp_path / "it.h5", dataset, contracts.CONTROL, provenance)
    assert dataset.sizes["shown"] == 5
    steps = np.array(found["look_step"])
    np.testing.assert_array_equal(steps, [[0, 32, 96], [0, 16, 64], [0, 16, 48]])
    # Tests are the same in all, and those after a phase are those before the next.
    hits = np.array(found["end_error"]) <= 3.0
    crosses = np.array(found["crosses"]) > 0
    deviations = np.array(found["deviation"])
    for name, expected in (
        ("look_success", hits.mean(axis=2)),
        ("look_crossing_success", hits[..., crosses].mean(axis=2)),
        ("look_deviation", deviations[..., crosses].mean(axis=2)),
    ):
        course = np.array(found[name])
        np.testing.assert_allclose(course[:, -1], expected)
        np.testing.assert_array_equal(course[1:, 0], course[:-1, -1])
    assert (np.diff(found["parameters"], axis=0) != 0).any(axis=1).all()


def test_agents_are_tested_on_the_same_reaches():
    sac, td3 = trained("sac"), trained("td3")
    np.testing.assert_array_equal(sac["target"], td3["target"])
    np.testing.assert_array_equal(sac["shown_target"], td3["shown_target"])


def test_an_agent_learns_to_reach():
    phases = (2000, 16, 16)
    found = trained(phases=phases, random_steps=500, hidden=64, test_reaches=200, looks=1)
    untrained = trained(phases=(16, 16, 16), test_reaches=200, looks=1)
    before, after = (np.median(np.array(each["end_error"])[0, 0]) for each in (untrained, found))
    assert after < 15.0 < 50.0 < before


class Noticing(actor_critic.TD3):
    """Notes before each update how many transitions it can learn from, and how strong fields are.

    Strengths are those of reaches that go on side by side.
    """

    memory: list[int]
    strengths: list[np.ndarray]

    def train(self, *args, **kwargs):
        self.memory.append(self.replay_buffer.pos)
        self.strengths.append(self.env.hands.strength.copy())
        super().train(*args, **kwargs)


def test_each_phase_has_its_field_and_its_own_memory(monkeypatch):
    Noticing.memory, Noticing.strengths = [], []
    monkeypatch.setattr(actor_critic, "TD3", Noticing)
    field = ForceField(variation="sign")
    trained(phases=(96, 800, 48), random_steps=32, task=ReachTask(field=field))
    starts = np.flatnonzero(np.array(Noticing.memory) == 1)
    # Random actions are over after two steps of all reaches, and learning begins in the third.
    assert starts.tolist() == [4, 54]
    assert Noticing.memory[:4] == [3, 4, 5, 6]
    assert Noticing.memory[4:54] == list(range(1, 51))
    baseline, adaptation, washout = np.split(np.array(Noticing.strengths), starts)
    assert not baseline.any()
    assert set(np.unique(adaptation)) == {-1.0, 0.0, 1.0}
    assert not washout.any()


def test_losses_that_are_not_finite_end_the_training():
    with pytest.raises(DivergenceError, match=r"lower reaching\.control\.learning_rate"):
        trained(learning_rate=1e30)


def test_a_field_that_no_test_reach_crosses_is_an_error():
    task = ReachTask(field=ForceField(x=[49.99, 50.0], y=[49.99, 50.0]))
    with pytest.raises(InputError, match=r"control\.test_reaches: .* found 30 of which none"):
        trained(task=task)
