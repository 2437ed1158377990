"""What is measured at a point of a sweep, its table, and what a report says of it."""

import csv
import json
import math

import numpy as np
import pytest

from corticomotor import sweeps
from corticomotor.runtime import store
from corticomotor.studies.constrained import contracts as constrained
from corticomotor.studies.constrained import measures as constrained_measures
from corticomotor.studies.constrained.comparison import component_correlations
from corticomotor.studies.motifs import contracts as motifs
from corticomotor.studies.motifs import measures as motif_measures

PROVENANCE = {
    "settings": {}, "seed": 1, "replicate": 0, "code": "", "versions": {}, "inputs": {}
}  # fmt: skip


def filled(contract, rng, coordinates, **values):
    drawn = {
        name: rng.uniform(0.1, 0.9, [len(coordinates[dim]) for dim in variable.dims])
        for name, variable in contract.variables.items()
    }
    return store.dataset(contract, drawn | values, coordinates)


# Measures of a constrained network

NEURONS, UNITS, COMPONENTS = 6, 9, 3
TIME = np.linspace(0, 0.5, 21)


def waves(rng, cells, time=TIME, reaches=4):
    """Rates (target, time, cell) of slow signals, which splines can follow."""
    frequency = np.arange(1, 6)
    amplitude = rng.normal(size=(reaches, 5, cells))
    return np.einsum("tf,rfc->rtc", np.sin(2 * np.pi * time[:, None] * frequency), amplitude)


def ground_truth(rng, rates):
    return filled(
        constrained.GROUND_TRUTH,
        rng,
        {
            "target": range(4),
            "time": TIME,
            "neuron": range(NEURONS),
            "muscle": range(2),
            "iteration": range(3),
        },
        rates=rates,
    )


def network(rng, rates, hints, time=TIME):
    return filled(
        constrained.NETWORK,
        rng,
        {
            "target": range(4),
            "time": time,
            "unit": range(rates.shape[-1]),
            "presynaptic_unit": range(rates.shape[-1]),
            "muscle": range(2),
            "neuron": hints,
            "epoch": range(3),
        },
        rates=rates,
        emg_error=0.25,
    )


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def test_a_rotated_circuit_is_as_similar_as_can_be(rng):
    rates = waves(rng, NEURONS)
    rotated = 2 * rates @ np.linalg.qr(rng.normal(size=(NEURONS, NEURONS)))[0]
    truth = ground_truth(rng, rates)
    measured = constrained_measures.network_measures(truth, network(rng, rotated, []), NEURONS)
    assert measured == {
        "mean_canonical_correlation": pytest.approx(1),
        "emg_error": 0.25,
        "unobserved_r2": pytest.approx(1),
    }


def test_only_neurons_without_hints_are_regressed(rng):
    rates = waves(rng, NEURONS)
    # Has but the first two neurons, so nothing of the others.
    copied = np.zeros((4, len(TIME), UNITS))
    copied[..., :2] = rates[..., :2]
    truth = ground_truth(rng, rates)

    def r2(hints):
        measured = constrained_measures.network_measures(truth, network(rng, copied, hints), 2)
        return measured["unobserved_r2"]

    assert r2([2, 3, 4, 5]) == pytest.approx(1)
    assert r2([0, 1]) < 0.5
    assert r2([0, 1]) < r2([]) < 1
    assert math.isnan(r2(range(NEURONS)))


def test_rates_are_compared_at_the_same_times(rng):
    before = np.concatenate([[-0.05, -0.025], TIME])
    rates, late = waves(rng, NEURONS), waves(rng, UNITS, before)
    truth = ground_truth(rng, rates)
    measured = constrained_measures.network_measures(
        truth, network(rng, late, [0], before), COMPONENTS
    )
    expected = component_correlations(rates, late[:, 2:], COMPONENTS).mean()
    assert measured["mean_canonical_correlation"] == pytest.approx(expected, abs=1e-3)


def test_a_network_of_fewer_units_than_components_is_measured(rng):
    truth = ground_truth(rng, waves(rng, NEURONS))
    small = network(rng, waves(rng, 2), [0])
    measured = constrained_measures.network_measures(truth, small, COMPONENTS)
    assert 0 < measured["mean_canonical_correlation"] <= 2 / 3
    assert 0 < measured["unobserved_r2"] < 1


