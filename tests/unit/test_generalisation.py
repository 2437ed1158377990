from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from pydantic import ValidationError

from corticomotor.dynamics import RateNetwork, Tanh, simulate
from corticomotor.learning.readout import normalised_error
from corticomotor.motor_cortex.ground_truth import learn_ground_truth
from corticomotor.motor_cortex.movements import time_grid
from corticomotor.motor_cortex.settings import GainLearning, NeuronDynamics
from corticomotor.motor_cortex.timing import trial_times
from corticomotor.runtime.store import DataArray, Dataset, dataset
from corticomotor.similarity import principal_components
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.generalisation import (
    Kind,
    emg_error,
    error_after_kick,
    growth_of_kicks,
    isotropic_kick,
    kick_within,
    perturb,
    perturb_all,
    respond,
    step_noise,
)
from corticomotor.studies.constrained.networks import reaching_task, train_network
from corticomotor.studies.constrained.settings import FullForceNetwork, Generalisation
from corticomotor.studies.constrained.subjects import PulsedNetwork, Subject, circuit_subject
from examples import small_circuit_file, small_emg
from figure_examples import filled

SETTINGS = FullForceNetwork(units=50, time_constant_ms=20.0, pulse_ms=40.0, step_ms=5.0, epochs=10)
TIMES = trial_times(pulse_ms=40.0, duration_ms=250.0, step_ms=5.0)
MOVING = TIMES >= 0
DYNAMICS = NeuronDynamics()


@pytest.fixture(scope="module")
def trained():
    emg = small_emg(reaches=4, step_ms=5.0)
    task = reaching_task(np.random.default_rng(1), SETTINGS, TIMES, emg, on_circle=False)
    network = train_network(
        task,
        SETTINGS,
        np.empty((4, 51, 0)),
        update_rng=np.random.default_rng(2),
        hint_rng=np.random.default_rng(3),
    )
    return network, PulsedNetwork(
        settings=SETTINGS,
        times=TIMES,
        weights=network.weights,
        readout=network.readout,
        pulses=task.pulses,
        emg=emg,
    )


@pytest.fixture(scope="module")
def subject(trained):
    return trained[1].after_pulse()


def numbered_circuit():
    circuit = small_circuit_file()
    neurons = np.arange(len(circuit["initial_state"].values))
    numbers = DataArray(neurons, ("neuron",), "1", "neuron")
    return Dataset({**circuit.arrays, "neuron": numbers})


@pytest.fixture(scope="module")
def truth():
    """Ground truth of a small circuit with two reaches and three muscles."""
    emg = small_emg(reaches=2, muscles=3, step_ms=5.0)
    axes = {"reach": [0, 1], "time": time_grid(250.0, 5.0), "muscle": [0, 1, 2]}
    circuit = numbered_circuit()
    states = np.outer([1.0, -1.0], circuit["initial_state"].values)
    learned = learn_ground_truth(
        np.random.default_rng(0),
        circuit,
        dataset(contracts.EMG, axes | {"emg": emg}),
        states,
        DYNAMICS,
        GainLearning(iterations=3, training_step_ms=5.0),
    )
    return dataset(contracts.GROUND_TRUTH, learned)


def circuit_of(truth, muscles=(0, 2)):
    return circuit_subject(numbered_circuit(), truth, DYNAMICS, muscles)


def linear(weights, reaches=4, seed=4):
    """Units that barely leave rest, with the EMG that they give undisturbed."""
    rng = np.random.default_rng(seed)
    units = len(weights)
    found = Subject(
        network=RateNetwork(weights, 20.0, Tanh()),
        gains=np.ones((reaches, units)),
        initial_states=1e-4 * rng.standard_normal((reaches, units)),
        readout=np.eye(2, units),
        emg=np.zeros((reaches, 51, 2)),
        step_ms=5.0,
        method="euler",
    )
    return replace(found, emg=found.move().emg)


def stream_of(purpose):
    return np.random.default_rng([*purpose.encode()])


# Movements


def test_a_network_moves_after_its_pulse_as_in_its_whole_trial(trained, subject):
    network, whole = trained
    noise = 0.1 * np.random.default_rng(0).standard_normal((len(TIMES), 8, 50))
    noise[TIMES < 0] = 0
    drive = np.zeros(noise.shape)
    drive[TIMES < 0] = np.tile(whole.pulses, (2, 1))
    rates = simulate(
        RateNetwork(whole.weights, SETTINGS.time_constant_ms, Tanh()),
        np.zeros(noise.shape[1:]),
        steps=len(TIMES) - 1,
        step_ms=SETTINGS.step_ms,
        method="euler",
        drive=drive,
        disturbance=noise[:-1],
    )
    rates = np.swapaxes(rates[MOVING], 0, 1)
    moved = subject.move(2, noise[MOVING])
    np.testing.assert_allclose(moved.emg, whole.output(rates), atol=1e-12)
    np.testing.assert_allclose(np.tanh(moved.activations), rates, atol=1e-12)
    undisturbed = subject.move().activations
    np.testing.assert_allclose(np.tanh(undisturbed), network.rates[:, MOVING], atol=1e-12)


