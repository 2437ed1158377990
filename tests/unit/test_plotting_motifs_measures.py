"""Figures of what was measured over all motifs: errors, chains, modules, learning, forgetting."""

import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import LineCollection, QuadMesh
from matplotlib.colors import to_hex
from matplotlib.patches import Circle, Rectangle

from corticomotor.plotting import style
from corticomotor.runtime import store
from corticomotor.statistics import bootstrap_interval, paired_test
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.figures import networks, traces
from corticomotor.studies.motifs.figures.chain import chain
from corticomotor.studies.motifs.figures.errors import errors, motif_errors
from corticomotor.studies.motifs.figures.forgetting import forgetting
from corticomotor.studies.motifs.figures.learning import learning
from corticomotor.studies.motifs.figures.pairs import pairs
from corticomotor.studies.motifs.figures.preparation import preparation
from corticomotor.studies.motifs.figures.thalamocortical import thalamocortical

REPETITIONS, STARTS, MOTIFS, REPLICATES = 2, 3, 5, 3
PREPARATION_TAU = 5.0
FACTOR = 2.0
UNPREPARED = [
    "additive",
    "additive_wide",
    "additive_origin",
    "additive_large",
    "additive_oscillatory",
    "multiplicative",
    "control",
]
COMPARED = [
    "additive",
    "additive_prepared",
    "multiplicative",
    "multiplicative_prepared",
    "additive_oscillatory",
    "additive_oscillatory_prepared",
    "two_input",
    "thalamocortical",
]
CHAIN = [3, 1, 12, 1]


def filled(contract, seed, coordinates, **values):
    """Dataset of a contract with random positive numbers, but for the values that are given."""
    rng = np.random.default_rng(seed)
    drawn = {}
    for name, variable in contract.variables.items():
        drawn[name] = rng.uniform(0.1, 0.9, [len(coordinates[dim]) for dim in variable.dims])
        if "first_motif" in variable.dims:
            first, second = (variable.dims.index(dim) for dim in ("first_motif", "motif"))
            after = np.moveaxis(drawn[name], (first, second), (0, 1))
            after[np.diag_indices(len(after))] = np.nan
    return store.dataset(contract, drawn | values, coordinates)


def motif_coordinates(motifs):
    numbers = range(1, motifs + 1)
    return {
        "motif": numbers,
        "first_motif": numbers,
        "repetition": range(REPETITIONS),
        "start": range(STARTS),
        "time": np.linspace(0.1, 30, 20),
    }


def evaluation(seed, increase=0.0, motifs=MOTIFS, parts=(0.5, 1.0)):
    """Evaluation with errors after other motifs that differ from those from random states."""
    coordinates = motif_coordinates(motifs) | {
        "interrupted_at": parts,
        "initial_std": [],
        "quantile": [0.5],
    }
    data = filled(contracts.EVALUATION, seed, coordinates)
    data["transition_error"] += increase
    return data


def model(seed, motifs=MOTIFS):
    coordinates = motif_coordinates(motifs) | {
        "exponential": range(4),
        "eigenvalue": range(6),
        "unit": range(6),
        "loop": range(2),
        "relaxation_time": np.linspace(0, 5, 11),
        "trial": range(4),
    }
    return filled(contracts.THALAMOCORTICAL, seed, coordinates)


def module(seed, units=8, loops=4):
    coordinates = {
        "unit": range(units),
        "loop": range(loops),
        "iteration": range(1, 4),
        "eigenvalue": range(units),
        "trial": range(3),
        "time": np.linspace(0, 20, 41),
    }
    return filled(contracts.PREPARATORY_MODULE, seed, coordinates)


def learned(seed, iterations=12, motifs=MOTIFS):
    rng = np.random.default_rng(seed)
    error = rng.uniform(0.1, 0.9, (iterations, motifs))
    ends = rng.integers(4, iterations, motifs)
    ends[0] = iterations
    for motif, end in enumerate(ends):
        error[end:, motif] = np.nan
    coordinates = {
        "motif": range(1, motifs + 1),
        "parameter": ["input"],
        "unit": range(2),
        "shared_unit": [],
        "presynaptic_unit": range(2),
        "iteration": range(1, iterations + 1),
    }
    values = {"training_error": error, "steady_until": ends - 2}
    return filled(contracts.NETWORK, seed, coordinates, **values)