# Measures of a motif network


def evaluation():
    """Two motifs; errors from random states 1 and 3, after the other one 2 and 10."""
    rng = np.random.default_rng(0)
    coordinates = {
        "motif": [1, 2],
        "first_motif": [1, 2],
        "repetition": [1],
        "start": range(3),
        "interrupted_at": [0.5, 1.0],
        "initial_std": [],
        "time": [0.1, 0.2],
        "quantile": [0.5],
    }
    whole = [[np.nan, 10.0], [2.0, np.nan]]
    return filled(
        motifs.EVALUATION,
        rng,
        coordinates,
        random_error=np.tile([[1.0], [3.0]], (1, 1, 3)),
        transition_error=[[np.full((2, 2), 77.0), whole]],
    )


def module(norm, time):
    rng = np.random.default_rng(0)
    coordinates = {
        "unit": range(4),
        "loop": range(2),
        "iteration": [1],
        "eigenvalue": range(4),
        "trial": range(len(norm[0])),
        "time": time,
    }
    return filled(motifs.PREPARATORY_MODULE, rng, coordinates, rate_norm=norm)


def measured_motifs(given=None, factor=2.5, preparation_tau=5.0):
    return motif_measures.network_measures(
        evaluation(), given, failure_factor=factor, preparation_tau=preparation_tau
    )


def test_motif_measures_of_known_errors():
    measured = measured_motifs()
    assert measured.pop("rate_norm") is np.nan
    assert measured == {"random_error": 2.0, "transition_error": 6.0, "failure_rate": 0.5}
    assert measured_motifs(factor=1.5)["failure_rate"] == 1.0


@pytest.mark.parametrize(("tau", "expected"), [(5.0, 0.25), (10.0, 0.05), (40.0, 0.05)])
def test_rates_left_after_preparation_are_relative_to_each_trials_start(tau, expected):
    given = module([[2.0, 4.0], [0.6, 0.8], [0.0, 0.4]], [0.0, 5.0, 10.0])
    assert measured_motifs(given, preparation_tau=tau)["rate_norm"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("contract", "found"),
    [
        (constrained.MEASURES, {"mean_canonical_correlation", "emg_error", "unobserved_r2"}),
        (motifs.MEASURES, set(measured_motifs())),
    ],
)
def test_measures_are_those_of_their_contract(contract, found):
    assert set(contract.variables) == found


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
    column = sweeps.encoded(values)
    assert column.dtype.kind == kind
    found = sweeps.decoded(column)
    assert found == values
    assert [type(value) is bool for value in found] == [type(value) is bool for value in values]


def test_values_are_shown_as_people_write_them():
    given = [0.1 + 0.2, 100.0, 1234567, "tanh", True, [0.5, 1]]
    assert [sweeps.shown(value) for value in given] == [
        "0.3", "100", "1234567", "tanh", "true", "[0.5, 1]",
    ]  # fmt: skip


# The table

SWEPT = ["circuit.neurons", "network.nonlinearity", "emg.duration_ms"]
POINTS = [[100, "tanh", 0.1], [100, "rectified, linear", 1 / 3], [200, "tanh", 500.0]]
NETWORKS = ["FF", "FFH"]
REPLICATES = [1, 2, 4]


def measures(number, **changes):
    values = {
        name: number + offset + np.arange(3) / 7
        for name, offset in (("mean_canonical_correlation", 0.0), ("emg_error", 0.25))
    }
    values["unobserved_r2"] = np.full(3, np.nan)
    return store.dataset(constrained.MEASURES, values | changes, {"replicate": REPLICATES})


@pytest.fixture
def table():
    found = [measures(10 * point + network) for point in range(3) for network in range(2)]
    found[3]["unobserved_r2"][1] = 0.5
    return sweeps.tabulate("constrained", SWEPT, POINTS, NETWORKS, found)


