from dataclasses import replace

import numpy as np
import pytest

from corticomotor.learning.readout import normalised_error
from corticomotor.motor_cortex.timing import trial_times
from corticomotor.similarity import principal_components
from corticomotor.studies.constrained.generalisation import (
    Perturbable,
    errors_under_noise,
    half_way,
    respond_half_way,
)
from corticomotor.studies.constrained.networks import reaching_task, train_network
from corticomotor.studies.constrained.settings import FullForceNetwork
from examples import small_emg

SETTINGS = FullForceNetwork(units=50, time_constant_ms=20.0, pulse_ms=40.0, step_ms=5.0, epochs=10)
TIMES = trial_times(pulse_ms=40.0, duration_ms=250.0, step_ms=5.0)


@pytest.fixture(scope="module")
def trained():
    emg = small_emg(reaches=4, step_ms=5.0)
    task = reaching_task(np.random.default_rng(1), SETTINGS, TIMES, emg)
    network = train_network(
        task,
        SETTINGS,
        np.empty((4, 51, 0)),
        update_rng=np.random.default_rng(2),
        hint_rng=np.random.default_rng(3),
    )
    return network, Perturbable(
        settings=SETTINGS,
        times=TIMES,
        weights=network.weights,
        readout=network.readout,
        pulse_weights=task.pulse_weights,
        emg=emg,
    )


@pytest.fixture
def subject(trained):
    return trained[1]


@pytest.fixture
def leaky():
    """Units without connections that barely leave rest: linear, and each on its own."""
    pulses = 1e-3 * np.random.default_rng(4).standard_normal((4, 50))
    return Perturbable(
        settings=SETTINGS,
        times=TIMES,
        weights=np.zeros((50, 50)),
        readout=np.eye(2, 50),
        pulse_weights=pulses,
        emg=small_emg(reaches=4, step_ms=5.0),
    )


def noisy(network, seed=5, **noise):
    return errors_under_noise(network, np.random.default_rng(seed), **noise)


# Noise


def test_without_noise_the_errors_are_the_networks_own(trained):
    network, subject = trained
    errors = noisy(subject, trials=3)
    assert errors.dynamics == 0
    assert errors.emg == pytest.approx(network.emg_error, rel=1e-12)
    np.testing.assert_array_equal(subject.run(subject.pulse_weights), network.rates[:, TIMES >= 0])


def test_small_noise_deviates_in_proportion(subject):
    for kind in ("initial_noise", "step_noise"):
        errors = [noisy(subject, trials=4, **{kind: level}).dynamics for level in (1e-5, 2e-5)]
        assert errors[1] / errors[0] == pytest.approx(4, rel=1e-2)


def test_more_noise_more_error(subject):
    for kind in ("initial_noise", "step_noise"):
        errors = [noisy(subject, trials=20, **{kind: level}) for level in (0.0, 0.5, 2.0)]
        assert errors[0].emg < errors[1].emg < errors[2].emg
        assert errors[0].dynamics < errors[1].dynamics < errors[2].dynamics


def expected_error(leaky, variance_of_noise):
    """Summed variance of the deviations over that of the undisturbed rates."""
    rates = leaky.run(leaky.pulse_weights)
    variance = np.sum((rates - rates.mean(axis=(0, 1))) ** 2)
    return 4 * 50 * np.sum(variance_of_noise) * rates.var() / variance


def test_a_kick_has_the_scale_of_the_activations_and_decays(leaky):
    steps = np.arange(51)
    # Leaky units forget a quarter each step.
    expected = expected_error(leaky, 0.3**2 * 0.75 ** (2 * steps))
    assert noisy(leaky, initial_noise=0.3, trials=200).dynamics == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("step_ms", [5.0, 2.5])
def test_step_noise_grows_with_the_root_of_time(leaky, step_ms):
    """Its level is per root second, whatever the step."""
    times = trial_times(pulse_ms=40.0, duration_ms=250.0, step_ms=step_ms)
    settings = SETTINGS.model_copy(update={"step_ms": step_ms})
    emg = small_emg(reaches=4, step_ms=step_ms)
    leaky = replace(leaky, times=times, settings=settings, emg=emg)
    steps = np.arange(emg.shape[1])
    kept = (1 - step_ms / 20.0) ** (2 * steps)
    # The last step's noise comes after the last rates but one.
    variance = 2.0**2 * step_ms / 1000 * np.cumsum(kept)
    variance[-1] -= 2.0**2 * step_ms / 1000
    expected = expected_error(leaky, variance)
    assert noisy(leaky, step_noise=2.0, trials=100).dynamics == pytest.approx(expected, rel=0.03)


def test_noise_depends_on_its_rng_alone(subject):
    assert noisy(subject, initial_noise=0.1) == noisy(subject, initial_noise=0.1)
    assert noisy(subject, initial_noise=0.1) != noisy(subject, 6, initial_noise=0.1)


# Half-way inputs


def test_half_way_is_the_mean_of_neighbours_around_the_circle():
    pattern = np.array([[0.0, 4.0], [2.0, 0.0], [10.0, 2.0]])
    np.testing.assert_array_equal(half_way(pattern), [[1.0, 2.0], [6.0, 1.0], [5.0, 3.0]])
    np.testing.assert_array_equal(half_way(half_way(pattern)).mean(axis=0), pattern.mean(axis=0))


def test_a_circuit_that_the_network_mirrors_is_predicted_exactly(subject):
    components = 4
    trained = subject.run(subject.pulse_weights)
    between = subject.run(half_way(subject.pulse_weights))
    basis = principal_components(trained, components)
    rng = np.random.default_rng(0)
    mixing, level = rng.normal(size=(components, 30)), rng.normal(size=30)
    response = respond_half_way(
        subject,
        circuit_rates=level + basis.project(trained) @ mixing,
        half_way_rates=level + basis.project(between) @ mixing,
        half_way_emg=between @ subject.readout.T,
        components=components,
    )
    assert response.errors.dynamics < 1e-20
    assert response.errors.emg < 1e-20
    np.testing.assert_allclose(response.emg, between @ subject.readout.T, rtol=1e-9)


def test_predicting_the_mean_is_an_error_of_one(subject):
    trained = subject.run(subject.pulse_weights)
    rng = np.random.default_rng(0)
    # Rates that have nothing to do with the network's components but the same mean everywhere.
    scores = principal_components(trained, 3).project(trained).reshape(-1, 3)
    noise = rng.normal(size=(len(scores), 20))
    noise -= noise.mean(axis=0)
    noise -= scores @ np.linalg.lstsq(scores, noise, rcond=None)[0]
    circuit = 5.0 + noise.reshape(4, 51, 20)
    response = respond_half_way(
        subject,
        circuit_rates=circuit,
        half_way_rates=circuit,
        half_way_emg=np.ones((4, 51, 2)),
        components=3,
    )
    assert response.errors.dynamics == pytest.approx(1, rel=1e-9)
    assert response.errors.emg == pytest.approx(
        normalised_error(response.emg, np.ones((4, 51, 2))), rel=1e-12
    )