def strip(seed=0, chained=("additive_prepared", "additive")):
    coordinates = {
        "network": list(chained),
        "position": range(1, len(CHAIN) + 1),
        "time": 10.0 * np.arange(1, 10 * len(CHAIN) + 1) / 10,
    }
    values = {"motif": CHAIN, "start": 10.0 * np.arange(len(CHAIN)), "preparation": 2.0}
    return filled(contracts.CHAIN, seed, coordinates, **values)


def sequential(seed, motifs=MOTIFS):
    coordinates = {"lesson": range(1, motifs + 1), "motif": range(1, motifs + 1)}
    return filled(contracts.FORGETTING, seed, coordinates)


def replicated(make, start, **kwargs):
    return [make(seed, **kwargs) for seed in range(start, start + REPLICATES)]


# Errors of these grow, those of others do not.
GROWN = {"additive", "multiplicative", "control"}
EVALUATIONS = {
    name: replicated(evaluation, 10 * place, increase=0.5 * (name in GROWN), motifs=6)
    for place, name in enumerate(networks.COLORS)
    if name != "thalamocortical"
}
MODELS = replicated(model, 1)
ADDITIVE, MULTIPLICATIVE = replicated(module, 20), replicated(module, 30, units=6)
SWEPT = {
    4: MULTIPLICATIVE,
    1: replicated(module, 40, units=6, loops=1),
    2: replicated(module, 50, units=6, loops=2),
}
NETWORKS = {
    name: [learned(10 * place + seed, iterations=12 + seed) for seed in range(REPLICATES)]
    for place, name in enumerate(
        [
            "additive",
            "additive_origin",
            "additive_prepared",
            "multiplicative",
            "multiplicative_prepared",
        ]
    )
}
SEQUENTIAL = replicated(sequential, 60)
RNG = np.random.default_rng(7)
PAIRS = {
    key: RNG.uniform(0.3, 0.5, REPLICATES).tolist()
    for key in [
        ("multiplicative", 1.8, 1.5),
        ("multiplicative", 1.0, 0.75),
        ("additive", 1.8, 0.0),
        ("additive", 1.0, 0.0),
        ("control", 1.0, 0.0),
        ("multiplicative", 1.0, 1.5),
        ("multiplicative", 1.8, 0.75),
        ("control", 1.8, 0.0),
    ]
}
DRAWN = {
    "errors": lambda: errors(EVALUATIONS, MODELS, FACTOR),
    "chain": lambda: chain(strip(), "3-1-12-1"),
    "pairs": lambda: pairs(PAIRS),
    "preparation": lambda: preparation(
        ADDITIVE, MULTIPLICATIVE, SWEPT, PREPARATION_TAU, (1.4, 1.6)
    ),
    "learning": lambda: learning(NETWORKS),
    "forgetting": lambda: forgetting(SEQUENTIAL, 0.29),
    "thalamocortical": lambda: thalamocortical(MODELS, PREPARATION_TAU),
}


@pytest.fixture(scope="module")
def figures():
    return {name: draw() for name, draw in DRAWN.items()}


def panel(figure, letter):
    (found,) = [ax for ax in figure.axes if ax.get_title(loc="left") == letter]
    return found


def curves(ax, label):
    return [line for line in ax.get_lines() if line.get_label() == label]


def curve(ax, label):
    (found,) = curves(ax, label)
    return found


def unlabelled(ax):
    return [line for line in ax.get_lines() if line.get_label().startswith("_")]


def color(line):
    return to_hex(line.get_color())


def shaded(ax):
    """Where grey bars begin and end."""
    return [
        (each.get_x(), each.get_x() + each.get_width())
        for each in ax.patches
        if isinstance(each, Rectangle)
        and to_hex(each.get_facecolor()) == traces.PREPARATION.lower()
    ]


# Errors


def written_out(data):
    """Mean errors (motif,) from random states and after whole others, and failed transitions."""
    random = data["random_error"].values
    whole = data["transition_error"].values
    whole = whole[:, -1] if whole.ndim == 4 else whole
    count = data.sizes["motif"]
    after, failed = [], []
    for motif in range(count):
        others = [first for first in range(count) if first != motif]
        after.append(np.mean([whole[:, first, motif] for first in others]))
        for repetition in range(REPETITIONS):
            limit = FACTOR * np.median(random[repetition, motif])
            failed += [whole[repetition, first, motif] > limit for first in others]
    return random.mean(axis=(0, 2)), np.array(after), 100 * np.mean(failed)


