import json

import pytest

from corticomotor.runtime.errors import InputError
from corticomotor.runtime.provenance import (
    content_digest,
    identity_of,
    made_with,
    provenance,
    told_wildcards,
    value_digest,
)

PARAMS = {
    "settings": {"seed": 5, "network": {"gain": 1.3, "units": [10, 20], "hints": True}},
    "given": {"levels": [0.0, 1.0]},
    "contracts": {"result": {"stage": "emg", "coordinates": {"time": ["s", "time"]}}},
    "caption": "What is seen.",
    "replicates": [1, 2],
    "code": "0123456789abcdef",
    "versions": {"numpy": "2.4.6"},
}
WILDCARDS = {"overrides": "network.gain=1.3/", "replicate": "3", "network": "FF"}


def test_content_digest_is_of_the_bytes(tmp_path):
    path = tmp_path / "a.h5"
    path.write_bytes(b"abc")
    # The standard's own example (FIPS 180-2).
    assert content_digest(path) == "ba7816bf8f01cfea"
    with pytest.raises(InputError, match=r"b\.h5: expected a readable file"):
        content_digest(tmp_path / "b.h5")


def test_what_a_file_says_of_its_job():
    made = made_with(PARAMS, WILDCARDS)
    told = made.pop("told")
    assert made == {
        "settings": {
            **PARAMS["settings"],
            "given": {"levels": [0.0, 1.0]},
            "wildcards": {"network": "FF"},
        },
        "seed": 5,
        "replicate": 3,
        "code": "0123456789abcdef",
        "versions": {"numpy": "2.4.6"},
    }
    rest = {name: PARAMS[name] for name in ("contracts", "caption", "replicates")}
    assert told == value_digest(rest)


def test_a_rule_without_settings_or_replicates():
    made = made_with({"code": "c", "versions": {}}, {})
    assert (made["settings"], made["seed"], made["replicate"]) == ({}, 0, 0)


def test_what_a_file_says_is_what_json_gives_back():
    tuples = PARAMS | {"given": {1: (1, 2.5, None), "nested": ({"a": (3,)},)}, "draw": ("m", "f")}
    lists = PARAMS | {"given": {"1": [1, 2.5, None], "nested": [{"a": [3]}]}, "draw": ["m", "f"]}
    made = made_with(tuples, WILDCARDS)
    assert made == json.loads(json.dumps(made))
    # Scripts and plans may hold the same values as lists or as tuples.
    assert repr(made) == repr(made_with(lists, WILDCARDS))


def reordered(value):
    if isinstance(value, dict):
        return {name: reordered(each) for name, each in reversed(value.items())}
    return value


def test_the_order_of_names_is_nothing():
    made = made_with(PARAMS, WILDCARDS)
    other = made_with(reordered(PARAMS), reordered(WILDCARDS))
    assert list(other["settings"]) != list(made["settings"])
    assert other == made
    assert identity_of(other, {"a": ["1"], "b": ["2"]}) == identity_of(
        made, {"b": ["2"], "a": ["1"]}
    )


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("settings", {"seed": 5, "network": {"gain": 1.4}}, {"settings"}),
        ("settings", PARAMS["settings"] | {"seed": 6}, {"settings", "seed"}),
        ("given", {"levels": [1.0, 0.0]}, {"settings"}),
        ("given", {}, {"settings"}),
        ("contracts", {}, {"told"}),
        ("caption", "What is seen!", {"told"}),
        ("replicates", [2, 1], {"told"}),
        ("replicates", [1, 2, 3], {"told"}),
        ("draw", ["module", "function"], {"told"}),
        ("code", "f" * 16, {"code"}),
        ("versions", {"numpy": "2.5"}, {"versions"}),
        ("versions", {}, {"versions"}),
    ],
)
def test_a_changed_param_changes_what_a_file_says(name, value, expected):
    before, after = made_with(PARAMS, WILDCARDS), made_with(PARAMS | {name: value}, WILDCARDS)
    assert {key for key in before if before[key] != after[key]} == expected


@pytest.mark.parametrize("name", [name for name in PARAMS if name not in ("code", "versions")])
def test_a_param_that_is_gone_changes_what_a_file_says(name):
    less = {key: value for key, value in PARAMS.items() if key != name}
    assert made_with(less, WILDCARDS) != made_with(PARAMS, WILDCARDS)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("replicate", "4", {"replicate"}),
        ("network", "FFH", {"settings"}),
        # Settings show it, in whichever folder the result lies.
        ("overrides", "", set()),
    ],
)
def test_a_changed_wildcard_changes_what_a_file_says(name, value, expected):
    before, after = made_with(PARAMS, WILDCARDS), made_with(PARAMS, WILDCARDS | {name: value})
    assert {key for key in before if before[key] != after[key]} == expected


def test_wildcards_that_tell_jobs_of_a_rule_apart():
    assert told_wildcards(WILDCARDS) == {"network": "FF"}
    assert told_wildcards({}) == {}


def test_provenance_adds_the_jobs_own_versions_and_its_inputs():
    made = made_with(PARAMS, WILDCARDS)
    inputs = {"emg": [("d1", "i1")], "circuits": [("d2", "i2"), ("d3", "i3")], "none": []}
    found = provenance(made, {"numpy": "2.4.6", "python": "3.11"}, inputs)
    assert found == made | {
        "versions": {"numpy": "2.4.6", "python": "3.11"},
        "inputs": {"emg": [["d1", "i1"]], "circuits": [["d2", "i2"], ["d3", "i3"]], "none": []},
        # As a plan finds it, which knows nothing of what a job has found.
        "identity": identity_of(made, {"emg": ["i1"], "circuits": ["i2", "i3"], "none": []}),
    }
    assert found == json.loads(json.dumps(found))


MADE = made_with(PARAMS, WILDCARDS)
INPUTS = {"emg": ["i1"], "circuits": ["i2", "i3"]}


@pytest.mark.parametrize("name", MADE)
def test_identity_depends_on_all_that_a_file_says(name):
    assert identity_of(MADE | {name: "another"}, INPUTS) != identity_of(MADE, INPUTS)


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"emg": ["i1"]},
        {"emg": ["i1"], "circuits": ["i3", "i2"]},
        {"emg": ["i1"], "circuits": ["i2"]},
        {"emg": ["i1", "i2"], "circuits": ["i3"]},
        {"emg": ["i1"], "circuit": ["i2", "i3"]},
        {"emg": ["i4"], "circuits": ["i2", "i3"]},
        {**INPUTS, "none": []},
    ],
)
def test_identity_depends_on_every_input(inputs):
    assert identity_of(MADE, inputs) != identity_of(MADE, INPUTS)


def test_identity_is_the_same_for_tuples():
    assert identity_of(MADE, {"emg": ("i1",), "circuits": ("i2", "i3")}) == identity_of(
        MADE, INPUTS
    )


def test_value_digest_is_of_the_value():
    # Computed once, apart: a change of it makes all results again.
    assert value_digest({"b": [1, 2.5], "a": "Höhe"}) == value_digest({"a": "Höhe", "b": (1, 2.5)})
    different = [1, 1.5, "1", True, None, [1], {"1": 1}, {}, []]
    assert len({value_digest(each) for each in different}) == len(different)
    assert all(len(value_digest(each)) == 16 for each in different)
