from functools import partial

import gymnasium
import numpy as np
import pytest
import torch
from torch import nn

from corticomotor.runtime import store
from corticomotor.runtime.errors import DivergenceError
from corticomotor.runtime.seeding import stream
from corticomotor.studies.reaching import contracts
from corticomotor.studies.reaching.agents.deep_q import train_deep_q
from corticomotor.studies.reaching.agents.deep_q_tests import measure, q_values
from corticomotor.studies.reaching.agents.optimum import fewest_moves, optimal_values
from corticomotor.studies.reaching.agents.parameters import flat_parameters
from corticomotor.studies.reaching.agents.q_network import (
    Convolutions,
    GreedyDQN,
    GridPolicy,
)
from corticomotor.studies.reaching.agents.replay import GridReplay
from corticomotor.studies.reaching.environments.grid import observation_space
from corticomotor.studies.reaching.environments.grid_reaches import GridReaches
from corticomotor.studies.reaching.grid import KingGrid, seen, squares_seen
from corticomotor.studies.reaching.settings.agents import DeepQ, DeepQRun, Grid

GRID = KingGrid(5, (2, 3))
VIEWS = ["parameters", "pixels"]
each_view = pytest.mark.parametrize("view", VIEWS)


def settings(**changes):
    small = {
        "grid": Grid(size=5, field_rows=[2, 3]),
        "longest": 10,
        "grids": 16,
        "hidden": 32,
        "channels": [2, 3],
        "batch": 32,
        "memory": 5000,
        "exploration_frames": 64,
        "shrink_frames": 256,
        "look_frames": 512,
        "target_rate": 0.1,
    }
    return DeepQ(**(small | changes))


def trained(run, replicate=1001, **changes):
    return train_deep_q(run, settings(**changes), rng=partial(stream, 1, replicate=replicate))


def run_of(**changes):
    return DeepQRun(**({"radii": [2, 1, 0], "updates": 4, "frames": 6000} | changes))


# The whole training


@pytest.fixture(scope="module")
def learned():
    return trained(run_of(value_unit=10.0, layer_norm=True))


def test_all_pairs_are_reached_on_almost_the_shortest_way(learned):
    assert np.isfinite(learned["moves"]).all()
    assert np.mean(learned["moves"] == learned["optimal_moves"]) > 0.97
    assert learned["optimal_first_moves"] > 0.97
    assert learned["regret"] < 0.03
    assert learned["value_error"] < 0.5


def test_the_result_is_what_the_contract_says(learned):
    store.dataset(contracts.DEEP_Q, learned)


def test_looks_come_in_time_and_see_the_radius_shrink(learned):
    frames, radii = learned["look_frame"], learned["look_radius"]
    assert frames == [0, *(512 * k for k in range(1, 12)), 6000]
    assert (radii[0], radii[-1]) == (2, 0)
    assert sorted(radii, reverse=True) == radii
    assert set(radii) == {0, 1, 2}
    assert learned["look_success"][0] < 0.5
    assert learned["look_success"][-1] == 1
    assert learned["look_over_optimum"][-1] < 1.03
    assert np.isnan(learned["look_loss"][0])
    assert np.isfinite(learned["look_loss"][1:]).all()


def test_moves_are_counted_up_to_the_first_look_at_which_it_is_solved(learned):
    solved = np.array(learned["look_success"]) >= 0.95
    assert learned["frames_to_solved"] == learned["look_frame"][solved.tolist().index(True)]
    assert np.isnan(trained(run_of(frames=64))["frames_to_solved"])


def test_paths_lead_to_the_targets_that_are_shown(learned):
    for path, target in zip(learned["path"], learned["shown_target"], strict=True):
        taken = path[np.isfinite(path[:, 0])]
        np.testing.assert_array_equal(taken[-1], target)


def test_the_force_is_learned_with_it():
    found = trained(run_of(force=True, value_unit=10.0, layer_norm=True, frames=8000))
    best = fewest_moves(GRID)
    np.testing.assert_array_equal(found["optimal_moves"].reshape(25, 25), best)
    # The best agent without a force reaches 79 % under it, in 1.16 times as many moves as needed.
    assert np.isfinite(found["moves"]).mean() > 0.97
    assert found["look_over_optimum"][-1] < 1.12


