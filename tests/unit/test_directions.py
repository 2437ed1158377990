from functools import partial

import numpy as np
import pytest

from corticomotor.motor_cortex.circuit import build_circuit
from corticomotor.motor_cortex.movements import reach_directions
from corticomotor.runtime.seeding import stream
from corticomotor.runtime.store import dataset
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.directions import (
    dynamics_error,
    error_under_pulse_noise,
    explore_directions,
    neighbours_mean,
)
from corticomotor.studies.constrained.input_weights import pulse_weights
from corticomotor.studies.constrained.sampling import draw_sample
from corticomotor.studies.constrained.settings import FullForceNetwork
from corticomotor.studies.constrained.subjects import PulsedNetwork
from examples import NEURONS, in_a_job, small_constrained


def test_pulses_on_a_circle_are_first_harmonics_of_the_direction():
    pulses = pulse_weights(np.random.default_rng(0), 0.6, 8, 5000, on_circle=True)
    harmonics = np.fft.rfft(pulses, axis=0)
    assert np.abs(harmonics[2:]).max() < 1e-10
    assert np.abs(harmonics[:2]).min() > 0
    np.testing.assert_allclose(np.sqrt(np.mean(pulses**2, axis=1)), 0.6, rtol=0.05)
    # Opposite directions do not have opposite pulses.
    assert np.linalg.norm(pulses[0] + pulses[4]) > 0.5 * np.linalg.norm(pulses[0])


def test_pulses_of_some_directions_are_those_of_all():
    both = [
        pulse_weights(np.random.default_rng(1), 0.6, count, 20, on_circle=True) for count in (8, 16)
    ]
    np.testing.assert_allclose(both[0], both[1][::2])


def test_neighbours_mean_goes_round_the_circle():
    values = np.array([[0.0], [2.0], [10.0]])
    np.testing.assert_array_equal(neighbours_mean(values), [[1.0], [6.0], [5.0]])


def test_dynamics_of_a_linear_map_are_predicted_exactly():
    rng = np.random.default_rng(2)
    latent = rng.standard_normal((6, 30, 4))
    network, circuit = (latent @ rng.standard_normal((4, size)) + 1.5 for size in (20, 9))
    seen, unseen = slice(0, 4), slice(4, None)

    def error(rates, components=4):
        return dynamics_error(
            network[seen], rates, circuit[seen], circuit[unseen], components=components
        )

    assert error(network[unseen]) < 1e-20
    assert 0.05 < error(network[unseen], components=2) < 1.0
    # What has nothing to do with the circuit predicts worse than its mean does.
    assert error(rng.permuted(network[unseen], axis=1)) > 1.0


def test_pulse_noise_is_relative_to_the_pulse():
    settings = FullForceNetwork(units=400, time_constant_ms=20.0, pulse_ms=40.0, step_ms=5.0)
    times = np.arange(-8, 3) * 0.005
    pulses = 1e-3 * np.random.default_rng(3).standard_normal((4, 400))
    still = PulsedNetwork(
        settings, times, np.zeros((400, 400)), np.eye(400), pulses, np.zeros((4, 3, 400))
    )
    target = still.output(still.run(pulses))
    # Without connections and close to rest, activity is the pulse times a course in time.
    network = PulsedNetwork(settings, times, np.zeros((400, 400)), np.eye(400), pulses, target)
    rng = partial(np.random.default_rng, 4)
    assert error_under_pulse_noise(network, rng(), 0.0, 2) == 0
    for level in (0.1, 0.5):
        found = error_under_pulse_noise(network, rng(), level, 30)
        assert found == pytest.approx(level**2, rel=0.02)


@pytest.fixture(scope="module")
def explored():
    settings = small_constrained(
        network={"units": 80, "epochs": 4},
        directions={"reach_fractions": [0.0, 0.5], "iterations": 20},
    )

    def rng(name):
        return stream(3, name, 1)

    circuit = dataset(
        contracts.CIRCUIT, build_circuit(rng("constrained/circuit"), settings.circuit)
    )
    sample = dataset(contracts.SAMPLE, draw_sample(rng, neurons=NEURONS, muscles=4))
    reported = []
    found = explore_directions(
        rng, circuit, sample, in_a_job(settings), report=lambda count, **_: reported.append(count)
    )
    return dataset(contracts.DIRECTIONS, found), reported


def test_trained_directions_are_learned_and_unseen_ones_less_well(explored):
    found, reported = explored
    assert reported == [1, 2, 3, 4]
    trained, unseen = (found[f"emg_error_{which}"].values for which in ("trained", "unseen"))
    assert trained.max() < 0.1
    assert np.all(unseen > trained)
    np.testing.assert_allclose(found["emg_error_pulse_noise"].values[..., 0], trained, rtol=0.01)
    np.testing.assert_allclose(found["unseen_direction"].values, reach_directions(8)[1::2])


def test_errors_are_those_of_the_activity_in_the_file(explored):
    found, _ = explored
    truth = found["circuit_emg_unseen"].values
    for name in ("emg", "neighbours_emg"):
        shown = found[f"{name}_unseen"].values
        wanted = truth[:, np.newaxis] if name == "emg" else truth
        squares = [np.sum(x**2, axis=(-3, -2, -1)) for x in (shown - wanted, wanted)]
        error = found["emg_error_unseen" if name == "emg" else "neighbours_emg_error"].values
        np.testing.assert_allclose(error, squares[0] / squares[1], rtol=1e-9)
