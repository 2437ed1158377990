from dataclasses import replace

import numpy as np
import pytest
import torch

from corticomotor.dynamics.switching import Window, rollout
from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.runtime.errors import DivergenceError
from corticomotor.studies.motifs.architectures import initial_parameters, parameter_count
from corticomotor.studies.motifs.connectivity import Connectivity, draw_connectivity
from corticomotor.studies.motifs.courses import Course, motif_pairs, only_motif, single_motifs
from corticomotor.studies.motifs.descent import train
from corticomotor.studies.motifs.forgetting import learn_in_turn
from corticomotor.studies.motifs.preparation import initial_loops, rate_norms, train_module
from corticomotor.studies.motifs.schedule import Schedule
from corticomotor.studies.motifs.settings import (
    MotifNetwork,
    NetworkDynamics,
    Networks,
    Preparation,
    Training,
)
from motif_examples import ARCHITECTURES, DT, small_circuit, small_parameters, tensors
from reference.motif_network import plain_version, train_module_plainly, train_plainly

SILENT = NetworkDynamics(dt=DT, noise=0.0)
NOISY = NetworkDynamics(dt=DT, noise=0.01)
UNCLIPPED = 1e9


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def waves(motifs, steps=12):
    """Targets (motif, step)."""
    phases = np.arange(motifs)[:, None]
    return 0.5 * np.sin(0.4 * np.arange(steps) + phases) * (1 + phases)


def training(iterations, *, patience=5, decay=6, **changes):
    """Settings by which, of these iterations, so many are a motif's patience and its decay."""
    settings = {
        "learning_rate": 0.02,
        "warm_up": 3,
        "patience": patience / iterations,
        "decay": decay / iterations,
        "device": "cpu",
        "precision": "float32",
    }
    return Training(**settings | changes)


def course(targets, draw, max_iterations, *, initial_std=0.0, separate=True):
    return Course(targets, draw, initial_std, max_iterations, separate)


def run(circuit, parameters, session, dynamics=SILENT, *, changes=None, seed=1, **options):
    return train(
        circuit,
        parameters,
        session,
        training(session.max_iterations, **(changes or {})),
        dynamics,
        rng=np.random.default_rng(seed),
        pool_rng=np.random.default_rng(seed + 1),
        **options,
    )


# Parameters


@pytest.mark.parametrize(
    ("name", "for_ten", "for_another"),
    [
        ("additive", 3000, 300),
        ("multiplicative", 3000, 300),
        ("control", 3050, 50),
        ("two_input", 3000, 300),
    ],
)
def test_numbers_of_parameters_are_those_of_table_1(name, for_ten, for_another):
    network = getattr(Networks(), name)
    count = [parameter_count(network.architecture, network.units, motifs) for motifs in (10, 11)]
    assert count == [for_ten, for_ten + for_another]
    drawn = initial_parameters(
        np.random.default_rng(0).spawn(10),
        network,
        draw_connectivity(np.random.default_rng(1), network.units),
    )
    assert sum(array.size for array in drawn.values()) == for_ten


def test_motif_begins_the_same_in_any_library():
    network = MotifNetwork(architecture="multiplicative", units=20)
    connectivity = draw_connectivity(np.random.default_rng(0), 20)

    def drawn(seeds):
        return initial_parameters([np.random.default_rng(s) for s in seeds], network, connectivity)

    alone, among = drawn([4]), drawn([3, 4, 5])
    for name, array in alone.items():
        np.testing.assert_array_equal(array[0], among[name][1])
    assert not np.array_equal(among["loop_right_vector"][0], among["loop_right_vector"][1])
    assert not np.array_equal(among["loop_right_vector"][0], among["loop_left_vector"][0])


