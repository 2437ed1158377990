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
STEP_TAU = 0.2


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
        np.random.default_rng(0), targets(), STEP_TAU, PREPARATION * STEP_TAU, SMALL
    )


def slope(function, at, direction, step=1e-5):
    return (function(at + step * direction) - function(at - step * direction)) / (2 * step)


# Exponentials


def test_fit_finds_a_motif_that_is_a_sum_of_exponentials():
    times = 0.2 * np.arange(1, 301)
    fit = thalamocortical.fit_exponentials(
        np.random.default_rng(0), MOTIF(times), times, SMALL.model_copy(update={"fit_starts": 10})
    )
    assert np.abs(fit(times) - MOTIF(times)).max() < 0.02 * MOTIF(times).std()


@pytest.mark.parametrize("count", [2, 5, 10])
@pytest.mark.parametrize("largest_amplitude", [0.2, 3.0])
def test_fit_obeys_all_constraints(count, largest_amplitude):
    settings = Thalamocortical(
        exponentials=count, largest_amplitude=largest_amplitude, fit_starts=3
    )
    times = 0.2 * np.arange(1, 301)
    target = np.where((times > 7) & (times < 31), 2.0, -0.5)
    fit = thalamocortical.fit_exponentials(np.random.default_rng(1), target, times, settings)
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
                    Thalamocortical(exponentials=count, fit_starts=5),
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
        thalamocortical.fit_exponentials(np.random.default_rng(0), target, times, SMALL)


# Execution