def test_errors_of_motifs_are_those_of_whole_transitions():
    random, after = motif_errors(EVALUATIONS["control"])
    expected = [written_out(each) for each in EVALUATIONS["control"]]
    np.testing.assert_allclose(random, [each[0] for each in expected])
    np.testing.assert_allclose(after, [each[1] for each in expected])


@pytest.mark.parametrize(("letters", "names"), [("AB", UNPREPARED), ("CD", COMPARED)])
def test_rows_are_networks_with_their_errors_and_failures(figures, letters, names):
    left, right = (panel(figures["errors"], letter) for letter in letters)
    rows = [text.get_text() for text in left.get_yticklabels()]
    assert rows == [networks.LABELS[name] for name in names]
    measured = {**EVALUATIONS, "thalamocortical": MODELS}
    for name, height in zip(names, left.get_yticks(), strict=True):
        found = [written_out(each) for each in measured[name]]
        ends = [np.mean([each[part].mean() for each in found]) for part in (0, 1)]
        line = curve(left, name)
        np.testing.assert_allclose(line.get_xdata(), ends)
        assert np.abs(line.get_ydata() - height).max() < 0.5
        assert color(line) == networks.COLORS[name].lower()

        lines = [each for each in unlabelled(left) if abs(each.get_ydata()[0] - height) < 0.5]
        replicates = [each.get_xdata() for each in lines if each.get_linestyle() == "-"]
        expected = [[each[0].mean(), each[1].mean()] for each in found]
        np.testing.assert_allclose(replicates, expected)

        failed = [each[2] for each in found]
        (bar,) = [
            each
            for each in right.patches
            if each.get_y() - 0.5 < height < each.get_y() + each.get_height() + 0.5
        ]
        assert bar.get_width() == pytest.approx(np.mean(failed))
        dots = [each for each in right.get_lines() if abs(each.get_ydata()[0] - height) < 0.5]
        np.testing.assert_allclose(dots[0].get_xdata(), failed)


def test_failures_have_bootstrap_intervals(figures):
    ax = panel(figures["errors"], "B")
    drawn = [
        segment[:, 0]
        for collection in ax.collections
        if isinstance(collection, LineCollection)
        for segment in collection.get_segments()
    ]
    for name, ends in zip(UNPREPARED, drawn, strict=True):
        failed = np.array([written_out(each)[2] for each in EVALUATIONS[name]])
        expected = bootstrap_interval(failed, np.random.default_rng(0))
        np.testing.assert_allclose(ends, expected)


def starred(ax):
    heights = dict(zip(ax.get_yticks(), (t.get_text() for t in ax.get_yticklabels()), strict=True))
    stars = [text for text in ax.texts if text.get_text() == "★"]
    return {heights[min(heights, key=lambda height: abs(height - star.xy[1]))] for star in stars}


def test_stars_stand_where_errors_grow_significantly(figures):
    for letter, names in (("A", UNPREPARED), ("C", COMPARED)):
        expected = {networks.LABELS[name] for name in names if name in GROWN}
        assert starred(panel(figures["errors"], letter)) == expected
    assert "p < 0.01" in figures["errors"].legends[0].get_texts()[-1].get_text()


def test_errors_that_fall_significantly_get_no_star():
    fallen = replicated(evaluation, 0, increase=-0.5, motifs=6)
    assert paired_test(*(each.ravel() for each in motif_errors(fallen))).p < 0.01
    assert not starred(panel(errors({"control": fallen}, [], FACTOR), "A"))


def test_networks_that_were_not_evaluated_have_no_row():
    figure = errors({"control": EVALUATIONS["control"], "two_input": []}, [], FACTOR)
    assert [text.get_text() for text in panel(figure, "A").get_yticklabels()] == ["control"]
    assert not panel(figure, "C").get_yticklabels()


# Chains


def chain_panels(figure, data):
    """(network, panel of the output, panel of the rates), top to bottom."""
    header, *rest = figure.axes
    shown = ["additive", "additive_prepared"]
    return header, list(zip(shown, rest[::2], rest[1::2], strict=True))


