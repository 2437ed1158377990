"""The table of a sweep, how its figure is laid out, and what a report says of it."""

import csv
import json
import math

import numpy as np
import pytest

from corticomotor.runtime import store
from corticomotor.runtime.contracts import Contract, Variable
from corticomotor.sweeps.arrangement import Arrangement, arrange
from corticomotor.sweeps.contract import table_contract
from corticomotor.sweeps.summary import describe, summary_of
from corticomotor.sweeps.table import tabulate, write_csv
from corticomotor.sweeps.values import decoded, encoded, shown

PROVENANCE = {
    "settings": {}, "seed": 1, "replicate": 0, "code": "", "versions": {}, "inputs": {},
    "told": "", "identity": "",
}  # fmt: skip
MEASURES = Contract(
    "toy/measures",
    {
        "correlation": Variable(("replicate",), "1", "mean correlation"),
        "error": Variable(("replicate",), "%", "mean error"),
        "r2": Variable(("replicate",), "1", "R² of some", may_be_missing=True),
    },
    {"replicate": ("1", "replicate")},
)

# Values of settings


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 5, 2], "i"),
        ([1, 0.1], "f"),
        (["tanh", "", "3"], "U"),
        ([True, False], "U"),
        ([1, True], "U"),
        ([3, "3", None], "U"),
        ([[1.0], [0.1, 0.2], {"b": 1, "a": [2]}], "U"),
    ],
)
def test_values_come_back_as_they_were(values, kind):
    column = encoded(values)
    assert column.dtype.kind == kind
    found = decoded(column)
    assert found == values
    assert [type(value) is bool for value in found] == [type(value) is bool for value in values]


def test_values_are_shown_as_people_write_them():
    given = [0.1 + 0.2, 100.0, 1234567, "tanh", True, [0.5, 1]]
    assert [shown(value) for value in given] == [
        "0.3", "100", "1234567", "tanh", "true", "[0.5, 1]",
    ]  # fmt: skip


# The table

SWEPT = ["circuit.neurons", "network.nonlinearity", "emg.duration_ms"]
COMBINATIONS = [[100, "tanh", 0.1], [100, "rectified, linear", 1 / 3], [200, "tanh", 500.0]]
NETWORKS = ["small", "large"]
LABELS = {"small": "small one", "large": "large one", "a": "a"}
REPLICATES = [1, 2, 4]


def measures(number, replicates=REPLICATES, **changes):
    values = {
        name: number + offset + np.arange(3) / 7
        for name, offset in (("correlation", 0.0), ("error", 0.25))
    }
    values |= {"r2": np.full(3, np.nan), "replicate": replicates}
    return store.dataset(MEASURES, values | changes)


def dataset(swept, combinations, networks):
    """Table of a sweep as its figure and its report see it."""
    table = tabulate(swept, combinations, networks)
    return store.dataset(table_contract("toy/sweep", MEASURES, swept), table).to_xarray()


def found():
    return {
        name: [
            measures(10 * c + n, **({"r2": [np.nan, 0.5, np.nan]} if (c, n) == (1, 1) else {}))
            for c in range(3)
        ]
        for n, name in enumerate(NETWORKS)
    }


@pytest.fixture
def table():
    return dataset(SWEPT, COMBINATIONS, found())


def test_each_measure_is_found_at_its_combination_and_network(table, tmp_path):
    contract = table_contract("toy/sweep", MEASURES, SWEPT)
    values = tabulate(SWEPT, COMBINATIONS, found())
    store.write(tmp_path / "table.h5", store.dataset(contract, values), contract, PROVENANCE)
    read = store.read(tmp_path / "table.h5", contract).to_xarray()
    assert read.equals(table)
    assert read["combination"].values.tolist() == [1, 2, 3]
    for c in range(3):
        for n, network_name in enumerate(NETWORKS):
            at = read.sel(combination=c + 1, network=network_name)
            np.testing.assert_array_equal(
                at["error"].sel(replicate=REPLICATES), 10 * c + n + 0.25 + np.arange(3) / 7
            )
    for path, column in zip(SWEPT, zip(*COMBINATIONS, strict=True), strict=True):
        assert decoded(read[path].values) == list(column)
    assert read["emg.duration_ms"].attrs["units"] == "ms"
    assert read["error"].attrs == {"units": "%", "long_name": "mean error"}


def test_csv_is_tidy_and_exact(table, tmp_path):
    path = tmp_path / "new" / "table.csv"
    write_csv(path, tabulate(SWEPT, COMBINATIONS, found()), SWEPT)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = ["combination", *SWEPT, "network", "replicate"]
    assert list(rows[0]) == [*keys, *MEASURES.variables]
    expected = [
        (str(c + 1), str(neurons), name, repr(duration), network_name, str(replicate))
        for c, (neurons, name, duration) in enumerate(COMBINATIONS)
        for network_name in NETWORKS
        for replicate in REPLICATES
    ]
    assert [tuple(row[key] for key in keys) for row in rows] == expected
    for row in rows:
        at = {"combination": int(row["combination"]), "network": row["network"]}
        there = table.sel(at | {"replicate": int(row["replicate"])})
        assert float(row["error"]) == float(there["error"])
        r2 = float(there["r2"])
        assert row["r2"] == ("" if math.isnan(r2) else "0.5")
    assert [row["r2"] for row in rows].count("0.5") == 1


def test_the_same_table_gives_the_same_bytes(tmp_path):
    for name in "ab":
        write_csv(tmp_path / f"{name}.csv", tabulate(SWEPT, COMBINATIONS, found()), SWEPT)
    first, second = (tmp_path / f"{name}.csv" for name in "ab")
    assert first.read_bytes() == second.read_bytes()
    assert b"\r" not in first.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]


