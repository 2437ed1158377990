"""What a sweep measures at each of its combinations, of networks and of preparatory modules."""

import math

import numpy as np
import pytest

from corticomotor.runtime import store
from corticomotor.studies.constrained import contracts as constrained
from corticomotor.studies.constrained import measures as constrained_measures
from corticomotor.studies.constrained.comparison import component_correlations
from corticomotor.studies.motifs import contracts as motifs
from corticomotor.studies.motifs import measures as motif_measures


def filled(contract, rng, coordinates, **values):
    drawn = {
        name: rng.uniform(0.1, 0.9, [len(coordinates[dim]) for dim in variable.dims])
        for name, variable in contract.variables.items()
    }
    return store.dataset(contract, drawn | values | coordinates)


# Measures of a constrained network

NEURONS, UNITS, COMPONENTS = 6, 9, 3
TIME = np.linspace(0, 0.5, 21)


def waves(rng, cells, time=TIME, reaches=4):
    """Rates (reach, time, cell) of slow signals, which splines can follow."""
    frequency = np.arange(1, 6)
    amplitude = rng.normal(size=(reaches, 5, cells))
    return np.einsum("tf,rfc->rtc", np.sin(2 * np.pi * time[:, None] * frequency), amplitude)


def ground_truth(rng, rates):
    return filled(
        constrained.GROUND_TRUTH,
        rng,
        {
            "reach": range(4),
            "time": TIME,
            "neuron": range(NEURONS),
            "presynaptic_neuron": range(NEURONS),
            "muscle": range(2),
            "iteration": range(3),
        },
        rates=rates,
    )


def network(rng, rates, hints, time=TIME):
    return filled(
        constrained.NETWORK,
        rng,
        {
            "reach": range(4),
            "time": time,
            "unit": range(rates.shape[-1]),
            "presynaptic_unit": range(rates.shape[-1]),
            "muscle": range(2),
            "neuron": hints,
            "epoch": range(3),
        },
        rates=rates,
        emg_error=0.25,
    )


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def test_a_rotated_circuit_is_as_similar_as_can_be(rng):
    rates = waves(rng, NEURONS)
    rotated = 2 * rates @ np.linalg.qr(rng.normal(size=(NEURONS, NEURONS)))[0]
    truth = ground_truth(rng, rates)
    measured = constrained_measures.network_measures(truth, network(rng, rotated, []), NEURONS)
    assert measured == {
        "mean_canonical_correlation": pytest.approx(1),
        "emg_error": 0.25,
        "unobserved_r2": pytest.approx(1),
    }


def test_only_neurons_without_hints_are_regressed(rng):
    rates = waves(rng, NEURONS)
    # Has but the first two neurons, so nothing of the others.
    copied = np.zeros((4, len(TIME), UNITS))
    copied[..., :2] = rates[..., :2]
    truth = ground_truth(rng, rates)

    def r2(hints):
        measured = constrained_measures.network_measures(truth, network(rng, copied, hints), 2)
        return measured["unobserved_r2"]

    assert r2([2, 3, 4, 5]) == pytest.approx(1)
    assert r2([0, 1]) < 0.5
    assert r2([0, 1]) < r2([]) < 1
    assert math.isnan(r2(range(NEURONS)))


def test_rates_are_compared_at_the_same_times(rng):
    before = np.concatenate([[-0.05, -0.025], TIME])
    rates, late = waves(rng, NEURONS), waves(rng, UNITS, before)
    truth = ground_truth(rng, rates)
    measured = constrained_measures.network_measures(
        truth, network(rng, late, [0], before), COMPONENTS
    )
    expected = component_correlations(rates, late[:, 2:], COMPONENTS).mean()
    assert measured["mean_canonical_correlation"] == pytest.approx(expected, abs=1e-3)


def test_a_network_of_fewer_units_than_components_is_measured(rng):
    truth = ground_truth(rng, waves(rng, NEURONS))
    small = network(rng, waves(rng, 2), [0])
    measured = constrained_measures.network_measures(truth, small, COMPONENTS)
    assert 0 < measured["mean_canonical_correlation"] <= 2 / 3
    assert 0 < measured["unobserved_r2"] < 1


