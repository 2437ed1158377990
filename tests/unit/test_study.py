"""The record of a study: names with wildcards, and what depends on which settings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corticomotor.runtime.errors import InputError
from corticomotor.study.names import filled, within
from corticomotor.study.publications import Report
from corticomotor.study.record import Paper
from corticomotor.study.stage import Stage, Upstream, chosen_from, selected
from study_examples import NETWORK, TOY

TRAIN = TOY.stage("networks/{network}")


# Names


def test_a_stage_is_found_by_its_pattern_and_by_its_name_filled_in():
    assert TRAIN is TOY.stages[2]
    assert TOY.stage("networks/deep") == TRAIN.named({"network": "deep"})
    assert TOY.stage("modules/units-40").name == "modules/units-40"
    # Wildcards that are still open stand for any value.
    assert TOY.stage("modules/units-{units}").name == "modules/units-{units}"
    assert TOY.measures_of("plain").name == "measures/plain"


@pytest.mark.parametrize("name", ["networks/wide", "networks", "networks/deep/x", "units-40", ""])
def test_a_stage_that_there_is_not_is_told_those_there_are(name):
    with pytest.raises(KeyError, match=rf"toy has no stage {name}; it has signal, modules"):
        TOY.stage(name)


def test_wildcards_are_filled_in_wherever_a_stage_names_them():
    named = TRAIN.named({"network": "deep"})

    assert named.name == "networks/deep"
    assert named.path == "networks/deep/replicate-{replicate}"
    assert named.reads == ("networks.deep", "signal.samples")
    assert named.except_for == ("networks.deep.prepared",)
    signal, module = named.after
    assert signal == "signal"
    assert module.reads == ("networks.deep.prepared", "networks.deep.units")
    # Which units follows from settings alone.
    assert module.stage == "modules/units-{units}"
    assert named.upstream == {"signal": "signal", "module": "modules/units-{units}"}
    assert TOY.stage("measures/deep").upstream == {"tests/deep": "tests/deep"}
    # The declaration itself stays as it is.
    assert TRAIN.reads == ("networks.{network}", "signal.samples")


def test_filling_in_leaves_unknown_wildcards():
    assert filled("a/{b}-{c}", {"b": "1"}) == "a/1-{c}"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], set()),
        (["signal"], {"signal"}),
        (["apart", "signal"], {"apart", "signal"}),
        # As they are declared, whatever the values of their wildcards.
        (
            ["measures/deep", "tests/plain"],
            {
                *("measures/{network}", "tests/{network}", "networks/{network}"),
                *("signal", "modules/units-{units}"),
            },
        ),
    ],
)
def test_stages_that_are_behind_some_are_all_that_come_before_them(names, expected):
    assert TOY.behind(names) == expected


def test_a_stage_without_replicates_lies_right_below_its_name():
    assert TOY.stage("measures/deep").path == "measures/deep"


def test_a_figure_is_found_by_the_name_of_its_files():
    assert TOY.figure("errors") == (TOY.figures[0], {})
    assert TOY.figure("trace_deep") == (TOY.figures[1], {"network": "deep"})
    for name in ("trace_wide", "trace_", "error"):
        with pytest.raises(InputError, match=f"^{name}: expected a figure of toy \\(errors, "):
            TOY.figure(name)


def test_a_summary_is_named_as_its_report():
    assert TOY.report.summary == "toy_summary"
    assert Report("other", "a:b", {}, "?").summary == "other_summary"


def test_a_paper_is_cited_in_a_line():
    assert str(TOY.paper) == "A. Author and B. Author (2001). Toys. https://toys.example"
    assert str(Paper("A. Author", "Toys", 2001, "All.")) == "A. Author (2001). Toys."


# Settings


def test_within_is_about_whole_names():
    assert within("a.b", ["a"])
    assert within("a", ["a"])
    assert within("a.b.c", ["x", "a.b"])
    assert not within("ab", ["a"])
    assert not within("a", ["a.b"])
    # An open wildcard is any one name.
    assert within("networks.deep.units", ["networks.{network}.units"])
    assert within("networks.deep.units", ["networks.{network}"])
    assert not within("networks.units", ["networks.{network}.units"])
    assert not within("networks.deep.units_more", ["networks.{network}.units"])


def test_a_job_gets_what_its_stage_declares_and_the_seed():
    named = TRAIN.named({"network": "deep"})
    assert named.may_read("networks.deep.units")
    assert named.may_read("seed")
    assert not named.may_read("networks.deep.prepared")
    assert not named.may_read("networks.plain.units")
    assert not named.may_read("signal.noise")

    settings = {
        "seed": 3,
        "signal": {"samples": 8, "noise": 0.1},
        "networks": {"plain": {"units": 1}, "deep": {"units": 2, "prepared": True}},
        "module": {"loops": 5},
    }
    assert selected(named, settings) == {
        "seed": 3,
        "signal": {"samples": 8},
        "networks": {"deep": {"units": 2}},
    }
    # Less what, as others are, makes no difference: by its path, or block by block.
    for idle in (["networks.deep.units"], ["networks"], ["networks.deep", "other"]):
        assert selected(named, settings, idle) == {"seed": 3, "signal": {"samples": 8}}
    assert selected(named, settings, ["networks.plain", "signal.noise", "networks.deep.unit"]) == (
        selected(named, settings)
    )
    assert chosen_from(["module", "networks.deep.prepared"], settings) == {
        "networks": {"deep": {"prepared": True}},
        "module": {"loops": 5},
    }


@pytest.mark.parametrize(
    ("stage", "setting", "expected"),
    [
        # Its own, and those of what comes before.
        ("signal", "signal.noise", True),
        ("networks/deep", "networks.deep.gain", True),
        ("networks/deep", "signal.noise", True),
        ("measures/deep", "signal.noise", True),
        ("networks/deep", "module.loops", True),
        ("signal", "module.loops", False),
        ("networks/deep", "tests.repeats", False),
        # Of other networks: none.
        ("networks/deep", "networks.plain.gain", False),
        ("measures/deep", "networks.plain.units", False),
        # A setting that its job does not get, but which chooses what it reads.
        ("networks/deep", "networks.deep.prepared", True),
        ("apart", "tests.apart", True),
        # A setting from which its job is given what is derived.
        ("tests/deep", "tests.levels", True),
        ("measures/deep", "tests.levels", True),
        ("networks/deep", "tests.levels", False),
        # Open wildcards are about any value.
        ("networks/{network}", "networks.plain.gain", True),
        ("modules/units-{units}", "module.rate", True),
        ("modules/units-{units}", "networks.deep.units", False),
        # The seed is behind everything; how many replicates there are, behind nothing.
        ("signal", "seed", True),
        ("measures/deep", "replicates.count", False),
    ],
)
def test_a_stage_depends_on_what_it_reads_and_on_what_comes_before(stage, setting, expected):
    assert TOY.depends_on(stage, setting) is expected
    # Asked again, it is remembered.
    assert TOY.depends_on(stage, setting) is expected


def test_a_stage_whose_inputs_settings_choose_depends_on_all_that_they_might_be():
    chain = Stage(
        "chain",
        "chain",
        NETWORK,
        after=(Upstream("networks", "networks/{network}", lambda settings, wildcards: []),),
    )
    study = replace(TOY, stages=(*TOY.stages, chain))
    assert study.depends_on("chain", "networks.plain.gain")
    assert study.depends_on("chain", "networks.deep.gain")
    assert study.depends_on("chain", "module.loops")
    assert not study.depends_on("chain", "tests.repeats")
