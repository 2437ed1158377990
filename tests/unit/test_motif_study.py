import json
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
import torch

from corticomotor.runtime import store
from corticomotor.runtime.errors import DivergenceError
from corticomotor.runtime.progress import silent
from corticomotor.statistics import paired_test, ratio_of_means
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.answer import answer, left_open
from corticomotor.studies.motifs.chains import rollout_chain
from corticomotor.studies.motifs.connectivity import draw_connectivity
from corticomotor.studies.motifs.evaluation import QUANTILES, errors_from_random, evaluate
from corticomotor.studies.motifs.forgetting import learn_in_turn
from corticomotor.studies.motifs.loading import (
    NetworkParts,
    fixed_circuit,
    learned_parameters,
    trained_network,
)
from corticomotor.studies.motifs.measures import (
    failure_rate,
    failure_rate_after,
    measure_module,
    measure_network,
    network_measures,
    random_errors,
    random_squared_errors,
    relative_rate_norm,
    transition_errors,
)
from corticomotor.studies.motifs.ratios import ratio
from corticomotor.studies.motifs.rollout import Rollout
from corticomotor.studies.motifs.settings import (
    MotifNetwork,
    NetworkDynamics,
    Networks,
    Training,
)
from corticomotor.studies.motifs.summary import summarise
from corticomotor.studies.motifs.targets import targets_of
from corticomotor.studies.motifs.trained import TrainedMotifNetwork
from motif_examples import ARCHITECTURES, DT, small_circuit, small_parameters

CPU = torch.device("cpu")
STEPS = 10
MOTIFS, STARTS = 3, 4
TARGETS = np.sin(np.arange(MOTIFS)[:, None] + 0.3 * np.arange(STEPS))


def rng_of(seed=0):
    return np.random.default_rng(seed)


def exact(values):
    return pytest.approx(np.asarray(values), rel=1e-5, abs=1e-6)


# Tests of a network, on one with a known answer


@dataclass
class MadeUp:
    """Its first unit's initial state is added to the first motif, and its position to the others.

    A motif a, counted from 1, leaves the first unit at a + steps / 10 + trial / 1000.
    """

    units: int = 2
    motif_steps: int = STEPS
    calls: list = field(default_factory=list)

    def rollout(self, chains, initial_state, rng, watched=()):
        self.calls.append((chains, initial_state, list(watched)))
        deviations = [initial_state[:, 0]] + [np.full(chains.shape[1], p) for p in range(1, 9)]
        output = np.concatenate(
            [TARGETS[motifs].T + each for motifs, each in zip(chains, deviations, strict=False)]
        )
        states = np.zeros((len(watched), *initial_state.shape))
        for place, steps in enumerate(watched):
            states[place, :, 0] = left_by(chains[0] + 1, steps, np.arange(chains.shape[1]))
        norm = np.full(output.shape, 0.5 * np.sqrt(self.units))
        return Rollout(output.astype(np.float32), states, norm.astype(np.float32))


def left_by(motif, steps, trial):
    return motif + steps / 10 + trial / 1000


TESTS = {
    "repetitions": 2,
    "starts": STARTS,
    "interrupted_at": [0.5, 0.72, 1.0],
    "initial_noise": [0.0, 3.0],
}


def outcome_of(network, initial_std=2.0, report=silent, **changes):
    return evaluate(
        network, TARGETS, initial_std=initial_std, rng=rng_of(), report=report, **TESTS | changes
    )


@pytest.fixture
def network():
    return MadeUp()


@pytest.fixture
def outcome(network):
    return outcome_of(network)


def test_errors_from_random_states_are_those_of_each_motif_and_start(network, outcome):
    # In a repetition: random states, three fractions, two levels of noise.
    for repetition, call in enumerate((0, 6)):
        chains, states, watched = network.calls[call]
        assert chains.tolist() == [[motif for motif in range(MOTIFS) for _ in range(STARTS)]]
        assert watched == [5, 7, 10, 10]
        assert outcome.random_error[repetition] == exact(np.abs(states[:, 0]).reshape(3, 4))
    assert len(network.calls) == 12
    shown = TARGETS[:, None] + network.calls[0][1][:, 0].reshape(3, 4, 1)
    assert outcome.random_output == exact(shown)


def test_random_states_are_normal_with_the_standard_deviation_of_training(network, outcome):
    states = network.calls[0][1]
    assert states == exact(2.0 * rng_of().standard_normal((MOTIFS * STARTS, 2)))
    assert not np.allclose(states, network.calls[6][1])


def test_transitions_begin_where_another_motif_was_left(outcome):
    assert outcome.transition_error.shape == (2, 3, MOTIFS, MOTIFS)
    for place, steps in enumerate((5, 7, 10)):
        for first in range(MOTIFS):
            # Which of the first motif's trials is left to chance.
            possible = left_by(first + 1, steps, np.arange(MOTIFS * STARTS))
            own = possible[first * STARTS : (first + 1) * STARTS]
            errors = outcome.transition_error[:, place, first]
            for motif in {0, 1, 2} - {first}:
                for found in errors[:, motif]:
                    assert np.abs(own - found).min() < 1e-5
            assert np.isnan(errors[:, first]).all()
    trials = np.rint(1000 * (outcome.transition_error % 0.1))
    assert len(np.unique(trials[np.isfinite(trials)])) > STARTS


def test_outputs_after_motifs_and_after_70_percent_of_them(outcome):
    for output, steps, place in [
        (outcome.transition_output, 10, 2),
        (outcome.interrupted_output, 7, 1),
    ]:
        assert output.shape == (MOTIFS, MOTIFS, STEPS)
        for first in range(MOTIFS):
            assert np.isnan(output[first, first]).all()
            for motif in {0, 1, 2} - {first}:
                deviation = output[first, motif] - TARGETS[motif]
                assert deviation == exact(np.full(STEPS, deviation[0]))
                assert deviation[0] == exact(outcome.transition_error[0, place, first, motif])
                assert deviation[0] == pytest.approx(first + 1 + steps / 10, abs=0.02)