def test_each_measure_is_found_at_its_point_and_network(table, tmp_path):
    contract = sweeps.contract("constrained", SWEPT)
    store.write(tmp_path / "table.h5", table, contract, PROVENANCE)
    read = store.read(tmp_path / "table.h5", contract)
    assert read.equals(table)
    assert read["point"].values.tolist() == [1, 2, 3]
    for p in range(3):
        for n, network_name in enumerate(NETWORKS):
            found = read.sel(point=p + 1, network=network_name)
            np.testing.assert_array_equal(
                found["emg_error"].sel(replicate=REPLICATES), 10 * p + n + 0.25 + np.arange(3) / 7
            )
    for path, values in zip(SWEPT, zip(*POINTS, strict=True), strict=True):
        assert sweeps.decoded(read[path].values) == list(values)
    assert read["emg.duration_ms"].attrs["units"] == "ms"
    assert read["emg_error"].attrs == {
        name: getattr(constrained.MEASURES.variables["emg_error"], name)
        for name in ("units", "long_name")
    }


def test_csv_is_tidy_and_exact(table, tmp_path):
    path = tmp_path / "new" / "table.csv"
    sweeps.write_csv(path, table, SWEPT)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = ["point", *SWEPT, "network", "replicate"]
    assert list(rows[0]) == [*keys, *constrained.MEASURES.variables]
    expected = [
        (str(p + 1), str(neurons), name, repr(duration), network_name, str(replicate))
        for p, (neurons, name, duration) in enumerate(POINTS)
        for network_name in NETWORKS
        for replicate in REPLICATES
    ]
    assert [tuple(row[key] for key in keys) for row in rows] == expected
    for row in rows:
        at = {"point": int(row["point"]), "network": row["network"]}
        found = table.sel(at | {"replicate": int(row["replicate"])})
        assert float(row["emg_error"]) == float(found["emg_error"])
        r2 = float(found["unobserved_r2"])
        assert row["unobserved_r2"] == ("" if math.isnan(r2) else "0.5")
    assert [row["unobserved_r2"] for row in rows].count("0.5") == 1


def test_the_same_table_gives_the_same_bytes(table, tmp_path):
    for name in "ab":
        sweeps.write_csv(tmp_path / f"{name}.csv", table.copy(deep=True), SWEPT)
    first, second = (tmp_path / f"{name}.csv" for name in "ab")
    assert first.read_bytes() == second.read_bytes()
    assert b"\r" not in first.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]


def test_truth_values_and_lists_are_written_as_json(tmp_path):
    points = [[True, [0.5, 1.0]], [False, []]]
    table = sweeps.tabulate("constrained", ["a.b", "a.c"], points, ["FF"], [measures(0)] * 2)
    sweeps.write_csv(tmp_path / "table.csv", table, ["a.b", "a.c"])
    with (tmp_path / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [[json.loads(row["a.b"]), json.loads(row["a.c"])] for row in rows[::3]] == points


def test_measures_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="cannot reshape"):
        sweeps.tabulate("constrained", SWEPT, POINTS, NETWORKS, [measures(0)] * 5)
    others = measures(0).assign_coords(replicate=[1, 2, 3])
    with pytest.raises(ValueError, match="replicates"):
        sweeps.tabulate("constrained", SWEPT, POINTS, ["FF"], [measures(0), others, measures(0)])
    with pytest.raises(ValueError, match=r"zip\(\)"):
        sweeps.tabulate("constrained", SWEPT[:2], POINTS, ["FF"], [measures(0)] * 3)


# What stands where in the figure


def small(swept, points, networks=("FFH",), **changes):
    found = [
        measures(10 * p + n, **changes) for p in range(len(points)) for n in range(len(networks))
    ]
    return sweeps.tabulate("constrained", swept, points, networks, found)


def grid(*counts):
    return [[int(i) for i in index] for index in np.ndindex(*counts)]