@pytest.mark.parametrize(
    "changes",
    [{}, {"view": "pixels", "hindsight": 0.5, "layer_norm": True, "value_unit": 10.0}],
    ids=["published parameters", "all options"],
)
def test_the_same_seed_gives_the_same_bytes_and_another_one_others(changes):
    run = run_of(**changes, frames=400)
    first, again, other = (trained(run, replicate) for replicate in (1, 1, 2))
    for name in ("parameters", "moves", "path"):
        assert first[name].tobytes() == again[name].tobytes()
    assert repr(first["look_loss"]) == repr(again["look_loss"])
    assert first["parameters"].tobytes() != other["parameters"].tobytes()


def test_a_radius_shrinks_only_after_enough_hits_and_moves():
    patient = trained(run_of(frames=3000), shrink_frames=4000)
    assert set(patient["look_radius"]) == {2}
    # Nobody is as good as this on so few moves.
    strict = trained(run_of(frames=3000, radii=[1, 0]), shrink_at=1.0, longest=1)
    assert set(strict["look_radius"]) == {1}


def test_progress_is_reported_with_each_look():
    told = []
    train_deep_q(
        run_of(frames=1024),
        settings(),
        rng=partial(stream, 1, replicate=1),
        report=lambda step, **figures: told.append((step, set(figures))),
    )
    assert told == [(step, {"success", "radius"}) for step in (0, 512, 1024)]


def test_a_training_that_runs_away_is_an_error():
    with pytest.raises(DivergenceError, match=r"deep_q: the loss is .*; lower .*learning_rate"):
        trained(run_of(frames=2000), learning_rate=1e30)


# Memory


def reaches(view="parameters", count=3, radius=0, longest=10):
    return GridReaches(
        np.random.default_rng(1), GRID, view, count=count, longest=longest, radius=radius
    )


def filled(view="parameters", steps=40, size=1000, radius=0, longest=10, **run):
    """A memory, and what happened as (step, place) of hand, target, action, next, and reach."""
    many = reaches(view, radius=radius, longest=longest)
    memory = GridReplay(
        size,
        many.observation_space,
        many.action_space,
        "cpu",
        many.num_envs,
        reaches=many,
        settings=DeepQRun(**run),
        rng=np.random.default_rng(2),
    )
    rng, happened, reach = np.random.default_rng(3), [], np.zeros(3, dtype=int)
    now = many.reset()
    for _ in range(steps):
        hand, target, actions = many.hand, many.target.copy(), rng.integers(8, size=3)
        after = GRID.successors()[hand, actions]
        then, rewards, ended, infos = many.step(actions)
        last = then.copy()
        for place in np.flatnonzero(ended):
            last[place] = infos[place]["terminal_observation"]
        memory.add(now, last, actions, rewards, ended, infos)
        happened.append(np.array([hand, target, actions, after, reach]))
        reach = reach + ended
        now = then
    return memory, many, np.array(happened).transpose(1, 0, 2)


def squares_of(sample, view):
    hand, target = squares_seen(sample.observations.numpy(), 5, view)
    after, same = squares_seen(sample.next_observations.numpy(), 5, view)
    np.testing.assert_array_equal(target, same)
    return hand, target, sample.actions.numpy()[:, 0], after


@each_view
def test_samples_are_what_happened(view):
    memory, _, happened = filled(view)
    known = {tuple(each) for each in happened[:4].reshape(4, -1).T}
    sample = memory.sample(2000)
    drawn = set(zip(*squares_of(sample, view), strict=True))
    assert drawn == known
    _, target, _, after = squares_of(sample, view)
    np.testing.assert_array_equal(sample.dones.numpy()[:, 0], after == target)
    np.testing.assert_array_equal(sample.rewards.numpy(), sample.dones.numpy() - 1)


def test_what_counted_as_a_hit_does_not_when_the_radius_has_shrunk():
    memory, many, _ = filled(radius=2)
    distances = GRID.distances()
    for radius in (2, 1, 0):
        many.radius = radius
        sample = memory.sample(2000)
        _, target, _, after = squares_of(sample, "parameters")
        np.testing.assert_array_equal(
            sample.dones.numpy()[:, 0], distances[after, target] <= radius
        )