def test_noise_errors_are_those_from_states_of_each_standard_deviation(network, outcome):
    assert outcome.noise_error.shape == (2, 2, MOTIFS, STARTS)
    assert outcome.noise_error[:, 0] == exact(np.zeros((2, MOTIFS, STARTS)))
    for repetition, call in enumerate((5, 11)):
        states = network.calls[call][1]
        assert outcome.noise_error[repetition, 1] == exact(np.abs(states[:, 0]).reshape(3, 4))
        assert 2 < states.std() < 4
    shown = TARGETS[:, None] + network.calls[5][1][:, 0].reshape(3, 4, 1)
    assert outcome.noise_output[1] == exact(shown)


def test_end_states_are_summarised_over_units_and_starts(outcome):
    for motif in range(MOTIFS):
        trials = np.arange(STARTS) + motif * STARTS
        # The second unit ends at 0.
        states = np.append(left_by(motif + 1, STEPS, trials), np.zeros(STARTS))
        assert outcome.end_state_std[motif] == exact(states.std())
        quantile = outcome.end_state_quantile[motif]
        assert quantile[QUANTILES == 0.5] == exact([np.median(states)])
        assert quantile == exact(np.quantile(states, QUANTILES))


def test_tests_of_noise_can_be_left_out(network):
    outcome = outcome_of(network, initial_noise=[])
    assert outcome.noise_error.shape == (2, 0, MOTIFS, STARTS)
    assert outcome.noise_output.shape == (0, MOTIFS, STARTS, STEPS)


def test_a_motif_is_interrupted_after_one_step_at_the_earliest(network):
    outcome_of(network, interrupted_at=[0.01, 1.0])
    assert network.calls[0][2] == [1, 10, 10]


def test_every_repetition_is_reported(network):
    seen = []
    outcome_of(network, report=seen.append)
    assert seen == [1, 2]


def test_mean_errors_from_random_states(network):
    errors = errors_from_random(network, TARGETS, starts=5, initial_std=3.0, rng=rng_of())
    [(chains, states, _)] = network.calls
    assert chains.shape == (1, 5 * MOTIFS)
    assert states == exact(3.0 * rng_of().standard_normal((15, 2)))
    assert errors == exact(np.abs(states[:, 0]).reshape(3, 5).mean(1))


# Chains


def test_a_chain_is_compared_with_the_targets_of_its_motifs(network):
    outcome = rollout_chain(network, [3, 1, 3, 2], TARGETS, initial_std=2.0, rng=rng_of())
    [(chains, state, _)] = network.calls
    assert chains.tolist() == [[2], [0], [2], [1]]
    assert state == exact(2.0 * rng_of().standard_normal((1, 2)))
    deviation = [state[0, 0], 1, 2, 3]
    expected = [TARGETS[motif] + each for motif, each in zip([2, 0, 2, 1], deviation, strict=True)]
    assert outcome.output == exact(np.concatenate(expected))
    assert outcome.error == exact(np.abs(deviation))
    assert outcome.rate_norm == exact(np.full(4 * STEPS, 0.5))


# Trained networks


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("prepared", [False, True])
def test_a_chain_is_its_motifs_one_after_the_other(architecture, prepared):
    circuit = small_circuit(architecture, prepared=prepared)
    network = TrainedMotifNetwork(
        circuit, small_parameters(circuit, MOTIFS), NetworkDynamics(dt=DT, noise=0.0), CPU
    )
    assert (network.units, network.motif_steps) == (8, 12)
    state = rng_of().standard_normal((2, 8))
    chains = np.array([[0, 2], [1, 0], [1, 1]])
    whole = network.rollout(chains, state, rng_of(), watched=[12, 36, 17])
    outputs = []
    for motifs in chains:
        part = network.rollout(motifs[None], state, rng_of(), watched=[12])
        outputs.append(part.output)
        state = part.states[0]
        if len(outputs) == 1:
            assert whole.states[0] == exact(state)
    assert whole.output == exact(np.concatenate(outputs))
    assert whole.states[1] == exact(state)
    assert whole.output.shape == whole.rate_norm.shape == (36, 2)


def test_every_step_adds_noise_of_the_given_standard_deviation():
    circuit = small_circuit("additive", motif_steps=1)
    circuit = replace(circuit, weights=torch.zeros(8, 8))
    parameters = {"input": np.zeros((1, 8))}
    network = TrainedMotifNetwork(circuit, parameters, NetworkDynamics(dt=DT, noise=0.03), CPU)
    silent = np.zeros((1000, 8))
    states = network.rollout(np.zeros((1, 1000), int), silent, rng_of(), watched=[1]).states
    # 8,000 numbers: the standard deviation is known to 0.8 %.
    assert states.std() == pytest.approx(0.03, rel=0.04)
    twice = network.rollout(np.zeros((2, 1000), int), silent, rng_of(), watched=[1, 2]).states
    assert twice[0] == exact(states[0])
    # The first step's noise has decayed by a step, and the second's is new.
    fresh = twice[1] - (1 - DT) * twice[0]
    assert fresh.std() == pytest.approx(0.03, rel=0.04)
    assert abs(np.corrcoef(fresh.ravel(), twice[0].ravel())[0, 1]) < 0.05


def test_a_network_that_diverges_is_an_error():
    circuit = small_circuit("additive")
    parameters = {"input": np.full((2, 8), np.inf)}
    network = TrainedMotifNetwork(circuit, parameters, NetworkDynamics(), CPU)
    with pytest.raises(DivergenceError):
        errors_from_random(network, np.zeros((2, 12)), starts=2, initial_std=1.0, rng=rng_of())


# Forgetting


@pytest.fixture(scope="module")
def sessions():
    """Errors and parameters of a small control network that learned three motifs in turn."""
    circuit = small_circuit("control", units=12, motif_steps=30)
    start = {
        "input": np.zeros((MOTIFS, 12)),
        "weights": circuit.weights.numpy(),
        "readout": circuit.readout.numpy(),
    }
    targets = 0.8 * np.sin(np.pi / 30 * np.outer([1, 2, 3], np.arange(30)))
    dynamics = NetworkDynamics(dt=DT, noise=0.0)
    seen, reports = [], []

    def error_of(parameters):
        seen.append(parameters)
        network = TrainedMotifNetwork(circuit, parameters, dynamics, CPU)
        return errors_from_random(network, targets, starts=3, initial_std=0.05, rng=rng_of())

    before = error_of(start)
    error = learn_in_turn(
        circuit,
        start,
        targets,
        MotifNetwork(architecture="control", units=12, initial_std=0.05, starts=3),
        Training(learning_rate=0.02, device="cpu"),
        dynamics,
        iterations=120,
        rng=rng_of(1),
        pool_rng=rng_of(2),
        error_of=error_of,
        report=lambda done, **values: reports.append((done, values)),
    )
    return before, error, seen, reports


