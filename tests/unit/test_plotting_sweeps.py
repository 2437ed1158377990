"""Figures of sweeps: what stands for which setting, and that all of it can be read."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import LogNorm, Normalize

from corticomotor.plotting import style
from corticomotor.plotting.sweeps import sweep
from corticomotor.runtime import store
from corticomotor.runtime.contracts import Contract, Variable
from corticomotor.study.looks import Measure, Network
from corticomotor.sweeps.contract import table_contract
from corticomotor.sweeps.values import encoded
from figure_examples import bars, curves, fits_a_page, intervals

FRACTION, NEURONS, LEAD = "sample.neuron_fraction", "circuit.neurons", "network.lead"
KIND, GAIN, UNITS = "network.nonlinearity", "network.gain", "units"
NETWORKS = {
    "free": Network("FF", "#D55E00", "o"),
    "hinted": Network("FFH", "#0072B2", "s"),
    **{f"kind{n}": Network(f"another kind of network, {n}", f"#{n}0{n}0A0") for n in range(1, 10)},
}
BOTH = ["free", "hinted"]
MEASURES = {
    "likeness": Measure("mean canonical correlation", top=1.03),
    "error": Measure("error of muscle activity (%)", 100.0, may_be_logarithmic=True),
    "failures": Measure("failed transitions (%)", least_top=5.0),
    "real_part": Measure("largest real part"),
    "norm": Measure("rate norm after preparation (%)", 100.0, may_be_logarithmic=True),
}
CONTRACT = Contract(
    stage="measures",
    coordinates={"replicate": ("1", "replicate")},
    variables={name: Variable(("replicate",), "1", name, True) for name in MEASURES},
)
LONG = ["a nonlinearity with a long name", "another of those", "rectified", "sigmoid", "tanh"]


def case(networks, vary, combine="product", logarithmic=(), replicates=3, without=()):
    """Random measures over what is varied, those of `without` missing; arguments of the figure."""
    joined = zip(*vary.values(), strict=True) if combine == "zip" else None
    combinations = list(joined or itertools.product(*vary.values()))
    shape = (len(combinations), replicates, len(networks))
    rng = np.random.default_rng(len(combinations))
    values = {
        path: encoded(column)
        for path, column in zip(vary, zip(*combinations, strict=True), strict=True)
    }
    for name in MEASURES:
        values[name] = np.full(shape, np.nan) if name in without else rng.uniform(0.2, 0.8, shape)
    values |= {"combination": range(1, shape[0] + 1), "replicate": range(1, 1 + replicates)}
    table = store.dataset(table_contract("s", CONTRACT, list(vary)), values | {"network": networks})
    return table.to_xarray(), list(vary), combine, logarithmic


def observed():
    """FF is the same everywhere; FFH has a wide range, a gap and a negative mean; not in order."""
    given = case(BOTH, {FRACTION: [0.3, 1.0, 0.05]}, without=["norm", "failures"])
    for name in ("likeness", "error", "real_part"):
        given[0][name].loc[{"network": "free"}] = given[0][name].sel(network="free", combination=1)
    given[0]["error"].loc[{"network": "hinted"}] = np.array([[0.02], [0.01], [0.8]])
    given[0]["real_part"].loc[{"network": "hinted", "combination": 2}] = np.nan
    given[0]["real_part"].loc[{"network": "hinted", "combination": 1}] *= -1
    return given


TWO = {NEURONS: [50, 100, 400], GAIN: [1.5, 0.9]}
CASES = {
    "observed": observed(),
    "units": case(BOTH, {UNITS: [20, 50, 100, 1000]}, logarithmic=[UNITS]),
    "one_replicate": case(["hinted"], {UNITS: [1, 2, 16]}, replicates=1, without=["norm"]),
    "single": case(BOTH, {UNITS: [200]}, replicates=1),
    "text": case(BOTH, {KIND: LONG}),
    "truth": case(BOTH, {LEAD: [True, False]}, without=["norm", "error"]),
    "two": case(BOTH, TWO, without=["norm", "real_part"]),
    "bar": case(["hinted"], {UNITS: [1, 2], GAIN: np.geomspace(1e-3, 1, 10)}, logarithmic=[GAIN]),
    "bar_of_categories": case(BOTH, {UNITS: [1, 2], KIND: list("abcdefghijkl")}),
    "three": case(BOTH, {NEURONS: [50, 100], GAIN: [0.9, 1.5], LEAD: [True, False]}),
    "too_many": case(BOTH, {NEURONS: [5, 10], GAIN: [0.9, 1.5], KIND: list("abcde")}),
    "zip": case(BOTH, {NEURONS: [400, 50, 200], UNITS: [9, 7, 8]}, "zip"),
    "zip_of_many": case(BOTH, {NEURONS: range(100, 130), UNITS: range(30)}, "zip"),
    "many_networks": case(list(NETWORKS), {UNITS: [1, 2]}),
}


def drawn(name):
    return sweep(*CASES[name], networks=NETWORKS, measures=MEASURES)


@pytest.fixture(scope="module")
def figures():
    return {name: drawn(name) for name in CASES}


def shown(figure):
    """Panels in the order of their letters."""
    lettered = [ax for ax in figure.axes if ax.axison and ax.get_title(loc="left")]
    return sorted(lettered, key=lambda ax: ax.get_title(loc="left"))


def values(name, measure, network, combinations=None):
    """Values (replicate, combination) of a case as its figure shows them."""
    found = CASES[name][0][measure].sel(network=network).transpose("replicate", "combination")
    found = found if combinations is None else found.sel(combination=combinations)
    return MEASURES[measure].factor * found.values


def test_sweep_is_in_order_with_intervals_gaps_and_levels(figures):
    panels = shown(figures["observed"])
    assert [ax.get_yscale() for ax in panels] == ["linear", "log", "linear"]
    for ax, measure in zip(panels, ("likeness", "error", "real_part"), strict=True):
        line = curves(ax)["FFH"]
        expected = values("observed", measure, "hinted", [3, 1, 2])
        np.testing.assert_array_equal(line.get_xdata(), [0.05, 0.3, 1.0])
        np.testing.assert_allclose(line.get_ydata(), expected.mean(axis=0))
        assert line.get_color() == NETWORKS["hinted"].color
        present = expected[:, np.isfinite(expected[0])]
        np.testing.assert_allclose(bars(ax, line.get_color()), intervals(present))
        # What is the same everywhere is a level.
        level = values("observed", measure, "free", [1])
        np.testing.assert_allclose(curves(ax)["FF"].get_ydata(), level.mean())
        (band,) = ax.patches
        assert (band.get_y(), band.get_y() + band.get_height()) == pytest.approx(
            intervals(level)[0]
        )
    assert panels[0].get_ylim()[0] == 0 > panels[2].get_ylim()[0]


def test_measures_that_are_missing_have_no_panel(figures):
    labels = [ax.get_ylabel().replace("\n", " ") for ax in shown(figures["one_replicate"])]
    assert labels == [MEASURES[name].label for name in MEASURES if name != "norm"]
    assert len(shown(figures["units"])) == 5
    for ax, measure in zip(shown(figures["one_replicate"]), MEASURES, strict=False):
        expected = values("one_replicate", measure, "hinted")[0]
        np.testing.assert_allclose(curves(ax)["FFH"].get_ydata(), expected)
        assert not bars(ax, NETWORKS["hinted"].color)


def test_categories_stand_side_by_side(figures):
    for ax in shown(figures["truth"]):
        assert [text.get_text() for text in ax.get_xticklabels()] == ["true", "false"]
        left, right = (curves(ax)[label].get_xdata() for label in ("FF", "FFH"))
        np.testing.assert_array_equal(np.rint([left, right]), [[0, 1]] * 2)
        assert np.all(left < right)


def test_colours_are_for_the_second_setting_and_rows_for_networks(figures):
    for row, network in zip(np.reshape(shown(figures["two"]), (2, 3)), BOTH, strict=True):
        for ax, measure in zip(row, MEASURES, strict=False):
            for gain, combinations in (("1.5", [1, 3, 5]), ("0.9", [2, 4, 6])):
                line, expected = curves(ax)[gain], values("two", measure, network, combinations)
                np.testing.assert_array_equal(line.get_xdata(), [50, 100, 400])
                np.testing.assert_allclose(line.get_ydata(), expected.mean(axis=0))
                np.testing.assert_allclose(bars(ax, line.get_color()), intervals(expected))
    # Rows can be compared.
    assert len({ax.get_ylim() for ax in shown(figures["two"])}) == 3
    (legend,) = figures["two"].legends
    assert legend.get_title().get_text() == GAIN
    named = {text.get_text(): handle.get_color() for text, handle in
             zip(legend.get_texts(), legend.legend_handles, strict=True)}  # fmt: skip
    assert named == {gain: line.get_color() for gain, line in curves(ax).items()}


@pytest.mark.parametrize(("name", "norm"), [("bar", LogNorm), ("bar_of_categories", Normalize)])
def test_many_values_have_a_colour_bar(figures, name, norm):
    (bar,) = [ax for ax in figures[name].axes if hasattr(ax, "_colorbar")]
    mappable = bar._colorbar.mappable
    assert type(mappable.norm) is norm
    assert bar.get_xlabel() == CASES[name][1][1]
    lines = shown(figures[name])[0].get_lines()
    at = CASES[name][0][GAIN].values[: len(lines)] if name == "bar" else range(len(lines))
    colors = [mappable.cmap(mappable.norm(value)) for value in at]
    assert [line.get_color() for line in lines] == colors


def test_further_settings_are_told_by_lines_and_markers(figures):
    for row, network in zip(np.reshape(shown(figures["three"]), (2, 5)), BOTH, strict=True):
        lines = row[0].get_lines()
        assert len({(line.get_color(), line.get_marker()) for line in lines}) == 4
        assert len({line.get_linestyle() for line in lines}) == 2
        expected = [
            values("three", "likeness", network, [n, n + 4]).mean(axis=0) for n in range(1, 5)
        ]
        np.testing.assert_allclose([line.get_ydata() for line in lines], expected)
    titles = {legend.get_title().get_text() for legend in figures["three"].legends}
    assert titles == {GAIN, LEAD}


def test_too_many_settings_leave_the_numbers_of_combinations(figures):
    assert figures["too_many"].get_supxlabel() == "number of the combination"
    x, y = curves(shown(figures["too_many"])[0])["FF"].get_data()
    np.testing.assert_array_equal(np.rint(x), range(1, 21))
    np.testing.assert_allclose(y, values("too_many", "likeness", "free").mean(axis=0))


def test_settings_in_step_are_named_where_there_is_room(figures):
    ax = shown(figures["zip"])[-1]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["50\n7", "200\n8", "400\n9"]
    assert figures["zip"].get_supxlabel() == f"{NEURONS}\nunits"
    assert figures["zip_of_many"].get_supxlabel() == f"{NEURONS} (with units)"


def test_networks_are_told_by_colours_and_markers(figures):
    lines = curves(shown(figures["many_networks"])[0])
    assert {label: line.get_color() for label, line in lines.items()} == {
        network.label: network.color for network in NETWORKS.values()
    }
    assert len({line.get_marker() for line in lines.values()}) == len(NETWORKS)
    own = {label: line.get_marker() for label, line in curves(shown(figures["units"])[0]).items()}
    assert own == {"FF": "o", "FFH": "s"}


def written(figure):
    """Upright texts that a reader sees."""
    texts = [*figure.texts]
    for legend in figure.legends:
        texts += [legend.get_title(), *legend.get_texts()]
    for ax in figure.axes:
        texts += ax.texts
        if ax.axison:
            titles = ax.findobj(lambda part, ax=ax: part is ax._left_title)
            texts += [ax.title, ax.xaxis.label, ax.yaxis.label, *titles]
            for axis in (ax.xaxis, ax.yaxis):
                low, high = sorted(axis.get_view_interval())
                ticks = [each for each in axis.get_major_ticks() if low <= each.get_loc() <= high]
                texts += [
                    each.label1 if each.label1.get_visible() else each.label2 for each in ticks
                ]
    return {
        text for text in texts
        if text.get_visible() and text.get_text().strip() and text.get_rotation() in (0, 90, 270)
    }  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_panels_are_lettered_and_nothing_overlaps_or_leaves_the_page(figures, name):
    figure = figures[name]
    letters = [ax.get_title(loc="left") for ax in shown(figure)]
    assert letters == list("ABCDEFGHIJ"[: len(letters)])
    assert fits_a_page(figure)
    with style.applied():
        renderer = figure._get_renderer()
        boxes = {text: text.get_window_extent(renderer) for text in written(figure)}
    x0, y0, x1, y1 = figure.bbox.extents
    for text, box in boxes.items():
        assert text.get_fontsize() >= 6.5
        assert x0 - 1 <= box.x0 <= box.x1 <= x1 + 1, text
        assert y0 - 1 <= box.y0 <= box.y1 <= y1 + 1, text
    for (one, a), (other, b) in itertools.combinations(boxes.items(), 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        assert wide < 1 or min(a.y1, b.y1) - max(a.y0, b.y0) < 1, (one, other)


def test_the_same_table_gives_the_same_bytes(tmp_path):
    for copy in "ab":
        style.save(drawn("bar"), tmp_path / f"{copy}.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