def test_chain_shows_output_over_target_and_rates(figures):
    data = strip()
    header, rows = chain_panels(figures["chain"], data)
    assert header.get_title(loc="left") == "chain 3-1-12-1"
    for network, output, norm in rows:
        produced = data.sel(network=network)
        assert output.get_title(loc="left").startswith(f"{networks.LABELS[network]}: ")
        np.testing.assert_array_equal(curve(output, "target").get_ydata(), data["target"])
        for ax, name in ((output, "output"), (norm, "rate_norm")):
            x, y = curve(ax, network).get_data()
            np.testing.assert_array_equal(x, data["time"])
            np.testing.assert_array_equal(y, produced[name])
            assert color(curve(ax, network)) == networks.COLORS[network].lower()
        lines = output.get_lines()
        assert lines.index(curve(output, network)) > lines.index(curve(output, "target"))


def test_chain_numbers_its_motifs_and_their_errors(figures):
    data = strip()
    header, rows = chain_panels(figures["chain"], data)
    places = [5.0, 15.0, 25.0, 35.0]
    assert [text.get_text() for text in header.texts] == list(map(str, CHAIN))
    assert [text.get_position()[0] for text in header.texts] == places
    colors = traces.motif_colors(12)
    assert [patch.get_facecolor()[:3] for patch in header.patches] == [colors[m - 1] for m in CHAIN]
    for network, output, _ in rows:
        error = data["error"].sel(network=network).values
        assert [text.get_text() for text in output.texts] == [f"RMSE {each:.2f}" for each in error]
        assert [text.get_position()[0] for text in output.texts] == places
        assert output.get_title(loc="left").endswith(f"RMSE {error.mean():.2f}")


def test_preparation_is_shaded_in_prepared_networks_alone(figures):
    _, rows = chain_panels(figures["chain"], strip())
    spans = [(start, start + 2.0) for start in (0, 10, 20, 30)]
    for network, *axes in rows:
        for ax in axes:
            assert shaded(ax) == (spans if network.endswith("_prepared") else [])


def test_errors_in_a_chain_stand_above_all_outputs(figures):
    _, rows = chain_panels(figures["chain"], strip())
    for _, output, _ in rows:
        low, high = output.get_ylim()
        top = max(
            line.get_ydata().max() for line in output.get_lines() if len(line.get_xdata()) > 2
        )
        assert (top - low) / (high - low) < 0.9


def test_long_chains_are_thinned_to_the_end():
    data = strip().interp(time=np.linspace(1, 40, 9000), kwargs={"fill_value": "extrapolate"})
    x = curve(chain(data, "long").axes[1], "additive").get_xdata()
    assert 1800 <= len(x) < 2700
    assert x[-1] == pytest.approx(40, abs=0.05)


# Pairs of motifs


def test_pairs_show_every_network_and_the_averages(figures):
    for letter, kinds in (
        ("A", [("additive", 0.0, "additive")]),
        (
            "B",
            [
                ("multiplicative", 0.75, "multiplicative, loop gain 0.75"),
                ("multiplicative", 1.5, "multiplicative, loop gain 1.5"),
            ],
        ),
    ):
        ax = panel(figures["pairs"], letter)
        assert list(ax.get_xticks()) == [1.0, 1.8]
        colors = set()
        for architecture, loop_gain, label in [*kinds, ("control", 0.0, "control")]:
            expected = [PAIRS[architecture, gain, loop_gain] for gain in (1.0, 1.8)]
            line = curve(ax, label)
            np.testing.assert_allclose(line.get_xdata(), [1.0, 1.8], atol=0.05)
            np.testing.assert_allclose(line.get_ydata(), np.mean(expected, axis=1))
            dots = [each for each in unlabelled(ax) if color(each) == color(line)]
            np.testing.assert_array_equal([each.get_ydata() for each in dots], expected)
            for place, each in zip(line.get_xdata(), dots, strict=True):
                assert set(each.get_xdata()) == {place}
            colors.add(color(line))
        assert len(colors) == len(kinds) + 1
        assert color(curve(ax, "control")) == networks.COLORS["control"].lower()