def test_a_circuit_moves_as_in_its_file(truth):
    circuit = circuit_of(truth)
    moved = circuit.move()
    np.testing.assert_allclose(moved.emg, truth["emg"].values[..., [0, 2]], atol=1e-12)
    gains = truth["gains"].values[:, np.newaxis]
    rates = circuit.network.nonlinearity(gains * moved.activations)
    np.testing.assert_allclose(rates, truth["rates"].values, atol=1e-12)


# Errors


def test_without_noise_the_error_is_the_networks_own(trained, subject):
    assert emg_error(subject, subject.move(3)) == pytest.approx(trained[0].emg_error, rel=1e-9)
    assert error_after_kick(subject, 0.0, stream_of("")) == pytest.approx(
        trained[0].emg_error, rel=1e-9
    )


def test_an_undisturbed_circuit_makes_no_error(truth):
    circuit = circuit_of(truth)
    assert emg_error(circuit, circuit.move()) < 1e-20
    assert error_after_kick(circuit, 0.1, stream_of("")) > 1e-6


@pytest.mark.parametrize(
    "draw", [isotropic_kick, partial(kick_within, np.eye(3, 50)), partial(step_noise, 5.0)]
)
def test_more_noise_more_error(subject, draw):
    undisturbed = subject.move()
    errors = respond(stream_of, subject, undisturbed, Kind("", [0.0, 0.5, 2.0], draw), 20).errors
    assert errors[0] < errors[1] < errors[2]


def test_the_weakest_noise_is_the_lowest_level_above_0(subject):
    undisturbed = subject.move()
    kind = Kind("kick", [0.5, 0.0, 0.1, 0.2], isotropic_kick)
    response = respond(stream_of, subject, undisturbed, kind, 2)
    kick = 0.1 * isotropic_kick(undisturbed.activations, 2, stream_of("kick/0.1"))
    np.testing.assert_array_equal(response.weakest.emg, subject.move(2, kick).emg)
    assert response.errors[1] == emg_error(subject, undisturbed)
    assert response.errors[2] == normalised_error(
        response.weakest.emg, np.tile(subject.emg, (2, 1, 1))
    )


# Noise


def test_a_kick_has_the_scale_of_the_activations():
    activations = np.random.default_rng(0).normal(3.0, 0.7, (4, 30, 50))
    kick = isotropic_kick(activations, 500, stream_of("kick"))
    assert kick.shape == (1, 2000, 50)
    assert kick.std() == pytest.approx(0.7, rel=0.02)
    assert abs(kick.mean()) < 0.02


def test_a_kick_within_the_leading_components_has_the_norm_of_an_isotropic_one(subject):
    activations = subject.move().activations
    axes = principal_components(activations, 5).components
    kick = kick_within(axes, activations, 500, stream_of("kick"))[0]
    np.testing.assert_allclose(kick @ axes.T @ axes, kick, atol=1e-12)
    along = np.mean((kick @ axes.T) ** 2, axis=0)
    expected = 50 * activations.var()
    np.testing.assert_allclose(along, expected / 5, rtol=0.15)
    assert np.mean(np.sum(kick**2, axis=1)) == pytest.approx(expected, rel=0.05)
    isotropic = isotropic_kick(activations, 500, stream_of("kick"))[0]
    assert np.mean(np.sum(isotropic**2, axis=1)) == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("step_ms", [5.0, 2.5])
def test_step_noise_grows_with_the_root_of_time(step_ms):
    """Its level is per root second, whatever the step; units without connections add it up."""
    leaky = replace(linear(np.zeros((50, 50))), step_ms=step_ms)
    leaky = replace(leaky, emg=leaky.move().emg)
    undisturbed = leaky.move()
    kind = Kind("noise", [2.0], partial(step_noise, step_ms))
    (error,) = respond(stream_of, leaky, undisturbed, kind, 100).errors
    variance = 2.0**2 * undisturbed.activations.var() * step_ms / 1000
    added = variance * np.cumsum((1 - step_ms / 20.0) ** (2 * np.arange(51)))
    # The last step's noise comes after the last rates but one.
    added[-1] -= variance
    assert error == pytest.approx(4 * 2 * added.sum() / np.sum(leaky.emg**2), rel=0.05)