@pytest.mark.parametrize(
    ("counts", "networks", "expected"),
    [
        ((3,), 1, sweeps.Arrangement("a.a")),
        ((3, 2), 2, sweeps.Arrangement("a.a", color="a.b")),
        ((1, 3, 2), 1, sweeps.Arrangement("a.b", color="a.c")),
        ((1, 1), 1, sweeps.Arrangement("a.a")),
        ((3, 2, 2), 1, sweeps.Arrangement("a.a", color="a.b", marked=("a.c",))),
        ((2, 2, 2, 2), 1, sweeps.Arrangement("a.a", color="a.b", marked=("a.c", "a.d"))),
        ((2, 2, 5), 1, sweeps.Arrangement(None)),
        ((2, 2, 3, 2), 1, sweeps.Arrangement(None)),
        ((2, 2), 7, sweeps.Arrangement(None)),
        ((2,), 7, sweeps.Arrangement("a.a")),
    ],
)
def test_combinations_are_arranged_by_their_number(counts, networks, expected):
    swept = [f"a.{letter}" for letter in "abcd"[: len(counts)]]
    names = [f"network {n}" for n in range(networks)]
    assert sweeps.arrange(small(swept, grid(*counts), names), swept, "product") == expected


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([[1, 2, 7], [2, 1, 7]], sweeps.Arrangement("a.a", beside=("a.b",))),
        ([[5, 2, 7], [5, 1, 7]], sweeps.Arrangement("a.b")),
        ([[1, 2, 7], [1, 1, 7], [2, 3, 7]], sweeps.Arrangement(None)),
    ],
)
def test_settings_in_step_share_an_axis(points, expected):
    swept = ["a.a", "a.b", "a.c"]
    assert sweeps.arrange(small(swept, points), swept, "zip") == expected


# What a report says


def test_summary_gives_settings_and_means(table):
    found = sweeps.summary_of(table)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert [each["point"] for each in found] == [1, 2, 3]
    assert [list(each["settings"].values()) for each in found] == POINTS
    assert found[1]["settings"].keys() == set(SWEPT)
    assert found[1]["networks"]["FFH"] == {
        "mean_canonical_correlation": pytest.approx(11 + 1 / 7),
        "emg_error": pytest.approx(11.25 + 1 / 7),
        "unobserved_r2": 0.5,
    }
    assert found[1]["networks"]["FF"]["unobserved_r2"] is None


def test_caption_names_what_was_varied(table):
    text = sweeps.describe(table, SWEPT, "How large", "zip")
    assert text.startswith(
        "How large: circuit.neurons (100, 200), network.nonlinearity (tanh, rectified, linear) and "
        "emg.duration_ms (0.1, 0.3333, 500) in step, 3 points with 3 replicates each (FF; FFH). "
    )
    assert "95 % bootstrap intervals" in text
    assert text.endswith("by their numbers there.")


@pytest.mark.parametrize(
    ("title", "start"),
    [("", "a.a (0, 1)"), ("Size", "Size: a.a (0, 1)"), ("Does it?", "Does it? a.a (0, 1)")],
)
def test_caption_begins_with_the_title(title, start):
    text = sweeps.describe(small(["a.a"], grid(2)), ["a.a"], title, "product")
    assert text.startswith(f"{start}, 2 points")


def test_caption_says_what_stands_for_what():
    swept = ["a.a", "a.b", "a.c"]
    text = sweeps.describe(small(swept, grid(5, 2, 2), ["FF", "FFH"]), swept, "", "product")
    assert text.startswith("a.a (0 to 4), a.b (0, 1) and a.c (0, 1), 20 points")
    for part in ("colours stand for a.b", "markers for a.c", "each row is one network"):
        assert part in text
    single = small(["a.a"], grid(1)).isel(replicate=[0])
    text = sweeps.describe(single, ["a.a"], "", "product")
    assert "1 point with 1 replicate each" in text
    assert "interval" not in text
    assert "row" not in text


def test_caption_tells_networks_that_nothing_changes():
    found = [measures(0), measures(1), measures(0), measures(2)]
    table = sweeps.tabulate("constrained", ["a.a"], [[1], [2]], NETWORKS, found)
    assert "without markers" in sweeps.describe(table, ["a.a"], "", "product")
    found[2]["emg_error"][0] += 1e-9
    table = sweeps.tabulate("constrained", ["a.a"], [[1], [2]], NETWORKS, found)
    assert "without markers" not in sweeps.describe(table, ["a.a"], "", "product")