def test_a_single_gain_is_enough():
    keys = [("additive", 1.4, 0.0), ("multiplicative", 1.4, 1.5), ("control", 1.4, 0.0)]
    ax = panel(pairs({key: [0.3] for key in keys}), "B")
    low, high = ax.get_xlim()
    assert low < 1.4 < high
    line = curve(ax, "multiplicative, loop gain 1.5")
    assert color(line) == networks.COLORS["multiplicative"].lower()


# The preparatory module


def test_spectra_without_with_and_with_a_foreign_module(figures):
    axes = figures["preparation"].axes[:6]
    headings = {
        "without module": "_without",
        "with module": "",
        "module, other weights": "_foreign",
    }
    assert [ax.get_title(loc="center") for ax in axes[:3]] == list(headings)
    for row, modules, gain in ((axes[:3], ADDITIVE, 1.4), (axes[3:], MULTIPLICATIVE, 1.6)):
        for ax, (heading, suffix) in zip(row, headings.items(), strict=True):
            x, y = curve(ax, heading).get_data()
            np.testing.assert_array_equal(x, modules[0][f"eigenvalue_real{suffix}"])
            np.testing.assert_array_equal(y, modules[0][f"eigenvalue_imaginary{suffix}"])
            (circle,) = [patch for patch in ax.patches if isinstance(patch, Circle)]
            assert circle.center == (0, 0)
            assert circle.radius == gain
            assert [line.get_xdata()[0] for line in unlabelled(ax)] == [1.0]
            assert ax.get_aspect() == 1.0


def percent_left(data, name):
    norm = data[name].values
    return np.mean([100 * trial / trial[0] for trial in norm.T], axis=0)


def test_norms_are_relative_to_their_start(figures):
    for letter, modules in (("C", ADDITIVE), ("D", MULTIPLICATIVE)):
        ax = panel(figures["preparation"], letter)
        for name in ("rate_norm_without", "rate_norm_untrained", "rate_norm"):
            expected = np.mean([percent_left(each, name) for each in modules], axis=0)
            np.testing.assert_allclose(curve(ax, name).get_ydata(), expected)
            assert expected[0] == pytest.approx(100)
        assert shaded(ax) == [(0, PREPARATION_TAU)]
        assert {5.0, 7.0} <= set(ax.get_xticks())
        assert 1.0 in [line.get_ydata()[0] for line in unlabelled(ax)]
        assert ax.get_yscale() == "log"


def test_loops_are_swept_in_order(figures):
    for letter, measure in (
        ("E", lambda each: percent_left(each, "rate_norm")[14]),
        ("F", lambda each: each["eigenvalue_real"].values.max()),
    ):
        ax = panel(figures["preparation"], letter)
        x, y = curve(ax, "mean").get_data()
        np.testing.assert_allclose(x, [100 / 6, 200 / 6, 400 / 6])
        values = [[measure(each) for each in SWEPT[loops]] for loops in (1, 2, 4)]
        np.testing.assert_allclose(y, np.mean(values, axis=1))
        dots = [line.get_ydata() for line in unlabelled(ax) if line.get_marker() == "o"]
        np.testing.assert_allclose(dots, values)
        assert color(curve(ax, "mean")) == networks.COLORS["multiplicative_prepared"].lower()


# Learning


def held(data):
    """Square roots of the errors, each held after its last, written out."""
    error = data["training_error"].values.copy()
    for motif in range(error.shape[1]):
        for iteration in range(1, len(error)):
            if np.isnan(error[iteration, motif]):
                error[iteration, motif] = error[iteration - 1, motif]
    return np.sqrt(error)


@pytest.mark.parametrize("letter", ["A", "B"])
def test_learning_curves_hold_the_last_error_of_motifs_that_are_done(figures, letter):
    ax = panel(figures["learning"], letter)
    shown = [name for name in NETWORKS if curves(ax, name)]
    assert shown == [name for name in NETWORKS if ("multi" in name) == (letter == "B")]
    for name in shown:
        means = [held(each).mean(axis=1) for each in NETWORKS[name]]
        longest = max(map(len, means))
        padded = [[*each, *[each[-1]] * (longest - len(each))] for each in means]
        x, y = curve(ax, name).get_data()
        np.testing.assert_array_equal(x, np.arange(1, longest + 1))
        np.testing.assert_allclose(y, np.mean(padded, axis=0))
        thin = [each for each in unlabelled(ax) if color(each) == color(curve(ax, name))]
        np.testing.assert_allclose([each.get_ydata() for each in thin], padded)


