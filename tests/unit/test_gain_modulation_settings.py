"""What the blocks of the gain-modulation study ask of each other and do not get."""

from __future__ import annotations

import pytest

from corticomotor.runtime.errors import InputError
from corticomotor.settings.loading import load
from corticomotor.settings.root import compose
from corticomotor.studies.gain_modulation.study import STUDY

MODEL = compose({"gain_modulation": STUDY})


def read(changes):
    return load(MODEL, {"gain_modulation": changes}).gain_modulation


def messages(changes):
    with pytest.raises(InputError) as caught:
        read(changes)
    return str(caught.value).split("\n")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"circuit": {"excitatory_fraction": 0.0024}, "sizes": {"neurons": [200, 400]}},
            "circuit.excitatory_fraction: expected at least one excitatory and one inhibitory "
            "neuron of 200, found 0 excitatory",
        ),
        (
            # One line for circuits of all sizes.
            {"circuit": {"excitatory_fraction": 0.9}},
            "circuit.excitatory_fraction: expected at most 0.5 with circuit.inhibition_ratio 3 "
            "(excitation outweighs inhibition: a mean row sum of about 8.9 keeps the spectral "
            "abscissa above circuit.target_abscissa 0.15), found 0.9",
        ),
        (
            {"new_movement": {"groups": [20, 7, 2]}},
            "new_movement.groups: expected divisors of 200 neurons, found 7",
        ),
        (
            {"groups": {"counts": [201]}},
            "groups.counts: expected divisors of 200 neurons, found 201",
        ),
        (
            {"sizes": {"neurons": [100, 30], "groups": [2, 10, 20]}},
            "sizes.groups: expected divisors of 30 neurons, found 20",
        ),
        (
            {"speed": {"groups": 30}},
            "speed.groups: expected divisors of 400 neurons, found 30",
        ),
        (
            {"movement": {"step_ms": 6.3}},
            "movement.step_ms: expected 10 or more whole steps in 500 ms, found 6.3",
        ),
        (
            {"movement": {"step_ms": 62.5}},
            "movement.step_ms: expected 10 or more whole steps in 500 ms, found 62.5",
        ),
        (
            {"movement": {"step_ms": 2000}},
            "movement.step_ms: expected 10 or more whole steps in 500 ms, found 2000",
        ),
        (
            {"speed": {"step_ms": 100, "reward": {"gradual_factors": [5.0]}}},
            "speed.step_ms: expected 10 or more whole steps in 500 ms, found 100",
        ),
        (
            {"speed": {"reward": {"gradual_factors": [1.501, 5.0]}}},
            "speed.step_ms: expected 10 or more whole steps in 750.5 ms, found 5",
        ),
        (
            {"speed": {"factor": 5.003, "reward": {"gradual_factors": [5.003]}}},
            "speed.step_ms: expected 10 or more whole steps in 2501.5 ms, found 5",
        ),
        (
            {"speed": {"reward": {"gradual_factors": [0.5, 5.0]}}},
            "speed.reward.gradual_factors: expected factors from 1 on, the last of them 5 "
            "(gain_modulation.speed.factor), found [0.5, 5.0]",
        ),
        (
            {"speed": {"factor": 4}},
            "speed.reward.gradual_factors: expected factors from 1 on, the last of them 4 "
            "(gain_modulation.speed.factor), found [1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0]",
        ),
        (
            {"speed": {"circuits": 4}},
            "speed.circuits: expected at most 3 (gain_modulation.replicates.count), found 4",
        ),
        (
            {"speed": {"shape_and_speed": {"sizes": [2, 17]}}},
            "speed.shape_and_speed.sizes: expected at most 16 patterns in a library "
            "(gain_modulation.speed.shape_and_speed.members), found 17",
        ),
        (
            {"primitives": {"patterns": 40}},
            "primitives.sizes: expected at most 40 patterns in a library "
            "(gain_modulation.primitives.patterns), found 50",
        ),
    ],
)
def test_settings_that_do_not_fit_each_other(changes, problem):
    assert messages(changes) == [f"gain_modulation.{problem}"]


def test_each_setting_is_told_of_once():
    changes = {
        "circuit": {"neurons": 60},
        "speed": {"circuits": 9, "step_ms": 7.0, "reward": {"gradual_factors": [2.0, 5.0]}},
    }
    assert messages(changes) == [
        # Nor do steps of 7 ms fit into 2500 and 1000 ms.
        "gain_modulation.speed.step_ms: expected 10 or more whole steps in 500 ms, found 7",
        "gain_modulation.speed.circuits: expected at most 3 (gain_modulation.replicates.count), "
        "found 9",
    ]


def test_limits_are_allowed():
    assert read(
        {
            "movement": {"step_ms": 50},
            "new_movement": {"groups": [200, 1]},
            "groups": {"counts": [200]},
            "sizes": {"neurons": [10], "groups": [10, 1]},
            "primitives": {"patterns": 50},
            "speed": {
                "step_ms": 50,
                "groups": 400,
                "circuits": 3,
                "factor": 1,
                "reward": {"gradual_factors": [1.0]},
                "shape_and_speed": {"sizes": [12]},
            },
        }
    )
