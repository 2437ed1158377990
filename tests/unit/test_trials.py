from dataclasses import replace

import numpy as np
import pytest

from corticomotor.circuits import preferred_initial_state
from corticomotor.dynamics import AsymmetricTanh, RateNetwork, simulate
from corticomotor.dynamics.trials import STABLE_STEP, Circuits, Trials
from examples import NEURONS, small_circuit, small_trial_circuits

TRIALS = 3
# Which branch of the nonlinearity saturates first.
FIRST = {"below": AsymmetricTanh(3.0, 10.0), "above": AsymmetricTanh(7.0, 10.0)}


@pytest.fixture
def rng():
    return np.random.default_rng(13)


@pytest.fixture
def start(rng):
    """Initial states (trial, neuron) and gains, of activity that reaches both bounds of rates."""
    state = preferred_initial_state(small_circuit().weights, 5.0)
    return state + rng.normal(size=(TRIALS, NEURONS)), rng.uniform(0.7, 1.3, (TRIALS, NEURONS))


@pytest.fixture
def own_weights(rng):
    """Weights that differ between trials."""
    return small_circuit().weights * rng.uniform(0.9, 1.1, (TRIALS, 1, NEURONS))


def relative_error(found, expected):
    return np.linalg.norm(found - expected) / np.linalg.norm(expected)


# Simulation


