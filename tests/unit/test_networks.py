import numpy as np
import pytest

from corticomotor.learning.readout import normalised_error
from corticomotor.motor_cortex.timing import trial_times
from corticomotor.studies.constrained.hints import hint_clamp, hint_current, hint_signals
from corticomotor.studies.constrained.networks import reaching_task, run_network, train_network
from corticomotor.studies.constrained.settings import FullForceNetwork
from corticomotor.studies.constrained.study import STUDY
from examples import small_emg

NEURONS = 6


@pytest.fixture
def rng():
    return np.random.default_rng(9)


def settings(**changes):
    defaults = {
        "units": 60,
        "time_constant_ms": 20.0,
        "pulse_ms": 40.0,
        "step_ms": 5.0,
        "epochs": 15,
    }
    return FullForceNetwork(**defaults | changes)


def times_of(network):
    return trial_times(pulse_ms=network.pulse_ms, duration_ms=250.0, step_ms=network.step_ms)


def small_reaching_task(network):
    return reaching_task(
        np.random.default_rng(1),
        network,
        times_of(network),
        small_emg(step_ms=5.0),
        on_circle=False,
    )


def observed_rates():
    """Smooth rates in Hz (reach, time, neuron) of very different strengths."""
    return 3.0 + small_emg(muscles=NEURONS, step_ms=5.0) * np.geomspace(1, 30, NEURONS)


def train(network, rates, task=None):
    return train_network(
        task or small_reaching_task(network),
        network,
        rates,
        update_rng=np.random.default_rng(2),
        hint_rng=np.random.default_rng(3),
    )


NO_RATES = np.empty((3, 51, 0))


# The task


def test_pulse_then_movement():
    network = settings()
    task = small_reaching_task(network)
    assert task.times.shape == (59,)
    np.testing.assert_array_equal(task.inputs[:8], np.tile(task.pulses, (8, 1, 1)))
    assert np.all(task.inputs[8:] == 0)
    assert np.all(task.emg[:8] == 0)
    np.testing.assert_array_equal(task.emg[8:], np.swapaxes(small_emg(step_ms=5.0), 0, 1))


def test_strengths_are_root_mean_squares():
    """A signal of unit variance gives the units an input of the set strength."""
    network = settings(units=2000, gain=1.3, output_strength=0.4, pulse_strength=0.7)
    task = small_reaching_task(network)
    assert np.sqrt(np.mean(task.pulses**2)) == pytest.approx(0.7, rel=0.03)
    assert np.abs(np.linalg.norm(task.weights, axis=1).mean()) == pytest.approx(1.3, rel=0.01)
    # Muscles have unit variance during the movement.
    current = task.emg_current[8:] - task.emg_current[8:].mean(axis=(0, 1))
    assert np.sqrt(np.mean(current**2)) == pytest.approx(0.4, rel=0.05)
    hints = np.random.default_rng(0).standard_normal((400, 3, NEURONS))
    network = settings(units=2000, hint_strength=1.7, compensate_lag=False)
    _, current = hint_current(np.random.default_rng(1), network, hints)
    assert np.sqrt(np.mean(current**2)) == pytest.approx(1.7, rel=0.03)


# Hints


def moving_hints(scaling, rates=None):
    network = settings()
    rates = observed_rates() if rates is None else rates
    return hint_signals(rates, times_of(network), scaling)[8:]


def test_hints_have_no_mean_and_the_scale_asked_for():
    rates = observed_rates()
    own = rates.std(axis=(0, 1))
    common = np.sqrt(np.mean(own**2))
    for scaling, scale in [
        ("unit", own),
        ("common", np.full(NEURONS, common)),
        ("soft", np.sqrt(own * common)),
    ]:
        hints = moving_hints(scaling)
        np.testing.assert_allclose(
            hints, np.swapaxes((rates - rates.mean(axis=(0, 1))) / scale, 0, 1), rtol=1e-10
        )
    np.testing.assert_allclose(moving_hints("unit").std(axis=(0, 1)), 1, rtol=1e-10)
    assert np.mean(moving_hints("common").var(axis=(0, 1))) == pytest.approx(1, rel=1e-10)


@pytest.mark.parametrize("scaling", ["unit", "soft", "common"])
def test_hints_do_not_depend_on_unit_and_level_of_the_rates(scaling):
    np.testing.assert_allclose(
        moving_hints(scaling, 7.0 * observed_rates() - 100.0),
        moving_hints(scaling),
        rtol=1e-9,
        atol=1e-12,
    )


@pytest.mark.parametrize("scaling", ["unit", "soft", "common"])
def test_a_silent_neuron_gives_no_hints(scaling):
    rates = observed_rates()
    rates[..., 2] = 0.3
    hints = moving_hints(scaling, rates)
    assert np.abs(hints[..., 2]).max() < 1e-12
    assert np.abs(hints[..., 3]).max() > 0.1


def test_hints_rise_smoothly_from_zero_to_their_first_value():
    network = settings()
    hints = hint_signals(observed_rates(), times_of(network), "unit")
    assert hints.shape == (59, 3, NEURONS)
    assert np.all(hints[0] == 0)
    share = hints[:9] / hints[8]
    np.testing.assert_allclose(share, np.broadcast_to(share[:, :1, :1], share.shape), rtol=1e-9)
    np.testing.assert_allclose(share[4], 0.5, rtol=1e-9)
    assert np.all(np.diff(share, axis=0) > 0)


