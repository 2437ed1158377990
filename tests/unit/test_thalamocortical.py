from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.linalg import expm

from corticomotor.runtime.errors import DivergenceError, InputError
from corticomotor.studies.motifs import thalamocortical
from corticomotor.studies.motifs.settings.thalamocortical import Thalamocortical
from corticomotor.studies.motifs.thalamocortical import Exponentials, LoopCost
from reference.thalamocortical import equation_3, loop_cost, runge_kutta

NEURONS = 24
SMALL = Thalamocortical(
    neurons=NEURONS, exponentials=6, loops=12, fit_starts=3, loop_starts=1, loop_iterations=100
)
PREPARATION, EXECUTION = 25, 175
DT = 0.2


def cortex(seed=0, neurons=NEURONS, abscissa=None):
    """Dynamics g (J - I), moved to an abscissa if one is given, and readout."""
    rng = np.random.default_rng(seed)
    weights = rng.standard_normal((neurons, neurons)) / np.sqrt(neurons)
    dynamics = 0.5 * (weights - np.eye(neurons))
    if abscissa is not None:
        dynamics += (abscissa - np.linalg.eigvals(dynamics).real.max()) * np.eye(neurons)
    return dynamics, rng.standard_normal(neurons) / np.sqrt(neurons)


def exponentials(decay, frequency, amplitudes):
    eigenvalues = -np.array(decay) + 1j * np.array(frequency)
    return Exponentials(
        np.concatenate([eigenvalues, eigenvalues.conj()]),
        np.concatenate([amplitudes, np.conj(amplitudes)]),
    )


MOTIF = exponentials(
    [0.02, 0.05, 0.1], [0.1, 0.2, 0.35], np.array([0.7 + 0.2j, -0.4 - 0.9j, -0.3 + 0.1j])
)


def targets(motifs=4):
    """Motifs of a few jumps, which end in a pause."""
    rng = np.random.default_rng(5)
    target = np.repeat(rng.standard_normal((motifs, 5)), 40, axis=1)
    target[:, -20:] = 0
    return target


@cache
def model():
    return thalamocortical.build_model(
        np.random.default_rng(0), targets(), DT, PREPARATION * DT, SMALL
    )


def slope(function, at, direction, step=1e-5):
    return (function(at + step * direction) - function(at - step * direction)) / (2 * step)


# Exponentials


def test_fit_finds_a_motif_that_is_a_sum_of_exponentials():
    times = 0.2 * np.arange(1, 301)
    fit = thalamocortical.fit_exponentials(
        np.random.default_rng(0), MOTIF(times), times, 6, Thalamocortical(fit_starts=10)
    )
    assert np.abs(fit(times) - MOTIF(times)).max() < 0.02 * MOTIF(times).std()


@pytest.mark.parametrize("count", [2, 5, 10])
@pytest.mark.parametrize("largest_amplitude", [0.2, 3.0])
def test_fit_obeys_all_constraints(count, largest_amplitude):
    settings = Thalamocortical(largest_amplitude=largest_amplitude, fit_starts=3)
    times = 0.2 * np.arange(1, 301)
    target = np.where((times > 7) & (times < 31), 2.0, -0.5)
    fit = thalamocortical.fit_exponentials(np.random.default_rng(1), target, times, count, settings)
    assert len(fit.eigenvalues) == len(fit.amplitudes) == count
    assert np.all(fit.eigenvalues.real < 0)
    assert np.all(fit.eigenvalues.real >= -settings.largest_damping - 1e-9)
    distance = np.abs(fit.eigenvalues[:, None] - fit.eigenvalues)
    assert distance[~np.eye(count, dtype=bool)].min() > settings.separation * (1 - 1e-6)
    assert np.abs(fit.amplitudes).max() < largest_amplitude * (1 + 1e-6)
    assert np.abs(fit.amplitudes.sum()) < 1e-9
    complex_values = np.exp(np.outer(times, fit.eigenvalues)) @ fit.amplitudes
    assert np.abs(complex_values.imag).max() < 1e-12
    assert np.mean((fit(times) - target) ** 2) < np.mean(target**2)


