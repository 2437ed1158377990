import re
from itertools import islice

import numpy as np
import pytest
from scipy.linalg import expm, schur

from corticomotor import circuits
from corticomotor.circuits.stability_optimised import PLATEAU, _Descent
from corticomotor.runtime.errors import DivergenceError
from examples import EXCITATORY, NEURONS, initial_weights, optimise, small_circuit
from reference.stability_optimised import plain_descent

SEEDS = [0, 1, 2]


def relative(error, *terms):
    """Largest error over the largest of the terms that should cancel."""
    return np.abs(error).max() / max(np.abs(term).max() for term in terms)


def draw(rng, neurons=300, excitatory=180, probability=0.15, radius=6.0, ratio=3.0):
    return circuits.sparse_balanced_weights(
        rng,
        neurons=neurons,
        excitatory=excitatory,
        connection_probability=probability,
        spectral_radius=radius,
        inhibition_ratio=ratio,
    )


# Sparse random circuits


def test_initial_weights_have_two_values_and_no_self_connections():
    weights = draw(np.random.default_rng(0))
    unit = np.sqrt(2) * 6.0 / np.sqrt(0.15 * 0.85 * (1 + 3.0**2)) / np.sqrt(300)
    assert np.all(np.diag(weights) == 0)
    np.testing.assert_allclose(np.unique(weights[:, :180]), [0, unit], rtol=1e-12)
    np.testing.assert_allclose(np.unique(weights[:, 180:]), [-3 * unit, 0], rtol=1e-12)


def test_the_published_excitatory_weight():
    weights = draw(np.random.default_rng(0), 200, 100, probability=0.1, radius=10.0)
    assert weights.max() == pytest.approx(1.05409, rel=1e-5)


def test_connections_have_their_probability():
    weights = draw(np.random.default_rng(1))
    pairs = 300 * 299
    for columns in (slice(0, 180), slice(180, None)):
        share = np.count_nonzero(weights[:, columns]) / (pairs * weights[:, columns].shape[1] / 300)
        assert share == pytest.approx(0.15, abs=5 * np.sqrt(0.15 * 0.85 / (pairs / 3)))


def test_eigenvalues_fill_a_disc_of_the_radius():
    weights = draw(np.random.default_rng(2), 400, 200, radius=10.0)
    modulus = np.sort(np.abs(np.linalg.eigvals(weights)))
    # One eigenvalue lies outside, near the mean row sum: inhibition outweighs excitation.
    outlier = weights.sum(axis=1).mean()
    assert modulus[-1] == pytest.approx(-outlier, rel=0.1)
    assert modulus[-2] == pytest.approx(10.0, rel=0.1)
    # Columns of two variances crowd the middle (Rajan & Abbott 2006): half of the eigenvalues lie
    # within R sqrt(ratio / (1 + ratio^2)), not within R / sqrt(2).
    assert np.median(modulus) == pytest.approx(10.0 * np.sqrt(3 / (1 + 3**2)), rel=0.03)


@pytest.mark.parametrize(
    ("neurons", "fraction", "count"), [(200, 0.5, 100), (11, 0.8, 9), (10, 0.26, 3)]
)
def test_excitatory_count(neurons, fraction, count):
    assert circuits.excitatory_count(neurons, fraction) == count


# Gramians


@pytest.mark.parametrize("margin", [0.2, 3.0])
@pytest.mark.parametrize("seed", SEEDS)
def test_shifted_gramians_solve_their_lyapunov_equations(seed, margin):
    weights = initial_weights(seed)
    form, basis = schur(weights, output="real")
    shift = np.linalg.eigvals(weights).real.max() + margin
    q, p = (basis @ gramian @ basis.T for gramian in circuits.shifted_gramians(form, shift))
    stable = weights - shift * np.eye(NEURONS)
    assert relative(stable.T @ q + q @ stable + 2 * np.eye(NEURONS), stable.T @ q) < 1e-10
    assert relative(stable @ p + p @ stable.T + 2 * np.eye(NEURONS), stable @ p) < 1e-10
    for gramian in (q, p):
        assert relative(gramian - gramian.T, gramian) < 1e-10
        assert np.linalg.eigvalsh(gramian).min() > 0