def test_loops_begin_with_their_gain_and_inputs_at_nothing():
    network = MotifNetwork(architecture="multiplicative", units=2000, loop_gain=0.7)
    drawn = initial_parameters(
        np.random.default_rng(0).spawn(3), network, draw_connectivity(np.random.default_rng(1), 2)
    )
    for name in ("loop_left_vector", "loop_right_vector"):
        # The norm of 2,000 normal numbers varies by 1.6 %.
        np.testing.assert_allclose(np.linalg.norm(drawn[name], axis=1), 0.7, rtol=0.08)
    assert not drawn["input"].any()


def test_control_begins_at_the_connectivity_with_its_gain():
    network = MotifNetwork(architecture="control", units=20, gain=1.8)
    connectivity = draw_connectivity(np.random.default_rng(0), 20)
    drawn = initial_parameters([np.random.default_rng(0)], network, connectivity)
    np.testing.assert_array_equal(drawn["weights"], 1.8 * connectivity.weights)
    np.testing.assert_array_equal(drawn["readout"], connectivity.readout)
    drawn["readout"] += 1
    assert not np.array_equal(drawn["readout"], connectivity.readout)


def test_connectivity_has_a_deviation_of_one_over_root_n(rng):
    drawn = draw_connectivity(rng, 400)
    assert drawn.weights.std() == pytest.approx(1 / 20, rel=0.02)
    assert drawn.readout.std() == pytest.approx(1 / 20, rel=0.2)


# Draws


def test_single_motifs_are_those_that_learn(rng):
    chains = single_motifs(3)(rng, np.array([0, 2]))
    np.testing.assert_array_equal(chains, [[0, 0, 0, 2, 2, 2]])
    np.testing.assert_array_equal(only_motif(4, 3)(rng, np.array([0, 2])), [[4, 4, 4]])


def test_pairs_are_all_ordered_pairs_of_different_motifs(rng):
    pairs = motif_pairs(12_000)(rng, np.array([1, 4, 6, 7]))
    found, counts = np.unique(pairs.T, axis=0, return_counts=True)
    assert {tuple(pair) for pair in found} == {
        (a, b) for a in (1, 4, 6, 7) for b in (1, 4, 6, 7) if a != b
    }
    # 1,000 of each, with a standard deviation of 30.
    assert abs(counts - 1000).max() < 150


# Schedule


def played(curve, max_iterations, **changes):
    """Learning rates over the iterations, and the schedule, given errors (iteration, learner)."""
    curve = np.reshape(curve, (len(curve), -1)).astype(float)
    schedule = Schedule(training(max_iterations, **changes), max_iterations, curve.shape[1])
    rates = []
    for iteration in range(1, len(curve) + 1):
        assert np.array_equal(schedule.active(iteration), schedule.rates(iteration) > 0)
        rates.append(schedule.rates(iteration))
        curve[iteration - 1, ~schedule.active(iteration)] = np.nan
        schedule.note(curve[:iteration])
    return np.array(rates), schedule


def test_flat_error_converges_as_soon_as_that_can_be_told():
    rates, schedule = played(np.ones(60), 60)
    # 3 of warm-up and twice 5 of patience.
    assert schedule.steady_until == [13]
    np.testing.assert_allclose(rates[:3, 0], 0.02 * np.array([1, 2, 3]) / 3)
    np.testing.assert_allclose(rates[3:13, 0], 0.02)
    passed = np.arange(1, 7)
    np.testing.assert_allclose(rates[13:19, 0], 0.01 * (1 + np.cos(np.pi * passed / 7)))
    assert not rates[19:].any()


def test_error_that_falls_is_learned_until_just_the_decay_fits():
    rates, schedule = played(0.9 ** np.arange(40), 40)
    assert schedule.steady_until == [34]
    assert rates[-1, 0] > 0
    assert schedule.rates(41) == 0
    assert not schedule.active(41)


@pytest.mark.parametrize(("factor", "converges"), [(0.979, False), (0.981, True)])
def test_improvement_over_a_patience_decides(factor, converges):
    # Both halves of the last ten differ by the fifth power.
    _, schedule = played((factor ** (1 / 5)) ** np.arange(30), 100)
    assert (schedule.steady_until != [-1]) == converges


