"""Figures of sweeps: what stands for which setting, and that all of it can be read."""

import itertools

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import LogNorm, Normalize, to_hex
from matplotlib.text import Text

from corticomotor import sweeps
from corticomotor.plotting import style
from corticomotor.plotting.sweeps import sweep
from corticomotor.runtime import store
from corticomotor.statistics import bootstrap_interval
from corticomotor.studies.motifs.figures.networks import COLORS, LABELS

REPLICATES = 3
FRACTION, NEURONS, LEAD = "sample.neuron_fraction", "circuit.neurons", "network.lead"
KIND, GAIN = "network.nonlinearity", "network.gain"
BOTH = ["FF", "FFH"]
PREPARED = ["additive", "additive_prepared"]
MEASURES = {
    "constrained": ["mean_canonical_correlation", "emg_error", "unobserved_r2"],
    "motifs": ["random_error", "transition_error", "failure_rate", "rate_norm"],
}
PERCENT = {"emg_error", "failure_rate", "rate_norm"}


def table(study, networks, replicates=REPLICATES, combine="product", /, missing=(), **vary):
    """Random measures at the points of a sweep over `vary` (with __ for the dots of paths)."""
    swept = [path.replace("__", ".") for path in vary]
    joined = zip(*vary.values(), strict=True) if combine == "zip" else None
    points = list(joined or itertools.product(*vary.values()))
    rng = np.random.default_rng(len(points))
    shape = (len(points), replicates, len(networks))
    values = {
        path: sweeps.encoded(each)
        for path, each in zip(swept, zip(*points, strict=True), strict=True)
    }
    for name in MEASURES[study]:
        values[name] = rng.uniform(0.2, 0.8, shape)
        for network in networks:
            if (name, network) in missing:
                values[name][..., networks.index(network)] = np.nan
    coordinates = {
        "point": range(1, len(points) + 1),
        "replicate": range(1, replicates + 1),
        "network": networks,
    }
    return store.dataset(sweeps.contract(study, swept), values, coordinates)


def observed(replicates=REPLICATES):
    """FF is the same everywhere; nothing is unobserved by FFH in the end; not in order."""
    data = table("constrained", BOTH, replicates, sample__neuron_fraction=[0.3, 1.0, 0.05])
    for name in MEASURES["constrained"]:
        data[name].loc[{"network": "FF"}] = data[name].sel(network="FF", point=1)
    data["emg_error"].loc[{"network": "FFH"}] = np.array([[0.02], [0.01], [0.8]])
    data["unobserved_r2"].loc[{"network": "FFH", "point": 2}] = np.nan
    return data


def ramp(first, last, count):
    return np.linspace(first, last, count).tolist()


NO_NORM = [("rate_norm", "additive")]
ALL = [name for name in COLORS if name != "thalamocortical"]
LONG = ["a nonlinearity with a long name", "another of those", "rectified", "sigmoid", "tanh"]

# name -> table, settings, combine, logarithmic.
CASES = {
    "observed": (observed(), [FRACTION], "product", []),
    "units": (
        table("motifs", PREPARED, missing=NO_NORM, units=[20, 50, 100, 1000]),
        ["units"], "product", ["units"],
    ),
    "one_replicate": (
        table("motifs", ["multiplicative"], 1, missing=[("rate_norm", "multiplicative")],
              units=[1, 2, 16]),
        ["units"], "product", [],
    ),
    "text": (
        table("constrained", BOTH, network__nonlinearity=["tanh", "relu", "sigmoid"]),
        [KIND], "product", [],
    ),
    "long_text": (table("motifs", PREPARED, network__nonlinearity=LONG), [KIND], "product", []),
    "truth": (
        table("constrained", BOTH, network__lead=[True, False]), [LEAD], "product", []
    ),
    "two": (
        table("constrained", BOTH, circuit__neurons=[50, 100, 400], network__gain=[1.5, 0.9]),
        [NEURONS, GAIN], "product", [],
    ),
    "two_rows": (
        table("motifs", PREPARED, missing=[("rate_norm", "additive_prepared")],
              loops=[1, 2], network__gain=[0.9, 1.5]),
        ["loops", GAIN], "product", [],
    ),
    "two_categories": (
        table("constrained", BOTH, network__lead=[True, False], network__nonlinearity=["a", "b"]),
        [LEAD, KIND], "product", [],
    ),
    "bar": (
        table("motifs", PREPARED, missing=NO_NORM, loops=[1, 2], network__gain=ramp(0.5, 2, 9)),
        ["loops", GAIN], "product", [],
    ),
    "bar_logarithmic": (
        table("constrained", ["FFH"], loops=[1, 2], network__gain=np.geomspace(1e-3, 1, 10)),
        ["loops", GAIN], "product", [GAIN],
    ),
    "bar_of_categories": (
        table("constrained", ["FFH"], loops=[1, 2], network__nonlinearity=list("abcdefghijkl")),
        ["loops", KIND], "product", [],
    ),
    "three": (
        table("constrained", BOTH, circuit__neurons=[50, 100], network__gain=[0.9, 1.5],
              network__lead=[True, False]),
        [NEURONS, GAIN, LEAD], "product", [],
    ),
    "too_many": (
        table("constrained", BOTH, circuit__neurons=[50, 100], network__gain=[0.9, 1.5],
              network__nonlinearity=list("abcde")),
        [NEURONS, GAIN, KIND], "product", [],
    ),
    "zip": (
        table("constrained", BOTH, 3, "zip", circuit__neurons=[400, 50, 200], units=[9, 7, 8]),
        [NEURONS, "units"], "zip", [],
    ),
    "zip_of_many": (
        table("constrained", BOTH, 3, "zip", circuit__neurons=range(100, 130), units=range(30)),
        [NEURONS, "units"], "zip", [],
    ),
    "many_networks": (table("motifs", ALL, units=[1, 2]), ["units"], "product", []),
    "single": (table("constrained", BOTH, 1, units=[200]), ["units"], "product", []),
}  # fmt: skip


