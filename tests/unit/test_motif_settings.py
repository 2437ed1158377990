from pathlib import Path

import pytest
import yaml

from corticomotor.registry import all_studies
from corticomotor.runtime.errors import InputError
from corticomotor.settings.loading import load
from corticomotor.settings.root import as_config, compose
from corticomotor.studies.motifs.settings import Networks
from corticomotor.studies.motifs.summary import preset

CONFIG = Path(__file__).parents[2] / "config"
MODEL = compose(all_studies())
DEFAULTS = MODEL().motifs


def read(changes):
    return load(MODEL, {"motifs": changes}).motifs


def messages(changes):
    with pytest.raises(InputError) as caught:
        read(changes)
    return str(caught.value).split("\n")


def preset_file(name):
    return yaml.safe_load((CONFIG / name).read_text())


# Conflicts

PREPARED = (
    "expected false, as a module is made for weights that no training changes and replaces a "
    "second input, found true"
)
STEPS = "expected a whole number of steps of 0.1 (motifs.dynamics.dt), found"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"library": {"sessions": [1]}, "chains": [[1]]},
            "library.sessions: expected at least two motifs together, found 1",
        ),
        (
            {"chains": [[1, 2], [10, 11, 12]]},
            "chains[1]: expected motifs from 1 to 10 (motifs.library.sessions), found 11",
        ),
        (
            {"library": {"sessions": [2, 2]}},
            "chains[0]: expected motifs from 1 to 4 (motifs.library.sessions), found 5",
        ),
        (
            {"chains": [[1, 2], [3], [1, 2]]},
            "chains: expected different chains, found one of them twice",
        ),
        (
            {"evaluation": {"interrupted_at": [0.5, 0.9]}},
            "evaluation.interrupted_at: expected parts from low to high that end with 1.0, "
            "found [0.5, 0.9]",
        ),
        (
            {"evaluation": {"interrupted_at": [1.0, 0.5]}},
            "evaluation.interrupted_at: expected parts from low to high that end with 1.0, "
            "found [1.0, 0.5]",
        ),
        (
            {"evaluation": {"interrupted_at": [0.5, 0.5, 1.0]}},
            "evaluation.interrupted_at: expected parts from low to high that end with 1.0, "
            "found [0.5, 0.5, 1.0]",
        ),
        (
            {"evaluation": {"interrupted_at": []}},
            "evaluation.interrupted_at: expected parts from low to high that end with 1.0, "
            "found []",
        ),
        ({"library": {"duration": 50.05}}, f"library.duration: {STEPS} 50.05"),
        ({"library": {"pause": 0.04}}, f"library.pause: {STEPS} 0.04"),
        ({"library": {"shortest_step": 5.01}}, f"library.shortest_step: {STEPS} 5.01"),
        ({"library": {"longest_step": 49.99}}, f"library.longest_step: {STEPS} 49.99"),
        ({"preparation": {"duration": 4.95}}, f"preparation.duration: {STEPS} 4.95"),
        ({"preparation": {"trial_duration": 19.93}}, f"preparation.trial_duration: {STEPS} 19.93"),
        (
            {"preparation": {"duration": 100}},
            "preparation.duration: expected less than a motif's 100.0 "
            "(motifs.library.duration), found 100.0",
        ),
        (
            {"preparation": {"trial_duration": 6.9}},
            "preparation.trial_duration: expected at least 7, after which the rates are compared, "
            "found 6.9",
        ),
        ({"networks": {"control": {"prepared": True}}}, f"networks.control.prepared: {PREPARED} "),
        (
            {"networks": {"two_input": {"prepared": True}}},
            f"networks.two_input.prepared: {PREPARED} ",
        ),
        (
            {"networks": {"additive_wide": {"prepared": True, "units": 40}}},
            "preparation.loops: expected at most 40 (motifs.networks.additive_wide.units), "
            "found 50",
        ),
        *(
            (
                {"networks": {name: {"prepared": False}}},
                f"networks.{name}.prepared: expected true, as its module is shown, found false",
            )
            for name in ("additive_prepared", "multiplicative_prepared")
        ),
    ],
)
def test_settings_that_do_not_fit_each_other(changes, problem):
    if problem.endswith(" "):
        problem += f"({next(iter(changes['networks']))})"
    assert messages(changes) == [f"motifs.{problem}"]


def test_problems_within_a_block():
    assert messages({"library": {"longest_step": 4}}) == [
        "motifs.library: longest_step must be at least shortest_step (5.0), found 4.0"
    ]
    assert messages({"thalamocortical": {"loops": 100}}) == [
        "motifs.thalamocortical: loops must be at most 99 (neurons), found 100"
    ]