def test_error_that_stops_falling_later_converges_later():
    curve = np.r_[np.linspace(2, 1, 20), np.ones(40)]
    _, schedule = played(curve, 60)
    # Between these, the older five are partly of the slope.
    assert 25 < schedule.steady_until[0] <= 30


def test_each_learner_has_its_own_schedule():
    falling, flat = 0.9 ** np.arange(40), np.ones(40)
    late = np.r_[np.linspace(2, 1, 15), np.ones(25)]
    rates, schedule = played(np.stack([falling, flat, late], axis=1), 40)
    for learner, curve in enumerate((falling, flat, late)):
        alone, alone_schedule = played(curve, 40)
        np.testing.assert_array_equal(rates[:, learner], alone[:, 0])
        assert schedule.steady_until[learner] == alone_schedule.steady_until[0]
    assert len(set(schedule.steady_until)) == 3


@pytest.mark.parametrize("max_iterations", [1, 4, 6])
def test_short_training_only_decays(max_iterations):
    rates, schedule = played(
        np.ones(max_iterations), max_iterations, patience=1, decay=max_iterations, warm_up=1
    )
    assert schedule.steady_until == [0]
    passed = np.arange(1, max_iterations + 1)
    np.testing.assert_allclose(
        rates[:, 0], 0.01 * (1 + np.cos(np.pi * passed / (max_iterations + 1)))
    )
    assert not schedule.active(max_iterations + 1)


def test_shortest_decay_and_patience_are_an_iteration():
    rates, schedule = played(np.ones(20), 20, patience=0.1, decay=0.1)
    assert schedule.steady_until == [5]
    np.testing.assert_allclose(rates[3:7, 0], [0.02, 0.02, 0.01, 0])


# Training against the plain version


class Scripted:
    """Stands for a generator whose normal numbers are known beforehand."""

    def __init__(self, normal):
        self._normal = iter(normal)

    def standard_normal(self, shape):
        drawn = next(self._normal)
        assert drawn.shape == shape
        return drawn

    def integers(self, low, high, size):
        return np.zeros(size, dtype=int)


ITERATIONS = 9
ROUNDS = {
    "one motif": [np.array([[0, 1, 0, 2]])] * ITERATIONS,
    "pairs": [np.array([[0, 1, 2, 2], [1, 2, 0, 1]]), np.array([[0, 1, 1, 1], [1, 0, 0, 0]])] * 5,
}


def both_trainings(rng, architecture, prepared, chains, clip, beta=0.9):
    """Train by the project's and by the plain version; parameters learn at one rate."""
    circuit = small_circuit(architecture, prepared=prepared)
    parameters = small_parameters(circuit, motifs=3)
    chains = chains[:ITERATIONS]
    starts = [rng.standard_normal((each.shape[1], 8)) for each in chains]
    changes = {"gradient_clip": clip, "adam_beta": beta}
    given = iter(chains)
    ours = train(
        circuit,
        parameters,
        course(waves(3), lambda *_: next(given), ITERATIONS, initial_std=1.0, separate=False),
        training(ITERATIONS, **changes),
        SILENT,
        rng=Scripted(starts),
        pool_rng=np.random.default_rng(0),
        dtype=torch.float64,
    )
    plain = train_plainly(
        plain_version(circuit, DT),
        parameters,
        waves(3),
        list(zip(chains, starts, strict=True)),
        played(ours.errors[:, 1], ITERATIONS)[0][:, 0],
        beta=beta,
        largest=clip,
    )
    return parameters, ours, plain


def assert_same_parameters(found, expected, before):
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        change = array - before[name]
        assert np.linalg.norm(change) > 0.01, name
        np.testing.assert_allclose(found[name], array, rtol=0, atol=1e-9 * abs(change).max())