@pytest.fixture(scope="module")
def figures():
    return {name: sweep(*case) for name, case in CASES.items()}


def shown(figure):
    """Panels in the order of their letters."""
    lettered = [ax for ax in figure.axes if ax.axison and ax.get_title(loc="left")]
    return sorted(lettered, key=lambda ax: ax.get_title(loc="left"))


def curves(ax):
    return {line.get_label(): line for line in ax.get_lines()}


def bars(ax, color):
    """Ends (low, high) of the vertical bars in a colour, left to right."""
    found = [
        segment
        for each in ax.collections
        if isinstance(each, LineCollection) and to_hex(each.get_color()[0]) == to_hex(color)
        for segment in each.get_segments()
        if len(segment) and np.isfinite(segment).all()
    ]
    return [(low, high) for _, low, high in sorted((x, y, top) for (x, y), (_, top) in found)]


def values(name, measure, network, points=None):
    """Values (replicate, point) of a case as its figure shows them."""
    found = CASES[name][0][measure].sel(network=network).transpose("replicate", "point")
    found = found if points is None else found.sel(point=points)
    return (100 if measure in PERCENT else 1) * found.values


def intervals(found):
    return [bootstrap_interval(column, np.random.default_rng(0)) for column in found.T]


# What is shown


def test_sweep_is_in_order_with_intervals_and_gaps(figures):
    panels = shown(figures["observed"])
    assert len(panels) == 3
    for ax, measure in zip(panels, MEASURES["constrained"], strict=True):
        x, y = curves(ax)["FFH"].get_data()
        np.testing.assert_array_equal(x, [0.05, 0.3, 1.0])
        expected = values("observed", measure, "FFH", [3, 1, 2])
        np.testing.assert_allclose(y, expected.mean(axis=0))
        present = expected[:, np.isfinite(expected[0])]
        np.testing.assert_allclose(bars(ax, style.KINDS["FFH"]), intervals(present))
    assert np.isnan(curves(panels[2])["FFH"].get_ydata()[2])


def test_a_network_that_is_the_same_everywhere_is_a_level(figures):
    for ax, measure in zip(shown(figures["observed"]), MEASURES["constrained"], strict=True):
        found = values("observed", measure, "FF", [1])
        line = curves(ax)["FF"]
        np.testing.assert_allclose(line.get_ydata(), found.mean())
        assert line.get_marker() == "None"
        (band,) = ax.patches
        low, high = intervals(found)[0]
        assert (band.get_y(), band.get_y() + band.get_height()) == pytest.approx((low, high))


def test_only_wide_ranges_are_logarithmic(figures):
    assert [ax.get_yscale() for ax in shown(figures["observed"])] == ["linear", "log", "linear"]
    assert {ax.get_yscale() for ax in shown(figures["two"])} == {"linear"}
    assert {ax.get_xscale() for ax in shown(figures["units"])} == {"log"}
    assert {ax.get_xscale() for ax in shown(figures["one_replicate"])} == {"linear"}