def test_gradient_is_that_of_the_smoothed_abscissa():
    """Q P / tr(Q P) is the slope of the shift s at which tr Q(W - sI) keeps its value."""
    weights = initial_weights(3, neurons=16)
    identity = np.eye(16)
    start = np.linalg.eigvals(weights).real.max() + 1.0

    def gramians(matrix, shift):
        form, basis = schur(matrix, output="real")
        return [basis @ x @ basis.T for x in circuits.shifted_gramians(form, shift)]

    q, p = gramians(weights, start)
    level = np.trace(q)

    def smoothed_abscissa(matrix):
        shift = start
        for _ in range(20):
            q, p = gramians(matrix, shift)
            # Newton: the trace of Q falls with the shift by tr(Q P).
            shift += (np.trace(q) - level) / np.trace(q @ p)
        return shift

    gradient = q @ p / np.trace(q @ p)
    step = 1e-4
    for row, column in [(0, 1), (5, 11), (11, 5), (7, 7), (15, 3)]:
        change = np.zeros((16, 16))
        change[row, column] = step
        slope = (smoothed_abscissa(weights + change) - smoothed_abscissa(weights - change)) / (
            2 * step
        )
        assert slope == pytest.approx(gradient[row, column], rel=1e-5, abs=1e-9)
    # Shifting the whole spectrum shifts the smoothed abscissa by as much.
    assert np.trace(gradient) == pytest.approx(1, rel=1e-12)
    assert smoothed_abscissa(weights + 0.1 * identity) == pytest.approx(start + 0.1, rel=1e-10)


def test_observability_gramian_is_the_energy_to_come():
    weights = small_circuit().weights
    dynamics = weights - np.eye(NEURONS)
    q = circuits.observability_gramian(weights)
    residual = dynamics.T @ q + q @ dynamics + 2 * np.eye(NEURONS)
    assert relative(residual, dynamics.T @ q) < 1e-10
    state = np.random.default_rng(0).standard_normal(NEURONS)
    step, times = 0.005, 8001
    propagator = expm(dynamics * step)
    power = np.empty(times)
    x = state
    for time in range(times):
        power[time] = x @ x
        x = propagator @ x
    # Simpson's rule
    energy = step / 3 * (power[0] + power[-1] + 4 * power[1:-1:2].sum() + 2 * power[2:-1:2].sum())
    assert power[-1] < 1e-10 * power.max()
    assert state @ q @ state / 2 == pytest.approx(energy, rel=1e-6)


def test_preferred_initial_state_has_the_largest_energy():
    weights = small_circuit().weights
    q = circuits.observability_gramian(weights)
    state = circuits.preferred_initial_state(weights, 1.5)
    assert np.linalg.norm(state) == pytest.approx(1.5 * np.sqrt(NEURONS), rel=1e-12)
    assert state[np.argmax(np.abs(state))] > 0
    largest = np.linalg.eigvalsh(q)[-1]
    assert state @ q @ state == pytest.approx(largest * (state @ state), rel=1e-10)


# Stability optimisation


@pytest.mark.parametrize("seed", SEEDS)
def test_optimised_circuit_keeps_all_constraints(seed):
    start = initial_weights(seed)
    result = small_circuit(seed)
    weights = result.weights
    inhibition = weights[:, EXCITATORY:]
    assert np.all(inhibition <= 0)
    assert np.all(np.diag(weights) == 0)
    assert np.array_equal(weights[:, :EXCITATORY], start[:, :EXCITATORY])
    assert np.count_nonzero(inhibition) == round(0.4 * inhibition.size)
    for rows in (slice(0, EXCITATORY), slice(EXCITATORY, None)):
        assert inhibition[rows].mean() == pytest.approx(
            -3.0 * start[rows, :EXCITATORY].mean(), rel=1e-12
        )


def test_a_density_of_1_still_leaves_out_what_would_excite():
    weights = optimise(initial_weights(), inhibitory_density=1.0, target_abscissa=0.5).weights
    inhibition = weights[:, EXCITATORY:]
    assert np.all(inhibition <= 0)
    assert 0.4 < np.count_nonzero(inhibition) / inhibition.size < 1


@pytest.mark.parametrize("seed", SEEDS)
def test_optimised_circuit_is_stable_and_reports_its_spectrum(seed):
    start = initial_weights(seed)
    result = small_circuit(seed)
    for weights, eigenvalues, abscissa in [
        (start, result.initial_eigenvalues, result.abscissa[0]),
        (result.weights, result.eigenvalues, result.abscissa[-1]),
    ]:
        expected = np.linalg.eigvals(weights)
        assert abscissa == pytest.approx(expected.real.max(), rel=1e-10)
        assert np.poly(eigenvalues)[1:] == pytest.approx(np.poly(expected)[1:], rel=1e-8)
    assert result.abscissa[-1] <= 0.15 < result.abscissa[:-1].min()


def test_without_momentum_it_is_the_plain_descent():
    result = optimise(initial_weights(), momentum=0.0, target_abscissa=0.6)
    assert len(result.abscissa) > 30
    descent = plain_descent(initial_weights(), excitatory=EXCITATORY, learning_rate=5.0)
    plain = list(islice(descent, len(result.abscissa)))
    np.testing.assert_allclose(result.abscissa, [abscissa for _, abscissa in plain], rtol=1e-9)
    np.testing.assert_allclose(result.weights, plain[-1][0], rtol=1e-7, atol=1e-10)


def test_momentum_needs_fewer_iterations():
    target = 0.4
    with_momentum = optimise(initial_weights(), target_abscissa=target)
    without = optimise(initial_weights(), target_abscissa=target, momentum=0.0)
    assert len(with_momentum.abscissa) < len(without.abscissa) / 3