@pytest.mark.parametrize(("neurons", "count"), [(99, 10), (NEURONS, 2), (NEURONS, 10), (6, 6)])
def test_placed_eigenvalues_are_eigenvalues(neurons, count):
    dynamics, _ = cortex(neurons=neurons)
    rng = np.random.default_rng(1)
    half = -np.linspace(0.45, 0.02, count // 2) + 1j * np.linspace(0.05, 0.8, count // 2)
    wanted = np.concatenate([half, half.conj()])
    feedback = rng.standard_normal(neurons)
    reading = thalamocortical.place_eigenvalues(dynamics, feedback, wanted)
    eigenvalues = np.linalg.eigvals(dynamics + np.outer(feedback, reading))
    assert np.abs(wanted[:, None] - eigenvalues).min(axis=1).max() < 1e-8


def test_the_feedback_moves_no_eigenvalue():
    dynamics, _ = cortex()
    rng = np.random.default_rng(2)
    polynomials = []
    for _ in range(2):
        feedback = rng.standard_normal(NEURONS)
        reading = thalamocortical.place_eigenvalues(dynamics, feedback, MOTIF.eigenvalues)
        polynomials.append(np.poly(dynamics + np.outer(feedback, reading)))
    np.testing.assert_allclose(*polynomials, rtol=1e-7, atol=1e-10)


def test_no_smaller_loop_places_the_eigenvalues():
    """In eigenvector coordinates, what places the same eigenvalues differs at a right angle."""
    dynamics, _ = cortex()
    own, right = np.linalg.eig(dynamics)
    rng = np.random.default_rng(3)
    feedback = rng.standard_normal(NEURONS)
    reading = thalamocortical.place_eigenvalues(dynamics, feedback, MOTIF.eigenvalues)
    strengths = np.linalg.solve(right, feedback) * (right.T @ reading)
    gains = 1 / (MOTIF.eigenvalues[:, None] - own)
    np.testing.assert_allclose(gains @ strengths, 1, rtol=1e-9)
    _, _, basis = np.linalg.svd(gains)
    assert np.abs(basis[len(gains) :] @ strengths).max() < 1e-10


def test_readout_follows_the_exponentials_from_the_initial_state():
    dynamics, readout = cortex()
    feedback = np.random.default_rng(4).standard_normal(NEURONS)
    reading = thalamocortical.place_eigenvalues(dynamics, feedback, MOTIF.eigenvalues)
    state = thalamocortical.initial_state(dynamics, feedback, readout, MOTIF)
    times = np.array([0.0, 0.3, 2.0, 11.0, 60.0])
    motif_dynamics = dynamics + np.outer(feedback, reading)
    produced = [readout @ expm(motif_dynamics * time) @ state for time in times]
    np.testing.assert_allclose(produced, MOTIF(times), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("abscissa", [-0.05, 0.03])
def test_loop_cost_is_that_of_the_dynamics(abscissa):
    dynamics, readout = cortex(abscissa=abscissa)
    feedback = np.random.default_rng(5).standard_normal(NEURONS)
    reading = thalamocortical.place_eigenvalues(dynamics, feedback, MOTIF.eigenvalues)
    state = thalamocortical.initial_state(dynamics, feedback, readout, MOTIF)
    value, _ = LoopCost(dynamics, readout, MOTIF, 40.0)(feedback)
    expected = loop_cost(dynamics, readout, feedback, reading, state, 40.0)
    assert value == pytest.approx(expected, rel=1e-6)


def test_loop_cost_has_its_gradient():
    dynamics, readout = cortex()
    rng = np.random.default_rng(6)
    feedback, direction = rng.standard_normal((2, NEURONS))
    cost = LoopCost(dynamics, readout, MOTIF, 40.0)
    _, gradient = cost(feedback)
    expected = slope(lambda u: cost(u)[0], feedback, direction)
    assert gradient @ direction == pytest.approx(expected, rel=1e-6)
    assert abs(gradient @ feedback) < 1e-9 * np.linalg.norm(gradient), "length of u matters"


def test_noise_robust_loop_beats_random_ones():
    dynamics, readout = cortex()
    cost = LoopCost(dynamics, readout, MOTIF, 40.0)
    rng = np.random.default_rng(7)
    feedback, reading = thalamocortical.noise_robust_loop(
        rng, dynamics, readout, MOTIF, 40.0, SMALL
    )
    best_of_random = min(cost(rng.standard_normal(NEURONS))[0] for _ in range(50))
    assert cost(feedback)[0] < best_of_random - np.log(5)
    assert np.linalg.norm(feedback) == pytest.approx(np.linalg.norm(reading), rel=1e-12)
    placed = thalamocortical.place_eigenvalues(dynamics, feedback, MOTIF.eigenvalues)
    np.testing.assert_allclose(reading, placed, rtol=1e-8, atol=1e-10)


# Preparation


@pytest.mark.parametrize("smoothness", [0.0, 0.05, 2.0])
def test_preparatory_cost_is_equation_3(smoothness):
    dynamics, readout = cortex(abscissa=-0.1)
    value, _ = thalamocortical.preparatory_cost(dynamics, readout, smoothness)
    assert value == pytest.approx(equation_3(dynamics, readout, smoothness), rel=1e-9)


@pytest.mark.parametrize("smoothness", [0.0, 0.05])
def test_preparatory_cost_has_its_gradient(smoothness):
    dynamics, readout = cortex(abscissa=-0.1)
    direction = np.random.default_rng(8).standard_normal(dynamics.shape)
    _, gradient = thalamocortical.preparatory_cost(dynamics, readout, smoothness)
    expected = slope(
        lambda a: thalamocortical.preparatory_cost(a, readout, smoothness)[0], dynamics, direction
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
        feedback, reading = thalamocortical.preparatory_weights(
            np.random.default_rng(seed), dynamics, readout, settings
        )
        prepared = dynamics + feedback @ reading.T
        assert np.linalg.eigvals(prepared).real.max() < -0.05
        cost, gradient = thalamocortical.preparatory_cost(prepared, readout, settings.smoothness)
        price = settings.weight_cost
        costs.append(cost + price / 2 * (np.sum(feedback**2) + np.sum(reading**2)))
        # Along a change of the weights the two costs' derivatives cancel.
        residual = gradient @ reading + price * feedback
        gradients.append(np.abs(residual).max() / np.abs(gradient @ reading).max())
        balance = feedback.T @ feedback - reading.T @ reading
        assert np.abs(balance).max() < 0.02 * np.abs(feedback.T @ feedback).max()
    assert max(gradients) < 0.05
    assert costs[0] == pytest.approx(costs[1], rel=1e-3)


def test_weights_that_cost_less_grow_and_prepare_faster():
    dynamics, readout = cortex(abscissa=-0.05)
    sizes, costs = [], []
    for weight_cost in (0.1, 0.01, 0.001):
        feedback, reading = thalamocortical.preparatory_weights(
            np.random.default_rng(0),
            dynamics,
            readout,
            SMALL.model_copy(update={"weight_cost": weight_cost}),
        )
        sizes.append(np.sum(feedback**2))
        costs.append(
            thalamocortical.preparatory_cost(dynamics + feedback @ reading.T, readout, 0.05)[0]
        )
    assert sizes == sorted(sizes)
    assert costs == sorted(costs, reverse=True)


# Model


def test_preparation_ends_at_the_initial_state():
    patient = replace(model(), preparation_steps=1000)
    start = 3 * np.random.default_rng(0).standard_normal((2, NEURONS))
    produced = thalamocortical.produce(patient, np.array([[1], [3]]), start)
    prepared = produced.states[999]
    np.testing.assert_allclose(prepared, patient.initial_states[[1, 3]], rtol=1e-8, atol=1e-9)


def test_a_motif_that_starts_prepared_is_its_sum_of_exponentials():
    made = model()
    produced = thalamocortical.produce(made, np.arange(4)[:, np.newaxis], made.initial_states)
    assert produced.readout.shape == (PREPARATION + EXECUTION, 4)
    # At time 0 the exponentials add up to 0: the readout rests while the motif is prepared.
    assert np.abs(produced.readout[:PREPARATION]).max() < 1e-7
    times = STEP_TAU * np.arange(1, EXECUTION + 1)
    for motif in range(4):
        sum_of_exponentials = Exponentials(made.eigenvalues[motif], made.amplitudes[motif])
        np.testing.assert_allclose(
            produced.readout[PREPARATION:, motif], sum_of_exponentials(times), atol=1e-7
        )


def test_production_solves_the_differential_equations():
    made = model()
    motifs = np.array([[2, 0], [1, 1], [2, 3]])
    start = np.random.default_rng(1).standard_normal((3, NEURONS))
    produced = thalamocortical.produce(made, motifs, start)
    motif_steps = PREPARATION + EXECUTION
    assert produced.states.shape == (2 * motif_steps, 3, NEURONS)
    for trial, sequence in enumerate(motifs):
        state, time = start[trial], 0
        for motif in sequence:
            for dynamics, constant, steps in [
                (made.preparatory_dynamics, made.preparatory_input[motif], PREPARATION),
                (made.motif_dynamics(motif), 0.0, EXECUTION),
            ]:
                time += steps
                state = runge_kutta(dynamics, constant, state, steps * STEP_TAU, 20 * steps)
                reached = produced.states[time - 1, trial]
                np.testing.assert_allclose(reached, state, rtol=1e-4, atol=1e-4)
                state = reached
    np.testing.assert_allclose(produced.readout, produced.states @ made.readout)


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
            yield thalamocortical.produce(made, motifs, start).readout[-len(target) :]

    def errors(made, since=0):
        return [np.sqrt(np.mean((readout - target)[since:] ** 2)) for readout in readouts(made)]

    from_random, after_motifs = errors(made)
    assert after_motifs < 1.1 * from_random
    assert from_random < 0.7 * target.std()

    # The same steady states, but reached at the pace of the cortex alone.
    without_module = replace(
        made,
        preparatory_feedback=np.zeros_like(made.preparatory_feedback),
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
    expected = np.linalg.norm(expm(PREPARATION * STEP_TAU * made.preparatory_dynamics))
    assert mean[-1] == pytest.approx(expected, rel=0.2)
    assert mean[-1] < 0.1 * mean[0]


def test_another_motif_leaves_the_others_alone():
    seen = []
    fewer = thalamocortical.build_model(
        np.random.default_rng(0),
        targets()[:2],
        STEP_TAU,
        PREPARATION * STEP_TAU,
        SMALL,
        report=lambda step, **measures: seen.append((step, list(measures))),
    )
    assert np.array_equal(fewer.weights, model().weights)
    assert np.array_equal(fewer.loop_feedback, model().loop_feedback[:2])
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


@pytest.mark.parametrize("preparation_tau", [0.05, 0.3, 40.0])
def test_preparation_is_whole_steps_within_the_motif(preparation_tau):
    with pytest.raises(InputError, match=r"motifs\.preparation\.duration_tau: expected"):
        thalamocortical.build_model(
            np.random.default_rng(0), targets(), STEP_TAU, preparation_tau, SMALL
        )