def test_a_motif_is_known_after_its_session_and_forgotten_after_others(sessions):
    before, error, _, _ = sessions
    assert error.shape == (MOTIFS, MOTIFS)
    assert (np.diag(error) < 0.25 * before).all()
    assert error[1, 0] > 4 * error[0, 0]
    assert error[2, 1] > 4 * error[1, 1]


def test_a_session_changes_its_own_motif_and_what_all_share(sessions):
    _, _, seen, _ = sessions
    assert len(seen) == 1 + MOTIFS
    for motif in range(MOTIFS):
        before, after = seen[motif], seen[motif + 1]
        changed = (after["input"] != before["input"].astype(np.float32)).any(axis=1)
        assert changed.tolist() == [each == motif for each in range(MOTIFS)]
        assert not np.allclose(after["weights"], before["weights"])
        assert not np.allclose(after["readout"], before["readout"])


def test_each_session_is_reported_with_the_error_of_its_motif(sessions):
    _, error, _, reports = sessions
    assert reports == [(i + 1, {"rmse": error[i, i]}) for i in range(MOTIFS)]


# Measures


def filled(contract, sizes, coordinates=(), **values):
    """Fill what is not given with zeros."""
    coordinates = dict(coordinates)
    sizes = sizes | {name: len(each) for name, each in coordinates.items()}
    zeros = {
        name: np.zeros([sizes.get(dim, 1) for dim in variable.dims])
        for name, variable in contract.variables.items()
    }
    axes = {name: np.arange(sizes.get(name, 1)) for name in contract.coordinates}
    return store.dataset(contract, zeros | values | axes | coordinates)


def made(*what, **values):
    """The same for what selects and averages by name."""
    return filled(*what, **values).to_xarray()


def light(contract, found):
    """The same as a job reads it."""
    return store.dataset(contract, {name: found[name].values for name in contract.layout})


def evaluation(random, transition, parts=(1.0,)):
    """Errors (repetition, motif, start) and (repetition, part, first motif, motif)."""
    repetitions, motifs, starts = np.shape(random)
    numbers = np.arange(1, motifs + 1)
    return made(
        contracts.EVALUATION,
        {"repetition": repetitions, "start": starts},
        {
            "motif": numbers,
            "first_motif": numbers,
            "interrupted_at": list(parts),
            "time": [0.5, 10.0],
        },
        random_error=np.array(random),
        transition_error=np.array(transition),
    )


NAN = np.nan
MEASURED = evaluation(
    random=[[[1, 2, 9], [1, 1, 1]], [[1, 1, 1], [3, 3, 3]]],
    transition=[
        [[[NAN, 50], [70, NAN]], [[NAN, 2.5], [3.9, NAN]]],
        [[[NAN, 50], [90, NAN]], [[NAN, 6.0], [2.1, NAN]]],
    ],
    parts=(0.3, 0.1 * 3 + 0.7),
)


def without_parts(found):
    """The same without interruptions, as the thalamocortical model has it."""
    return found.isel(interrupted_at=-1)


def test_errors_of_motifs():
    assert random_errors(MEASURED) == exact([(4 + 1) / 2, (1 + 3) / 2])
    assert random_squared_errors(MEASURED) == exact([(86 / 3 + 1) / 2, (1 + 9) / 2])
    for found in (MEASURED, without_parts(MEASURED)):
        assert transition_errors(found) == exact([(3.9 + 2.1) / 2, (2.5 + 6) / 2])
    assert transition_errors(MEASURED, 0.3) == exact([80, 50])


def test_a_transition_fails_above_the_factor_times_the_median_of_its_repetition():
    # Medians 2 and 1, then 1 and 3: limits 4 and 2, then 2 and 6.
    for found in (MEASURED, without_parts(MEASURED)):
        assert failure_rate(found, 2.0) == 0.5
        assert failure_rate(found, 2.2) == 0.25
        assert failure_rate(found, 100.0) == 0.0
        assert failure_rate(found, 1.5) == 1.0


A = [np.array([1.0, 2.0, 4.0]), np.array([1.0, 3.0])]
B = [np.array([2.0, 4.5, 6.0]), np.array([4.0, 5.0])]


def test_ratio_of_means_has_the_network_as_its_unit():
    found = ratio(A, B)
    means = np.array([[7 / 3, 2.0], [12.5 / 3, 4.5]])
    expected = ratio_of_means(*means)
    assert found.mean == expected.value == pytest.approx(means[0].sum() / means[1].sum())
    assert found.by_replicate == pytest.approx([7 / 12.5, 4 / 9])
    assert found.interval == [expected.low, expected.high]
    assert (found.p, found.networks) == (expected.p, 2)
    # As the paper tests: three pairs of one sign give 2 / 8, two 2 / 4.
    assert found.p_by_replicate == [0.25, 0.5]


def test_more_motifs_of_the_same_networks_tell_no_more():
    few, many = (
        ratio(np.repeat(A[:1] * 2, n, axis=1), np.repeat(B[:1] * 2, n, axis=1)) for n in (1, 9)
    )
    assert few.interval == pytest.approx(many.interval)
    assert many.p_by_replicate[0] < few.p_by_replicate[0]


def test_networks_that_differ_around_a_ratio_of_one_are_rarely_told_from_it():
    rng = rng_of(5)
    found, pooled = 0, 0
    for _ in range(400):
        by_network = 0.2 * rng.standard_normal((3, 1))
        b = rng.lognormal(0, 0.5, (3, 10))
        a = b * np.exp(by_network + 0.3 * rng.standard_normal((3, 10)))
        found += ratio(a, b).p < 0.05
        pooled += paired_test(a.ravel(), b.ravel()).p < 0.05
    # 6 % of 400 and four standard deviations; motifs as the unit are wrong five times as often.
    assert found <= 24 + 4 * np.sqrt(400 * 0.06 * 0.94)
    assert pooled > 90