# Growth


def test_kicks_of_a_linear_network_decay_as_its_weights_say():
    # Weights that turn in planes turn and shrink every kick alike.
    turn = np.kron(np.eye(25), [[0.0, 0.8], [-0.8, 0.0]])
    spiral = linear(turn)
    undisturbed = spiral.move().activations
    kick = isotropic_kick(undisturbed, 3, stream_of("kick"))
    growth = growth_of_kicks(undisturbed, spiral.move(3, kick).activations)
    rate = 5.0 / 20.0
    factor = np.hypot(1 - rate, 0.8 * rate)
    np.testing.assert_allclose(growth, factor ** np.arange(51), rtol=1e-4)


def test_growth_is_the_median_over_trials():
    undisturbed = np.random.default_rng(0).standard_normal((2, 3, 4))
    factors = np.array([[1, 2, 3], [1, 5, 0.5], [1, 4, 2], [1, 7, 4]], dtype=float)
    kicks = np.random.default_rng(1).standard_normal((4, 1, 4))
    kicked = np.tile(undisturbed, (2, 1, 1)) + kicks * factors[..., np.newaxis]
    np.testing.assert_allclose(growth_of_kicks(undisturbed, kicked), [1, 4.5, 2.5])


# All together


def test_perturbing_says_the_same_again_and_what_it_did(subject):
    settings = Generalisation(initial_noise=[0.0, 0.1, 0.3], step_noise=[0.1, 0.0], trials=2)
    found = perturb(stream_of, subject, settings, 4)
    again = perturb(stream_of, subject, settings, 4)
    assert {name: value.tobytes() for name, value in found.items()} == {
        name: value.tobytes() for name, value in again.items()
    }
    undisturbed = subject.move()
    axes = principal_components(undisturbed.activations, 4).components
    kick = 0.1 * kick_within(axes, undisturbed.activations, 2, stream_of("leading_kick/0.1"))
    kicked = subject.move(2, kick)
    assert found["emg_error_leading_kick"][1] == emg_error(subject, kicked)
    np.testing.assert_array_equal(
        found["growth_leading_kick"],
        growth_of_kicks(undisturbed.activations, kicked.activations),
    )
    clean = emg_error(subject, undisturbed)
    assert found["emg_error_kick"][0] == found["emg_error_step_noise"][1] == clean
    assert found["growth_kick"][0] == found["growth_leading_kick"][0] == 1


def test_circuit_and_networks_share_a_file(truth):
    """The networks' time grid is finer than the circuit's, and growth is told on theirs."""
    settings = SETTINGS.model_copy(update={"step_ms": 2.5})
    times = trial_times(pulse_ms=40.0, duration_ms=250.0, step_ms=2.5)
    axes = {
        **dict.fromkeys(("unit", "presynaptic_unit"), range(50)),
        "reach": [0, 1], "time": times, "muscle": [0, 2], "neuron": [0], "epoch": [1],
    }  # fmt: skip
    weights = 0.1 * np.random.default_rng(0).standard_normal((50, 50))
    networks = {
        name: filled(contracts.NETWORK, seed, axes, weights=weights)
        for seed, name in enumerate(("FF", "FFH"))
    }
    noises = Generalisation(initial_noise=[0.0, 0.1], step_noise=[0.0, 0.1], trials=2)
    circuit = circuit_of(truth)
    found = perturb_all(stream_of, circuit, networks, settings, noises, 4)
    dataset(contracts.GENERALISATION, found)
    assert found["network"] == ["SOC", "FF", "FFH"]
    assert found["emg_error_kick"][0, 0] < 1e-20
    assert np.all(found["emg_error_kick"][:, 1] != found["emg_error_kick"][:, 0])
    own = perturb(
        lambda purpose: stream_of(f"constrained/generalisation/{purpose}"), circuit, noises, 4
    )
    np.testing.assert_allclose(found["growth_kick"][0, ::2], own["growth_kick"], rtol=1e-12)
    np.testing.assert_array_equal(found["emg_error_kick"][0], own["emg_error_kick"])
    # These networks forget within a few of their time constants.
    assert np.all(found["growth_kick"][1:, -1] < 0.05)


def test_some_kick_is_needed():
    with pytest.raises(ValidationError, match=r"at least one level above 0, found \[0\.0\]"):
        Generalisation(initial_noise=[0.0])