def test_the_oldest_transitions_go():
    memory, _, happened = filled(steps=40, size=30)
    assert memory.size() == 10
    newest = {tuple(each) for each in happened[:4, -10:].reshape(4, -1).T}
    assert set(zip(*squares_of(memory.sample(2000), "parameters"), strict=True)) == newest


def test_a_time_limit_ends_no_reach_in_a_sample():
    memory, _, happened = filled(longest=1)
    assert happened[4, -1].min() == 39
    sample = memory.sample(2000)
    _, target, _, after = squares_of(sample, "parameters")
    np.testing.assert_array_equal(sample.dones.numpy()[:, 0], after == target)
    assert sample.dones.mean() < 0.5


@pytest.mark.parametrize("size", [1000, 60], ids=["part of the memory", "all of it, round"])
def test_in_hindsight_a_target_is_a_square_of_the_same_reach_from_then_on(size):
    memory, _, happened = filled(steps=90, size=size, hindsight=1.0)
    kept = happened[:, -memory.size() :]
    possible, own = set(), set()
    for step, place in np.ndindex(kept.shape[1:]):
        hand, target, action, after, reach = kept[:, step, place]
        own.add((hand, target, action, after))
        same = kept[4, step:, place] == reach
        for later in kept[3, step:, place][same]:
            possible.add((hand, later, action, after))
    sample = memory.sample(20000)
    drawn = set(zip(*squares_of(sample, "parameters"), strict=True))
    assert drawn <= possible | own
    assert len(drawn & possible) > 0.6 * len(possible)
    # A fifth has its own next square as target, which is then reached.
    assert 0.15 < sample.dones.mean() < 0.4


def test_without_hindsight_no_random_numbers_are_used_for_it():
    (first, _, _), (other, _, _) = filled(), filled(hindsight=0.5)
    one, two = first.sample(500), other.sample(500)
    np.testing.assert_array_equal(one.actions, two.actions)
    assert 0.2 < (one.observations != two.observations).any(axis=1).float().mean() < 0.5


def test_rewards_are_told_in_the_unit_of_values():
    memory, _, _ = filled(value_unit=4.0)
    assert set(memory.sample(500).rewards.numpy().ravel()) == {-0.25, 0.0}


def test_a_memory_with_half_the_observations_is_refused():
    many = reaches()
    with pytest.raises(ValueError, match="optimize_memory_usage"):
        GridReplay(
            10,
            many.observation_space,
            many.action_space,
            optimize_memory_usage=True,
            reaches=many,
            settings=DeepQRun(),
            rng=np.random.default_rng(0),
        )


# The network


def agent(view="parameters", rng=None, layer_norm=False, value_unit=1.0):
    policy = {"net_arch": [64, 64], "layer_norm": layer_norm, "value_unit": value_unit}
    if view == "pixels":
        policy |= {
            "features_extractor_class": Convolutions,
            "features_extractor_kwargs": {"channels": [4, 6]},
        }
    return GreedyDQN(
        GridPolicy,
        reaches(view, count=400),
        rng=rng or np.random.default_rng(0),
        policy_kwargs=policy,
        seed=1,
        device="cpu",
        buffer_size=1000,
    )


@each_view
def test_weights_begin_as_he_has_them_and_biases_at_zero(view):
    for layer in agent(view).q_net.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            assert not layer.bias.any()
            fan_in = layer.weight[0].numel()
            spread = 3 / np.sqrt(layer.weight.numel())
            assert layer.weight.std().item() == pytest.approx(np.sqrt(2 / fan_in), rel=spread)


def test_the_target_network_begins_with_the_same_weights():
    model = agent("pixels", layer_norm=True, value_unit=10.0)
    np.testing.assert_array_equal(flat_parameters(model.q_net), flat_parameters(model.q_net_target))


def test_the_output_begins_in_proportion_to_the_unit():
    model, scaled = agent(), agent(value_unit=10.0)
    observation = torch.as_tensor(seen(np.arange(25), np.arange(25)[::-1].copy(), 5, "parameters"))
    torch.testing.assert_close(scaled.q_net(observation), model.q_net(observation) / 10)