def test_a_single_network_has_no_interval_but_the_test_of_its_motifs():
    found = ratio(A[:1], B[:1])
    assert (found.interval, found.p, found.networks_needed) == (None, None, None)
    assert found.p_by_replicate == [0.25]


def test_networks_needed_are_those_of_a_ratio_that_is_left_open():
    b = np.ones((3, 10))
    told = ratio(b * [[1.9], [2.0], [2.1]], b)
    assert told.interval[0] > 1
    assert told.networks_needed is None
    left = ratio(b * [[0.9], [1.2], [1.5]], b)
    assert left.interval[0] < 1 < left.interval[1]
    # Logarithms deviate by 0.26 around 0.18: (2.8 · 0.26 / 0.18)² = 16, and one for few.
    assert 15 <= left.networks_needed <= 19
    # Of the one that is 1 no number is enough.
    assert ratio(b * [[0.8], [1.0], [1.2]], b).networks_needed is None


@pytest.mark.parametrize("factor", [1.0, 1 / 3, 2.0])
def test_ratio_of_networks_that_are_all_alike(factor):
    b = np.array([0.1, 0.2, 0.7])
    found = ratio([factor * b, 2 * factor * b], [b, 2 * b])
    assert found.interval == pytest.approx([factor, factor])
    assert found.p == (1 if factor == 1 else 0)


def test_failures_after_preparation_do_not_count_what_came_before():
    # Four steps, of which two are preparation. Errors after it: 1 from random states, and 3 or 1
    # after the other motif, which is wrong by 9 in preparation only.
    random = np.array([[9.0, 9.0, 1.0, 1.0]])[None].repeat(2, 0)
    across = np.array([[[NAN] * 4, [0.0, 0.0, 3.0, 3.0]], [[9.0, 9.0, 1.0, 1.0], [NAN] * 4]])
    found = made(
        contracts.EVALUATION,
        {"start": 1},
        {"motif": [1, 2], "first_motif": [1, 2], "time": [0.5, 1.0, 1.5, 2.0]},
        random_output=random,
        transition_output=across,
        target=np.zeros((2, 4)),
    )

    assert failure_rate_after(found, 2.0, preparation_duration=1.0) == 0.5
    assert failure_rate_after(found, 4.0, preparation_duration=1.0) == 0.0
    # With the preparation the errors from random states are larger, and nothing fails.
    assert failure_rate_after(found, 2.0, preparation_duration=0.0) == 0.0


# The summary

NAMES = list(Networks.model_fields)
PARTS = (0.7, 1.0)
BASE = np.array([0.1, 0.2, 0.3])


def erring(scale, after, interrupted=None):
    """Errors `scale * BASE` from random states, and `after` times as much after other motifs."""
    random = np.broadcast_to(scale * BASE[:, None], (2, 3, 4))
    across = np.where(np.eye(3, dtype=bool), NAN, scale * BASE)
    factors = [after] if interrupted is None else [interrupted, after]
    parts = (1.0,) if interrupted is None else PARTS
    transition = np.broadcast_to(np.multiply.outer(factors, across), (2, len(parts), 3, 3))
    return evaluation(random, transition, parts)


def module(*, loops, left):
    """Rates of two trials that fall, within 7 tau, to these parts of what they were."""
    times = 0.1 * np.arange(101)
    start = np.array([4.0, 2.0])
    norm = start * (1 - np.outer(times / 7, 1 - np.array(left)))
    return made(
        contracts.PREPARATORY_MODULE,
        {"loop": loops, "unit": 20, "trial": 2, "eigenvalue": 3},
        {"time": times},
        rate_norm=norm,
        eigenvalue_real_without=np.array([-1.0, 1.3, 0.2]),
        eigenvalue_real=np.array([-2.0, -0.5, 0.1]),
        eigenvalue_real_foreign=np.array([1.9, 1.0, 0.0]),
    )


def test_a_network_is_measured_in_each_replicate():
    evaluations = [MEASURED, erring(1.0, 3.0)]
    modules = [module(loops=5, left=[0.3, 0.1]), module(loops=5, left=[0.5, 0.5])]
    settings = {"failure_factor": 2.0, "preparation_duration": 3.5}
    for present in (modules, []):
        found = measure_network(
            [light(contracts.EVALUATION, each) for each in evaluations],
            [light(contracts.PREPARATORY_MODULE, each) for each in present],
            **settings,
        )
        assert set(found) == set(contracts.MEASURES.variables)
        for place, each in enumerate(evaluations):
            of_module = present[place] if present else None
            expected = network_measures(each, of_module, **settings)
            one = {name: values[place] for name, values in found.items()}
            assert one == pytest.approx(expected, nan_ok=True)
        assert np.isnan(found["rate_norm"]).any() == (not present)


def test_a_module_is_measured_in_each_replicate():
    modules = [module(loops=5, left=[0.3, 0.1]), module(loops=5, left=[0.5, 0.5])]
    found = measure_module([light(contracts.PREPARATORY_MODULE, each) for each in modules])
    assert set(found) == set(contracts.MODULE_MEASURES.variables)
    assert found["rate_norm"] == pytest.approx([0.2, 0.5])
    assert found["largest_real_part"] == [0.1, 0.1]


def learned(parameters, iterations):
    return made(
        contracts.NETWORK, {"iteration": iterations}, learned_parameters=np.array(parameters)
    )


def of_pairs(architecture, gain, loop_gain, error):
    return made(
        contracts.PAIRS,
        {},
        architecture=np.array(architecture),
        gain=np.array(gain),
        loop_gain=np.array(loop_gain),
        least_error=np.array(error),
    )


def fits(errors):
    """Approximations by 2 and by 6 exponentials with these errors of two motifs."""
    return made(
        contracts.EXPONENTIALS, {"motif": 2}, {"exponentials": [2, 6]}, error=np.array(errors)
    )


