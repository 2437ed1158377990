import numpy as np
import pytest

from corticomotor.motor_cortex.circuit import build_circuit
from corticomotor.motor_cortex.emg import target_emg
from corticomotor.motor_cortex.ground_truth import learn_ground_truth
from corticomotor.motor_cortex.initial_states import reach_initial_states
from corticomotor.runtime.seeding import stream
from corticomotor.runtime.store import dataset
from corticomotor.studies.constrained import contracts, measures
from corticomotor.studies.constrained.candidates import CANDIDATE, SEARCHED
from corticomotor.studies.constrained.networks import train_on_sample
from corticomotor.studies.constrained.sampling import draw_sample
from corticomotor.studies.constrained.search import Recorded, draw_values, try_candidate
from corticomotor.studies.constrained.settings import SearchRanges
from examples import NEURONS, in_a_job, small_constrained

SEED, REPLICATE = 3, 1001


@pytest.fixture(scope="module")
def settings():
    return in_a_job(
        small_constrained(gain_learning={"iterations": 5}, network={"units": 40, "epochs": 3})
    )


def rng(name):
    return stream(SEED, name, REPLICATE)


@pytest.fixture(scope="module")
def replicate(settings):
    circuit = build_circuit(rng("constrained/circuit"), settings.circuit)
    return Recorded(
        REPLICATE,
        dataset(contracts.CIRCUIT, circuit),
        dataset(contracts.EMG, target_emg(rng("constrained/emg"), settings.emg)),
        dataset(contracts.SAMPLE, draw_sample(rng, neurons=NEURONS, muscles=4)),
    )


def test_values_are_drawn_from_their_ranges():
    ranges = SearchRanges()
    drawn = [draw_values(np.random.default_rng(seed), ranges) for seed in range(200)]
    for name in SEARCHED:
        low, high = getattr(ranges, name)
        values = np.array([each[name] for each in drawn])
        assert low <= values.min() < values.max() <= high
        # Log-uniform: half of them below the geometric mean.
        assert np.mean(values < np.sqrt(low * high)) == pytest.approx(0.5, abs=0.12)
    assert all(isinstance(each[name], int) for each in drawn for name in ("units", "modes"))


def test_what_is_configured_is_tried_as_the_stages_would(settings, replicate):
    found = dataset(CANDIDATE, try_candidate(SEED, 0, [replicate], settings))
    states = reach_initial_states(
        rng("constrained/ground_truth/initial_states"),
        replicate.circuit,
        reaches=4,
        modes=settings.circuit.initial_state.modes,
        reach_fraction=settings.circuit.initial_state.reach_fraction,
    )
    learned = learn_ground_truth(
        rng("constrained/ground_truth"),
        replicate.circuit,
        replicate.targets,
        states,
        settings.dynamics,
        settings.gain_learning,
    )
    truth = dataset(contracts.GROUND_TRUTH, learned)
    for kind, fraction in enumerate((0.0, settings.sample.neuron_fraction)):
        network = train_on_sample(
            truth,
            replicate.sample,
            settings.network,
            neuron_fraction=fraction,
            muscle_fraction=settings.sample.muscle_fraction,
            on_circle=False,
            rng=rng,
        )
        expected = measures.network_measures(truth, dataset(contracts.NETWORK, network), 5)
        for name in ("emg_error", "mean_canonical_correlation"):
            assert float(found[name].values[kind, 0]) == expected[name]
        assert found["kicked_emg_error"].values[kind, 0] > 0
    assert float(found["units"]) == 40


def test_another_candidate_has_other_settings(settings, replicate):
    found = dataset(CANDIDATE, try_candidate(SEED, 7, [replicate], settings))
    assert 30 <= int(found["units"]) <= 50
    again = dataset(CANDIDATE, try_candidate(SEED, 7, [replicate], settings))
    for name in CANDIDATE.variables:
        np.testing.assert_array_equal(found[name].values, again[name].values)


def test_a_candidate_that_diverges_stays_missing(settings, replicate):
    notes = []
    unstable = settings.changed(network=settings.network.changed(regularisation=1e-30))
    found = dataset(CANDIDATE, try_candidate(SEED, 0, [replicate], unstable, note=notes.append))
    assert np.isnan(found["emg_error"].values).all()
    assert len(notes) == 1
    assert "network.regularisation" in notes[0]