def test_single_motifs_end_when_they_are_done(figures):
    axes = [ax for ax in figures["learning"].axes if ax.get_title(loc="center")]
    assert [ax.get_title(loc="center") for ax in axes] == [f"motif {n}" for n in (1, 2, 3, 4)]
    for motif, ax in enumerate(axes, start=1):
        dots = [line for line in unlabelled(ax) if line.get_marker() == "o"]
        for name, dot in zip(("additive", "multiplicative"), dots, strict=True):
            data = NETWORKS[name][0].sel(motif=motif)
            expected = np.sqrt(data["training_error"].values)
            np.testing.assert_array_equal(curve(ax, name).get_ydata(), expected)
            until = int(data["steady_until"])
            assert dot.get_data() == ([until], [expected[until - 1]])


def test_learning_without_some_networks():
    few = {name: NETWORKS[name][:1] for name in ("additive", "multiplicative")}
    figure = learning(few | {"additive_origin": []})
    entries = [text.get_text() for text in figure.legends[0].get_texts()]
    assert entries == ["additive", "multiplicative", "learning rate begins to fall"]


# Forgetting


def test_map_of_errors_after_each_lesson(figures):
    ax = panel(figures["forgetting"], "A")
    (mesh,) = [each for each in ax.collections if isinstance(each, QuadMesh)]
    expected = np.mean([each["error"].values for each in SEQUENTIAL], axis=0)
    np.testing.assert_allclose(np.asarray(mesh.get_array()), expected)
    corners = mesh.get_coordinates()
    np.testing.assert_allclose(corners[0, 0], (0.5, 0.5))
    np.testing.assert_allclose(corners[-1, -1], (MOTIFS + 0.5, MOTIFS + 0.5))
    assert mesh.get_clim()[0] == 0
    numbers = np.arange(1, MOTIFS + 1)
    for taught in curve(ax, "taught").get_data():
        np.testing.assert_array_equal(taught, numbers)


def test_errors_since_a_motif_was_learned(figures):
    ax = panel(figures["forgetting"], "B")
    error = np.mean([each["error"].values for each in SEQUENTIAL], axis=0)
    for motif, line in enumerate(unlabelled(ax)):
        y = line.get_ydata()
        np.testing.assert_allclose(y[: MOTIFS - motif], error[motif:, motif])
        assert np.isnan(y[MOTIFS - motif :]).all()
    expected = [np.mean(np.diagonal(error, -since)) for since in range(MOTIFS)]
    np.testing.assert_allclose(curve(ax, "control").get_ydata(), expected)
    together = np.mean([each["together_error"] for each in SEQUENTIAL])
    assert curve(ax, "together").get_ydata()[0] == pytest.approx(together)
    assert curve(ax, "additive").get_ydata()[0] == 0.29


# The thalamocortical model


def test_examples_are_the_best_the_median_and_the_worst_motif(figures):
    first = MODELS[0]
    random, after, _ = written_out(first)
    order = np.argsort(random)
    axes = np.reshape(figures["thalamocortical"].axes[:9], (3, 3))
    for (fitted, started, followed), index in zip(axes.T, order[[0, 2, 4]], strict=True):
        motif = index + 1
        assert fitted.get_title(loc="center") == f"motif {motif}"
        target, fit = (first[name].sel(motif=motif).values for name in ("target", "approximation"))
        np.testing.assert_array_equal(curve(fitted, "approximation").get_ydata(), fit)
        trials = [line.get_ydata() for line in started.get_lines() if line.get_label() != "target"]
        np.testing.assert_array_equal(trials, first["random_output"].sel(motif=motif))
        for other in set(range(1, MOTIFS + 1)) - {motif}:
            expected = first["transition_output"].sel(first_motif=other, motif=motif)
            np.testing.assert_array_equal(curve(followed, str(other)).get_ydata(), expected)
        measured = (np.sqrt(np.mean((fit - target) ** 2)), random[index], after[index])
        for ax, error in zip((fitted, started, followed), measured, strict=True):
            assert ax.get_title(loc="right") == f"RMSE {error:.2f}"
            assert shaded(ax) == [(0, PREPARATION_TAU)]
            np.testing.assert_array_equal(curve(ax, "target").get_ydata(), target)


