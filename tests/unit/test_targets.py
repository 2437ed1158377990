"""Files that are asked for by hand: those that no settings lead to are refused in one line."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from corticomotor.registry import all_studies
from corticomotor.runtime.errors import InputError
from corticomotor.settings.loading import load
from corticomotor.settings.root import compose
from corticomotor.study.names import NUMBER
from corticomotor.wiring import StageRule, StudyRules, SweepRules, wire

ROOT = Path(__file__).parents[2] / "workflow"


@cache
def rules() -> tuple[list[StudyRules], SweepRules]:
    return wire(load(compose(all_studies()), {}), ROOT)


def rule(name: str) -> StageRule:
    [found] = [stage for study in rules()[0] for stage in study.stages if stage.name == name]
    return found


def asked(name: str, **wildcards: str) -> dict[str, Any]:
    """All that Snakemake asks of a rule before the job starts."""
    stage = rule(name)
    wildcards = {"overrides": "", "replicate": "1", **wildcards}
    for wildcard, pattern in stage.wildcards.items():
        assert re.fullmatch(pattern, wildcards.get(wildcard, "")) or wildcard not in wildcards
    inputs = stage.inputs(wildcards)
    given = [value(wildcards) for value in stage.params.values() if callable(value)]
    return {"inputs": inputs, "given": given}


@pytest.mark.parametrize(
    ("name", "wildcards", "expected"),
    [
        (
            "motifs_library",
            {"kind": "step", "session": "99"},
            "session-99: expected a session of the library, from 1 to 1 "
            "(motifs.library.sessions), found 99",
        ),
        (
            "motifs_networks",
            {"network": "additive", "part": "session-2"},
            "session-2: expected a session of the library, from 1 to 1 "
            "(motifs.library.sessions), found 2",
        ),
        (
            "motifs_chains",
            {"chain": "1-99"},
            "chains/1-99: expected numbers of motifs, from 1 to 10 (motifs.library.sessions), "
            "found 99",
        ),
        (
            "motifs_chains",
            {"chain": "0-1"},
            "chains/0-1: expected numbers of motifs, from 1 to 10 (motifs.library.sessions), "
            "found 0",
        ),
        (
            "constrained_circuit",
            {"overrides": "nonsense=1/"},
            "nonsense=1/: expected settings of constrained, found nonsense",
        ),
        (
            "constrained_circuit",
            {"overrides": "circuit.neurons=x/"},
            "circuit.neurons=x/: constrained.circuit.neurons: expected a whole number of at least "
            "10 and at most 20000, found x",
        ),
        (
            "constrained_circuit",
            {"overrides": "network.gain=1.4/"},
            "network.gain=1.4/: expected no such folder for circuit, which depends on no more of "
            "what is changed",
        ),
    ],
)
def test_a_result_that_cannot_be(name: str, wildcards: dict[str, str], expected: str) -> None:
    with pytest.raises(InputError) as caught:
        asked(name, **wildcards)
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("name", "wildcards"),
    [
        # More replicates and other chains than are configured: nothing else changes by them.
        ("constrained_circuit", {"replicate": "99"}),
        ("motifs_chains", {"chain": "10-1-10"}),
        ("motifs_library", {"kind": "step", "session": "1"}),
    ],
)
def test_a_result_that_nothing_shows_can_still_be_asked_for(
    name: str, wildcards: dict[str, str]
) -> None:
    assert asked(name, **wildcards)["given"]


@pytest.mark.parametrize("figure", ["performance_nonsense", "chain_abc", "nonsense"])
def test_a_figure_that_the_study_has_not(figure: str) -> None:
    [study] = [each for each in rules()[0] if each.name == "motifs"]
    with pytest.raises(InputError) as caught:
        study.figures.inputs({"figure": figure})
    [line] = str(caught.value).splitlines()
    assert line.startswith(f"{figure}: expected a figure of motifs (chain_{{chain}}, zero_shot, ")


def test_sweeps_are_those_of_the_config() -> None:
    pattern = rules()[1].pattern
    assert re.fullmatch(pattern, "loops")
    assert not re.fullmatch(pattern, "nonsense")
    none = {"sweep": dict.fromkeys(rules()[1].names)}
    nothing = wire(load(compose(all_studies()), none), ROOT)[1].pattern
    assert not any(re.fullmatch(nothing, each) for each in ("", "loops"))


@pytest.mark.parametrize("value", [1.0, 0.75, 1e-05, 1e22, 20.0, 3])
def test_numbers_in_names_of_files(value: float) -> None:
    assert re.fullmatch(NUMBER, str(value))


@pytest.mark.parametrize("text", ["", ".", "..", "1.", "e5", "1e", "1-2", "-1"])
def test_what_is_no_number_names_no_file(text: str) -> None:
    assert not re.fullmatch(NUMBER, text)


@pytest.mark.parametrize("neurons", ["0", "9", "010"])
def test_circuits_have_neurons(neurons: str) -> None:
    pattern = rule("gain_modulation_circuits").wildcards["neurons"]
    assert not re.fullmatch(pattern, neurons)
    assert re.fullmatch(pattern, "10")