def test_input_is_left_alone_and_progress_is_reported():
    start = initial_weights()
    copy = start.copy()
    seen = []
    result = circuits.stability_optimised_weights(
        start,
        excitatory=EXCITATORY,
        inhibition_ratio=3.0,
        inhibitory_density=0.4,
        target_abscissa=1.0,
        learning_rate=5.0,
        momentum=0.9,
        shift_factor=1.5,
        shift_margin=0.2,
        max_iterations=100,
        report=lambda step, **measures: seen.append((step, measures["spectral_abscissa"])),
    )
    assert np.array_equal(start, copy)
    assert seen == list(enumerate(result.abscissa))


@pytest.mark.parametrize("seed", SEEDS)
def test_steps_that_are_too_long_are_shortened_on_a_plateau(seed):
    abscissa = optimise(initial_weights(seed), learning_rate=50.0).abscissa
    lowest = np.minimum.accumulate(abscissa)
    # Nothing was gained for a while, and then the weights of the lowest abscissa came back.
    (restarts,) = np.nonzero((abscissa[1:] == lowest[:-1]) & (abscissa[:-1] > lowest[:-1]))
    assert restarts.size
    first = restarts[0]
    assert lowest[first] >= (1 - 0.005) * lowest[first - PLATEAU + 1]
    assert abscissa[-1] <= 0.15 < 0.7 * lowest[first]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("excitatory", [30, 34])
def test_a_plateau_ends_early_with_what_to_change(seed, excitatory):
    weights = draw(np.random.default_rng(seed), 40, excitatory, probability=0.2, radius=5.0)
    seen = []
    with pytest.raises(DivergenceError) as caught:
        circuits.stability_optimised_weights(
            weights,
            excitatory=excitatory,
            inhibition_ratio=3.0,
            inhibitory_density=0.4,
            target_abscissa=0.15,
            learning_rate=5.0,
            momentum=0.9,
            shift_factor=1.5,
            shift_margin=0.2,
            max_iterations=3000,
            report=lambda step, spectral_abscissa: seen.append(spectral_abscissa),
        )
    lowest = np.minimum.accumulate(seen)
    falls = lowest[PLATEAU:] < (1 - 0.005) * lowest[:-PLATEAU]
    assert len(seen) - PLATEAU - np.flatnonzero(falls)[-1] <= 2 * PLATEAU
    # The mean inhibitory weight onto either population is 3 times the mean excitatory one.
    excitation = weights[:, :excitatory].sum(axis=1).mean()
    outlier = excitation * (1 - 3 * (40 - excitatory) / excitatory)
    said = re.search(r"no lower than (\S+) and .* of the weights, (\S+), is", str(caught.value))
    assert said
    assert [float(number) for number in said.groups()] == pytest.approx(
        [lowest[-1], outlier], rel=5e-3, abs=5e-3
    )


def failure(abscissa, target=0.15):
    """Iteration at which a descent with this course has failed, if it has."""
    descent = _Descent(target)
    for iteration, each in enumerate(abscissa):
        descent.note(each, np.full(1, each))
        if descent.has_failed:
            return iteration
        if descent.is_on_plateau:
            assert descent.count_anew() == min(abscissa[: iteration + 1])
    return None


def test_what_stands_still_has_failed_after_two_plateaus_or_later_near_the_target():
    falling = list(np.geomspace(10, 0.7, 50))
    assert failure([*falling, *[0.7] * 1000]) == 49 + 2 * PLATEAU
    near = list(np.geomspace(10, 0.17, 50))
    assert failure([*near, *[0.17] * 1000]) == 49 + 5 * PLATEAU
    # The published rate without momentum stands still for 325 iterations, and then goes on.
    assert failure([*near, *[0.171] * 325, *np.geomspace(0.17, 0.15, 1000)]) is None


def test_what_gains_too_little_after_a_plateau_has_failed():
    still = [*np.geomspace(10, 0.7, 50), *[0.7] * PLATEAU]
    missing = 0.7 - 0.15
    for part, fails in ((0.04, True), (0.06, False)):
        gaining = 0.7 - part * missing * np.arange(1, PLATEAU + 1) / PLATEAU
        assert (failure([*still, *gaining]) is not None) == fails


def test_slow_progress_is_no_plateau():
    with pytest.raises(DivergenceError, match=r"after 400 iterations.*circuit\.max_iterations"):
        optimise(initial_weights(), learning_rate=0.1, momentum=0.0, max_iterations=400)


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"max_iterations": 5}, "max_iterations"),
        ({"learning_rate": 1e300}, "learning_rate"),
        ({"inhibitory_density": 1e-4}, "inhibitory_density"),
    ],
)
def test_a_circuit_that_stays_unstable_is_an_error(changes, setting):
    with pytest.raises(DivergenceError, match=rf"stability optimisation: .*circuit\.{setting}"):
        optimise(initial_weights(), **changes)