def test_the_error_of_an_approximation_is_that_of_execution():
    data = model(3)
    data["approximation"][:, :4] = np.nan
    figure = thalamocortical([data], PREPARATION_TAU)
    motif = int(figure.axes[0].get_title(loc="center").removeprefix("motif "))
    chosen = data.sel(motif=motif).isel(time=slice(4, None))
    error = np.sqrt(np.mean((chosen["approximation"].values - chosen["target"].values) ** 2))
    assert figure.axes[0].get_title(loc="right") == f"RMSE {error:.2f}"


def test_two_motifs_are_both_shown():
    figure = thalamocortical([model(4, motifs=2)], PREPARATION_TAU)
    titles = [ax.get_title(loc="center") for ax in figure.axes[:2]]
    assert sorted(titles) == ["motif 1", "motif 2"]


def test_thalamocortical_eigenvalues_and_distances(figures):
    ax = panel(figures["thalamocortical"], "D")
    for label, suffix in (("without", "_without"), ("in preparation", "")):
        x, y = curve(ax, label).get_data()
        np.testing.assert_array_equal(x, MODELS[0][f"eigenvalue_real{suffix}"])
        np.testing.assert_array_equal(y, MODELS[0][f"eigenvalue_imaginary{suffix}"])
    assert [line.get_xdata()[0] for line in unlabelled(ax)] == [0.0]

    ax = panel(figures["thalamocortical"], "E")
    trials = np.concatenate([each["distance"].values.T for each in MODELS])
    percent = [100 * trial / trial[0] for trial in trials]
    np.testing.assert_allclose([line.get_ydata() for line in unlabelled(ax)], percent)
    np.testing.assert_allclose(curve(ax, "mean").get_ydata(), np.mean(percent, axis=0))


def test_thalamocortical_errors_are_pairs_that_were_tested(figures):
    ax = panel(figures["thalamocortical"], "F")
    random, after = (
        np.concatenate([written_out(each)[part] for each in MODELS]) for part in (0, 1)
    )
    joined = [line.get_ydata() for line in unlabelled(ax) if line.get_linestyle() == "-"]
    np.testing.assert_allclose(joined, np.stack([random, after], axis=1))
    np.testing.assert_allclose(curve(ax, "mean").get_ydata(), [random.mean(), after.mean()])
    assert ax.get_title(loc="center") == f"p = {paired_test(random, after).p:.2g}"


# How it is shown


@pytest.mark.parametrize("name", DRAWN)
def test_figures_fit_a_page_and_have_no_small_print(figures, name):
    width, height = figures[name].get_size_inches() * 25.4
    assert width == pytest.approx(style.TEXT_WIDTH_MM)
    assert height <= 210
    texts = [text for ax in figures[name].axes for text in ax.texts]
    ticks = [label for ax in figures[name].axes for label in ax.get_xticklabels()]
    assert all(text.get_fontsize() >= 6.5 for text in [*texts, *ticks])


@pytest.mark.parametrize("name", ["chain", "forgetting", "preparation"])
def test_the_same_data_give_the_same_bytes(figures, name, tmp_path):
    style.save(figures[name], tmp_path / "a.svg")
    style.save(DRAWN[name](), tmp_path / "b.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_single_replicate_is_enough():
    one = {name: data[:1] for name, data in EVALUATIONS.items()}
    figure = errors(one, MODELS[:1], FACTOR)
    assert not starred(panel(figure, "C")) - {networks.LABELS[name] for name in GROWN}
    preparation(
        ADDITIVE[:1], MULTIPLICATIVE[:1], {4: MULTIPLICATIVE[:1]}, PREPARATION_TAU, (1.4, 1.4)
    )
    forgetting(SEQUENTIAL[:1], 0.3)


def test_every_figure_has_a_caption_of_one_sentence():
    folder = Path(networks.__file__).parents[4] / "report" / "captions" / "motifs"
    for name in DRAWN:
        caption = (folder / f"{name}.rst").read_text(encoding="utf-8").strip()
        assert caption.endswith(".")
        assert not re.search(r"\.\s", caption)
        assert not caption.startswith("(")