def test_each_hidden_dense_layer_may_be_normalised():
    kinds = [type(layer) for layer in agent(layer_norm=True).q_net.q_net]
    assert kinds == [nn.Linear, nn.LayerNorm, nn.ReLU] * 2 + [nn.Linear]
    assert all(not isinstance(layer, nn.LayerNorm) for layer in agent().q_net.modules())


def test_convolutions_are_those_of_the_paper():
    layers = Convolutions(observation_space(16, "pixels"), [8, 16])
    assert layers.features_dim == 16 * 12 * 12
    images = torch.rand(3, 2, 16, 16)
    found = layers(images)
    assert found.shape == (3, layers.features_dim)
    first, _, second, _, _ = layers.layers
    expected = torch.relu(second(torch.relu(first(5 * images))))
    torch.testing.assert_close(found, expected.flatten(1))


@each_view
def test_values_of_all_pairs_are_those_that_the_network_gives_one_by_one(view):
    network, targets = agent(view).q_net, np.array([3, 17])
    found = q_values(network, GRID, targets, view)
    for square, column in ((0, 0), (11, 1), (24, 0)):
        one = seen(np.array([square]), targets[[column]], 5, view)
        with torch.no_grad():
            expected = network(torch.as_tensor(one))[0]
        np.testing.assert_allclose(found[square, column], expected, rtol=1e-4, atol=1e-5)


class Exact(nn.Module):
    """A network that knows the answer, in units of some moves."""

    device = torch.device("cpu")

    def __init__(self, unit, wrong=0):
        super().__init__()
        self.nothing = nn.Parameter(torch.zeros(1))
        self.values = torch.tensor(optimal_values(GRID, fewest_moves(GRID)) / unit)
        # Of some targets it thinks the contrary.
        self.values[:, :wrong] *= -1

    def forward(self, observation):
        hand, target = squares_seen(observation.numpy(), 5, "parameters")
        return self.values[hand, target]


def test_a_perfect_network_is_measured_as_perfect():
    rng = np.random.default_rng(0)
    found = measure(Exact(10.0), GRID, DeepQRun(value_unit=10.0), settings(), rng)
    np.testing.assert_array_equal(found["moves"], found["optimal_moves"])
    assert found["value_error"] == pytest.approx(0)
    assert (found["regret"], found["optimal_first_moves"]) == (0, 1)


def test_pairs_that_are_not_reached_count_with_the_moves_after_which_they_are_given_up():
    rng = np.random.default_rng(0)
    found = measure(Exact(1.0, wrong=1), GRID, DeepQRun(), settings(), rng)
    lost = np.isnan(found["moves"]).reshape(25, 25)
    assert lost[:, 0].any()
    assert not lost[:, 1:].any()
    best = fewest_moves(GRID)
    taken = found["moves"].reshape(25, 25)
    over = np.where(lost, 10, taken) - best
    assert found["regret"] == pytest.approx(over.sum() / 600)
    assert found["value_error"] == pytest.approx(
        2 * np.abs(optimal_values(GRID, best)[1:, 0]).sum() / 600 / 8
    )


# Exploration


@pytest.mark.parametrize(("rate", "early"), [(0.0, False), (0.25, False), (0.0, True)])
def test_each_reach_explores_by_itself(rate, early):
    model = agent(rng=np.random.default_rng(7))
    model._last_obs = model.env.reset()
    model.exploration_rate = rate
    greedy, _ = model.policy.predict(model._last_obs, deterministic=True)
    chosen, kept = model._sample_action(1 if early else 0, None, 400)
    np.testing.assert_array_equal(chosen, kept)
    assert isinstance(model.action_space, gymnasium.spaces.Discrete)
    # One of eight random moves is the greedy one.
    expected = 7 / 8 * (1.0 if early else rate)
    assert np.mean(chosen != greedy) == pytest.approx(expected, abs=0.07 * (expected > 0))


def test_exploration_draws_from_its_own_stream():
    np.random.seed(1)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    model = agent()
    model._last_obs = model.env.reset()
    model.exploration_rate = 0.5
    np.random.seed(1)  # noqa: NPY002
    model._sample_action(0, None, 400)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002