@pytest.mark.parametrize("prepared", [False, True])
@pytest.mark.parametrize("chains", ROUNDS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_training_is_that_of_torch_on_clipped_gradients(rng, architecture, chains, prepared):
    before, ours, plain = both_trainings(rng, architecture, prepared, ROUNDS[chains], clip=0.3)
    # Of both kinds, else clipping of all or of none would do.
    assert plain.norms.min() < 0.3 < plain.norms.max()
    assert_same_parameters(ours.parameters, plain.parameters, before)
    for errors, trials, by_motif in zip(ROUNDS[chains], plain.errors, ours.errors, strict=False):
        for motif in range(3):
            ends = errors[-1] == motif
            if ends.any():
                assert by_motif[motif] == pytest.approx(trials[ends].mean(), rel=1e-11)
            else:
                assert np.isnan(by_motif[motif])


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_without_clipping_it_is_adam_of_torch(rng, beta):
    chains = [np.array([[1]])] * ITERATIONS
    before, ours, plain = both_trainings(rng, "additive", True, chains, UNCLIPPED, beta)
    np.testing.assert_allclose(
        ours.parameters["input"], plain.parameters["input"], rtol=1e-9, atol=1e-12
    )
    assert np.linalg.norm(ours.parameters["input"] - before["input"]) > 0.01


# Independence of motifs


@pytest.mark.parametrize("architecture", ["additive", "multiplicative", "two_input"])
def test_motif_learns_among_others_as_alone(architecture):
    circuit = small_circuit(architecture, prepared=True)
    parameters = small_parameters(circuit, motifs=3)
    changes = {"least_improvement": 0.05}
    together = run(
        circuit,
        parameters,
        course(waves(3), single_motifs(2), 80),
        changes=changes,
        dtype=torch.float64,
    )
    assert len(set(together.steady_until)) == 3
    for motif in range(3):
        alone = run(
            circuit,
            {name: array[[motif]] for name, array in parameters.items()},
            course(waves(3)[[motif]], single_motifs(2), 80),
            changes=changes,
            dtype=torch.float64,
        )
        assert alone.steady_until == together.steady_until[motif]
        errors = together.errors[:, motif]
        np.testing.assert_allclose(errors[np.isfinite(errors)], alone.errors[:, 0], rtol=1e-9)
        for name, array in alone.parameters.items():
            np.testing.assert_allclose(together.parameters[name][motif], array[0], rtol=1e-9)


def test_control_learns_shared_weights_and_leaves_motifs_it_does_not_see():
    circuit = small_circuit("control")
    parameters = small_parameters(circuit, motifs=3)
    session = course(waves(3), only_motif(1, 4), 20, initial_std=0.5, separate=False)
    trained = run(circuit, parameters, session, dynamics=NOISY, dtype=torch.float64)
    for name in ("weights", "readout"):
        assert np.abs(trained.parameters[name] - parameters[name]).max() > 0.01
    np.testing.assert_array_equal(trained.parameters["input"][[0, 2]], parameters["input"][[0, 2]])
    assert not np.array_equal(trained.parameters["input"][1], parameters["input"][1])
    assert np.isnan(trained.errors[:, [0, 2]]).all()
    assert np.isfinite(trained.errors[:, 1]).all()


# Learning


def outputs(circuit, parameters, motifs):
    """What a circuit does from rest (motif, step)."""
    given = tensors(parameters)
    rest = torch.zeros(motifs, len(circuit.readout), dtype=torch.float64)
    windows = circuit.windows(given, torch.arange(motifs))
    return rollout(windows, rest, circuit.read_out(given), DT).output.numpy().T


@pytest.mark.parametrize("prepared", [False, True])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_network_learns_what_such_a_network_can_do(architecture, prepared):
    circuit = small_circuit(
        architecture, prepared=prepared, units=20, motif_steps=40, preparation_steps=10
    )
    targets = outputs(circuit, small_parameters(circuit, motifs=2), 2)
    parameters = initial_parameters(
        np.random.default_rng(0).spawn(2),
        MotifNetwork(architecture=architecture, units=20),
        Connectivity(circuit.weights.numpy() / 1.4, circuit.readout.numpy()),
    )
    trained = run(
        circuit,
        parameters,
        course(targets, single_motifs(3), 60, initial_std=0.1, separate=False),
        NOISY,
        changes={"learning_rate": 0.03, "patience": 60},
    )
    assert len(trained.errors) == 60
    assert (trained.errors[-5:].mean(0) < 0.3 * trained.errors[:5].mean(0)).all()


def test_given_parameters_and_circuit_are_left_as_they_were():
    circuit = small_circuit("control", prepared=True)
    parameters = small_parameters(circuit, motifs=1)
    before = {name: array.copy() for name, array in parameters.items()}
    weights = circuit.weights.clone()
    session = course(waves(1), single_motifs(2), 8, separate=False)
    run(circuit, parameters, session, dtype=torch.float64)
    for name, array in before.items():
        np.testing.assert_array_equal(parameters[name], array)
    assert torch.equal(circuit.weights, weights)


def test_noise_and_starts_come_from_their_streams():
    circuit = small_circuit("additive")
    parameters = small_parameters(circuit, motifs=2)

    def trained(seed, dynamics=NOISY, initial_std=0.0):
        session = course(waves(2), single_motifs(2), 8, initial_std=initial_std)
        learned = run(circuit, parameters, session, dynamics=dynamics, seed=seed)
        return learned.parameters["input"].tobytes()

    assert trained(1) == trained(1)
    assert trained(1) != trained(2)
    assert trained(1, SILENT) == trained(2, SILENT)
    assert trained(1, SILENT, 1.0) != trained(2, SILENT, 1.0)


# Divergence


@pytest.mark.parametrize("learning_rate", [1e39, 1e300])
def test_divergence_is_an_error_that_names_the_settings(learning_rate):
    circuit = small_circuit("additive")
    with pytest.raises(
        DivergenceError,
        match=r"diverged in iteration \d+: .*training.learning_rate or training.gradient_clip",
    ):
        run(
            circuit,
            small_parameters(circuit, motifs=2),
            course(waves(2), single_motifs(2), 20),
            changes={"learning_rate": learning_rate},
        )


# Killed and continued


class Killed(Exception):
    pass


def killed_after(iteration):
    def report(step, /, **measures):
        if step > iteration:
            raise Killed

    return report


def clock_of(ticks):
    """A clock that goes on by a second each time it is read."""
    return iter(range(ticks)).__next__


@pytest.mark.parametrize("architecture", ["multiplicative", "control"])
@pytest.mark.parametrize("interval_s", [0, 3])
def test_killed_training_ends_with_the_bytes_of_an_undisturbed_one(
    tmp_path, architecture, interval_s
):
    circuit = small_circuit(architecture, prepared=architecture != "control")
    parameters = small_parameters(circuit, motifs=3)
    separate = architecture != "control"
    session = course(waves(3), single_motifs(2), 60, initial_std=0.5, separate=separate)

    def trained(seed=1, **options):
        changes = {"least_improvement": 0.05}
        return run(circuit, parameters, session, NOISY, changes=changes, seed=seed, **options)

    undisturbed = trained()
    stops = undisturbed.steady_until
    if separate:
        # The training is killed while all motifs learn, and when some are done.
        assert min(stops) + 6 < max(stops)
        kills = [5, 9, min(stops) + 8]
    else:
        kills = [5, 9, len(undisturbed.errors) - 2]
    for iteration in kills:
        checkpoint = Checkpoint(
            tmp_path / "state", "identity", interval_s=interval_s, clock=clock_of(10_000)
        )
        with pytest.raises(Killed):
            trained(checkpoint=checkpoint, report=killed_after(iteration))
        assert len(checkpoint.load().arrays["errors"]) > iteration - 3
    resumed = []
    continued = trained(
        checkpoint=Checkpoint(tmp_path / "state", "identity"),
        report=lambda step, /, **_: resumed.append(step),
    )
    assert resumed[0] > kills[-1] - 3
    assert continued.errors.tobytes() == undisturbed.errors.tobytes()
    assert continued.steady_until.tobytes() == undisturbed.steady_until.tobytes()
    for name, array in undisturbed.parameters.items():
        assert continued.parameters[name].tobytes() == array.tobytes(), name


def test_learning_in_turn_that_was_killed_goes_on_with_its_motif(tmp_path):
    circuit = small_circuit("control")
    parameters = small_parameters(circuit, motifs=3)
    network = MotifNetwork(architecture="control", units=8, initial_std=0.5, starts=2)

    def learned(**options):
        return learn_in_turn(
            circuit,
            parameters,
            waves(3),
            network,
            Training(device="cpu"),
            NOISY,
            iterations=5,
            rng=np.random.default_rng(1),
            pool_rng=np.random.default_rng(2),
            error_of=lambda found: found["weights"].sum(1)[:3],
            **options,
        )

    checkpoint = Checkpoint(tmp_path / "state", "identity", interval_s=0)
    with pytest.raises(Killed):
        learned(checkpoint=checkpoint, report=killed_after(2))
    resumed = []
    continued = learned(checkpoint=checkpoint, report=lambda motif, /, **_: resumed.append(motif))
    assert resumed == [3]
    assert continued.tobytes() == learned().tobytes()


# The preparatory module

MODULE = Preparation(trial_duration=3.0, trials=4, learning_rate=0.02, iterations=6)


def module_parts(rng, units=8, loops=3, settings=MODULE):
    """Weights, readout and loops before training."""
    connectivity = draw_connectivity(rng, units)
    initial = initial_loops(rng, units, loops, settings)
    return 1.4 * connectivity.weights, connectivity.readout, initial


@pytest.mark.parametrize("roughness_penalty", [0.0, 0.3])
def test_module_is_trained_as_by_torch(rng, roughness_penalty):
    weights, readout, initial = module_parts(rng)
    starts = [rng.standard_normal((4, 8)) for _ in range(6)]
    module = train_module(
        Scripted(starts),
        weights,
        readout,
        initial,
        MODULE.model_copy(update={"roughness_penalty": roughness_penalty}),
        dt=DT,
        device="cpu",
        dtype=torch.float64,
    )
    pair, cost = train_module_plainly(
        weights,
        readout,
        initial,
        starts,
        0.01 * (1 + np.cos(np.pi * np.arange(6) / 6)),
        steps=30,
        dt=DT,
        beta=0.9,
        roughness_penalty=roughness_penalty,
    )
    np.testing.assert_allclose(module.cost, cost, rtol=1e-9)
    change = pair - initial
    assert np.abs(change).min() > 1e-4
    np.testing.assert_allclose(
        [module.left_vectors, module.right_vectors], pair, rtol=0, atol=1e-11
    )


def test_module_brings_the_network_to_rest(rng):
    settings = MODULE.model_copy(update={"trial_duration": 10.0, "iterations": 60})
    weights, readout, initial = module_parts(rng, units=40, loops=10, settings=settings)
    module = train_module(rng, weights, readout, initial, settings, dt=DT, device="cpu")
    assert module.left_vectors.shape == module.right_vectors.shape == (40, 10)
    assert module.left_vectors.dtype == np.float64
    states = rng.standard_normal((5, 40))
    before, after = (
        rate_norms(weights + left @ right.T, states, steps=70, dt=DT)
        for left, right in (initial, (module.left_vectors, module.right_vectors))
    )
    np.testing.assert_allclose(before[0], np.linalg.norm(np.tanh(states), axis=1))
    np.testing.assert_array_equal(before[0], after[0])
    assert before.shape == (71, 5)
    assert after[-1].max() < 0.2 * before[-1].min()
    assert module.cost[-1] < 0.5 * module.cost[0]


def test_killed_module_ends_with_the_bytes_of_an_undisturbed_one(tmp_path, rng):
    parts = module_parts(rng)

    def trained(**options):
        rng = np.random.default_rng(1)
        return train_module(rng, *parts, MODULE, dt=DT, device="cpu", **options)

    checkpoint = Checkpoint(tmp_path / "state", "identity", interval_s=0)
    with pytest.raises(Killed):
        trained(checkpoint=checkpoint, report=killed_after(3))
    resumed = []
    continued = trained(checkpoint=checkpoint, report=lambda step, /, **_: resumed.append(step))
    assert resumed == [4, 5, 6]
    undisturbed = trained()
    for name in ("left_vectors", "right_vectors", "cost"):
        assert getattr(continued, name).tobytes() == getattr(undisturbed, name).tobytes(), name


def test_smoothness_slows_the_readout_at_little_cost_to_the_rest(rng):
    settings = MODULE.model_copy(update={"trial_duration": 10.0, "iterations": 100, "trials": 20})
    weights, readout, initial = module_parts(rng, units=60, loops=30, settings=settings)
    states = rng.standard_normal((20, 60))
    roughness, left = {}, {}
    for roughness_penalty in (0.0, 0.05):
        module = train_module(
            np.random.default_rng(1),
            weights,
            readout,
            initial,
            settings.model_copy(update={"roughness_penalty": roughness_penalty}),
            dt=DT,
            device="cpu",
        )
        prepared = torch.as_tensor(weights + module.left_vectors @ module.right_vectors.T)
        result = rollout(
            [Window(70, prepared)], torch.as_tensor(states), torch.as_tensor(readout), DT
        )
        output = np.vstack([np.tanh(states) @ readout, result.output])
        roughness[roughness_penalty] = np.square(np.diff(output, axis=0)).sum()
        left[roughness_penalty] = result.rate_norm.square().sum()
    assert roughness[0.05] < 0.5 * roughness[0.0]
    assert left[0.05] < 1.1 * left[0.0]


def test_loops_begin_with_the_variance_of_the_paper(rng):
    drawn = initial_loops(rng, 300, 50, Preparation(initial_scale=0.05))
    assert drawn.shape == (2, 300, 50)
    assert drawn.var() == pytest.approx(0.05 / np.sqrt(300 * 50), rel=0.05)


def test_given_loops_are_left_as_they_were(rng):
    weights, readout, initial = module_parts(rng)
    before = initial.copy()
    train_module(rng, weights, readout, initial, MODULE, dt=DT, device="cpu", dtype=torch.float64)
    np.testing.assert_array_equal(initial, before)


def test_module_that_diverges_names_the_setting(rng):
    weights, readout, initial = module_parts(rng)
    settings = MODULE.model_copy(update={"learning_rate": 1e39})
    with pytest.raises(DivergenceError, match=r"iteration \d+ \(try a lower preparation.learning"):
        train_module(rng, weights, readout, initial, settings, dt=DT, device="cpu")


def test_norms_of_rates_are_those_of_the_plain_version(rng):
    circuit = small_circuit("additive")
    plain = replace(plain_version(circuit, DT), motif_steps=9)
    states = rng.standard_normal((4, 8))
    rates = plain.rates(
        {"input": torch.zeros(1, 8, dtype=torch.float64)},
        torch.zeros(1, 4, dtype=torch.int64),
        torch.tensor(states),
    )
    np.testing.assert_allclose(
        rate_norms(circuit.weights.numpy(), states, steps=9, dt=DT),
        rates.norm(dim=2).numpy(),
        rtol=1e-12,
    )
