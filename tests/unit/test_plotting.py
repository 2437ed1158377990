"""Figures say what the data say, in the project's colours, with the same bytes each time."""

import re
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure

from corticomotor.plotting import artists, stage_graph, style
from corticomotor.runtime import store
from corticomotor.runtime.errors import InputError
from corticomotor.statistics import bootstrap_interval
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained import figures as constrained

REACHES, NEURONS, UNITS, COMPONENTS, REPLICATES = 3, 12, 10, 4, 3
MOVEMENT = np.linspace(0, 0.5, 21)
TRIAL = np.concatenate([[-0.05, -0.025], MOVEMENT])
KINDS = ["FF", "FF target", "FFH", "FFH target"]
MUSCLES = [1, 3]
TARGET_ABSCISSA = 0.15
EDGES = [
    ("emg", "ground_truth"),
    ("circuits", "ground_truth"),
    ("circuits", "generalisation"),
    ("ground_truth", "free"),
    ("ground_truth", "hinted"),
    ("free", "similarity"),
    ("hinted", "similarity"),
    ("hinted", "generalisation"),
]


def filled(contract, seed, coordinates, **values):
    """Dataset of a contract with random positive numbers, but for the values that are given."""
    rng = np.random.default_rng(seed)
    shapes = {
        name: tuple(len(coordinates[dim]) for dim in variable.dims)
        for name, variable in contract.variables.items()
    }
    drawn = {name: rng.uniform(0.1, 0.9, shape) for name, shape in shapes.items()}
    return store.dataset(contract, drawn | values, coordinates)


def circuit(seed):
    rng = np.random.default_rng(seed)
    return filled(
        contracts.CIRCUIT,
        seed,
        {
            "neuron": range(NEURONS),
            "presynaptic_neuron": range(NEURONS),
            "eigenvalue": range(NEURONS),
            "iteration": range(6 + seed),
        },
        initial_eigenvalue_real=rng.normal(size=NEURONS),
        eigenvalue_real=-rng.uniform(size=NEURONS),
    )


def ground_truth(muscles=5, reaches=REACHES):
    return filled(
        contracts.GROUND_TRUTH,
        0,
        {
            "target": range(reaches),
            "time": MOVEMENT,
            "neuron": range(NEURONS),
            "muscle": range(muscles),
            "iteration": range(1, 8),
        },
    )


def network(seed, neurons, muscles=MUSCLES, reaches=REACHES):
    return filled(
        contracts.NETWORK,
        seed,
        {
            "target": range(reaches),
            "time": TRIAL,
            "unit": range(UNITS),
            "presynaptic_unit": range(UNITS),
            "muscle": muscles,
            "neuron": neurons,
            "epoch": range(1, 4),
        },
    )


def similarity(seed):
    return filled(
        contracts.SIMILARITY,
        seed,
        {
            "population": ["SOC", *KINDS],
            "network": KINDS,
            "component": range(1, COMPONENTS + 1),
            "surrogate": range(1, 6),
            "split": range(1, 4),
            "unobserved_neuron": range(0, NEURONS, 2),
            "target": range(REACHES),
            "time": MOVEMENT,
            "variate": [1, 2, 3],
        },
    )


def generalisation(seed):
    levels = [0.0, 0.1, 0.5]
    deviation = np.random.default_rng(seed).uniform(0.1, 3, (2, 3)) * [0, 1, 1]
    return filled(
        contracts.GENERALISATION,
        seed,
        {
            "network": ["FF", "FFH"],
            "initial_noise": levels,
            "step_noise": levels,
            "target": range(REACHES),
            "time": MOVEMENT,
            "muscle": MUSCLES,
        },
        dynamics_error_initial_noise=deviation,
        dynamics_error_step_noise=deviation,
    )


FREE, HINTED = network(1, []), network(2, [0, 2])
SIMILARITIES = [similarity(seed) for seed in range(REPLICATES)]
GENERALISATIONS = [generalisation(seed) for seed in range(REPLICATES)]
CIRCUITS = [circuit(seed) for seed in range(REPLICATES)]
TRUTH = ground_truth()

