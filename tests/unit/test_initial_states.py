import numpy as np
import pytest

from corticomotor.circuits import observability_gramian, preferred_initial_states
from corticomotor.motor_cortex.contract import circuit_contract
from corticomotor.motor_cortex.initial_states import reach_initial_states
from corticomotor.motor_cortex.movements import (
    draw_over_directions,
    gaussian_process_emg,
    time_grid,
)
from corticomotor.runtime.store import dataset
from examples import NEURONS, small_circuit


@pytest.fixture(scope="module")
def circuit():
    weights = small_circuit().weights
    spectrum = {
        f"{when}eigenvalue_{part}": np.zeros(NEURONS)
        for when in ("", "initial_")
        for part in ("real", "imaginary")
    }
    return dataset(
        circuit_contract("toy"),
        {
            **{name: range(NEURONS) for name in ("neuron", "presynaptic_neuron", "eigenvalue")},
            "iteration": [0],
            "weights": weights,
            "initial_weights": weights,
            "initial_state": preferred_initial_states(weights, 1.5, 1)[0],
            "excitatory": np.ones(NEURONS),
            "spectral_abscissa": [0.1],
            **spectrum,
        },
    )


def states(circuit, seed=0, **changes):
    settings = {"reaches": 8, "modes": 5, "reach_fraction": 0.25} | changes
    return reach_initial_states(np.random.default_rng(seed), circuit, **settings)


def test_without_a_part_of_their_own_all_reaches_begin_in_the_preferred_state(circuit):
    found = states(circuit, reach_fraction=0)
    np.testing.assert_array_equal(found, np.tile(circuit["initial_state"].values, (8, 1)))


@pytest.mark.parametrize("fraction", [0.1, 0.25, 1.0])
def test_norms_are_that_of_the_common_state(circuit, fraction):
    norm = np.linalg.norm(circuit["initial_state"].values)
    found = np.linalg.norm(states(circuit, reach_fraction=fraction), axis=1)
    np.testing.assert_allclose(found, norm, rtol=1e-12)


def test_states_lie_in_the_span_of_the_leading_modes(circuit):
    gramian = observability_gramian(small_circuit().weights)
    vectors = np.linalg.eigh(gramian)[1][:, ::-1]
    found = states(circuit)
    outside = np.linalg.norm(found @ vectors[:, 5:], axis=1)
    assert outside.max() < 1e-8 * np.linalg.norm(found, axis=1).min()
    inside = np.abs(found @ vectors[:, :5])
    assert inside.max(axis=0).min() > 0.01 * inside.max()


def test_the_own_part_is_as_large_as_its_fraction(circuit):
    # With many modes the own parts hardly overlap with the common state or with each other.
    found = states(circuit, modes=NEURONS, reach_fraction=0.25, reaches=2000)
    common = found.mean(axis=0)
    power = np.sum(found**2, axis=1).mean()
    assert np.sum(common**2) / power == pytest.approx(0.75, abs=0.03)


def test_neighbours_on_a_circle_begin_alike(circuit):
    found = np.concatenate(
        [states(circuit, seed, reach_fraction=1.0, direction_smoothness=1.0) for seed in range(40)]
    ).reshape(40, 8, NEURONS)
    unit = found / np.linalg.norm(found, axis=2, keepdims=True)
    overlap = [np.mean(np.sum(unit * np.roll(unit, lag, axis=1), axis=2)) for lag in (1, 2, 4)]
    assert overlap[0] > overlap[1] > overlap[2]
    assert overlap[0] > 0.6


def test_covariance_over_directions():
    draws = draw_over_directions(np.random.default_rng(1), (6, 40_000), 0.8)
    half_turn = np.sin(np.pi * np.subtract.outer(range(6), range(6)) / 6)
    expected = np.exp(-2 * half_turn**2 / 0.8**2)
    np.testing.assert_allclose(np.cov(draws), expected, atol=0.03)


def test_reaches_by_themselves_are_drawn_as_they_always_were():
    drawn = draw_over_directions(np.random.default_rng(3), (4, 2), None)
    np.testing.assert_array_equal(drawn, np.random.default_rng(3).standard_normal((4, 2)))


def test_emg_of_neighbouring_directions_is_alike():
    emg = gaussian_process_emg(
        np.random.default_rng(2),
        reaches=8,
        muscles=300,
        time_s=time_grid(500, 10),
        envelope_ms=110.0,
        smoothness_ms=50.0,
        direction_smoothness=1.0,
    )
    lags = [np.corrcoef(emg.ravel(), np.roll(emg, lag, axis=0).ravel())[0, 1] for lag in (1, 2, 4)]
    kernel = np.exp(-2 * np.sin(np.pi * np.array([1, 2, 4]) / 8) ** 2)
    np.testing.assert_allclose(lags, kernel, atol=0.06)