# Measures of a motif network


def evaluation():
    """Two motifs; errors from random states 1 and 3, after the other one 2 and 10."""
    rng = np.random.default_rng(0)
    coordinates = {
        "motif": [1, 2],
        "first_motif": [1, 2],
        "repetition": [1],
        "start": range(3),
        "interrupted_at": [0.5, 1.0],
        "initial_std": [],
        "time": [0.1, 0.2],
        "quantile": [0.5],
    }
    whole = [[np.nan, 10.0], [2.0, np.nan]]
    return filled(
        motifs.EVALUATION,
        rng,
        coordinates,
        random_error=np.tile([[1.0], [3.0]], (1, 1, 3)),
        transition_error=[[np.full((2, 2), 77.0), whole]],
    )


def module(norm, time):
    rng = np.random.default_rng(0)
    coordinates = {
        "unit": range(4),
        "presynaptic_unit": range(4),
        "loop": range(2),
        "iteration": [1],
        "eigenvalue": range(4),
        "trial": range(len(norm[0])),
        "time": time,
    }
    return filled(motifs.PREPARATORY_MODULE, rng, coordinates, rate_norm=norm)


def measured_motifs(given=None, factor=2.5, preparation_duration=5.0):
    return motif_measures.network_measures(
        evaluation().to_xarray(),
        None if given is None else given.to_xarray(),
        failure_factor=factor,
        preparation_duration=preparation_duration,
    )


def test_motif_measures_of_known_errors():
    measured = measured_motifs()
    assert measured.pop("rate_norm") is np.nan
    assert measured == {"random_error": 2.0, "transition_error": 6.0, "failure_rate": 0.5}
    assert measured_motifs(factor=1.5)["failure_rate"] == 1.0


@pytest.mark.parametrize(("duration", "expected"), [(5.0, 0.25), (10.0, 0.05), (40.0, 0.05)])
def test_rates_left_after_preparation_are_relative_to_each_trials_start(duration, expected):
    given = module([[2.0, 4.0], [0.6, 0.8], [0.0, 0.4]], [0.0, 5.0, 10.0])
    assert measured_motifs(given, preparation_duration=duration)["rate_norm"] == pytest.approx(
        expected
    )


def test_a_network_is_measured_in_every_replicate(rng):
    truths = [ground_truth(rng, waves(rng, NEURONS)) for _ in range(2)]
    networks = [network(rng, waves(rng, UNITS), [0]) for _ in range(2)]
    measured = constrained_measures.measure_network(truths, networks, COMPONENTS)
    assert set(measured) == set(constrained.MEASURES.variables)
    for index, pair in enumerate(zip(truths, networks, strict=True)):
        assert {name: values[index] for name, values in measured.items()} == (
            constrained_measures.network_measures(*pair, COMPONENTS)
        )


def test_a_motif_network_is_measured_in_every_replicate():
    modules = [module([[2.0, 4.0], [0.6, 0.8]], [0.0, 5.0]), module([[2.0], [0.2]], [0.0, 5.0])]
    options = {"failure_factor": 2.5, "preparation_duration": 5.0}
    measured = motif_measures.measure_network([evaluation()] * 2, modules, **options)
    assert set(measured) == set(motifs.MEASURES.variables)
    assert measured["rate_norm"] == pytest.approx([0.25, 0.1])
    assert measured["transition_error"] == [6.0, 6.0]
    # Without modules there is no norm.
    alone = motif_measures.measure_network([evaluation()] * 2, [], **options)
    assert np.isnan(alone.pop("rate_norm")).all()
    assert alone == {name: measured[name] for name in alone}


def test_a_module_is_measured_in_every_replicate():
    # Recorded every two time constants; rates are compared after seven.
    modules = [module([[2.0], [1.0], [0.5], [0.25], [0.1]], [0.0, 2.0, 4.0, 6.5, 9.0])] * 2
    measured = motif_measures.measure_module(modules)
    assert set(measured) == set(motifs.MODULE_MEASURES.variables)
    assert measured["rate_norm"] == pytest.approx([0.125, 0.125])
    assert measured["largest_real_part"] == [modules[0]["eigenvalue_real"].values.max()] * 2