def test_more_exponentials_fit_better():
    times = 0.2 * np.arange(1, 201)
    errors = [
        np.mean(
            (
                thalamocortical.fit_exponentials(
                    np.random.default_rng(2),
                    targets()[0],
                    times,
                    count,
                    Thalamocortical(fit_starts=5),
                )(times)
                - targets()[0]
            )
            ** 2
        )
        for count in (2, 6, 10)
    ]
    assert errors[0] > 1.2 * errors[1] > 1.2**2 * errors[2]


def test_a_target_that_is_not_finite_is_an_error():
    times = 0.2 * np.arange(1, 101)
    target = np.full(100, np.nan)
    with pytest.raises(DivergenceError, match=r"thalamocortical\.fit_starts"):
        thalamocortical.fit_exponentials(np.random.default_rng(0), target, times, 6, SMALL)


# Execution


@pytest.mark.parametrize(("neurons", "count"), [(99, 10), (NEURONS, 2), (NEURONS, 10), (6, 6)])
def test_placed_eigenvalues_are_eigenvalues(neurons, count):
    dynamics, _ = cortex(neurons=neurons)
    rng = np.random.default_rng(1)
    half = -np.linspace(0.45, 0.02, count // 2) + 1j * np.linspace(0.05, 0.8, count // 2)
    wanted = np.concatenate([half, half.conj()])
    left_vector = rng.standard_normal(neurons)
    right_vector = thalamocortical.place_eigenvalues(dynamics, left_vector, wanted)
    eigenvalues = np.linalg.eigvals(dynamics + np.outer(left_vector, right_vector))
    assert np.abs(wanted[:, None] - eigenvalues).min(axis=1).max() < 1e-8


def test_the_feedback_moves_no_eigenvalue():
    dynamics, _ = cortex()
    rng = np.random.default_rng(2)
    polynomials = []
    for _ in range(2):
        left_vector = rng.standard_normal(NEURONS)
        right_vector = thalamocortical.place_eigenvalues(dynamics, left_vector, MOTIF.eigenvalues)
        polynomials.append(np.poly(dynamics + np.outer(left_vector, right_vector)))
    np.testing.assert_allclose(*polynomials, rtol=1e-7, atol=1e-10)


def test_no_smaller_loop_places_the_eigenvalues():
    """In eigenvector coordinates, what places the same eigenvalues differs at a right angle."""
    dynamics, _ = cortex()
    own, eigenvectors = np.linalg.eig(dynamics)
    rng = np.random.default_rng(3)
    left_vector = rng.standard_normal(NEURONS)
    right_vector = thalamocortical.place_eigenvalues(dynamics, left_vector, MOTIF.eigenvalues)
    strengths = np.linalg.solve(eigenvectors, left_vector) * (eigenvectors.T @ right_vector)
    gains = 1 / (MOTIF.eigenvalues[:, None] - own)
    np.testing.assert_allclose(gains @ strengths, 1, rtol=1e-9)
    _, _, basis = np.linalg.svd(gains)
    assert np.abs(basis[len(gains) :] @ strengths).max() < 1e-10


def test_readout_follows_the_exponentials_from_the_initial_state():
    dynamics, readout = cortex()
    left_vector = np.random.default_rng(4).standard_normal(NEURONS)
    right_vector = thalamocortical.place_eigenvalues(dynamics, left_vector, MOTIF.eigenvalues)
    state = thalamocortical.initial_state(dynamics, left_vector, readout, MOTIF)
    times = np.array([0.0, 0.3, 2.0, 11.0, 60.0])
    motif_dynamics = dynamics + np.outer(left_vector, right_vector)
    result = [readout @ expm(motif_dynamics * time) @ state for time in times]
    np.testing.assert_allclose(result, MOTIF(times), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("abscissa", [-0.05, 0.03])
def test_loop_cost_is_that_of_the_dynamics(abscissa):
    dynamics, readout = cortex(abscissa=abscissa)
    left_vector = np.random.default_rng(5).standard_normal(NEURONS)
    right_vector = thalamocortical.place_eigenvalues(dynamics, left_vector, MOTIF.eigenvalues)
    state = thalamocortical.initial_state(dynamics, left_vector, readout, MOTIF)
    value, _ = LoopCost(dynamics, readout, MOTIF, 40.0)(left_vector)
    expected = loop_cost(dynamics, readout, left_vector, right_vector, state, 40.0)
    assert value == pytest.approx(expected, rel=1e-6)


def test_loop_cost_has_its_gradient():
    dynamics, readout = cortex()
    rng = np.random.default_rng(6)
    left_vector, direction = rng.standard_normal((2, NEURONS))
    cost = LoopCost(dynamics, readout, MOTIF, 40.0)
    _, gradient = cost(left_vector)
    expected = slope(lambda u: cost(u)[0], left_vector, direction)
    assert gradient @ direction == pytest.approx(expected, rel=1e-6)
    assert abs(gradient @ left_vector) < 1e-9 * np.linalg.norm(gradient), "length of u matters"


def test_noise_robust_loop_beats_random_ones():
    dynamics, readout = cortex()
    cost = LoopCost(dynamics, readout, MOTIF, 40.0)
    rng = np.random.default_rng(7)
    left_vector, right_vector = thalamocortical.noise_robust_loop(
        rng, dynamics, readout, MOTIF, 40.0, SMALL
    )
    best_of_random = min(cost(rng.standard_normal(NEURONS))[0] for _ in range(50))
    assert cost(left_vector)[0] < best_of_random - np.log(5)
    assert np.linalg.norm(left_vector) == pytest.approx(np.linalg.norm(right_vector), rel=1e-12)
    placed = thalamocortical.place_eigenvalues(dynamics, left_vector, MOTIF.eigenvalues)
    np.testing.assert_allclose(right_vector, placed, rtol=1e-8, atol=1e-10)


# Preparation


@pytest.mark.parametrize("roughness_penalty", [0.0, 0.05, 2.0])
def test_preparatory_cost_is_equation_3(roughness_penalty):
    dynamics, readout = cortex(abscissa=-0.1)
    value, _ = thalamocortical.preparatory_cost(dynamics, readout, roughness_penalty)
    assert value == pytest.approx(equation_3(dynamics, readout, roughness_penalty), rel=1e-9)


@pytest.mark.parametrize("roughness_penalty", [0.0, 0.05])
def test_preparatory_cost_has_its_gradient(roughness_penalty):
    dynamics, readout = cortex(abscissa=-0.1)
    direction = np.random.default_rng(8).standard_normal(dynamics.shape)
    _, gradient = thalamocortical.preparatory_cost(dynamics, readout, roughness_penalty)
    expected = slope(
        lambda a: thalamocortical.preparatory_cost(a, readout, roughness_penalty)[0],
        dynamics,
        direction,
    )
    assert np.sum(gradient * direction) == pytest.approx(expected, rel=1e-6)


def test_preparatory_cost_is_infinite_without_stability():
    dynamics, readout = cortex(abscissa=0.01)
    assert thalamocortical.preparatory_cost(dynamics, readout, 0.05)[0] == np.inf


@pytest.mark.parametrize(("abscissa", "loops"), [(-0.05, 12), (0.3, 12), (0.1, 1), (0.0, NEURONS)])
def test_preparatory_weights_are_a_minimum(abscissa, loops):
    dynamics, readout = cortex(abscissa=abscissa)
    settings = SMALL.model_copy(update={"loops": loops})
    costs, gradients = [], []
    for seed in (1, 2):
        left_vector, right_vector = thalamocortical.preparatory_weights(
            np.random.default_rng(seed), dynamics, readout, settings
        )
        prepared = dynamics + left_vector @ right_vector.T
        assert np.linalg.eigvals(prepared).real.max() < -0.05
        cost, gradient = thalamocortical.preparatory_cost(
            prepared, readout, settings.roughness_penalty
        )
        price = settings.weight_cost
        costs.append(cost + price / 2 * (np.sum(left_vector**2) + np.sum(right_vector**2)))
        # Along a change of the weights the two costs' derivatives cancel.
        residual = gradient @ right_vector + price * left_vector
        gradients.append(np.abs(residual).max() / np.abs(gradient @ right_vector).max())
        balance = left_vector.T @ left_vector - right_vector.T @ right_vector
        assert np.abs(balance).max() < 0.02 * np.abs(left_vector.T @ left_vector).max()
    assert max(gradients) < 0.05
    assert costs[0] == pytest.approx(costs[1], rel=1e-3)


def test_weights_that_cost_less_grow_and_prepare_faster():
    dynamics, readout = cortex(abscissa=-0.05)
    sizes, costs = [], []
    for weight_cost in (0.1, 0.01, 0.001):
        left_vector, right_vector = thalamocortical.preparatory_weights(
            np.random.default_rng(0),
            dynamics,
            readout,
            SMALL.model_copy(update={"weight_cost": weight_cost}),
        )
        sizes.append(np.sum(left_vector**2))
        costs.append(
            thalamocortical.preparatory_cost(
                dynamics + left_vector @ right_vector.T, readout, 0.05
            )[0]
        )
    assert sizes == sorted(sizes)
    assert costs == sorted(costs, reverse=True)


# Model


def test_preparation_ends_at_the_initial_state():
    patient = replace(model(), preparation_steps=1000)
    start = 3 * np.random.default_rng(0).standard_normal((2, NEURONS))
    result = thalamocortical.rollout(patient, np.array([[1], [3]]), start)
    prepared = result.states[999]
    np.testing.assert_allclose(prepared, patient.initial_states[[1, 3]], rtol=1e-8, atol=1e-9)


def test_a_motif_that_starts_prepared_is_its_sum_of_exponentials():
    made = model()
    result = thalamocortical.rollout(made, np.arange(4)[:, np.newaxis], made.initial_states)
    assert result.readout.shape == (PREPARATION + EXECUTION, 4)
    # At time 0 the exponentials add up to 0: the readout rests while the motif is prepared.
    assert np.abs(result.readout[:PREPARATION]).max() < 1e-7
    times = DT * np.arange(1, EXECUTION + 1)
    for motif in range(4):
        sum_of_exponentials = Exponentials(made.eigenvalues[motif], made.amplitudes[motif])
        np.testing.assert_allclose(
            result.readout[PREPARATION:, motif], sum_of_exponentials(times), atol=1e-7
        )


def test_rollout_solves_the_differential_equations():
    made = model()
    motifs = np.array([[2, 0], [1, 1], [2, 3]])
    start = np.random.default_rng(1).standard_normal((3, NEURONS))
    result = thalamocortical.rollout(made, motifs, start)
    motif_steps = PREPARATION + EXECUTION
    assert result.states.shape == (2 * motif_steps, 3, NEURONS)
    for trial, sequence in enumerate(motifs):
        state, time = start[trial], 0
        for motif in sequence:
            for dynamics, constant, steps in [
                (made.preparatory_dynamics, made.preparatory_input[motif], PREPARATION),
                (made.motif_dynamics(motif), 0.0, EXECUTION),
            ]:
                time += steps
                state = runge_kutta(dynamics, constant, state, steps * DT, 20 * steps)
                reached = result.states[time - 1, trial]
                np.testing.assert_allclose(reached, state, rtol=1e-4, atol=1e-4)
                state = reached
    np.testing.assert_allclose(result.readout, result.states @ made.readout)


def test_transitions_are_as_good_as_random_starts_thanks_to_the_module():
    made = model()
    rng = np.random.default_rng(2)
    second = np.repeat(np.arange(4), 3)
    first = np.array([motif for last in range(4) for motif in range(4) if motif != last])
    target = targets()[second].T

    def readouts(made):
        """After random starts and after other motifs."""
        for motifs in (second[:, np.newaxis], np.stack([first, second], axis=1)):
            start = rng.standard_normal((len(second), NEURONS))
            yield thalamocortical.rollout(made, motifs, start).readout[-len(target) :]

    def errors(made, since=0):
        return [np.sqrt(np.mean((readout - target)[since:] ** 2)) for readout in readouts(made)]

    from_random, after_motifs = errors(made)
    assert after_motifs < 1.1 * from_random
    assert from_random < 0.7 * target.std()

    # The same steady states, but reached at the pace of the cortex alone.
    without_module = replace(
        made,
        preparatory_left_vectors=np.zeros_like(made.preparatory_left_vectors),
        preparatory_input=-made.initial_states @ made.cortical_dynamics.T,
    )
    np.testing.assert_allclose(without_module.initial_states, made.initial_states, rtol=1e-6)
    assert min(errors(without_module, PREPARATION)) > 2 * max(errors(made, PREPARATION))


def test_preparation_speeds_up_all_decay():
    made = model()
    without, with_module = thalamocortical.preparatory_eigenvalues(made)
    expected = np.linalg.eigvals(0.5 * (made.weights - np.eye(NEURONS)))
    np.testing.assert_allclose(np.poly(without), np.poly(expected), atol=1e-10)
    assert with_module.real.max() < without.real.max() - 0.2
    distance = thalamocortical.distance_to_steady_state(made, np.random.default_rng(0), 200)
    assert distance.shape == (PREPARATION + 1, 200)
    mean = np.sqrt(np.mean(distance**2, axis=1))
    assert mean[0] == pytest.approx(np.sqrt(NEURONS), rel=0.05)
    expected = np.linalg.norm(expm(PREPARATION * DT * made.preparatory_dynamics))
    assert mean[-1] == pytest.approx(expected, rel=0.2)
    assert mean[-1] < 0.1 * mean[0]


def test_another_motif_leaves_the_others_alone():
    seen = []
    fewer = thalamocortical.build_model(
        np.random.default_rng(0),
        targets()[:2],
        DT,
        PREPARATION * DT,
        SMALL,
        report=lambda step, **measures: seen.append((step, list(measures))),
    )
    assert np.array_equal(fewer.weights, model().weights)
    assert np.array_equal(fewer.loop_left_vectors, model().loop_left_vectors[:2])
    assert np.array_equal(fewer.preparatory_input, model().preparatory_input[:2])
    assert seen == [(1, []), (2, ["fit_error"]), (3, ["fit_error"])]


# Impossible settings


@pytest.mark.parametrize("setting", ["exponentials", "loops"])
def test_more_than_neurons_is_an_error_of_the_settings(setting):
    with pytest.raises(ValidationError, match=f"{setting} must be at most 9"):
        Thalamocortical(**{"neurons": 9, "exponentials": 4, "loops": 4, setting: 10})


def test_more_than_neurons_is_an_error_of_the_functions():
    dynamics, readout = cortex(neurons=4)
    rng = np.random.default_rng(0)
    with pytest.raises(InputError, match=r"thalamocortical\.exponentials: expected at most 4"):
        thalamocortical.noise_robust_loop(rng, dynamics, readout, MOTIF, 10.0, SMALL)
    with pytest.raises(InputError, match=r"thalamocortical\.loops: expected at most 4"):
        thalamocortical.preparatory_weights(rng, dynamics, readout, SMALL)


@pytest.mark.parametrize("preparation_duration", [0.05, 0.3, 40.0])
def test_preparation_is_whole_steps_within_the_motif(preparation_duration):
    with pytest.raises(InputError, match=r"motifs\.preparation\.duration: expected"):
        thalamocortical.build_model(
            np.random.default_rng(0), targets(), DT, preparation_duration, SMALL
        )