DRAWN = {
    "emg_fits": lambda: constrained.emg_fits(TRUTH, FREE, HINTED),
    "circuit": lambda: constrained.circuit(CIRCUITS, TRUTH, TARGET_ABSCISSA),
    "example_neurons": lambda: constrained.example_neurons(TRUTH, FREE, HINTED),
    "variance_explained": lambda: constrained.variance_explained(SIMILARITIES),
    "trajectories": lambda: constrained.trajectories(SIMILARITIES[0]),
    "canonical_correlations": lambda: constrained.canonical_correlations(SIMILARITIES),
    "unobserved_neurons": lambda: constrained.unobserved_neurons(SIMILARITIES),
    "generalisation": lambda: constrained.generalisation(GENERALISATIONS),
    "stages": lambda: constrained.stages(EDGES),
}


@pytest.fixture(scope="module")
def figures():
    return {name: draw() for name, draw in DRAWN.items()}


def curves(ax, kind):
    return [line for line in ax.get_lines() if line.get_label() == kind]


def curve(ax, kind):
    (found,) = curves(ax, kind)
    return found


def panel(figure, letter):
    (found,) = [ax for ax in figure.axes if ax.get_title(loc="left") == letter]
    return found


def bars(ax, color):
    """Ends (low, high) of the vertical bars in a colour, left to right, where there are any."""
    segments = [
        segment
        for collection in ax.collections
        if isinstance(collection, LineCollection) and to_hex(collection.get_color()[0]) == color
        for segment in collection.get_segments()
        if np.isfinite(segment).all() and len(segment)
    ]
    return [(low, high) for _, low, high in sorted((x, y, top) for (x, y), (_, top) in segments)]


def intervals(values):
    """Interval of each column of values (replicate, column)."""
    return [bootstrap_interval(column, np.random.default_rng(0)) for column in values.T]


def stacked(datasets, name, kind):
    return np.stack([each[name].sel(network=kind).values for each in datasets])


# What is shown


def test_muscle_activity_is_that_of_circuit_and_networks(figures):
    axes = [ax for ax in figures["emg_fits"].axes if ax.get_lines()]
    assert len(axes) == len(MUSCLES) * REACHES
    grid = [(muscle, reach) for muscle in MUSCLES for reach in range(REACHES)]
    for ax, (muscle, reach) in zip(axes, grid, strict=True):
        for kind, data in (("SOC", TRUTH), ("FF", FREE), ("FFH", HINTED)):
            x, y = curve(ax, kind).get_data()
            np.testing.assert_array_equal(x, data["time"])
            np.testing.assert_array_equal(y, data["emg"].sel(muscle=muscle, target=reach))


def test_errors_of_reaches_stand_above_them(figures):
    top = figures["emg_fits"].axes[:REACHES]
    for reach, ax in enumerate(top):
        for data, text in zip((FREE, HINTED), ax.texts, strict=True):
            error = float(data["emg_error_by_target"][reach])
            assert text.get_text() == f"{100 * error:.2g} %"


def test_more_muscles_and_reaches_than_fit_are_said_to_be_left_out():
    many, reaches = list(range(16)), 20
    figure = constrained.emg_fits(
        ground_truth(16, reaches),
        network(1, [], many, reaches),
        network(2, [0], many, reaches),
    )
    assert len([ax for ax in figure.axes if ax.get_lines()]) == 4 * 8
    assert "first 4 of 16 observed muscles" in figure.get_supylabel()
    assert "first 8 of 20 reaches" in figure.get_supxlabel()


def test_all_is_shown_without_a_note(figures):
    assert "first" not in figures["emg_fits"].get_supylabel()
    assert "first" not in figures["emg_fits"].get_supxlabel()


def test_spectrum_before_and_after(figures):
    ax = panel(figures["circuit"], "A")
    for label, prefix in (("before", "initial_"), ("after", "")):
        for drawn, part in zip(curve(ax, label).get_data(), ("real", "imaginary"), strict=True):
            np.testing.assert_array_equal(drawn, CIRCUITS[0][f"{prefix}eigenvalue_{part}"])
    limits = [line.get_xdata()[0] for line in ax.get_lines() if len(line.get_xdata()) == 2]
    assert limits == [1.0, TARGET_ABSCISSA]