def forgot(error, together):
    return made(
        contracts.FORGETTING,
        {"session": 3, "motif": 3},
        error=np.array(error),
        together_error=np.array(together),
    )


def inputs():
    plain = [erring(1.0, 3.0, 4.0), erring(2.0, 3.0, 4.0)]
    evaluations = {name: [erring(1.0, 1.5), erring(1.0, 1.5)] for name in NAMES} | {
        "additive": plain,
        "additive_prepared": [erring(0.5, 1.0, 1.0), erring(0.5, 1.25, 1.25)],
        "multiplicative": [erring(1.0, 2.5), erring(1.0, 1.9)],
        "multiplicative_prepared": [erring(2.0, 1.0), erring(2.0, 1.0)],
        "two_input": [erring(0.5, 2.0, 3.0), erring(0.5, 2.5, 3.75)],
    }
    model = made(
        contracts.THALAMOCORTICAL,
        {"repetition": 1, "start": 1},
        {"motif": [1, 2, 3], "first_motif": [1, 2, 3]},
        random_error=0.1 * BASE[None, :, None],
        transition_error=np.where(np.eye(3, dtype=bool), NAN, 0.1 * BASE)[None],
    )
    chain = made(
        contracts.CHAIN,
        {},
        {"network": ["additive", "additive_prepared"], "position": [1, 2]},
        error=np.array([[0.1, 0.4], [0.1, 0.2]]),
    )
    return {
        "evaluations": evaluations,
        "networks": {name: [learned(30, 11), learned(30, 16)] for name in NAMES}
        | {"control": [learned(120, 7), learned(120, 7)]},
        "additive_modules": [
            module(loops=5, left=[0.3, 0.1]),
            module(loops=5, left=[0.5, 0.5]),
        ],
        "multiplicative_modules": [module(loops=5, left=[0.0, 0.0])] * 2,
        "pairs": [
            of_pairs(*settings, error)
            for settings, errors in {
                ("additive", 1.0, 0.0): [0.5, 0.3],
                ("additive", 1.4, 0.0): [0.1, 0.5],
                ("multiplicative", 1.0, 0.75): [0.2, 0.2],
                ("multiplicative", 1.0, 1.5): [0.3, 0.05],
                ("control", 1.8, 0.0): [0.9, 0.7],
            }.items()
            for error in errors
        ],
        "forgetting": [
            forgot([[0.1, 9, 9], [5, 0.2, 9], [0.7, 0.5, 0.3]], [0.1, 0.1, 0.4]),
            forgot([[0.3, 9, 9], [5, 0.4, 9], [0.9, 0.7, 0.5]], [0.2, 0.2, 0.2]),
        ],
        "thalamocortical": [model, model],
        "chains": {"3-1": chain},
        "exponentials": {
            "step": fits([[0.5, 0.7], [0.1, 0.3]]),
            "oscillatory": fits([[0.1, 0.1], [0.0, 0.0]]),
        },
        "failure_factor": 2.0,
        "preparation_duration": 5.0,
        "network_settings": Networks().model_dump(),
        "replicates": 2,
        "pairs_iterations": 3000,
        "module_iterations": 1000,
    }


@pytest.fixture(scope="module")
def summary():
    return summarise(rng_of(), **inputs())


def compared(mean, p_of_motifs):
    """What a comparison holds if two networks are alike; 3 motifs of one sign give p = 2 / 8."""
    return {
        "mean": pytest.approx(mean),
        "by_replicate": pytest.approx([mean, mean]),
        "interval": pytest.approx([mean, mean]),
        "p": 1.0 if mean == 1 else 0.0,
        "p_by_replicate": [p_of_motifs] * 2,
        "networks": 2,
        "networks_needed": None,
    }


ALWAYS = 2 / 8


def test_error_by_exponentials_is_the_mean_over_motifs(summary):
    assert summary["error_by_exponentials"] == {
        "step": pytest.approx({"2": 0.6, "6": 0.2}),
        "oscillatory": pytest.approx({"2": 0.1, "6": 0.0}),
    }


def test_the_summary_has_every_figure_of_merit(summary):
    assert set(summary) == {
        "replicates",
        "repetitions",
        "motifs",
        "rmse",
        "transition_over_random",
        "preparation_over_none_random_squared_error",
        "preparation_over_none_transition_rmse",
        "failed_transitions",
        "failed_transitions_after_preparation",
        "two_input_over_preparation_transition_rmse",
        "two_input_over_preparation_interrupted_rmse",
        "interrupted_over_random",
        "rate_norm_at_7_tau",
        "rmse_by_initial_std",
        "largest_real_part",
        "learned_parameters",
        "iterations",
        "all_pairs",
        "forgetting",
        "chains",
        "chain_names",
        "units",
        "prepared",
        "error_by_exponentials",
        "preset",
        "figures_of_merit",
        "answer",
        "left_open",
    }
    for key in ("rmse", "transition_over_random"):
        assert set(summary[key]) == {*NAMES, "thalamocortical"}
    for key in (
        "preparation_over_none_random_squared_error",
        "preparation_over_none_transition_rmse",
        "failed_transitions",
    ):
        assert set(summary[key]) == {"additive", "multiplicative", "additive_oscillatory"}
    assert (summary["replicates"], summary["repetitions"], summary["motifs"]) == (2, 2, 3)


def test_the_summary_is_json_without_gaps(summary):
    plain = summary | {"answer": list(summary["answer"])}
    assert json.loads(json.dumps(summary, allow_nan=False)) == plain


def test_figures_of_merit_have_the_replicate_as_their_unit(summary):
    found = summary["figures_of_merit"]
    assert {merit["n"] for merit in found.values()} == {2}
    assert found["preparation_over_none_transition_rmse"] == {
        "value": pytest.approx((0.5 + 0.625) / (3 + 6)),
        "interval": summary["preparation_over_none_transition_rmse"]["additive"]["interval"],
        "n": 2,
    }
    assert found["failed_transitions_prepared"] == {"value": 0.0, "interval": [0.0, 0.0], "n": 2}
    # 0.35 ± 12.7 · 0.15, but a norm is not below 0.
    assert found["rate_norm_at_7_tau"]["interval"] == pytest.approx([0, 2.256], abs=1e-3)
    # Errors of 0.7, 0.5 and 0.9, 0.7 at the end, of 0.1, 0.2, 0.3 and 0.3, 0.4, 0.5 when learned.
    forgotten = found["forgotten_over_learned"]
    assert forgotten["value"] == pytest.approx(0.7 / 0.3)
    expected = ratio_of_means(np.array([0.6, 0.8]), np.array([0.2, 0.4]))
    assert forgotten["interval"] == pytest.approx([expected.low, expected.high])