def test_an_unknown_architecture_is_told_the_four_there_are():
    assert messages({"networks": {"additive": {"architecture": "adaptive"}}}) == [
        "motifs.networks.additive.architecture: expected one of "
        "additive, multiplicative, control, two_input, found 'adaptive'"
    ]


@pytest.mark.parametrize(("chain", "place"), [([0], "[0]"), ([1, 2.5], "[1]"), ([1, "x"], "[1]")])
def test_a_chain_is_made_of_numbers_from_1(chain, place):
    [line] = messages({"chains": [[1], chain]})
    assert line.startswith(f"motifs.chains[1]{place}: expected a whole number of at least 1 and")


def test_an_empty_chain_is_refused():
    [line] = messages({"chains": [[]]})
    assert line.startswith(
        "motifs.chains[0]: expected a list of at least 1, each item a whole number"
    )


def test_conflicts_of_both_studies_are_told():
    with pytest.raises(InputError) as caught:
        load(
            MODEL,
            {
                "constrained": {"similarity": {"components": 101}},
                "motifs": {"chains": [[11]], "preparation": {"trial_duration": 6}},
            },
        )
    assert [line.split(":")[0] for line in str(caught.value).split("\n")] == [
        "constrained.similarity.components",
        "motifs.chains[0]",
        "motifs.preparation.trial_duration",
    ]


def test_limits_are_allowed():
    found = read(
        {
            "library": {"sessions": [1, 1], "duration": 60, "longest_step": 5},
            "chains": [[2, 1], [1, 2], [1, 1]],
            "preparation": {"duration": 59.9, "trial_duration": 7, "loops": 100},
            "networks": {"multiplicative_prepared": {"units": 100}},
            "evaluation": {"interrupted_at": [1]},
        }
    )
    assert found.preparation.duration == 59.9
    assert read({"chains": []}).chains == []
    # Steps that binary fractions cannot hold are whole numbers of steps all the same.
    assert read({"preparation": {"duration": 0.3}}).preparation.duration == 0.3


# Partial blocks


@pytest.mark.parametrize("name", Networks.model_fields)
def test_a_part_of_a_network_leaves_the_rest_as_it_is_for_this_network(name):
    networks = read({"networks": {name: {"gain": 1.25}}}).networks
    for each in Networks.model_fields:
        expected = getattr(DEFAULTS.networks, each)
        if each == name:
            expected = expected.model_copy(update={"gain": 1.25})
        assert getattr(networks, each) == expected


def test_a_smaller_multiplicative_network_stays_multiplicative():
    found = read({"networks": {"multiplicative": {"units": 50}}}).networks.multiplicative
    assert (found.architecture, found.units) == ("multiplicative", 50)


def test_an_empty_block_changes_nothing():
    empty = {"networks": {"two_input": {}}, "training": {}}
    assert load(MODEL, {"motifs": empty}) == load(MODEL, {"motifs": {}}) == MODEL()


def test_a_list_replaces_the_default_as_a_whole():
    assert read({"evaluation": {"initial_noise": [0.5]}}).evaluation.initial_noise == [0.5]


# The presets that come with the workflow


@pytest.mark.parametrize("name", ["smoke.yaml", "paper.yaml"])
def test_a_preset_loads_and_holds_only_what_differs(name):
    config = preset_file(name)

    def check(given, loaded, default):
        for key, value in given.items():
            # Sweeps may have any names.
            if isinstance(value, dict):
                check(value, loaded[key], default.get(key, {}))
            else:
                assert loaded[key] == value != default.get(key, ...)

    check(config, as_config(load(MODEL, config)), as_config(MODEL()))


def leaves(block, path=""):
    for name, value in block.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def test_the_report_says_what_the_paper_has_more_of():
    def said(config):
        return preset(dict(leaves(as_config(load(MODEL, config))["motifs"])))

    assert said(preset_file("paper.yaml")).startswith("The experiment has the size of the paper's")
    small = preset_file("smoke.yaml")
    small["motifs"]["networks"]["additive_large"]["units"] = 600
    assert said(small).startswith(
        "The experiment is smaller than the paper's: networks.additive_large.units 600 instead of "
        "1000; "
    )
    assert "; replicates.count 1 instead of 5; " in said(small)
    almost = preset_file("paper.yaml")
    almost["motifs"]["pairs"]["iterations"] = 2999
    assert said(almost).startswith(
        "The experiment is smaller than the paper's: pairs.iterations 2999 instead of 3000. "
    )