def test_abscissa_of_every_replicate(figures):
    lines = panel(figures["circuit"], "B").get_lines()
    for line, each in zip(lines[:REPLICATES], CIRCUITS, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), each["spectral_abscissa"])
    assert [line.get_ydata()[0] for line in lines[REPLICATES:]] == [1.0, TARGET_ABSCISSA]


def test_learning_curve_and_gains(figures):
    (line,) = panel(figures["circuit"], "C").get_lines()
    np.testing.assert_allclose(line.get_ydata(), 100 * TRUTH["learning_error"])
    bins = panel(figures["circuit"], "D").patches
    assert sum(each.get_height() for each in bins) == pytest.approx(100)
    gains = TRUTH["gains"].values
    assert min(each.get_x() for each in bins) == pytest.approx(gains.min())
    assert max(each.get_x() + each.get_width() for each in bins) == pytest.approx(gains.max())


def test_example_cells_are_spread_over_the_variance(figures):
    for row, (data, cell) in enumerate(((TRUTH, "neuron"), (FREE, "unit"), (HINTED, "unit"))):
        rates = data["rates"].values
        axes = figures["example_neurons"].axes[5 * row : 5 * row + 5]
        shown = [int(ax.get_title(loc="center").removeprefix(f"{cell} ")) for ax in axes]
        variance = rates.var(axis=(0, 1))
        assert list(variance[shown]) == sorted(variance[shown], reverse=True)
        assert len(set(shown)) == 5
        for ax, index in zip(axes, shown, strict=True):
            for reach, line in enumerate(ax.get_lines()):
                np.testing.assert_array_equal(line.get_ydata(), rates[reach, :, index])


def test_cumulative_variance(figures):
    for letter, cumulate in (("A", True), ("B", False)):
        ax = panel(figures["variance_explained"], letter)
        for kind in ["SOC", *KINDS]:
            explained = np.mean(
                [each["variance_explained"].sel(population=kind) for each in SIMILARITIES], axis=0
            )
            expected = 100 * (explained.cumsum() if cumulate else explained)
            np.testing.assert_allclose(curve(ax, kind).get_ydata(), expected)


def test_trajectories_are_the_canonical_variates(figures):
    axes = figures["trajectories"].axes
    for row, kind in zip((axes[:5], axes[5:]), ("FF", "FFH"), strict=True):
        pair = SIMILARITIES[0].sel(network=kind)
        for ax, name in zip(row[:2], ("circuit_variate", "network_variate"), strict=True):
            paths, starts = ax.get_lines()[::2], ax.get_lines()[1::2]
            for path, start, variates in zip(paths, starts, pair[name].values, strict=True):
                np.testing.assert_array_equal(np.transpose(path.get_data()), variates[:, :2])
                np.testing.assert_array_equal(np.ravel(start.get_data()), variates[0, :2])
        for index, ax in enumerate(row[2:]):
            courses = [line.get_ydata() for line in ax.get_lines()]
            expected = np.concatenate([pair["circuit_variate"], pair["network_variate"]])
            np.testing.assert_array_equal(courses, expected[:, :, index])
            correlation = float(pair["canonical_correlation"][index])
            assert f"r = {correlation:.2f}" in ax.get_title(loc="center")


@pytest.mark.parametrize(
    ("name", "letter", "variable"),
    [
        ("canonical_correlations", "A", "canonical_correlation"),
        ("unobserved_neurons", "C", "unobserved_canonical_correlation"),
    ],
)
def test_correlations_by_component_have_bootstrap_intervals(figures, name, letter, variable):
    ax = panel(figures[name], letter)
    for kind in KINDS:
        values = stacked(SIMILARITIES, variable, kind)
        np.testing.assert_allclose(curve(ax, kind).get_ydata(), values.mean(axis=0))
        if kind in ("FF", "FFH"):
            np.testing.assert_array_equal(bars(ax, style.KINDS[kind].lower()), intervals(values))


