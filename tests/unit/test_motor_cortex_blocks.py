import re
from types import SimpleNamespace

import numpy as np
import pytest

from corticomotor import circuits
from corticomotor.motor_cortex.blocks import block_of, path_of
from corticomotor.motor_cortex.circuit import build_circuit
from corticomotor.motor_cortex.conflicts import _mean_row_sum, population_conflicts
from corticomotor.motor_cortex.settings import Circuit
from corticomotor.runtime.errors import InputError, settings_named
from corticomotor.runtime.stage_settings import StageSettings, UndeclaredSettingError

EMG = {"reaches": 8, "source": "synthetic"}


def job(within, settings, **given):
    return SimpleNamespace(
        settings=StageSettings("stage", settings), given={"within": within, **given}
    )


@pytest.mark.parametrize(
    ("within", "settings"),
    [("toy", {"emg": EMG}), ("toy.population.cortex", {"population": {"cortex": {"emg": EMG}}})],
)
def test_a_block_is_found_within_its_study_or_within_a_block(within, settings):
    found = job(within, settings)
    assert dict(block_of(found, "emg").items()) == EMG
    assert path_of(found, "emg") == f"{within}.emg"


def test_what_a_stage_is_given_for_a_block_takes_the_place_of_its_values_alone():
    found = job("toy", {"emg": EMG, "circuit": {"seed": 1}}, emg={"source": "recorded"})
    assert dict(block_of(found, "emg").items()) == {"reaches": 8, "source": "recorded"}
    assert dict(block_of(found, "circuit").items()) == {"seed": 1}


def test_a_block_that_the_stage_does_not_declare_is_not_there():
    with pytest.raises(UndeclaredSettingError, match=r"population\.cortex"):
        block_of(job("toy.population.cortex", {"population": {"steps": 3}}), "emg")


def test_an_error_of_what_is_shared_names_the_setting_of_the_study():
    with (
        pytest.raises(InputError, match=r"^toy\.emg\.step_ms: expected 1$"),
        settings_named("toy.emg"),
    ):
        raise InputError("step_ms: expected 1")


# Circuits that cannot be stabilised

SMALL = {
    "neurons": 60,
    "connection_probability": 0.2,
    "initial_spectral_radius": 5.0,
    "learning_rate": 10.0,
}


def test_most_excitatory_neurons_need_more_inhibition():
    assert list(population_conflicts(Circuit(excitatory_fraction=0.8))) == [
        "circuit.excitatory_fraction: expected at most 0.6 with circuit.inhibition_ratio 3 "
        "(excitation outweighs inhibition: a mean row sum of about 4.2 keeps the spectral abscissa "
        "above circuit.target_abscissa 0.15), found 0.8"
    ]


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({}, False),
        (SMALL, False),
        (SMALL | {"excitatory_fraction": 0.8}, True),
        # Excitation and inhibition cancel: other draws than the average one may do.
        ({"excitatory_fraction": 0.75}, False),
        ({"excitatory_fraction": 0.78}, True),
        ({"excitatory_fraction": 0.8, "inhibition_ratio": 5.0}, False),
        ({"inhibition_ratio": 0.5}, True),
        # What is as unstable as this from the start is stable enough.
        ({"excitatory_fraction": 0.8, "initial_spectral_radius": 0.9}, False),
        ({"excitatory_fraction": 0.8, "target_abscissa": 0.9}, False),
    ],
)
def test_circuits_are_refused_that_no_draw_lets_stabilise(changes, refused):
    assert bool(list(population_conflicts(Circuit(**changes)))) == refused


def test_the_mean_row_sum_is_that_of_draws():
    settings = Circuit(**SMALL, excitatory_fraction=0.7, inhibition_ratio=2.0)
    excitatory, inhibitory = 42, 18
    rng = np.random.default_rng(3)
    sums = []
    for _ in range(400):
        weights = circuits.sparse_balanced_weights(
            rng,
            neurons=60,
            excitatory=excitatory,
            connection_probability=0.2,
            spectral_radius=5.0,
            inhibition_ratio=2.0,
        )
        onto_excitatory = weights[:excitatory, :excitatory].mean()
        onto_inhibitory = weights[excitatory:, :excitatory].mean()
        sums.append(excitatory * onto_excitatory - 2.0 * inhibitory * onto_inhibitory)
    expected, deviation = _mean_row_sum(settings)
    # No neuron excites itself: a 42nd less excitation of excitatory neurons.
    own = 5.0 * np.sqrt(2 * 0.2 / (0.8 * 60 * (1 + 2.0**2)))
    assert np.mean(sums) == pytest.approx(expected - own, abs=4 * deviation / np.sqrt(400))
    assert np.std(sums) == pytest.approx(deviation, rel=0.15)


@pytest.mark.parametrize(
    "changes", [{"excitatory_fraction": 0.8}, {"inhibition_ratio": 0.7}, {"inhibition_ratio": 0.4}]
)
def test_what_is_advised_stabilises(changes):
    (problem,) = population_conflicts(Circuit(**SMALL | changes))
    fraction = re.search(r"at most (\S+) with", problem)
    ratio = re.search(r"inhibition_ratio of at least (\S+)", problem)
    assert fraction
    assert (ratio is None) == (changes.get("excitatory_fraction") is not None)
    advised = [changes | {"excitatory_fraction": float(fraction[1])}]
    if ratio:
        advised.append(changes | {"inhibition_ratio": float(ratio[1])})
    for better in advised:
        settings = Circuit(**SMALL | better)
        assert not list(population_conflicts(settings))
        found = build_circuit(np.random.default_rng(1), settings)
        assert found["spectral_abscissa"][-1] <= 0.15