def test_figures_of_merit_are_the_values_that_the_details_tell(summary):
    across, failed = summary["transition_over_random"], summary["failed_transitions"]["additive"]
    forgotten, module_norm = summary["forgetting"], summary["rate_norm_at_7_tau"]
    single = "preparation_over_none_random_squared_error"
    two_input = "two_input_over_preparation_interrupted_rmse"
    expected = {
        "transition_over_random": across["additive"]["mean"],
        "transition_over_random_prepared": across["additive_prepared"]["mean"],
        "transition_over_random_thalamocortical": across["thalamocortical"]["mean"],
        "failed_transitions": failed["none"]["mean"],
        "failed_transitions_prepared": failed["with"]["mean"],
        "preparation_over_none_transition_rmse": (
            summary["preparation_over_none_transition_rmse"]["additive"]["mean"]
        ),
        single: summary[single]["additive"]["mean"],
        two_input: summary[two_input]["mean"],
        "rate_norm_at_7_tau": module_norm["additive"]["mean"],
        "rate_norm_at_7_tau_multiplicative": module_norm["multiplicative"]["mean"],
        "forgotten_over_learned": forgotten["at_the_end"] / forgotten["when_learned"],
    }
    found = {name: merit["value"] for name, merit in summary["figures_of_merit"].items()}
    assert found == pytest.approx(expected)
    assert list(found) == list(expected)


def test_figures_of_merit_of_one_replicate_have_no_interval():
    changed = inputs()
    for name in ("evaluations", "networks"):
        changed[name] = {key: each[:1] for key, each in changed[name].items()}
    for name in ("additive_modules", "multiplicative_modules", "forgetting", "thalamocortical"):
        changed[name] = changed[name][:1]
    found = summarise(rng_of(), **changed)["figures_of_merit"]
    assert {(merit["interval"], merit["n"]) for merit in found.values()} == {(None, 1)}
    assert found["transition_over_random"]["value"] == pytest.approx(3)


def test_the_summary_tells_how_the_experiment_is_set_up(summary):
    assert summary["chain_names"] == ["3-1"]
    assert summary["units"] == {name: each.units for name, each in Networks()}
    assert [name for name, prepared in summary["prepared"].items() if prepared] == [
        "additive_prepared",
        "multiplicative_prepared",
        "additive_oscillatory_prepared",
    ]
    assert summary["preset"].startswith(
        "The experiment is smaller than the paper's: networks.additive_large.units 600 instead of "
        "1000; networks.additive.max_iterations 350 instead of 3000; replicates.count 2 instead "
        "of 5. "
    )


def test_errors_are_means_over_motifs_and_replicates(summary):
    assert summary["rmse"]["additive"] == {
        "random": pytest.approx((0.2 + 0.4) / 2),
        "transition": pytest.approx((0.6 + 1.2) / 2),
        "failed_transitions": 1.0,
    }
    assert summary["rmse"]["multiplicative"] == {
        "random": pytest.approx(0.2),
        "transition": pytest.approx((0.5 + 0.38) / 2),
        "failed_transitions": 0.5,
    }
    assert summary["rmse"]["thalamocortical"]["transition"] == pytest.approx(0.02)


def test_transitions_are_compared_with_random_states(summary):
    found = summary["transition_over_random"]
    assert found["additive"] == compared(3, ALWAYS)
    assert found["thalamocortical"] == compared(1, 1.0)
    # Motifs of one of two networks are as good as from random states, and so say nothing.
    assert found["additive_prepared"]["mean"] == pytest.approx(1.125)
    assert found["additive_prepared"]["p_by_replicate"] == [1, ALWAYS]
    low, high = found["additive_prepared"]["interval"]
    assert low < 1 < 1.125 < high
    assert found["additive_prepared"]["networks_needed"] > 2


def test_the_module_is_compared_with_none(summary):
    squares = summary["preparation_over_none_random_squared_error"]
    # Squared errors 1/4 of those without in replicate 1, and 1/16 in replicate 2.
    assert squares["additive"]["mean"] == pytest.approx((0.25 + 0.25) / (1 + 4))
    assert squares["additive"]["by_replicate"] == pytest.approx([1 / 4, 1 / 16])
    assert squares["multiplicative"] == compared(4, ALWAYS)
    across = summary["preparation_over_none_transition_rmse"]
    assert across["additive"]["mean"] == pytest.approx((0.5 + 0.625) / (3 + 6))
    assert across["additive"]["by_replicate"] == pytest.approx([0.5 / 3, 0.625 / 6])
    assert across["multiplicative"]["mean"] == pytest.approx(4 / 4.4)
    assert across["additive_oscillatory"] == compared(1, 1.0)
    assert summary["failed_transitions"]["multiplicative"] == {
        # No interval of a fraction ends outside 0 and 1.
        "none": {"mean": 0.5, "interval": [0.0, 1.0], "by_replicate": [1.0, 0.0]},
        "with": {"mean": 0.0, "interval": [0.0, 0.0], "by_replicate": [0.0, 0.0]},
    }
    assert summary["failed_transitions"]["additive"]["none"]["mean"] == 1.0


def test_two_inputs_are_compared_with_the_module(summary):
    whole = summary["two_input_over_preparation_transition_rmse"]
    assert whole == compared(2, ALWAYS)
    # Parts 0.7 and 1.0 count alike: 2.5 and 3.125 times the random error against 1 and 1.25.
    interrupted = summary["two_input_over_preparation_interrupted_rmse"]
    assert interrupted == compared(2.5, ALWAYS)
    over_random = summary["interrupted_over_random"]
    assert set(over_random) == {"additive", "additive_prepared", "two_input"}
    assert over_random["additive"] == compared(3.5, ALWAYS)
    assert over_random["two_input"]["by_replicate"] == pytest.approx([2.5, 3.125])