def test_chance_bands_hold_most_surrogates_of_their_network(figures):
    ax = panel(figures["canonical_correlations"], "A")
    bands = {to_hex(band.get_edgecolor()[0]): band for band in ax.collections if band.get_paths()}
    for kind in ("FF", "FFH"):
        samples = stacked(SIMILARITIES, "chance", kind).reshape(-1, COMPONENTS)
        band = bands[style.KINDS[kind].lower()]
        (path,) = band.get_paths()
        for component in range(1, COMPONENTS + 1):
            ends = path.vertices[path.vertices[:, 0] == component, 1]
            expected = np.percentile(samples[:, component - 1], [2.5, 97.5])
            np.testing.assert_allclose([ends.min(), ends.max()], expected)
        assert to_hex(band.get_facecolor()[0]) == style.CHANCE.lower()


def test_replicates_are_joined_pairs(figures):
    ax = panel(figures["canonical_correlations"], "B")
    means = np.stack(
        [
            stacked(SIMILARITIES, "canonical_correlation", kind).mean(axis=1)
            for kind in ("FF", "FFH")
        ],
        axis=1,
    )
    joined = [line.get_ydata() for line in ax.get_lines() if to_hex(line.get_color()) == "#9a9a9a"]
    np.testing.assert_allclose(joined, means)
    for kind, column in zip(("FF", "FFH"), means.T, strict=True):
        np.testing.assert_allclose(curve(ax, kind).get_ydata(), column)
    ceiling = np.mean([each["ceiling"] for each in SIMILARITIES])
    levels = [line for line in ax.get_lines() if line.get_linestyle() == "--"]
    np.testing.assert_allclose([line.get_ydata()[0] for line in levels], [ceiling])


def test_unobserved_neurons_of_all_replicates_are_counted(figures):
    ax = panel(figures["unobserved_neurons"], "A")
    heights = {}
    for polygon in ax.collections:
        path = polygon.get_paths()[0].vertices
        heights[to_hex(polygon.get_facecolor()[0])] = path[:, 1].max()
    for kind in ("FF", "FFH"):
        values = stacked(SIMILARITIES, "unobserved_r2_by_neuron", kind)
        counts, _ = np.histogram(values, np.linspace(0, 1, 26))
        expected = 100 * counts.max() / values.size
        assert heights[style.KINDS[kind].lower()] == pytest.approx(expected)


def test_generalisation_errors_are_those_of_the_stage(figures):
    figure = figures["generalisation"]
    for measure, letters in (("emg", "ABC"), ("dynamics", "DEF")):
        for perturbation, letter in zip(
            ("initial_noise", "step_noise", "half_way"), letters, strict=True
        ):
            ax = panel(figure, letter)
            for kind in ("FF", "FFH"):
                values = 100 * stacked(GENERALISATIONS, f"{measure}_error_{perturbation}", kind)
                expected = values if perturbation == "half_way" else values.mean(axis=0)
                np.testing.assert_allclose(curve(ax, kind).get_ydata(), expected)


def test_half_way_examples(figures):
    axes = figures["generalisation"].axes[6:]
    assert len(axes) == REACHES
    first = GENERALISATIONS[0].sel(muscle=MUSCLES[0])
    for reach, ax in enumerate(axes):
        following = (reach + 1) % REACHES
        assert ax.get_title(loc="center") == f"reaches {reach}, {following}"
        expected = first["circuit_emg_half_way"].sel(target=reach)
        np.testing.assert_array_equal(curve(ax, "SOC").get_ydata(), expected)
        for kind in ("FF", "FFH"):
            expected = first["emg_half_way"].sel(network=kind, target=reach)
            np.testing.assert_array_equal(curve(ax, kind).get_ydata(), expected)


# How it is shown


@pytest.mark.parametrize("name", DRAWN)
def test_a_kind_of_network_has_its_colour(figures, name):
    labelled = [
        line
        for ax in figures[name].axes
        for line in ax.get_lines()
        if line.get_label() in style.KINDS
    ]
    assert all(line.get_color() == style.KINDS[line.get_label()] for line in labelled)
    entries = {text: kind for kind, text in artists.LABELS.items()}
    for legend in figures[name].legends:
        for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=True):
            kind = entries.get(text.get_text().split(" (error")[0])
            if kind and name != "trajectories":
                assert handle.get_color() == style.KINDS[kind]


def test_kinds_and_levels_have_distinct_colours():
    assert set(artists.LABELS) == set(style.KINDS) == set(style.MARKERS)
    colors = [*style.KINDS.values(), style.CHANCE, style.CEILING]
    assert len({to_rgba(color) for color in colors}) == len(colors)


