"""What the blocks of the constrained study ask of each other, and say of what they do not get."""

from __future__ import annotations

import pytest

from corticomotor.runtime.errors import InputError
from corticomotor.settings.loading import load
from corticomotor.settings.root import compose
from corticomotor.studies.constrained.study import STUDY

MODEL = compose({"constrained": STUDY})


def read(changes):
    return load(MODEL, {"constrained": changes}).constrained


def messages(changes):
    with pytest.raises(InputError) as caught:
        read(changes)
    return str(caught.value).split("\n")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"circuit": {"excitatory_fraction": 0.001}},
            "constrained.circuit.excitatory_fraction: expected at least one excitatory and one "
            "inhibitory neuron of 200, found 0 excitatory",
        ),
        (
            {"circuit": {"excitatory_fraction": 0.999}},
            "constrained.circuit.excitatory_fraction: expected at least one excitatory and one "
            "inhibitory neuron of 200, found 200 excitatory",
        ),
        (
            {"sample": {"muscle_fraction": 0.05}},
            "constrained.sample.muscle_fraction: expected at least one of the 10 muscles "
            "(constrained.emg.muscles), found 0.05",
        ),
        (
            {"network": {"step_ms": 50}},
            "constrained.network.step_ms: expected at most constrained.network.time_constant_ms "
            "(40.0), found 50.0",
        ),
        (
            {"sample": {"neuron_fraction": 1.0}},
            "constrained.sample.neuron_fraction: expected some neurons to be left unobserved, "
            "found 1.0",
        ),
        (
            {"sample": {"neuron_fraction": 0.002}},
            "constrained.sample.neuron_fraction: expected at least one of the 200 neurons "
            "(constrained.circuit.neurons), found 0.002",
        ),
        (
            {"network": {"units": 50, "hint_mode": "clamp"}},
            "constrained.sample.neuron_fraction: expected at most 50 neurons, one per unit to "
            "clamp (constrained.network.units), found 0.3, which is 60 neurons",
        ),
        (
            {"similarity": {"components": 16}, "circuit": {"neurons": 30}},
            "constrained.similarity.components: expected at most 15 (half of "
            "constrained.circuit.neurons), found 16",
        ),
        (
            {"similarity": {"components": 31}, "network": {"units": 30}},
            "constrained.similarity.components: expected at most 30 (constrained.network.units), "
            "found 31",
        ),
        (
            {"emg": {"reaches": 2}},
            "constrained.similarity.components: expected at most 5 (constrained.emg has about 10 "
            "independent samples without their mean over reaches; two populations with as many "
            "components as half of them correlate by necessity), found 10",
        ),
        (
            {"network": {"step_ms": 10, "pulse_ms": 55}},
            "constrained.network.step_ms: expected a whole number of steps in "
            "constrained.network.pulse_ms (55.0), found 10.0",
        ),
        (
            {"network": {"step_ms": 3, "pulse_ms": 3}},
            "constrained.network.step_ms: expected a whole number of steps in "
            "constrained.emg.duration_ms (500.0), found 3.0",
        ),
        (
            {"network": {"step_ms": 100, "time_constant_ms": 200}},
            "constrained.network.step_ms: expected a whole number of steps in "
            "constrained.network.pulse_ms (50.0), found 100.0",
        ),
        (
            {"gain_learning": {"training_step_ms": 4}},
            "constrained.gain_learning.training_step_ms: expected a whole multiple of "
            "constrained.emg.step_ms (2.5), found 4.0",
        ),
        (
            {"gain_learning": {"training_step_ms": 7.5}},
            "constrained.gain_learning.training_step_ms: expected a whole number of steps in "
            "constrained.emg.duration_ms (500.0), found 7.5",
        ),
        (
            {"emg": {"duration_ms": 501}},
            "constrained.emg: duration_ms must be a whole number of at least 10 steps of 2.5 ms, "
            "found 501.0",
        ),
    ],
)
def test_settings_that_do_not_fit_each_other(changes, problem):
    assert messages(changes) == [problem]


SHORT = {"duration_ms": 200, "reaches": 2}
RECORDED = {"source": "recorded", "recording": {"path": "emg.mat", "sampling_rate_hz": 40}}


@pytest.mark.parametrize(
    ("emg", "largest"),
    [
        # Half of reaches × duration / smoothness, for one reach less.
        ({}, 35),
        (SHORT, 2),
        (SHORT | {"smoothness_ms": 20}, 5),
        # As many reaches as there are length scales around the circle, and one at least.
        ({"direction_smoothness": 0.5}, 35),
        ({"direction_smoothness": 1.0}, 26),
        ({"direction_smoothness": 10.0}, 4),
        # No more than time steps, or samples of the recording, which has any smoothness.
        ({"smoothness_ms": 1, "reaches": 2, "step_ms": 10}, 25),
        (RECORDED | {"smoothness_ms": 500}, 70),
        (RECORDED | {"duration_ms": 250, "step_ms": 25}, 35),
    ],
)
def test_components_are_fewer_than_half_of_the_independent_samples(emg, largest):
    changes = {"emg": emg, "gain_learning": {"training_step_ms": 50}, "network": {"step_ms": 1}}
    assert read(changes | {"similarity": {"components": largest}})
    (problem,) = messages(changes | {"similarity": {"components": largest + 1}})
    assert problem.startswith(
        f"constrained.similarity.components: expected at most {largest} (constrained.emg has about"
    )


def test_all_conflicts_are_told():
    # Of several limits the lowest.
    changes = {"similarity": {"components": 400}, "sample": {"muscle_fraction": 0.01}}
    assert [line.split(":")[0] for line in messages(changes)] == [
        "constrained.sample.muscle_fraction",
        "constrained.similarity.components",
    ]


def test_limits_are_allowed():
    assert read(
        {
            "circuit": {"neurons": 20},
            "network": {"units": 20, "hint_mode": "clamp", "step_ms": 0.1},
            "similarity": {"components": 10},
            "gain_learning": {"training_step_ms": 500},
        }
    )