def test_measures_that_are_missing_have_no_panel(figures):
    labels = [ax.get_ylabel().replace("\n", " ") for ax in shown(figures["one_replicate"])]
    assert labels == [
        "RMSE from random states",
        "RMSE after other motifs",
        "failed transitions (%)",
    ]
    assert len(shown(figures["units"])) == 4
    panels = shown(figures["two_rows"])
    assert len(panels) == 7
    # The lowest panel of each column shows what is along x.
    figures["two_rows"].draw_without_rendering()
    texts = [[text.get_text() for text in ax.get_xticklabels() if text.get_visible()]
             for ax in panels]  # fmt: skip
    assert [bool(each) for each in texts] == [False] * 3 + [True] * 4


def test_a_single_replicate_has_no_intervals(figures):
    for ax, measure in zip(shown(figures["one_replicate"]), MEASURES["motifs"], strict=False):
        (line,) = ax.get_lines()
        expected = values("one_replicate", measure, "multiplicative")[0]
        np.testing.assert_allclose(line.get_ydata(), expected)
        assert not bars(ax, COLORS["multiplicative"])


@pytest.mark.parametrize(
    ("name", "names"),
    [("text", ["tanh", "relu", "sigmoid"]), ("truth", ["true", "false"])],
)
def test_categories_stand_side_by_side(figures, name, names):
    for ax in shown(figures[name]):
        assert [text.get_text() for text in ax.get_xticklabels()] == names
        places = [curves(ax)[network].get_xdata() for network in BOTH]
        np.testing.assert_array_equal(np.rint(places), [range(len(names))] * 2)
        assert np.all(places[0] < places[1])
        assert all(curves(ax)[network].get_linestyle() == "None" for network in BOTH)


def test_colours_are_for_the_second_setting_and_rows_for_networks(figures):
    panels = shown(figures["two"])
    assert len(panels) == 6
    scales = set()
    for row, network in zip((panels[:3], panels[3:]), BOTH, strict=True):
        for ax, measure in zip(row, MEASURES["constrained"], strict=True):
            found = curves(ax)
            assert set(found) == {"0.9", "1.5"}
            for gain, points in (("1.5", [1, 3, 5]), ("0.9", [2, 4, 6])):
                x, y = found[gain].get_data()
                np.testing.assert_array_equal(x, [50, 100, 400])
                expected = values("two", measure, network, points)
                np.testing.assert_allclose(y, expected.mean(axis=0))
                np.testing.assert_allclose(bars(ax, found[gain].get_color()), intervals(expected))
            scales.add((measure, ax.get_ylim()))
    # Rows can be compared.
    assert len(scales) == 3
    (legend,) = figures["two"].legends
    assert legend.get_title().get_text() == GAIN
    assert [text.get_text() for text in legend.get_texts()] == ["0.9", "1.5"]
    colors = [handle.get_color() for handle in legend.legend_handles]
    assert colors == [curves(panels[0])[gain].get_color() for gain in ("0.9", "1.5")]


def test_rows_are_named(figures):
    texts = {text.get_text().replace("\n", " ") for ax in figures["bar"].axes for text in ax.texts}
    assert texts == {LABELS[name] for name in PREPARED}


@pytest.mark.parametrize(
    ("name", "norm"),
    [("bar", Normalize), ("bar_logarithmic", LogNorm), ("bar_of_categories", Normalize)],
)
def test_many_values_have_a_colour_bar(figures, name, norm):
    figure = figures[name]
    assert not figure.legends
    (bar,) = [ax for ax in figure.axes if hasattr(ax, "_colorbar")]
    mappable = bar._colorbar.mappable
    assert type(mappable.norm) is norm
    path = CASES[name][1][1]
    assert bar.get_xlabel() == path
    column = CASES[name][0][path].values[: len(curves(shown(figure)[0]))]
    at = range(len(column)) if name == "bar_of_categories" else column
    for value, line in zip(at, shown(figure)[0].get_lines(), strict=True):
        assert line.get_color() == mappable.cmap(mappable.norm(value))


def test_further_settings_are_told_by_lines_and_markers(figures):
    figure = figures["three"]
    for row, network in zip(np.reshape(shown(figure), (2, 3)), BOTH, strict=True):
        for ax, measure in zip(row, MEASURES["constrained"], strict=True):
            lines = ax.get_lines()
            assert len({(line.get_color(), line.get_marker()) for line in lines}) == 4
            assert len({line.get_linestyle() for line in lines}) == 2
            expected = {
                tuple(values("three", measure, network, [first, first + 4]).mean(axis=0))
                for first in (1, 2, 3, 4)
            }
            assert {tuple(line.get_ydata()) for line in lines} == expected
    colors, markers = sorted(figure.legends, key=lambda legend: legend.get_title().get_text())
    assert (colors.get_title().get_text(), markers.get_title().get_text()) == (GAIN, LEAD)
    assert [text.get_text() for text in markers.get_texts()] == ["true", "false"]
    drawn = {line.get_marker(): line.get_ydata()[0] for line in shown(figure)[0].get_lines()[:2]}
    handles = [handle.get_marker() for handle in markers.legend_handles]
    expected = values("three", "mean_canonical_correlation", "FF", [1, 2]).mean(axis=0)
    np.testing.assert_allclose([drawn[marker] for marker in handles], expected)