def labels_along(ax, axis):
    """Label of an axis, or of one of its row or column that stands for it, or of the figure."""
    figure, here = ax.figure, ax.get_subplotspec()

    def stands_for(other):
        there = other.get_subplotspec()
        if there.get_gridspec() is not here.get_gridspec():
            return False
        if axis == "x":
            return there.colspan == here.colspan and there.rowspan.start >= here.rowspan.start
        return there.rowspan == here.rowspan and there.colspan.start <= here.colspan.start

    whole = figure.get_supxlabel() if axis == "x" else figure.get_supylabel()
    return whole or "".join(
        getattr(other, f"get_{axis}label")() for other in figure.axes if stands_for(other)
    )


@pytest.mark.parametrize("name", [name for name in DRAWN if name != "stages"])
def test_every_axis_has_a_label(figures, name):
    shown = [ax for ax in figures[name].axes if ax.axison and ax.has_data()]
    assert shown
    for ax in shown:
        # Categories name themselves.
        categories = [text.get_text() for text in ax.get_xticklabels()] == ["FF", "FFH"]
        assert labels_along(ax, "x") or categories
        assert labels_along(ax, "y")


# With histograms, shared axes, nested grids and arrows; drawing all figures twice takes long.
@pytest.mark.parametrize("name", ["circuit", "trajectories", "generalisation", "stages"])
def test_the_same_data_give_the_same_bytes(figures, name, tmp_path):
    paths = [tmp_path / f"{copy}.{kind}" for copy in "ab" for kind in ("svg", "pdf")]
    style.save(figures[name], *paths[:2])
    style.save(DRAWN[name](), *paths[2:])
    svg, pdf, svg_again, pdf_again = (path.read_bytes() for path in paths)
    assert svg == svg_again
    assert pdf == pdf_again
    assert b"<text" not in svg
    assert b"/Type3" not in pdf
    # Text of 160 mm is 453.5 points wide.
    width = re.search(rb"/MediaBox \[ 0 0 ([0-9.]+) ", pdf)
    assert float(width.group(1)) == pytest.approx(160 / 25.4 * 72, abs=0.1)


