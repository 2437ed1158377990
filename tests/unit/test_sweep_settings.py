"""Sweeps in the config: their combinations, what is refused, and where their results lie."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corticomotor.registry import all_studies
from corticomotor.runtime.errors import InputError
from corticomotor.settings.combinations import (
    combinations,
    logarithmic_settings,
    networks_of,
    study_of,
    sweeps,
)
from corticomotor.settings.loading import load
from corticomotor.settings.overrides import (
    changes_of,
    folder_of,
    override,
    overrides_in,
    setting,
)
from corticomotor.settings.root import as_config, compose
from study_examples import TOY

STUDIES = all_studies()
CONSTRAINED, MOTIFS = STUDIES["constrained"], STUDIES["motifs"]
MODEL = compose(STUDIES)
TOY_MODEL = compose({"toy": TOY})
GAIN, NEURONS = "constrained.network.gain", "constrained.circuit.neurons"
CONFIG = as_config(load(MODEL, {}))


def sweep_of(vary: dict[str, Any], **more: Any) -> Any:
    return sweeps(load(MODEL, {"sweep": {"mine": {"vary": vary, **more}}}))["mine"]


def found(vary: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    return combinations(MODEL, sweep_of(vary, **more))


def problem(sweep: Any, name: str = "mine", model: Any = MODEL) -> str:
    with pytest.raises(InputError) as caught:
        load(model, {"sweep": {name: sweep}})
    return str(caught.value)


# Combinations


def test_a_product_takes_each_value_with_each_the_last_setting_fastest():
    sweep = sweep_of({GAIN: [1, 1.5], NEURONS: [100, 150]})
    all_found = combinations(MODEL, sweep)
    assert all_found == [
        {GAIN: 1.0, NEURONS: 100},
        {GAIN: 1.0, NEURONS: 150},
        {GAIN: 1.5, NEURONS: 100},
        {GAIN: 1.5, NEURONS: 150},
    ]
    # As the settings hold them: the names of folders depend on it.
    assert all(type(each[GAIN]) is float and type(each[NEURONS]) is int for each in all_found)
    assert study_of(sweep) == "constrained"
    assert networks_of(sweep, CONSTRAINED) == ["FF", "FFH"]


def test_zip_takes_the_first_with_the_first():
    zipped = found({GAIN: [1.0, 1.5], NEURONS: [100, 150]}, combine="zip")
    assert zipped == [{GAIN: 1.0, NEURONS: 100}, {GAIN: 1.5, NEURONS: 150}]


def test_a_linear_range_has_exact_ends_and_short_values():
    values = {"first": 0.1, "last": 0.5, "count": 5}
    assert [each[GAIN] for each in found({GAIN: values})] == [0.1, 0.2, 0.3, 0.4, 0.5]


def test_a_logarithmic_range_has_one_ratio():
    sweep = sweep_of(
        {GAIN: {"first": 0.5, "last": 8, "count": 5, "spacing": "logarithmic"}, NEURONS: [90, 200]}
    )
    assert [each[GAIN] for each in combinations(MODEL, sweep)][::2] == [0.5, 1.0, 2.0, 4.0, 8.0]
    assert logarithmic_settings(sweep) == ["network.gain"]


def test_a_range_of_a_whole_number_is_rounded():
    values = {"first": 100, "last": 201, "count": 3}
    assert [each[NEURONS] for each in found({NEURONS: values})] == [100, 150, 201]


def test_values_may_come_as_text_lists_and_words():
    zipped = found(
        {
            "constrained.network.gain": ["1", "1.5e0"],
            "constrained.network.compensate_lag": ["true", "false"],
            "constrained.network.hint_scaling": ["unit", "soft"],
        },
        combine="zip",
    )
    assert zipped[1] == {
        "constrained.network.gain": 1.5,
        "constrained.network.compensate_lag": False,
        "constrained.network.hint_scaling": "soft",
    }


def test_null_leaves_a_sweep_out():
    assert list(sweeps(load(MODEL, {}))) == ["observed_fraction", "loops"]
    # As in a file, and as on the command line.
    for nothing in (None, "null"):
        left = load(MODEL, {"sweep": {"observed_fraction": nothing}})
        assert list(sweeps(left)) == ["loops"]
    assert sweeps(load(TOY_MODEL, {"sweep": {"loops": None}})) == {}


def test_networks_named_by_a_setting_need_not_be_given():
    sweep = sweep_of(
        {"motifs.networks.additive.units": [100, 200]}, networks=["control", "additive"]
    )
    assert networks_of(sweep, MOTIFS) == ["control", "additive"]
    assert networks_of(sweep_of({"motifs.networks.additive.units": [100]}), MOTIFS) == ["additive"]


def test_a_study_may_measure_some_networks_unless_others_are_given():
    sweep = sweep_of({GAIN: [1]}, networks=["FFH"])
    assert networks_of(sweep, CONSTRAINED) == ["FFH"]


def test_what_is_no_network_may_be_measured_too():
    sweep = sweeps(load(MODEL, {}))["loops"]
    assert networks_of(sweep, MOTIFS) == ["multiplicative_module"]
    assert [*combinations(MODEL, sweep)[0]] == ["motifs.preparation.loops"]


# What is refused, in one line


@pytest.mark.parametrize(
    ("sweep", "expected"),
    [
        (3, "mine: expected a block with vary or null, found 3"),
        ({}, "mine.vary: expected a block of settings, found nothing"),
        ({"vary": {}}, "mine: vary: expected at least one setting, found none"),
        (
            {"vary": {GAIN: 3}},
            f"mine.vary.{GAIN}: expected a list of values or a block with first, last, count, "
            "found 3",
        ),
        (
            {"vary": {GAIN: []}},
            f"mine.vary.{GAIN}: expected a list of values or a block with first, last, count, "
            "found []",
        ),
        (
            {"vary": {GAIN: {"first": 1, "last": 2}}},
            f"mine.vary.{GAIN}.count: expected a whole number of at least 2 and at most 1000, "
            "found nothing",
        ),
        (
            {"vary": {GAIN: {"first": 1, "last": 2, "count": 3, "spaced": "linear"}}},
            f"mine.vary.{GAIN}.spaced: no such setting (did you mean spacing?)",
        ),
        (
            {"vary": {GAIN: {"first": 0, "last": 2, "count": 3, "spacing": "logarithmic"}}},
            f"mine.vary.{GAIN}: a logarithmic range needs a first and a last value above 0",
        ),
        (
            {"vary": {"constrained.network.hint_scaling": {"first": 1, "last": 2, "count": 3}}},
            "mine.vary.constrained.network.hint_scaling: expected a list, as the setting is no "
            "number, found a range",
        ),
        (
            {"vary": {"constrained.network.gian": [1]}},
            "mine.vary.constrained.network.gian: no such setting (did you mean gain?)",
        ),
        (
            {"vary": {"constrained.network": [1]}},
            "mine.vary.constrained.network: expected the path of one setting of a study, found a "
            "block",
        ),
        (
            {"vary": {GAIN: [1.0, "wide", 2.0]}},
            f"mine.vary.{GAIN}[1]: expected a number above 0, found 'wide'",
        ),
        (
            {"vary": {GAIN: [1, 2, 1.0]}},
            f"mine.vary.{GAIN}[2]: expected each value once, found 1.0 again",
        ),
        (
            {"vary": {GAIN: [1, 2], NEURONS: [100]}, "combine": "zip"},
            "mine.vary: expected as many values of each setting (combine: zip), found 2 of "
            f"{GAIN} and 1 of {NEURONS}",
        ),
        (
            {"vary": {GAIN: [1], "motifs.dynamics.noise": [0.1]}},
            "mine.vary: expected settings of one study (constrained or motifs or gain_modulation "
            "or reaching), found constrained and motifs",
        ),
        (
            {"vary": {"seed": [1, 2]}},
            "mine.vary: expected settings of one study (constrained or motifs or gain_modulation "
            "or reaching), found none",
        ),
        (
            {"vary": {"constrained.search.candidates": [1, 2]}},
            "mine.vary.constrained.search.candidates: expected a setting on which what a sweep "
            "measures depends, found one without influence on it",
        ),
        (
            {"vary": {"motifs.networks.additive.units": [9]}, "networks": ["aditive"]},
            "mine.networks: expected some of additive, additive_prepared, multiplicative, "
            "multiplicative_prepared, control, two_input, additive_oscillatory, "
            "additive_oscillatory_prepared, additive_wide, additive_origin, additive_large, "
            "additive_module, multiplicative_module, found aditive",
        ),
        (
            {"vary": {GAIN: [1]}, "networks": ["FF", "additive"]},
            "mine.networks: expected some of FF, FFH, found additive",
        ),
        (
            {
                "vary": {"motifs.preparation.loops": [5]},
                "networks": ["additive", "additive_module"],
            },
            "mine.networks: expected some of which the same is measured, found additive, "
            "additive_module",
        ),
        (
            # A module is made without motifs.
            {"vary": {"motifs.library.duration": [50]}, "networks": ["additive_module"]},
            "mine.vary.motifs.library.duration: expected a setting on which what a sweep measures "
            "depends, found one without influence on it",
        ),
        (
            {"vary": {NEURONS: [100, 10, 12]}},
            f"mine: at {NEURONS} = 10: constrained.similarity.components: expected at most 5 "
            "(half of constrained.circuit.neurons), found 10",
        ),
    ],
)
def test_a_bad_sweep(sweep, expected):
    assert problem(sweep) == f"sweep.{expected}"


def test_networks_must_be_given_where_no_setting_names_one():
    line = problem({"vary": {"motifs.preparation.loops": [5, 10]}})
    assert line.startswith("sweep.mine.networks: expected the networks to train, some of additive")


def test_a_sweep_of_another_study_is_refused_alike():
    for vary, expected in [
        ({"toy.module.lops": [1]}, "vary.toy.module.lops: no such setting (did you mean loops?)"),
        ({"constrained.network.gain": [1]}, "vary.constrained.network.gain: no such setting"),
        ({"seed": [1]}, "vary: expected settings of one study (toy), found none"),
    ]:
        assert problem({"vary": vary, "networks": ["deep"]}, model=TOY_MODEL) == (
            f"sweep.mine.{expected}"
        )


@pytest.mark.parametrize("name", ["Mine", "a b", "1st", "a/b", "a.b", "é"])
def test_a_bad_name(name):
    assert problem({"vary": {GAIN: [1]}}, name).startswith("sweep.")


def test_the_whole_circuit_may_be_observed_in_a_sweep_but_not_in_the_report():
    fraction = "constrained.sample.neuron_fraction"
    assert found({fraction: [0.5, 1]})[1] == {fraction: 1.0}


# Overrides


def test_overrides_name_only_what_the_stage_depends_on():
    changes = {NEURONS: 100, "constrained.sample.neuron_fraction": 0.5, "seed": 2}
    expected = {
        "emg": "seed=2/",
        "circuit": "circuit.neurons=100+seed=2/",
        "networks/FF": "circuit.neurons=100+seed=2/",
        "networks/FFH": "circuit.neurons=100+sample.neuron_fraction=0.5+seed=2/",
        "measures/FFH": "circuit.neurons=100+sample.neuron_fraction=0.5+seed=2/",
    }
    folders = {stage: folder_of(CONSTRAINED, stage, changes, CONFIG) for stage in expected}
    assert folders == expected


def test_values_as_configured_are_no_overrides():
    changes = {NEURONS: CONFIG["constrained"]["circuit"]["neurons"], "seed": CONFIG["seed"]}
    assert folder_of(CONSTRAINED, "networks/FF", changes, CONFIG) == ""
    assert changes_of(MODEL, "constrained", "") == {}
    assert overrides_in("") == []


def test_order_of_changes_means_nothing():
    changes = {NEURONS: 100, GAIN: 1.25}
    for each in (changes, dict(reversed(changes.items()))):
        folder = folder_of(CONSTRAINED, "networks/FF", each, CONFIG)
        assert folder == "circuit.neurons=100+network.gain=1.25/"
        assert overrides_in(folder) == [
            override("constrained", path, value) for path, value in changes.items()
        ]


@given(
    st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: text != ""),
    st.lists(st.integers(0, 50), min_size=1, max_size=4),
    st.floats(1e-6, 1e6, exclude_min=True),
    st.booleans(),
)
def test_overrides_can_be_read_back_whatever_the_values(path, muscles, gain, lag):
    changes = {
        "constrained.emg.recording.path": path,
        "constrained.emg.recording.muscles": muscles,
        GAIN: gain,
        "constrained.network.compensate_lag": lag,
    }
    name = folder_of(CONSTRAINED, "networks/FFH", changes, CONFIG)
    expected = {key: value for key, value in changes.items() if value != setting(CONFIG, key)}
    assert changes_of(MODEL, "constrained", name) == expected
    # One folder whose name Snakemake takes as it is, on a cluster too.
    assert name.count("/") == 1
    assert not set(name) & set(",{}* \n'\"\\$`")


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("network.gian=1/", "expected settings of constrained, found network.gian"),
        ("network=1/", "expected settings of constrained, found network"),
        ("network.gain=0/", "constrained.network.gain: expected a number above 0, found 0"),
        ("network.gain/", "constrained.network.gain: expected a number above 0, found "),
        (
            "emg.recording.muscles=%5B1/",
            "constrained.emg.recording.muscles: expected strongest or a list, each item a whole "
            "number of at least 0 and at most 10000000, found %5B1",
        ),
    ],
)
def test_overrides_that_name_no_settings(folder, expected):
    with pytest.raises(InputError) as caught:
        changes_of(MODEL, "constrained", folder)
    assert str(caught.value) == f"{folder}: {expected}"


# Stages of the studies


def test_a_stage_depends_on_what_the_stages_before_it_read():
    assert CONSTRAINED.depends_on("measures/FFH", "emg.reaches")
    assert not CONSTRAINED.stage("measures/FFH").may_read("emg.reaches")
    assert CONSTRAINED.depends_on("networks/FFH", "sample.neuron_fraction")
    assert not CONSTRAINED.depends_on("networks/FF", "sample.neuron_fraction")
    module = "preparation/units-100-gain-1.4-loops-50"
    assert MOTIFS.depends_on("measures/additive", "networks.additive.units")
    assert not MOTIFS.depends_on("measures/additive", "networks.additive_wide.units")
    assert MOTIFS.depends_on(module, "preparation.trials")
    assert not MOTIFS.depends_on(module, "preparation.duration")
    assert not MOTIFS.depends_on("evaluation/additive", "evaluation.failure_factor")
    assert MOTIFS.depends_on("measures/additive", "evaluation.failure_factor")
    assert MOTIFS.depends_on("connectivity/units-100", "seed")


def test_a_network_without_hints_depends_on_none_of_their_settings():
    free, hinted = (CONSTRAINED.stage(f"networks/{name}") for name in ("FF", "FFH"))
    names = CONFIG["constrained"]["network"]
    unread = {name for name in names if not free.may_read(f"network.{name}")}
    assert unread == {"hint_strength", "hint_mode", "hint_scaling", "compensate_lag"}
    assert hinted.may_read("network.hint_strength")