def test_truth_values_and_lists_are_written_as_json(tmp_path):
    combinations = [[True, [0.5, 1.0]], [False, []]]
    table = tabulate(["a.b", "a.c"], combinations, {"a": [measures(0)] * 2})
    write_csv(tmp_path / "table.csv", table, ["a.b", "a.c"])
    with (tmp_path / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [[json.loads(row["a.b"]), json.loads(row["a.c"])] for row in rows[::3]] == combinations


def test_measures_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="large: expected measures at 3 combinations, found 2"):
        tabulate(SWEPT, COMBINATIONS, {"small": [measures(0)] * 3, "large": [measures(0)] * 2})
    others = [measures(0), measures(0, [1, 2, 3]), measures(0)]
    message = r"expected replicates \[1, 2, 4\] at all combinations, found \[1, 2, 3\]"
    with pytest.raises(ValueError, match=message):
        tabulate(SWEPT, COMBINATIONS, {"a": others})
    with pytest.raises(ValueError, match=r"zip\(\)"):
        tabulate(SWEPT[:2], COMBINATIONS, {"a": [measures(0)] * 3})


# What stands where in the figure


def small(swept, combinations, networks=("large",)):
    return dataset(
        swept,
        combinations,
        {
            name: [measures(10 * c + n) for c in range(len(combinations))]
            for n, name in enumerate(networks)
        },
    )


def grid(*counts):
    return [[int(i) for i in index] for index in np.ndindex(*counts)]


@pytest.mark.parametrize(
    ("counts", "networks", "expected"),
    [
        ((3,), 1, Arrangement("a.a")),
        ((3, 2), 2, Arrangement("a.a", color="a.b")),
        ((1, 3, 2), 1, Arrangement("a.b", color="a.c")),
        ((1, 1), 1, Arrangement("a.a")),
        ((3, 2, 2), 1, Arrangement("a.a", color="a.b", marked=("a.c",))),
        ((2, 2, 2, 2), 1, Arrangement("a.a", color="a.b", marked=("a.c", "a.d"))),
        ((2, 2, 5), 1, Arrangement(None)),
        ((2, 2, 3, 2), 1, Arrangement(None)),
        ((2, 2), 7, Arrangement(None)),
        ((2,), 7, Arrangement("a.a")),
    ],
)
def test_combinations_are_arranged_by_their_number(counts, networks, expected):
    swept = [f"a.{letter}" for letter in "abcd"[: len(counts)]]
    names = [f"network {n}" for n in range(networks)]
    assert arrange(small(swept, grid(*counts), names), swept, "product") == expected


@pytest.mark.parametrize(
    ("combinations", "expected"),
    [
        ([[1, 2, 7], [2, 1, 7]], Arrangement("a.a", beside=("a.b",))),
        ([[5, 2, 7], [5, 1, 7]], Arrangement("a.b")),
        ([[1, 2, 7], [1, 1, 7], [2, 3, 7]], Arrangement(None)),
    ],
)
def test_settings_in_step_share_an_axis(combinations, expected):
    swept = ["a.a", "a.b", "a.c"]
    assert arrange(small(swept, combinations), swept, "zip") == expected


# What a report says


def test_summary_gives_settings_and_means(table):
    summary = summary_of(table)
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert [each["combination"] for each in summary] == [1, 2, 3]
    assert [list(each["settings"].values()) for each in summary] == COMBINATIONS
    assert summary[1]["settings"].keys() == set(SWEPT)
    assert summary[1]["networks"]["large"] == {
        "correlation": pytest.approx(11 + 1 / 7),
        "error": pytest.approx(11.25 + 1 / 7),
        "r2": 0.5,
    }
    assert summary[1]["networks"]["small"]["r2"] is None


def test_caption_names_what_was_varied(table):
    text = describe(table, SWEPT, "How large", "zip", LABELS)
    assert text.startswith(
        "How large: circuit.neurons (100, 200), network.nonlinearity (tanh, rectified, linear) and "
        "emg.duration_ms (0.1, 0.3333, 500) in step, 3 combinations with 3 replicates each "
        "(small one; large one). "
    )
    assert "95 % intervals" in text
    assert text.endswith("by their numbers there.")


@pytest.mark.parametrize(
    ("title", "start"),
    [("", "a.a (0, 1)"), ("Size", "Size: a.a (0, 1)"), ("Does it?", "Does it? a.a (0, 1)")],
)
def test_caption_begins_with_the_title(title, start):
    text = describe(small(["a.a"], grid(2)), ["a.a"], title, "product", LABELS)
    assert text.startswith(f"{start}, 2 combinations")


def test_caption_says_what_stands_for_what():
    swept = ["a.a", "a.b", "a.c"]
    text = describe(small(swept, grid(5, 2, 2), NETWORKS), swept, "", "product", LABELS)
    assert text.startswith("a.a (0 to 4), a.b (0, 1) and a.c (0, 1), 20 combinations")
    for part in ("colours stand for a.b", "markers for a.c", "each row is one network"):
        assert part in text
    single = small(["a.a"], grid(1)).isel(replicate=[0])
    text = describe(single, ["a.a"], "", "product", LABELS)
    assert "1 combination with 1 replicate each" in text
    assert "interval" not in text
    assert "row" not in text


def test_caption_tells_networks_that_nothing_changes():
    changing = [measures(1), measures(2)]
    same = dataset(["a.a"], [[1], [2]], {"small": [measures(0)] * 2, "large": changing})
    assert "without markers" in describe(same, ["a.a"], "", "product", LABELS)
    other = measures(0, error=measures(0)["error"].values + 1e-9)
    both = dataset(["a.a"], [[1], [2]], {"small": [measures(0), other], "large": changing})
    assert "without markers" not in describe(both, ["a.a"], "", "product", LABELS)