def many_short_steps(circuits, states, gains, duration_ms, look):
    """Rates at `look` + 1 times by Runge-Kutta steps of 0.2 ms."""
    network = RateNetwork(circuits.weights, circuits.time_constant_ms, circuits.nonlinearity)
    steps = round(duration_ms / 0.2)
    rates = simulate(network, states, steps=steps, step_ms=0.2, method="rk4", gains=gains)
    return rates[:: steps // look]


@pytest.mark.parametrize("first", FIRST)
def test_rates_are_those_of_many_short_runge_kutta_steps(start, first):
    circuits = small_trial_circuits(FIRST[first])
    exact = many_short_steps(circuits, *start, 300.0, 60)
    bounds = [-FIRST[first].baseline_rate_hz, 10.0 - FIRST[first].baseline_rate_hz]
    assert exact.min() < 0.9 * bounds[0]
    assert exact.max() > 0.9 * bounds[1]
    for dtype in (np.float64, np.float32):
        rates = Trials(circuits, steps=60, step_ms=5.0, dtype=dtype).rates(*start)
        assert rates.dtype == dtype
        assert relative_error(rates, exact) < 5e-5
    twice = Trials(circuits, steps=30, step_ms=10.0, dtype=np.float64).rates(*start)
    assert relative_error(twice, exact[::2]) < 1e-3


def test_the_first_rates_are_those_of_the_initial_states(start):
    states, gains = start
    for nonlinearity in FIRST.values():
        trials = Trials(small_trial_circuits(nonlinearity), steps=3, step_ms=5.0, dtype=np.float64)
        rates = trials.rates(states, gains)
        np.testing.assert_allclose(rates[0], nonlinearity(gains * states), rtol=1e-13)


def test_half_the_step_divides_the_error_by_16(start):
    # Smooth, and near to rest: large activity gets there too, by steps too short for a test.
    circuits = small_trial_circuits(AsymmetricTanh(50.0, 100.0))
    states = np.tile(preferred_initial_state(circuits.weights, 1.5), (TRIALS, 1))
    exact = many_short_steps(circuits, states, start[1], 300.0, 60)
    errors = []
    for steps in (60, 120, 240):
        trials = Trials(circuits, steps=steps, step_ms=300 / steps, dtype=np.float64)
        rates = trials.rates(states, start[1])
        errors.append(relative_error(rates[:: steps // 60], exact))
    np.testing.assert_allclose(np.divide(errors[:-1], errors[1:]), 16, rtol=0.1)


def test_trials_do_not_see_each_other(start, own_weights):
    states, gains = start
    for weights in (small_circuit().weights, own_weights):
        circuits = replace(small_trial_circuits(), weights=weights)
        together = Trials(circuits, steps=20, step_ms=6.25, dtype=np.float64).rates(states, gains)
        for trial in range(TRIALS):
            own = weights if weights.ndim == 2 else weights[[trial]]
            alone = Trials(
                replace(circuits, weights=own), steps=20, step_ms=6.25, dtype=np.float64
            ).rates(states[[trial]], gains[[trial]])
            np.testing.assert_allclose(together[:, [trial]], alone, rtol=1e-11, atol=1e-11)


def test_an_initial_state_may_be_shared(start):
    states, gains = start
    trials = Trials(small_trial_circuits(), steps=5, step_ms=6.25)
    np.testing.assert_array_equal(
        trials.rates(states[0], gains), trials.rates(np.tile(states[0], (TRIALS, 1)), gains)
    )


def test_the_same_weights_in_all_trials_are_shared_weights(rng, start):
    shared = small_trial_circuits()
    own = replace(shared, weights=np.tile(shared.weights, (TRIALS, 1, 1)))
    assert own.neurons == shared.neurons == NEURONS
    assert own.longest_step_ms() == pytest.approx(shared.longest_step_ms())
    by_rates = rng.normal(size=(21, TRIALS, NEURONS))
    found = []
    for circuits in (shared, own):
        trials = Trials(circuits, steps=20, step_ms=6.25, dtype=np.float64)
        tape = trials.record(*start, presynaptic=True)
        derivatives = trials.gradient(tape, by_rates.__getitem__)
        found.append(
            (tape.rates, derivatives.gains, derivatives.initial_states, derivatives.weights)
        )
    for one, other in zip(*found, strict=True):
        assert relative_error(one, other) < 1e-12


def test_simulation_leaves_its_arguments_alone(start):
    states, gains = start
    before = states.copy(), gains.copy()
    trials = Trials(small_trial_circuits(), steps=5, step_ms=6.25, dtype=np.float64)
    tape = trials.record(states, gains)
    trials.gradient(tape, tape.rates.__getitem__)
    np.testing.assert_array_equal(states, before[0])
    np.testing.assert_array_equal(gains, before[1])


# Outputs


def test_outputs_are_readouts_of_rates(rng, start):
    trials = Trials(small_trial_circuits(), steps=20, step_ms=6.25, dtype=np.float64)
    rates = trials.rates(*start)
    shared = rng.normal(size=NEURONS)
    own, offset = rng.normal(size=(TRIALS, NEURONS)), rng.normal(size=TRIALS)
    # Neurons that no readout sees.
    shared[30:], own[:, 20:], own[0, 10:] = 0.0, 0.0, 0.0
    np.testing.assert_allclose(trials.outputs(*start, shared), rates @ shared, rtol=1e-10)
    np.testing.assert_allclose(
        trials.outputs(*start, shared, 0.7), rates @ shared + 0.7, rtol=1e-10
    )
    expected = [rates[:, trial] @ own[trial] + offset[trial] for trial in range(TRIALS)]
    np.testing.assert_allclose(trials.outputs(*start, own, offset), np.transpose(expected))


def test_a_readout_may_see_nothing_or_the_last_neuron_alone(start):
    trials = Trials(small_trial_circuits(), steps=4, step_ms=6.25, dtype=np.float64)
    last = np.zeros(NEURONS)
    assert (trials.outputs(*start, last, 0.5) == 0.5).all()
    last[-1] = 2.0
    np.testing.assert_allclose(trials.outputs(*start, last), 2 * trials.rates(*start)[..., -1])


def test_the_tape_holds_the_simulation(start):
    circuits = small_trial_circuits()
    trials = Trials(circuits, steps=7, step_ms=6.25, dtype=np.float64)
    tape = trials.record(*start, presynaptic=True)
    assert trials.record(*start).presynaptic is None
    np.testing.assert_array_equal(tape.rates, trials.rates(*start))
    # Three steps of four evaluations, four steps of two, and the end.
    assert tape.states.shape == (21, TRIALS, NEURONS)
    np.testing.assert_array_equal(tape.states[0], start[0])
    rates, slopes = circuits.nonlinearity.with_slope(tape.gains * tape.states)
    np.testing.assert_allclose(tape.presynaptic, rates, rtol=1e-12)
    np.testing.assert_allclose(tape.slopes, slopes, rtol=1e-10, atol=1e-14)


# Derivatives


def loss_of(circuits, states, gains, by_rates):
    trials = Trials(circuits, steps=len(by_rates) - 1, step_ms=6.25, dtype=np.float64)
    return np.sum(trials.rates(states, gains) * by_rates, axis=(0, 2))


def derivatives_of(circuits, states, gains, by_rates, dtype=np.float64):
    trials = Trials(circuits, steps=len(by_rates) - 1, step_ms=6.25, dtype=dtype)
    tape = trials.record(states, gains, presynaptic=True)
    return trials.gradient(tape, by_rates.astype(dtype).__getitem__)


# The start alone, the first steps that look back at it, and more than the ring holds.
@pytest.mark.parametrize("steps", [3, 4, 6, 7, 30])
@pytest.mark.parametrize("first", FIRST)
def test_derivatives_equal_central_differences(rng, start, first, steps):
    circuits = small_trial_circuits(FIRST[first])
    states, gains = start
    by_rates = rng.normal(size=(steps + 1, TRIALS, NEURONS))
    found = derivatives_of(circuits, states, gains, by_rates)
    small = 1e-5

    # All trials at once along one random direction each.
    along = rng.normal(size=gains.shape)
    by_gains = loss_of(circuits, states, gains + small * along, by_rates)
    by_gains -= loss_of(circuits, states, gains - small * along, by_rates)
    np.testing.assert_allclose(
        np.sum(found.gains * along, axis=1), by_gains / (2 * small), rtol=1e-6
    )

    by_states = loss_of(circuits, states + small * along, gains, by_rates)
    by_states -= loss_of(circuits, states - small * along, gains, by_rates)
    np.testing.assert_allclose(
        np.sum(found.initial_states * along, axis=1), by_states / (2 * small), rtol=1e-6
    )

    along = rng.normal(size=circuits.weights.shape)
    by_weights = np.subtract(
        *(
            loss_of(replace(circuits, weights=circuits.weights + change), states, gains, by_rates)
            for change in (small * along, -small * along)
        )
    )
    np.testing.assert_allclose(
        np.sum(found.weights * along, axis=(1, 2)), by_weights / (2 * small), rtol=1e-6
    )


def test_derivatives_of_trials_with_their_own_weights_equal_central_differences(
    rng, start, own_weights
):
    circuits = replace(small_trial_circuits(), weights=own_weights)
    by_rates = rng.normal(size=(13, TRIALS, NEURONS))
    found = derivatives_of(circuits, *start, by_rates)
    small = 1e-5
    for trial, neuron, other in [(0, 3, 5), (2, 21, 38)]:
        # A weight, a gain and a state are changed one at a time: single entries are right too.
        changes = [np.zeros_like(own_weights), np.zeros_like(start[0]), np.zeros_like(start[1])]
        changes[0][trial, neuron, other] = small
        changes[1][trial, neuron] = changes[2][trial, other] = small
        expected = (
            found.weights[trial, neuron, other],
            found.initial_states[trial, neuron],
            found.gains[trial, other],
        )
        for position in range(3):
            rises = []
            for sign in (1, -1):
                weights, states, gains = (
                    value + sign * (index == position) * change
                    for index, (value, change) in enumerate(
                        zip((own_weights, *start), changes, strict=True)
                    )
                )
                moved = replace(circuits, weights=weights)
                rises.append(loss_of(moved, states, gains, by_rates)[trial])
            slope = (rises[0] - rises[1]) / (2 * small)
            assert slope == pytest.approx(expected[position], rel=1e-6)


def test_derivatives_in_single_precision_are_those_in_double(rng, start):
    circuits = small_trial_circuits()
    by_rates = rng.normal(size=(31, TRIALS, NEURONS))
    single = derivatives_of(circuits, *start, by_rates, np.float32)
    double = derivatives_of(circuits, *start, by_rates)
    for name in ("gains", "initial_states", "weights"):
        found = getattr(single, name)
        assert found.dtype == np.float32
        assert relative_error(found, getattr(double, name)) < 5e-6


def test_derivatives_by_weights_cost_nothing_unless_asked_for(rng, start):
    trials = Trials(small_trial_circuits(), steps=5, step_ms=6.25, dtype=np.float64)
    by_rates = rng.normal(size=(6, TRIALS, NEURONS))
    without = trials.gradient(trials.record(*start), by_rates.__getitem__)
    asked = trials.gradient(trials.record(*start, presynaptic=True), by_rates.__getitem__)
    assert without.weights is None
    np.testing.assert_array_equal(without.gains, asked.gains)


# The longest step


def largest_states(circuits, step_ms, steps=1000):
    """Largest |x| after each step."""
    trials = Trials(circuits, steps=steps, step_ms=step_ms, dtype=np.float64)
    tape = trials.record(np.full(circuits.neurons, 1e-3), np.ones((1, circuits.neurons)))
    # The states that steps began with: those of the start, then every second one.
    return tape.states[12::2, 0]


@pytest.fixture
def stiff(rng):
    """A circuit with eigenvalues of -9 and between -2 and 0.5."""
    basis = np.linalg.qr(rng.normal(size=(8, 8)))[0]
    eigenvalues = np.array([-9.0, *np.linspace(-2, 0.5, 7)])
    return Circuits(basis * eigenvalues @ basis.T, 200.0, AsymmetricTanh(20.0, 100.0))


def test_longest_step_is_that_of_the_leftmost_eigenvalue(stiff):
    assert stiff.longest_step_ms() == pytest.approx(STABLE_STEP * 200 / 10)
    slower = np.diag(np.full(8, -0.5))
    both = replace(stiff, weights=np.stack([slower, stiff.weights]))
    assert both.longest_step_ms() == pytest.approx(stiff.longest_step_ms())


def test_longer_steps_than_the_longest_explode_and_shorter_ones_do_not(stiff):
    longest = stiff.longest_step_ms()
    too_long = largest_states(stiff, 1.02 * longest)
    assert np.abs(too_long[-10:]).max() > 1.0
    # Activity that the equation has not: its sign changes every second step.
    leading = too_long[-40:, np.argmax(np.abs(too_long[-1]))]
    assert (np.sign(leading[2:]) == -np.sign(leading[:-2])).mean() > 0.9
    for part in (0.98, 0.7):
        assert np.abs(largest_states(stiff, part * longest)[-10:]).max() < 1e-3


def test_the_longest_step_is_just_below_where_the_method_turns_unstable():
    """The roots of predictor and corrector on a linear equation, by their published weights."""
    predictor, corrector = np.array([55, -59, 37, -9]) / 24, np.array([19, -5, 1, 0]) / 24

    def growth(step):
        later = -step * corrector + 9 / 24 * step**2 * predictor
        later[0] += 1 - 9 / 24 * step
        return np.abs(np.roots([1, *-later])).max()

    assert growth(STABLE_STEP) < 1 < growth(1.01 * STABLE_STEP)