def test_modules_are_judged_by_the_rates_they_leave(summary):
    # Each trial counts by itself: 0.3 of 4 and 0.1 of 2 are 0.2 on average, not 1.4 of 6.
    assert relative_rate_norm(module(loops=1, left=[0.3, 0.1]), 7.0) == pytest.approx(0.2)
    assert summary["rate_norm_at_7_tau"] == {
        "additive": {
            "mean": pytest.approx(0.35),
            "interval": pytest.approx([0, 2.256], abs=1e-3),
            "by_replicate": pytest.approx([0.2, 0.5]),
        },
        "multiplicative": {
            "mean": pytest.approx(0),
            "interval": pytest.approx([0, 0]),
            "by_replicate": pytest.approx([0, 0]),
        },
    }
    assert summary["largest_real_part"]["additive"] == {"none": 1.3, "own": 0.1, "foreign": 1.9}


def test_training_is_counted(summary):
    assert summary["learned_parameters"] == dict.fromkeys(NAMES, 30) | {"control": 120}
    assert summary["iterations"] == dict.fromkeys(NAMES, 13.5) | {"control": 7.0}


def test_each_architecture_learns_pairs_at_its_best_gains(summary):
    assert summary["all_pairs"] == {
        "additive": {"rmse": pytest.approx(0.3), "gain": 1.4, "loop_gain": 0.0},
        "multiplicative": {"rmse": pytest.approx(0.175), "gain": 1.0, "loop_gain": 1.5},
        "control": {"rmse": pytest.approx(0.8), "gain": 1.8, "loop_gain": 0.0},
    }


def test_forgetting_compares_the_errors_at_learning_with_those_at_the_end(summary):
    assert summary["forgetting"] == {
        "when_learned": pytest.approx(0.3),
        # The last motif has had no chance to be forgotten.
        "at_the_end": pytest.approx(0.7),
        "learned_together": pytest.approx(0.2),
    }


def test_chains_have_the_error_of_each_position(summary):
    assert summary["chains"] == {"3-1": {"additive": [0.1, 0.4], "additive_prepared": [0.1, 0.2]}}


def told(mean, low, high, needed=None):
    """A comparison over three networks."""
    p = 0.2 if low <= 1 <= high else 0.0123
    ratios = {"by_replicate": [mean] * 3, "p_by_replicate": [0.002] * 3}
    found = {"mean": mean, "interval": [low, high], "p": p, "networks": 3}
    return found | ratios | {"networks_needed": needed}


def answered(summary, across, failed=0.01, prepared=None):
    """The answer if the errors after others, with over without the module, are as given."""
    over_random = summary["transition_over_random"]
    failures = {"with": {"mean": failed}, "none": {"mean": 0.27}}
    changed = {
        "preparation_over_none_transition_rmse": {"additive": across},
        "transition_over_random": {
            "additive": over_random["additive"],
            "additive_prepared": prepared or told(0.93, 0.91, 0.95),
        },
        "failed_transitions": {"additive": failures},
    }
    return answer(summary | changed)


def test_the_answer_when_preparation_helps(summary):
    first, second = answered(summary, told(0.4, 0.3, 0.5))
    assert first == (
        "Motifs that a network learned one by one chain in any order if a preparatory module "
        "begins each: with it 1 % of untrained transitions fail, without it 27 %; the error after "
        "other motifs is 0.93 times that from random states (95 % interval over 3 networks 0.91 "
        "to 0.95, p = 0.012) with it and 3.00 times (95 % interval over 2 networks 3.00 to 3.00, "
        "p < 0.001) without."
    )
    assert second.startswith("With it the squared error of single motifs is 0.10 times that")
    assert ", and the error of transitions 0.40 times (95 % interval over 3 networks" in second
    assert second.endswith(": additive networks, 3 step motifs, 2 replicates.")


def test_motifs_that_often_fail_do_not_chain_in_any_order(summary):
    first, _ = answered(summary, told(0.4, 0.3, 0.5), failed=0.2)
    assert "one by one chain better if a preparatory module begins each: with it 20 %" in first


def test_the_answer_when_networks_leave_it_open(summary):
    first, _ = answered(summary, told(0.8, 0.5, 1.3))
    assert first.startswith(
        "3 networks leave open whether a preparatory module helps motifs to chain: with it"
    )


def test_the_answer_when_preparation_does_harm(summary):
    for across, prepared in ((told(1.5, 1.2, 1.9), None), (told(0.4, 0.3, 0.5), told(4, 3, 5))):
        first, _ = answered(summary, across, prepared=prepared)
        assert first.startswith("The preparatory module does not help motifs to chain here: with")


def test_the_answer_of_a_single_network_has_no_interval():
    changed = inputs()
    swapped = changed["evaluations"]
    swapped["additive"], swapped["additive_prepared"] = (
        swapped["additive_prepared"][:1],
        swapped["additive"][:1],
    )
    swapped["two_input"] = swapped["two_input"][:1]
    found = summarise(rng_of(), **changed)
    first, second = found["answer"]
    assert first == (
        "The preparatory module does not help motifs to chain here: with it 100 % of untrained "
        "transitions fail, without it 0 %; the error after other motifs is 3.00 times that from "
        "random states (one network, over its motifs p = 0.25) with it and 1.00 times (one "
        "network, over its motifs p = 1) without."
    )
    assert second.startswith("With it the squared error of single motifs is 4.00 times that")
    assert second.endswith(" 3 step motifs, 1 replicate.")
    assert found["left_open"].startswith("A single network says nothing about others")