def test_too_many_settings_leave_the_numbers_of_points(figures):
    figure = figures["too_many"]
    assert figure.get_supxlabel() == "number of the point"
    for ax, measure in zip(shown(figure), MEASURES["constrained"], strict=True):
        for network in BOTH:
            x, y = curves(ax)[network].get_data()
            np.testing.assert_array_equal(np.rint(x), range(1, 21))
            expected = values("too_many", measure, network).mean(axis=0)
            np.testing.assert_allclose(y, expected)


def test_settings_in_step_are_named_where_there_is_room(figures):
    ax = shown(figures["zip"])[0]
    np.testing.assert_array_equal(curves(ax)["FFH"].get_xdata(), [50, 200, 400])
    assert [text.get_text() for text in ax.get_xticklabels()] == ["50\n7", "200\n8", "400\n9"]
    assert figures["zip"].get_supxlabel() == f"{NEURONS}\nunits"
    assert figures["zip_of_many"].get_supxlabel() == f"{NEURONS} (with units)"


@pytest.mark.parametrize("name", ["observed", "units", "many_networks"])
def test_networks_have_their_colours(figures, name):
    known = {**style.KINDS, **COLORS}
    names = {LABELS.get(kind, kind): kind for kind in CASES[name][0]["network"].values.tolist()}
    for ax in shown(figures[name]):
        found = {text: line.get_color() for text, line in curves(ax).items()}
        assert found == {text: known[kind] for text, kind in names.items()}
    (legend,) = figures[name].legends
    assert [text.get_text() for text in legend.get_texts()] == list(names)
    for text, handle in zip(names, legend.legend_handles, strict=True):
        assert handle.get_color() == known[names[text]]


# How it is shown


@pytest.mark.parametrize("name", CASES)
def test_panels_are_lettered_and_labelled(figures, name):
    figure = figures[name]
    panels = shown(figure)
    letters = [ax.get_title(loc="left") for ax in panels]
    assert letters == [chr(ord("A") + index) for index in range(len(panels))]
    assert all(ax.get_ylabel() for ax in panels)
    assert figure.get_supxlabel()
    width, height = figure.get_size_inches() * 25.4
    assert width == pytest.approx(style.TEXT_WIDTH_MM)
    assert height <= 210


def written(figure):
    """Upright texts that a reader sees."""
    texts = [*figure.texts]
    for legend in figure.legends:
        texts += [legend.get_title(), *legend.get_texts()]
    for ax in figure.axes:
        texts += ax.texts
        if ax.axison:
            texts += [ax.title, ax.xaxis.label, ax.yaxis.label, *ax.findobj(is_left_title)]
            for axis in (ax.xaxis, ax.yaxis):
                low, high = sorted(axis.get_view_interval())
                texts += [
                    tick.label1 if tick.label1.get_visible() else tick.label2
                    for tick in axis.get_major_ticks()
                    if low <= tick.get_loc() <= high
                ]
    return {
        text
        for text in texts
        if text.get_visible() and text.get_text().strip() and text.get_rotation() in (0, 90, 270)
    }


def is_left_title(text):
    return isinstance(text, Text) and text is getattr(text.axes, "_left_title", None)


@pytest.mark.parametrize("name", CASES)
def test_nothing_overlaps_or_leaves_the_page(figures, name):
    figure = figures[name]
    with style.applied():
        figure.draw_without_rendering()
        renderer = figure._get_renderer()
        boxes = {text: text.get_window_extent(renderer) for text in written(figure)}
    assert sum(text.get_text() in "ABCDEFGH" for text in boxes) >= 3
    page = figure.bbox
    for text, box in boxes.items():
        assert text.get_fontsize() >= 6.5
        assert page.x0 - 1 <= box.x0, text
        assert box.x1 <= page.x1 + 1, text
        assert page.y0 - 1 <= box.y0, text
        assert box.y1 <= page.y1 + 1, text
    for (one, a), (other, b) in itertools.combinations(boxes.items(), 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert wide < 1 or high < 1, (one, other)


def test_the_same_table_gives_the_same_bytes(tmp_path):
    for copy in "ab":
        figure = sweep(*CASES["bar_logarithmic"])
        style.save(figure, *(tmp_path / f"{copy}.{kind}" for kind in ("svg", "pdf")))
    for kind in ("svg", "pdf"):
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()
