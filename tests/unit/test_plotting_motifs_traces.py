"""Figures of single motifs: outputs, errors, and which motifs stand as examples."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from scipy.stats import norm

from corticomotor.plotting import style
from corticomotor.runtime import store
from corticomotor.statistics import bootstrap_interval, paired_test
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.figures import networks, traces
from corticomotor.studies.motifs.figures.interrupted import interrupted
from corticomotor.studies.motifs.figures.library import library, motif_colors
from corticomotor.studies.motifs.figures.noise import noise
from corticomotor.studies.motifs.figures.performance import performance
from corticomotor.studies.motifs.figures.zero_shot import zero_shot

TIME = np.linspace(0.1, 30.0, 40)
STARTS, REPETITIONS, REPLICATES, MOTIFS = 4, 2, 3, 5
PARTS = (0.5, 0.66, 0.8, 1.0)
STDS = (0.0, 0.01, 1.0)
PREPARATION_TAU = 5.0


def evaluation(seed, motifs=MOTIFS, parts=(1.0,), stds=(), **values):
    rng = np.random.default_rng(seed)
    contract = contracts.EVALUATION
    numbers = np.arange(1, motifs + 1)
    coordinates = {
        "motif": numbers,
        "first_motif": numbers,
        "repetition": range(REPETITIONS),
        "start": range(STARTS),
        "interrupted_at": parts,
        "initial_std": stds,
        "time": TIME,
        "quantile": np.linspace(0.05, 0.95, 9),
    }
    drawn = {}
    for name, variable in contract.variables.items():
        shape = tuple(len(coordinates[dim]) for dim in variable.dims)
        sample = rng.uniform(0.1, 0.9, shape)
        if "first_motif" in variable.dims:
            first, second = (variable.dims.index(dim) for dim in ("first_motif", "motif"))
            moved = np.moveaxis(sample, (first, second), (0, 1))
            moved[np.arange(motifs), np.arange(motifs)] = np.nan
        drawn[name] = sample
    drawn["end_state_quantile"] = np.sort(drawn["end_state_quantile"], axis=1)
    return store.dataset(contract, drawn | values, coordinates)


def motif_library(seed, motifs=MOTIFS):
    output = np.random.default_rng(seed).normal(size=(motifs, len(TIME)))
    coordinates = {"motif": np.arange(1, motifs + 1), "time": TIME}
    return store.dataset(contracts.LIBRARY, {"output": output}, coordinates)


def replicates(start, count=REPLICATES, **kwargs):
    return [evaluation(seed, **kwargs) for seed in range(start, start + count)]


def drawn():
    """Each figure and the data of its arguments."""
    step, oscillatory = motif_library(1), motif_library(2)
    single = evaluation(3)
    rows = [replicates(start) for start in (10, 20, 30, 40)]
    broken = [replicates(start, parts=PARTS) for start in (50, 60)]
    noisy = [replicates(start, stds=STDS) for start in (70, 80)]
    return {
        "library": (library(step, oscillatory), (step, oscillatory)),
        "performance": (performance(single, PREPARATION_TAU), (single,)),
        "zero_shot": (zero_shot(*rows), rows),
        "interrupted": (interrupted(*broken, PREPARATION_TAU), broken),
        "noise": (noise(*noisy), noisy),
    }


NAMES = ["library", "performance", "zero_shot", "interrupted", "noise"]


@pytest.fixture(scope="module")
def figures():
    return drawn()


def random_rmse(data):
    return data["random_error"].values.mean(axis=(0, 2))


def transition_rmse(data):
    """(interrupted_at, motif), written out."""
    errors = data["transition_error"].values
    motifs = data.sizes["motif"]
    return np.array(
        [
            [
                np.mean(
                    [errors[:, part, first, motif] for first in range(motifs) if first != motif]
                )
                for motif in range(motifs)
            ]
            for part in range(errors.shape[1])
        ]
    )


def number(ax):
    return int(ax.get_title(loc="left"))


def numbered(axes):
    return [ax for ax in axes if ax.get_title(loc="left")]


def outputs(ax):
    """Lines but for the target by their labels."""
    return {line.get_label(): line for line in ax.get_lines() if line.get_label() != "target"}


def target(ax):
    (found,) = [line for line in ax.get_lines() if line.get_label() == "target"]
    return found


def heading(ax):
    (found,) = [text.get_text() for text in ax.texts]
    return found


def assert_from_random(ax, data, values):
    """The panel shows values (motif, start, time) of its motif."""
    motif = number(ax)
    lines = list(outputs(ax).values())
    np.testing.assert_array_equal(
        [line.get_ydata() for line in lines], values.sel(motif=motif).values
    )
    expected = traces.shades(motif_colors(data.sizes["motif"])[motif - 1], STARTS)
    assert [line.get_color() for line in lines] == expected
    assert_target(ax, data)


def assert_after_others(ax, data, name="transition_output"):
    motif = number(ax)
    lines = outputs(ax)
    assert list(lines) == [str(first) for first in data["motif"].values if first != motif]
    colors = motif_colors(data.sizes["motif"])
    for first, line in lines.items():
        expected = data[name].sel(first_motif=int(first), motif=motif)
        np.testing.assert_array_equal(line.get_ydata(), expected)
        assert line.get_color() == colors[int(first) - 1]
    assert_target(ax, data)


def assert_target(ax, data):
    line = target(ax)
    x, y = line.get_data()
    np.testing.assert_array_equal(x, data["time"])
    np.testing.assert_array_equal(y, data["target"].sel(motif=number(ax)))
    assert all(line.get_zorder() > each.get_zorder() for each in outputs(ax).values())


def bars(ax):
    """Ends of the vertical bars, left to right."""
    segments = [
        segment
        for collection in ax.collections
        if isinstance(collection, LineCollection)
        for segment in collection.get_segments()
        if len(segment) and np.isfinite(segment).all()
    ]
    return [(low, high) for _, low, high in sorted((x, y, top) for (x, y), (_, top) in segments)]


# Colours


# Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def cielab(color, seen=VISION["normal"]):
    linear = np.array(
        [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color]
    )
    linear = np.clip(np.asarray(seen) @ linear, 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    scaled = to_xyz @ linear / [0.9505, 1.0, 1.089]
    x, y, z = np.where(scaled > 0.008856, np.cbrt(scaled), 7.787 * scaled + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("vision", VISION)
def test_ten_motifs_can_be_told_apart_and_from_the_target(vision):
    colors = [*motif_colors(10), to_rgb(style.KINDS["SOC"])]
    seen = [cielab(color, VISION[vision]) for color in colors]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 15


def test_more_motifs_have_colours_of_their_own_and_leave_the_others():
    many = motif_colors(25)
    assert len(set(many)) == 25
    assert many[:10] == motif_colors(10)


def test_shades_go_from_light_to_dark():
    for color in motif_colors(10):
        lightness = [cielab(shade)[0] for shade in traces.shades(color, 9)]
        assert lightness == sorted(lightness, reverse=True)
        assert lightness[0] > cielab(color)[0] > lightness[-1]
    assert len(traces.shades(motif_colors(1)[0], 1)) == 1


# What is shown


def test_library_shows_every_motif_of_both_kinds(figures):
    figure, kinds = figures["library"]
    axes = iter(numbered(figure.axes))
    for motifs in kinds:
        for motif, color in zip(motifs["motif"].values, motif_colors(MOTIFS), strict=True):
            ax = next(axes)
            assert number(ax) == motif
            (line,) = ax.get_lines()
            np.testing.assert_array_equal(line.get_xdata(), TIME)
            np.testing.assert_array_equal(line.get_ydata(), motifs["output"].sel(motif=motif))
            assert line.get_color() == color
    assert next(axes, None) is None
    assert [half.get_suptitle() for half in figure.subfigs] == [
        "step motifs",
        "oscillatory motifs",
    ]


def test_performance_from_random_states_and_after_others(figures):
    figure, (data,) = figures["performance"]
    left, right = figure.subfigs
    assert [number(ax) for ax in left.axes] == [number(ax) for ax in right.axes] == [1, 2, 3, 4, 5]
    random, (after,) = random_rmse(data), transition_rmse(data)
    for half, errors in ((left, random), (right, after)):
        shown = [ax.get_title(loc="right") for ax in half.axes]
        assert shown == [f"{error:.2f}" for error in errors]
        assert half.get_suptitle().endswith(f"RMSE {errors.mean():.2f}")
    for ax in left.axes:
        assert_from_random(ax, data, data["random_output"])
    for ax in right.axes:
        assert_after_others(ax, data)


@pytest.mark.parametrize("duration", [None, 5.0, 2.0])
def test_preparation_is_grey(duration):
    figure = performance(evaluation(3), duration)
    for ax in figure.axes:
        spans = [
            (each.get_x(), each.get_width()) for each in ax.patches if isinstance(each, Rectangle)
        ]
        assert spans == ([] if duration is None else [(0, duration)])


def test_performance_of_whole_transitions_only():
    data = evaluation(3, parts=PARTS)
    _, right = performance(data, None).subfigs
    shown = [ax.get_title(loc="right") for ax in right.axes]
    assert shown == [f"{error:.2f}" for error in transition_rmse(data)[-1]]


ROWS = ("additive", "multiplicative", "additive_oscillatory", "additive_wide")


def zero_shot_rows(figures):
    """(network, its evaluations, panel of states, panel of errors, examples), row by row."""
    figure, (additive, multiplicative, wide, oscillatory) = figures["zero_shot"]
    states = [ax for ax in figure.axes if "probability" in ax.get_ylabel()]
    errors = [ax for ax in figure.axes if ax.get_ylabel() == "RMSE"]
    examples = numbered(figure.axes)
    for row, (network, data) in enumerate(
        zip(ROWS, (additive, multiplicative, oscillatory, wide), strict=True)
    ):
        yield network, data, states[row], errors[row], examples[4 * row : 4 * row + 4]


def test_zero_shot_names_its_rows(figures):
    texts = [text.get_text() for ax in figures["zero_shot"][0].axes for text in ax.texts]
    names = [text for text in texts if text in networks.LABELS.values()]
    assert names == [networks.LABELS[network] for network in ROWS]


def test_zero_shot_examples_are_the_worst_and_the_median_motif(figures):
    for network, (data, *_), _, _, examples in zero_shot_rows(figures):
        if network == "additive_wide":
            assert not examples
            continue
        random, (after,) = random_rmse(data), transition_rmse(data)
        order = np.argsort(after - random)
        assert [number(ax) for ax in examples[::2]] == [order[-1] + 1, order[MOTIFS // 2] + 1]
        for start, transition in zip(examples[::2], examples[1::2], strict=True):
            assert number(start) == number(transition)
            assert_from_random(start, data, data["random_output"])
            assert_after_others(transition, data)
            assert start.get_title(loc="right") == f"{random[number(start) - 1]:.2f}"
            assert transition.get_title(loc="right") == f"{after[number(start) - 1]:.2f}"


def test_states_at_the_end_beside_a_normal_distribution(figures):
    for network, (data, *_), ax, _, _ in zero_shot_rows(figures):
        *motifs, normal = ax.get_lines()
        for line, states, color in zip(
            motifs, data["end_state_quantile"].values, motif_colors(MOTIFS), strict=True
        ):
            np.testing.assert_array_equal(line.get_xdata(), states)
            np.testing.assert_array_equal(line.get_ydata(), data["quantile"])
            assert line.get_color() == color
        std = 1.2 if network == "additive_wide" else 1.0
        x, y = normal.get_data()
        np.testing.assert_allclose(norm.cdf(x, scale=std), y)
        assert to_hex(normal.get_color()) == style.KINDS["SOC"].lower()
        assert f"s.d. {std:g}" in heading(ax)


def test_the_wide_distribution_follows_the_setting():
    rows = [replicates(0, 1)] * 4
    figure = zero_shot(*rows, wide_std=1.5)
    states = [ax for ax in figure.axes if "probability" in ax.get_ylabel()]
    assert [heading(ax).split()[-1] for ax in states] == ["1", "1", "1", "1.5"]


def test_all_motifs_of_all_replicates_are_pairs_that_were_tested(figures):
    for network, data, _, ax, _ in zero_shot_rows(figures):
        random = np.stack([random_rmse(each) for each in data])
        after = np.stack([transition_rmse(each)[-1] for each in data])
        joined = [line for line in ax.get_lines() if to_hex(line.get_color()) == "#9a9a9a"]
        np.testing.assert_allclose(
            [line.get_ydata() for line in joined], np.stack([random.ravel(), after.ravel()], axis=1)
        )
        p = paired_test(random.ravel(), after.ravel()).p
        assert ax.get_title(loc="center") == (f"p = {p:.2g}" if p >= 0.001 else "p < 0.001")
        means = ax.get_lines()[-1]
        expected = np.stack([random.mean(axis=1), after.mean(axis=1)])
        np.testing.assert_allclose(means.get_ydata(), expected.mean(axis=1))
        assert to_hex(means.get_color()) == networks.COLORS[network].lower()
        ends = [bootstrap_interval(row, np.random.default_rng(0)) for row in expected]
        np.testing.assert_allclose(bars(ax), ends)


def test_errors_of_networks_share_an_axis_that_holds_them_all(figures):
    rows = list(zero_shot_rows(figures))
    ((low, high),) = {ax.get_ylim() for _, _, _, ax, _ in rows}
    assert low == 0
    for _, _, _, ax, _ in rows:
        assert max(np.max(line.get_ydata()) for line in ax.get_lines()) < high


def test_clear_differences_are_not_given_more_digits_than_they_have():
    errors = np.full((REPETITIONS, 12, STARTS), 0.01) * np.arange(1, 13)[:, None]
    data = [evaluation(5, motifs=12, random_error=errors)]
    figure = zero_shot(data, data, data, data)
    titles = [ax.get_title(loc="center") for ax in figure.axes if ax.get_ylabel() == "RMSE"]
    assert titles == ["p < 0.001"] * 4


def test_interrupted_examples_come_from_the_part_nearest_to_seventy_per_cent(figures):
    figure, networks_data = figures["interrupted"]
    above, _ = figure.subfigs
    two_input = networks_data[0][0]
    increase = transition_rmse(two_input)[1] - random_rmse(two_input)
    order = np.argsort(increase)
    for block, (data, *_), name in zip(
        above.subfigs, networks_data, ("two_input", "additive_prepared"), strict=True
    ):
        assert block.get_suptitle() == networks.LABELS[name]
        top, bottom = block.axes[:3], block.axes[3:]
        assert [heading(ax) for ax in top] == ["random", "after 66 %", "after 100 %"]
        for row, index in ((top, order[-1]), (bottom, order[MOTIFS // 2])):
            assert {number(ax) for ax in row} == {index + 1}
            assert_from_random(row[0], data, data["random_output"])
            assert_after_others(row[1], data, "interrupted_output")
            assert_after_others(row[2], data)
            after = transition_rmse(data)[:, index]
            expected = [random_rmse(data)[index], after[1], after[-1]]
            assert [ax.get_title(loc="right") for ax in row] == [f"{e:.2f}" for e in expected]


def network_line(ax, network):
    (found,) = [line for line in ax.get_lines() if line.get_label() == network]
    return found


def test_errors_over_the_part_of_the_first_motif(figures):
    figure, networks_data = figures["interrupted"]
    absolute, relative, _ = figure.subfigs[1].axes
    for data, network in zip(networks_data, ("two_input", "additive_prepared"), strict=True):
        after = np.stack([transition_rmse(each).mean(axis=1) for each in data])
        random = np.array([random_rmse(each).mean() for each in data])
        for ax, values in ((absolute, after), (relative, after / random[:, None])):
            x, y = network_line(ax, network).get_data()
            np.testing.assert_allclose(x, 100 * np.array(PARTS))
            np.testing.assert_allclose(y, values.mean(axis=0))
            assert to_hex(network_line(ax, network).get_color()) == networks.COLORS[network].lower()
            ends = [bootstrap_interval(column, np.random.default_rng(0)) for column in values.T]
            for low_high in ends:
                assert any(np.allclose(low_high, bar) for bar in bars(ax))
        levels = [
            line.get_ydata()[0] for line in absolute.get_lines() if line.get_linestyle() == ":"
        ]
        assert any(np.isclose(level, random.mean()) for level in levels)
    assert [
        line.get_ydata()[0] for line in relative.get_lines() if line.get_linestyle() == ":"
    ] == [1]


def test_interrupted_when_only_whole_motifs_were_tested():
    data = replicates(0, 2)
    above, below = interrupted(data, data, PREPARATION_TAU).subfigs
    for block in above.subfigs:
        assert [heading(ax) for ax in block.axes[:3]] == ["random", "after 100 %", "after 100 %"]
    assert network_line(below.axes[0], "two_input").get_xdata() == [100]


def noise_rmse(data):
    """(condition, motif)."""
    noisy = data["noise_error"].values.mean(axis=(0, 3))
    return np.concatenate([noisy, transition_rmse(data)[-1:]])


def test_noise_examples_in_all_conditions(figures):
    figure, networks_data = figures["noise"]
    order = np.argsort(np.ptp(noise_rmse(networks_data[0][0]), axis=0))
    for block, (data, *_), network in zip(
        figure.subfigs, networks_data, ("additive_origin", "additive"), strict=False
    ):
        assert block.get_suptitle() == networks.LABELS[network]
        errors = noise_rmse(data)
        top, bottom = block.axes[:4], block.axes[4:]
        names = ["s.d. 0", "s.d. 0.01", "s.d. 1", "after others"]
        assert [heading(ax) for ax in top] == [
            f"{name}: RMSE {error:.2f}"
            for name, error in zip(names, errors.mean(axis=1), strict=True)
        ]
        for row, index in ((top, order[-1]), (bottom, order[MOTIFS // 2])):
            assert {number(ax) for ax in row} == {index + 1}
            for ax, std in zip(row, STDS, strict=False):
                assert_from_random(ax, data, data["noise_output"].sel(initial_std=std))
            assert_after_others(row[-1], data)
            assert [ax.get_title(loc="right") for ax in row] == [
                f"{error:.2f}" for error in errors[:, index]
            ]


def test_noise_errors_over_replicates(figures):
    figure, networks_data = figures["noise"]
    ax = figure.subfigs[2].axes[0]
    for data, network in zip(networks_data, ("additive_origin", "additive"), strict=True):
        values = np.stack([noise_rmse(each).mean(axis=1) for each in data])
        np.testing.assert_allclose(network_line(ax, network).get_ydata(), values.mean(axis=0))
    assert [text.get_text() for text in ax.get_xticklabels()] == [
        "s.d. 0",
        "s.d. 0.01",
        "s.d. 1",
        "after others",
    ]


def test_noise_has_as_many_columns_as_there_were_tests():
    data = replicates(0, 1, stds=(0.5,))
    for block in noise(data, data).subfigs[:2]:
        assert len(block.axes) == 2 * 2


def test_examples_of_any_number_of_motifs_differ():
    assert list(traces.largest_and_median(np.array([0.3, -0.1]))) == [0, 1]
    assert list(traces.largest_and_median(np.array([0.3, -0.1, 0.1]))) == [0, 2]
    assert list(traces.largest_and_median(np.array([1.0, 4.0, 3.0, 2.0]))) == [1, 3]


# How it is shown


def assert_fits(figure):
    with style.applied():
        figure.draw_without_rendering()
    width, height = figure.get_size_inches() * 25.4
    assert width == pytest.approx(style.TEXT_WIDTH_MM)
    assert height <= 210
    page = figure.bbox
    for ax in figure.axes:
        box = ax.get_tightbbox()
        # Less than a hair's breadth of rounding.
        assert page.x0 - 1 <= box.x0 <= box.x1 <= page.x1 + 1
        assert page.y0 - 1 <= box.y0 <= box.y1 <= page.y1 + 1
        assert min(text.get_fontsize() for text in ax.findobj(Text) if text.get_text()) >= 6.5
    shown = [ax.get_window_extent() for ax in figure.axes if ax.axison]
    assert not any(one.overlaps(other) for one, other in itertools.combinations(shown, 2))


@pytest.mark.parametrize("name", NAMES)
def test_all_fits_on_the_page_in_legible_letters(figures, name):
    assert_fits(figures[name][0])


def test_few_and_many_motifs_fit_on_the_page():
    few, many = (replicates(0, 1, motifs=motifs, stds=(0.0,)) for motifs in (2, 12))
    assert_fits(library(motif_library(1, 2), motif_library(2, 7)))
    assert_fits(performance(few[0], PREPARATION_TAU))
    assert_fits(interrupted(few, few, PREPARATION_TAU))
    assert_fits(noise(many, many))


def test_ten_motifs_are_compact():
    assert performance(evaluation(1, motifs=10), None).get_figheight() * 25.4 <= 120


def test_panels_of_one_network_share_their_axes(figures):
    for name in ("library", "performance"):
        axes = figures[name][0].axes
        assert len({ax.get_ylim() for ax in axes}) == 1
        assert {ax.get_xlim() for ax in axes} == {(0, TIME[-1])}


@pytest.mark.parametrize("name", NAMES)
def test_every_axis_has_a_label(figures, name):
    def labels(part, which):
        found = [getattr(part, f"get_sup{which}label")()]
        found += [label for each in part.subfigs for label in labels(each, which)]
        return found + [getattr(ax, f"get_{which}label")() for ax in part.axes]

    figure = figures[name][0]
    across, up = " ".join(labels(figure, "x")), " ".join(labels(figure, "y"))
    assert "(τ)" in across
    assert "output" in up
    for ax in figure.axes:
        if ax.axison and ax.get_lines() and not number_or_none(ax):
            assert ax.get_ylabel()
            categories = any("random" in text.get_text() for text in ax.get_xticklabels())
            assert ax.get_xlabel() or categories


def number_or_none(ax):
    return ax.get_title(loc="left") or None


def test_keys_name_motifs_and_networks(figures):
    for name in ("zero_shot", "interrupted", "noise"):
        figure = figures[name][0]
        legends = [ax.get_legend() for ax in figure.axes if ax.get_legend()]
        (key,) = legends
        texts = [text.get_text() for text in key.get_texts()]
        assert texts[: MOTIFS + 1] == ["1", "2", "3", "4", "5", "desired"]
        colors = [handle.get_color() for handle in key.legend_handles[:MOTIFS]]
        assert colors == motif_colors(MOTIFS)
    for name, kinds in (
        ("interrupted", ("two_input", "additive_prepared")),
        ("noise", ("additive_origin", "additive")),
    ):
        (legend,) = figures[name][0].subfigs[-1].legends
        for network, text, handle in zip(
            kinds, legend.get_texts(), legend.legend_handles, strict=False
        ):
            assert text.get_text() == networks.LABELS[network]
            assert handle.get_color() == networks.COLORS[network]


def test_a_single_replicate_has_no_intervals():
    data = replicates(0, 1)
    figure = interrupted(data, data, PREPARATION_TAU)
    for ax in figure.subfigs[1].axes[:2]:
        assert not bars(ax)


# With nested figures and legends outside the axes.
def test_the_same_data_give_the_same_bytes(tmp_path):
    data = replicates(0, 1, motifs=2)
    paths = [tmp_path / f"{copy}.svg" for copy in "ab"]
    for path in paths:
        style.save(interrupted(data, data, PREPARATION_TAU), path)
    first, second = (path.read_bytes() for path in paths)
    assert first == second


def test_every_figure_has_a_caption_of_one_sentence():
    folder = Path(style.__file__).parents[2] / "report" / "captions" / "motifs"
    for name in NAMES:
        caption = (folder / f"{name}.rst").read_text(encoding="utf-8").strip()
        assert caption.endswith(".")
        assert not re.search(r"(?<!s\.d)\.\s", caption)
        assert not caption.startswith("(")