def test_what_networks_leave_open_is_named_with_how_many_would_tell(summary):
    names = (
        "transition_over_random",
        "preparation_over_none_random_squared_error",
        "preparation_over_none_transition_rmse",
        "interrupted_over_random",
    )
    clear, many = told(0.4, 0.3, 0.5), told(1.01, 0.9, 1.1)
    changed = summary | {"replicates": 3} | {name: {"additive": clear} for name in names}
    changed["two_input_over_preparation_transition_rmse"] = clear
    changed["two_input_over_preparation_interrupted_rmse"] = clear
    assert left_open(changed) == "All ratios are told from 1 by 3 networks."
    changed["transition_over_random"] = {
        "additive": clear,
        "control": told(1.26, 0.91, 1.75, 5),
        "two_input": many,
    }
    changed["two_input_over_preparation_interrupted_rmse"] = told(1.2, 0.85, 1.69, 7)
    assert left_open(changed) == (
        "3 networks do not tell these ratios from 1 (in brackets how many would, four times of "
        "five, if ratio and spread are as found): error after other motifs over that from random "
        "states: control 1.26 (about 5), two inputs 1.01 (more than 1000); error after "
        "interrupted motifs with two inputs over that with the module: 1.20 (about 7)."
    )


def test_small_failure_rates_are_not_rounded_to_nothing(summary):
    few = {"with": {"mean": 0.0037}, "none": {"mean": 0.27}}
    first, _ = answer(summary | {"failed_transitions": {"additive": few}})
    assert "with it 0.37 % of untrained transitions fail, without it 27 %" in first


# From results of earlier stages to networks

UNITS = 6


def connectivity():
    drawn = draw_connectivity(rng_of(4), UNITS)
    sizes = {"unit": UNITS, "presynaptic_unit": UNITS}
    return filled(contracts.CONNECTIVITY, sizes, **vars(drawn))


def random_module():
    left, right = rng_of(5).standard_normal((2, UNITS, 2))
    return filled(
        contracts.PREPARATORY_MODULE,
        {"unit": UNITS, "presynaptic_unit": UNITS, "loop": 2},
        left_vectors=left,
        right_vectors=right,
    )


def random_session(names, motifs, seed, shared=False):
    draws = rng_of(seed)
    sizes = {"unit": UNITS, "presynaptic_unit": UNITS, "shared_unit": UNITS if shared else 0}
    return filled(
        contracts.NETWORK,
        sizes,
        {"motif": motifs, "parameter": list(names)},
        motif_parameters=draws.standard_normal((len(names), len(motifs), UNITS)),
        weights=draws.standard_normal((UNITS, UNITS)),
        readout=draws.standard_normal(UNITS),
    )


def session(numbers, outputs, times):
    return filled(contracts.LIBRARY, {}, {"motif": numbers, "time": times}, output=outputs)


def test_targets_of_several_sessions_come_in_order():
    outputs = rng_of().standard_normal((3, 4))
    times = [0.1, 0.2, 0.3, 0.4]
    sessions = [session([1, 2], outputs[:2], times), session([3], outputs[2:], times)]
    targets = targets_of(sessions)
    assert targets.numbers == [1, 2, 3]
    assert targets.output == exact(outputs)
    assert targets.times.tolist() == times
    assert targets_of(sessions[::-1]).numbers == [3, 1, 2]


def test_a_circuit_has_the_gain_and_the_module_in_its_weights():
    drawn = draw_connectivity(rng_of(4), UNITS)
    settings = MotifNetwork(architecture="additive", units=UNITS, gain=1.7)
    steps = {"motif_steps": 9, "preparation_steps": 3}
    plain = fixed_circuit(NetworkParts(settings, connectivity()), **steps)
    assert plain.weights.numpy() == exact(1.7 * drawn.weights)
    assert plain.readout.numpy() == exact(drawn.readout)
    assert plain.preparatory_weights is None
    assert (plain.motif_steps, plain.first_steps) == (9, 0)

    prepared = fixed_circuit(NetworkParts(settings, connectivity(), [random_module()]), **steps)
    left, right = rng_of(5).standard_normal((2, UNITS, 2))
    expected = 1.7 * drawn.weights + sum(np.outer(left[:, i], right[:, i]) for i in range(2))
    assert prepared.preparatory_weights.numpy() == exact(expected)
    assert prepared.weights.numpy() == exact(1.7 * drawn.weights)
    assert (prepared.motif_steps, prepared.first_steps) == (9, 3)


def test_parameters_of_several_sessions_come_in_order():
    names = ("input", "loop_left_vector", "loop_right_vector")
    # Names, not places, tell the parameters of a session apart.
    sessions = [random_session(names, [1, 2], 1), random_session(names[::-1], [3], 2)]
    found = learned_parameters("multiplicative", sessions)
    drawn = rng_of(1).standard_normal((3, 2, UNITS)), rng_of(2).standard_normal((3, 1, UNITS))
    assert set(found) == set(names)
    for place, name in enumerate(names):
        assert found[name] == exact(np.concatenate([drawn[0][place], drawn[1][2 - place]]))


def test_a_control_network_has_its_own_weights_and_readout():
    found = learned_parameters("control", [random_session(["input"], [1, 2, 3], 1, shared=True)])
    draws = rng_of(1)
    for name, shape in [("input", (3, UNITS)), ("weights", (UNITS, UNITS)), ("readout", (UNITS,))]:
        assert found[name] == exact(draws.standard_normal(shape))


@pytest.mark.parametrize("prepared", [False, True])
def test_a_network_of_earlier_results_is_the_one_that_was_trained(prepared):
    dynamics = NetworkDynamics(dt=DT, noise=0.0)
    parts = NetworkParts(
        MotifNetwork(units=UNITS, gain=1.2, prepared=prepared),
        connectivity(),
        [random_module()] if prepared else [],
        [random_session(["input"], [i], i) for i in (1, 2)],
    )
    network = trained_network(
        parts,
        targets_of([session([1, 2], np.zeros((2, 9)), DT * np.arange(1, 10))]),
        dynamics,
        # Binary fractions make this 2.9999999999999996 steps.
        preparation_duration=0.1 + 0.2 - 1e-16,
        device="cpu",
    )
    circuit = fixed_circuit(parts, motif_steps=9, preparation_steps=3)
    parameters = {
        "input": np.concatenate([rng_of(i).standard_normal((1, 1, UNITS))[0] for i in (1, 2)])
    }
    expected = TrainedMotifNetwork(circuit, parameters, dynamics, CPU)
    chains, state = np.array([[1], [0]]), rng_of().standard_normal((1, UNITS))
    found = network.rollout(chains, state, rng_of())
    assert found.output == exact(expected.rollout(chains, state, rng_of()).output)