def test_the_compensated_current_arrives_without_delay(rng):
    network = settings()
    hints = hint_signals(observed_rates(), times_of(network), "common")
    weights, current = hint_current(rng, network, hints)
    assert weights.shape == (60, NEURONS)
    state = np.zeros((3, 60))
    for now, signal in zip(current, hints @ weights.T, strict=True):
        np.testing.assert_allclose(state, signal, rtol=1e-8, atol=1e-10)
        state = state + 5.0 / 20.0 * (now - state)


def test_the_plain_current_is_the_projection(rng):
    network = settings(compensate_lag=False)
    hints = hint_signals(observed_rates(), times_of(network), "common")
    weights, current = hint_current(rng, network, hints)
    np.testing.assert_array_equal(current, hints @ weights.T)


# Training


@pytest.mark.parametrize("mode", ["weights", "clamp"])
def test_the_network_that_is_returned_is_the_one_that_runs(mode):
    network = settings(hint_mode=mode, hint_strength=0.5)
    task = small_reaching_task(network)
    trained = train(network, observed_rates(), task)
    rates = run_network(trained.weights, task.inputs, network)
    np.testing.assert_array_equal(trained.rates, np.swapaxes(rates, 0, 1))
    np.testing.assert_allclose(trained.emg, trained.rates @ trained.readout.T, rtol=1e-9)
    moving = trained.emg[:, 8:]
    targets = small_emg(step_ms=5.0)
    assert trained.emg_error == pytest.approx(normalised_error(moving, targets), rel=1e-12)
    power = np.sum(targets**2, axis=(1, 2))
    assert trained.emg_error == pytest.approx(
        np.sum(trained.emg_error_by_reach * power) / np.sum(power), rel=1e-12
    )
    assert trained.training_error.shape == (15,)
    # It does the task, and its units follow those of the target-generating network.
    assert trained.emg_error < 0.02
    deviation = np.sum((trained.rates - trained.target_rates) ** 2)
    assert deviation < 0.02 * np.sum(trained.target_rates**2)


def test_noise_while_training_comes_from_the_settings():
    """Training errors show it; the network that is returned runs without."""
    errors = [
        train(settings(training_noise=noise), NO_RATES).training_error[-1]
        for noise in (0.0, 0.3, 1.0)
    ]
    assert errors[0] < errors[1] / 2 < errors[2] / 4


def test_hints_without_strength_are_no_hints():
    network = settings(hint_strength=0.0)
    hinted, free = train(network, observed_rates()), train(network, NO_RATES)
    for name in ("weights", "readout", "rates", "target_rates", "emg", "training_error"):
        np.testing.assert_array_equal(getattr(hinted, name), getattr(free, name))
    assert np.all(hinted.hint_weights == 0)
    assert free.hint_weights.shape == (60, 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hint_strength", 3.0),
        ("hint_mode", "clamp"),
        ("hint_scaling", "unit"),
        ("compensate_lag", False),
    ],
)
def test_a_network_without_hints_is_the_same_whatever_their_settings(name, value):
    # Sweeps rely on it: FF lies in no place of its own when these vary.
    assert not STUDY.stage("networks/FF").may_read(f"network.{name}")
    usual, other = settings(), settings(**{name: value})
    assert getattr(usual, name) != value
    found, expected = train(other, NO_RATES), train(usual, NO_RATES)
    for result in ("weights", "readout", "rates", "target_rates", "emg", "training_error"):
        np.testing.assert_array_equal(getattr(found, result), getattr(expected, result))


def test_hints_bring_the_network_closer_to_the_hinting_neurons():
    network = settings()
    task = small_reaching_task(network)
    rates = observed_rates()
    signals = (rates - rates.mean(axis=(0, 1))).reshape(-1, NEURONS)

    def unexplained(trained):
        units = trained.rates[:, 8:].reshape(-1, 60)
        left, size, _ = np.linalg.svd(units - units.mean(axis=0), full_matrices=False)
        assert size[9] > 0
        basis = left[:, :10]
        return np.sum((signals - basis @ (basis.T @ signals)) ** 2) / np.sum(signals**2)

    free, hinted = train(network, NO_RATES, task), train(network, rates, task)
    assert unexplained(hinted) < unexplained(free) / 5
    assert not np.array_equal(hinted.weights, free.weights)


def test_clamped_units_have_the_observed_rates():
    network = settings(hint_mode="clamp", hint_strength=0.5)
    trained = train(network, observed_rates())
    hints = hint_signals(observed_rates(), times_of(network), network.hint_scaling)
    np.testing.assert_allclose(
        trained.target_rates[..., :NEURONS], np.tanh(0.5 * np.swapaxes(hints, 0, 1)), rtol=1e-12
    )
    assert trained.hint_weights.shape == (60, NEURONS)
    assert np.all(trained.hint_weights == 0)
    np.testing.assert_array_equal(hint_clamp(network, hints).units, np.arange(NEURONS))


# Running


def test_a_network_runs_from_rest():
    network = settings()
    task = small_reaching_task(network)
    rates = run_network(task.weights, task.inputs, network)
    assert np.all(rates[0] == 0)
    first = network.step_ms / network.time_constant_ms * task.inputs[0]
    np.testing.assert_allclose(np.arctanh(rates[1]), first, rtol=1e-9)