def test_saving_twice_changes_nothing(tmp_path):
    figure = DRAWN["generalisation"]()
    for path in (tmp_path / "once.svg", tmp_path / "twice.svg", tmp_path / "new" / "raster.png"):
        style.save(figure, path)
    assert (tmp_path / "once.svg").read_bytes() == (tmp_path / "twice.svg").read_bytes()
    assert (tmp_path / "new" / "raster.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "once.svg", "twice.svg"]


def test_rounding_in_the_layout_changes_nothing(tmp_path):
    figure = DRAWN["generalisation"]()
    style.save(figure, tmp_path / "figure.svg")
    before = (tmp_path / "figure.svg").read_bytes()
    for ax in figure.axes:
        ax.set_position(np.array(ax.get_position().bounds) + 1e-12)
    style.save(figure, tmp_path / "figure.svg")
    assert (tmp_path / "figure.svg").read_bytes() == before


def test_an_unknown_format_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(ValueError, match=r"figure\.jpg: expected the suffix"):
        style.save(Figure(), tmp_path / "figure.svg", tmp_path / "figure.jpg")
    assert not list(tmp_path.iterdir())


def test_drawing_leaves_matplotlib_as_it_was():
    before = dict(mpl.rcParams)
    DRAWN["variance_explained"]()
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("count", [1, 4, 8, 13])
def test_reaches_have_different_colours(count):
    colors = style.reach_colors(count)
    assert len(set(colors)) == count
    # A colour for each reach depends on its direction alone.
    assert style.reach_colors(2 * count)[::2] == colors


# Few replicates and missing values


def test_a_single_replicate_is_drawn_without_intervals():
    figure = constrained.canonical_correlations(SIMILARITIES[:1])
    ax = panel(figure, "A")
    np.testing.assert_array_equal(
        curve(ax, "FFH").get_ydata(), SIMILARITIES[0]["canonical_correlation"].sel(network="FFH")
    )
    assert not bars(ax, style.KINDS["FFH"].lower())
    constrained.variance_explained(SIMILARITIES[:1])
    constrained.unobserved_neurons(SIMILARITIES[:1])
    constrained.generalisation(GENERALISATIONS[:1])


def test_estimates_leave_out_missing_values():
    values = np.array([[1.0, np.nan, np.nan], [2.0, 5.0, np.nan], [4.0, np.nan, np.nan]])
    drawn = artists.estimate(values)
    np.testing.assert_allclose(drawn.mean, [7 / 3, 5.0, np.nan])
    expected = bootstrap_interval(values[:, 0], np.random.default_rng(0))
    np.testing.assert_array_equal((drawn.low[0], drawn.high[0]), expected)
    assert np.isnan(drawn.low[1:]).all()


# The graph of stages


def boxes(figure):
    return {text.get_text().replace("\n", " "): text for text in figure.axes[0].texts}


def test_each_stage_is_drawn_once_left_of_its_readers(figures):
    layer = stage_graph.layers(EDGES)
    assert all(layer[source] < layer[reader] for source, reader in EDGES)
    found = boxes(figures["stages"])
    assert len(found) == len(layer)
    assert found["target EMG"].get_position()[0] < found["FF"].get_position()[0]
    assert found["FF"].get_color() == style.KINDS["FF"]
    places = {text.get_position() for text in found.values()}
    assert len(places) == len(layer)


def test_stages_stand_as_late_as_their_readers_allow():
    layer = stage_graph.layers([("a", "b"), ("b", "d"), ("c", "d")])
    assert layer == {"a": 0, "b": 1, "c": 1, "d": 2}


def test_edges_over_several_layers_pass_no_box():
    figure = constrained.stages([("a", "b"), ("b", "c"), ("a", "c"), ("b", "d"), ("c", "d")])
    heights = {}
    for name, text in boxes(figure).items():
        x, y = text.get_position()
        heights.setdefault(x, []).append((name, y))
    # b shares its column with the passage of a -> c, and neither lies in the middle.
    ((_, height),) = heights[1.0]
    assert height != 0


def test_edges_do_not_cross_needlessly():
    ax = Figure().add_subplot()
    stage_graph.draw(ax, [("a", "y"), ("b", "x")], {}, {})
    height = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert (height["a"] - height["b"]) * (height["y"] - height["x"]) > 0


def test_stages_in_a_circle_are_refused():
    with pytest.raises(ValueError, match="cycle"):
        stage_graph.layers([("a", "b"), ("b", "a"), ("b", "c")])


def test_edges_come_from_the_files_provenance(tmp_path):
    def written(name, **inputs):
        path = tmp_path / f"{name}.h5"
        provenance = {
            "settings": {}, "seed": 1, "replicate": 1, "code": "", "versions": {},
            "inputs": {
                key: stage_graph.content_digest(value)
                if isinstance(value, str)
                else [stage_graph.content_digest(each) for each in value]
                for key, value in inputs.items()
            },
        }  # fmt: skip
        # A content of its own, since equal files cannot be told apart.
        dataset = filled(contracts.MEASURES, len(name), {"replicate": [1]})
        store.write(path, dataset, contracts.MEASURES, provenance)
        return str(path)

    emg = written("emg")
    first, second = written("circuit"), written("circuit-two")
    unknown = written("unknown-file")
    truth = written("truth", muscles=emg, circuit=first)
    comparison = written("comparison", truth=truth, all=[first, second], other=unknown)
    files = {"emg": emg, "circuits": [first, second], "truth": truth, "comparison": [comparison]}
    assert stage_graph.edges_between(files) == [
        ("circuits", "comparison"),
        ("circuits", "truth"),
        ("emg", "truth"),
        ("truth", "comparison"),
    ]
    with pytest.raises(InputError, match=r"missing\.h5"):
        stage_graph.edges_between({"emg": str(tmp_path / "missing.h5")})


# The rest of the house


def test_every_figure_has_a_caption_of_one_sentence():
    folder = Path(constrained.__file__).parents[4] / "report" / "captions" / "constrained"
    for name in DRAWN:
        caption = (folder / f"{name}.rst").read_text(encoding="utf-8").strip()
        assert caption.endswith(".")
        assert not re.search(r"\.\s", caption)
