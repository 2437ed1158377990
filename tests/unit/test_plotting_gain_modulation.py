"""Figures of the gain-modulation study say what the data say."""

from importlib import import_module

import numpy as np
import pytest
from matplotlib.collections import QuadMesh
from scipy.stats import wilcoxon

from corticomotor.plotting import artists, style
from corticomotor.statistics import mean_interval
from corticomotor.studies.gain_modulation.figures import marks
from figure_examples import bars, curves, fits_a_page, misplaced_texts, panel, ys
from gain_examples import ITERATIONS, STATED, arguments

GIVEN = arguments()
BLACK = "#000000"


def draw(name, **given):
    module = import_module(f"corticomotor.studies.gain_modulation.figures.{name}")
    return getattr(module, name)(**given)


@pytest.fixture(scope="module")
def figures():
    return {name: draw(name, **given) for name, given in GIVEN.items()}


@pytest.mark.parametrize("name", GIVEN)
def test_figures_fit_a_page_and_their_texts_stand_apart(figures, name):
    assert fits_a_page(figures[name])
    assert misplaced_texts(figures[name]) == []


def test_texts_on_each_other_would_be_found():
    figure = draw("alternatives", **GIVEN["alternatives"])
    ax = figure.axes[0]
    ax.text(0.5, 0.5, "one", transform=ax.transAxes)
    ax.text(0.5, 0.5, "other", transform=ax.transAxes)
    ax.text(-0.5, 0.5, "far out", transform=ax.transAxes).set_in_layout(False)
    figure.draw_without_rendering()
    assert misplaced_texts(figure) == ["far out", ("one", "other")]


@pytest.mark.parametrize("name", GIVEN)
def test_one_circuit_is_enough(name):
    assert fits_a_page(draw(name, **arguments(circuits=1)[name]))


def test_long_courses_are_thinned_to_the_end():
    figure = style.new_figure(50)
    line = marks.course(figure.add_subplot(), range(1, 2001), np.arange(2000.0))
    assert 200 <= len(line.get_xdata()) <= 500
    assert (line.get_xdata()[-1], line.get_ydata()[-1]) == (2000, 1999)


def test_new_movement_outputs_curves_and_correlations_with_the_target(figures):
    circuits = GIVEN["new_movement"]["circuits"]
    outputs, drawn = panel(figures["new_movement"], "A"), panel(figures["new_movement"], "B")
    np.testing.assert_array_equal(ys(outputs)[2:], circuits[0]["output"][0])
    for row, count in enumerate(circuits[0]["groups"].values):
        expected = np.mean([each["error"][row].mean("session") for each in circuits], axis=0)
        np.testing.assert_allclose(curves(drawn)[str(count)].get_ydata(), expected)
    shown = [text.get_text() for text in panel(figures["new_movement"], "F").texts]
    for text, each in zip(shown, circuits, strict=True):
        before, *after = each["target_correlation"].values.mean(axis=1)
        assert text == f"p = {wilcoxon(np.array(after) - before, alternative='greater').pvalue:.2g}"


def test_rates_of_sorted_neurons_and_of_the_one_that_changes_most(figures):
    rates = GIVEN["rates"]["circuits"][0]["rates"].values
    found = np.corrcoef(rates[0].T)
    order = np.argsort(np.linalg.eigh(found)[1][:, -1])
    # Eigenvectors have no sign.
    (image,) = panel(figures["rates"], "A").images
    shown = np.asarray(image.get_array())
    expected = found[np.ix_(order, order)]
    assert np.allclose(shown, expected) or np.allclose(shown, expected[::-1, ::-1])
    chosen = np.argmax([np.mean((rates[1:, :, n] - rates[0, :, n]) ** 2) for n in range(12)])
    line = curves(panel(figures["rates"], "B"))["before"]
    np.testing.assert_array_equal(line.get_ydata(), rates[0, :, chosen])


def test_alternatives_are_medians_over_movements(figures):
    medians = [each["error"].median("movement") for each in GIVEN["alternatives"]["circuits"]]
    lines = curves(panel(figures["alternatives"], "A"))
    for row, way in enumerate(medians[0]["way"].values):
        expected = (medians[0][row] + medians[1][row]) / 2
        np.testing.assert_allclose(lines[way].get_ydata(), expected)


def test_what_circuits_have_stands_beside_the_mean_over_circuits():
    rng = np.random.default_rng(5)
    samples = [level + 0.01 * rng.normal(size=9) for level in (1.0, 1.3, 1.8)]
    medians = np.array([np.median(each) for each in samples])
    for ratios in (False, True):
        ax = style.new_figure(50).add_subplot()
        marks.by_circuit(ax, 2.0, samples, BLACK, ratios=ratios)
        for points, sample in zip(ys(ax, marker="o")[::2], samples, strict=True):
            np.testing.assert_array_equal(points, sample)
        effects = np.log(medians) if ratios else medians
        back = np.exp if ratios else np.asarray
        np.testing.assert_allclose(ys(ax, linestyle="-")[-1], [back(effects.mean())] * 2)
        np.testing.assert_allclose(bars(ax, BLACK)[0], back(mean_interval(effects)))


def test_intervals_of_figures_do_not_shrink_with_sessions():
    widths = []
    for count in (3, 300):
        samples = [np.repeat(level, count) for level in (1.0, 1.3, 1.8)]
        ax = style.new_figure(50).add_subplot()
        marks.by_circuit(ax, 0.0, samples, BLACK)
        widths.append(np.ptp(bars(ax, BLACK)[0]))
    assert widths[0] == pytest.approx(widths[1])


def test_what_never_came_so_far_has_no_interval():
    ax = style.new_figure(50).add_subplot()
    samples = [np.array([3.0, 4.0, np.inf]), np.array([5.0, np.inf, np.inf])]
    marks.by_circuit(ax, 0.0, samples, BLACK, last=10.0)
    np.testing.assert_array_equal(ys(ax, linestyle="-")[-1], [7.0, 7.0])
    assert bars(ax, BLACK) == []
    assert [len(each) for each in ys(ax, marker=artists.CENSORED)] == [1, 2]


def test_a_single_circuit_has_no_interval():
    ax = style.new_figure(50).add_subplot()
    marks.by_circuit(ax, 0.0, [np.array([3.0, 4.0, 8.0])], BLACK)
    np.testing.assert_array_equal(ys(ax, linestyle="-")[-1], [4.0, 4.0])
    assert bars(ax, BLACK) == []


def test_courses_end_with_intervals_over_circuits(figures):
    circuits = GIVEN["new_movement"]["circuits"]
    ends = np.stack([each["error"][..., -1].mean("session") for each in circuits], axis=1)
    ax = panel(figures["new_movement"], "B")
    colors = [curves(ax)[str(count)].get_color() for count in circuits[0]["groups"].values]
    for color, values in zip(colors, ends, strict=True):
        low, high = mean_interval(values)
        ((drawn_low, drawn_high),) = bars(ax, color)
        assert drawn_high == pytest.approx(high)
        assert drawn_low == pytest.approx(low) or low <= 0 < drawn_low


def test_groups_on_trained_and_novel_movements(figures):
    circuits = GIVEN["groups"]["circuits"]
    for letter, movements in (("A", slice(None, 3)), ("C", slice(3, None))):
        lines = curves(panel(figures["groups"], letter))
        kinds = ["specific", "random-6", "shared-6", *(["own-6"] if letter == "A" else [])]
        assert list(lines) == kinds
        for kind in kinds:
            errors = [each["error"].sel(grouping=kind)[movements] for each in circuits]
            expected = np.mean([each.mean(("movement", "session")) for each in errors], axis=0)
            np.testing.assert_allclose(lines[kind].get_ydata(), expected)
    assert set(curves(panel(figures["groups"], "B"))) == {"random-4", "random-2", "own-4", "own-2"}
    ratios = [
        each["best_error"].sel(grouping="specific")[:3].mean("session")
        / each["best_error"].sel(grouping="shared-6")[:3].mean("session")
        for each in circuits
    ]
    shown = panel(figures["groups"], "E")
    for found, expected in zip(ys(shown, marker="o")[::2], ratios, strict=False):
        np.testing.assert_allclose(found, expected)


def test_sizes_over_the_number_of_groups(figures):
    lines = curves(panel(figures["sizes"], "B"))
    needed = curves(panel(figures["sizes"], "C"))
    for key, circuits in GIVEN["sizes"]["circuits"].items():
        errors = [each["best_error"].mean(("movement", "session")) for each in circuits]
        np.testing.assert_allclose(lines[f"{key} neurons"].get_ydata(), np.mean(errors, axis=0))
        taken = [
            [
                [
                    next((i for i, e in enumerate(course) if e <= STATED * start), np.inf)
                    for course, start in zip(
                        each["error"].values[row, :, 0], each["start_error"].values, strict=True
                    )
                ]
                for each in circuits
            ]
            for row in range(3)
        ]
        expected = np.minimum(np.median(taken, axis=2), ITERATIONS).mean(axis=1)
        np.testing.assert_array_equal(needed[f"{key} neurons"].get_ydata(), expected)


def test_primitives_of_the_first_rate(figures):
    first = GIVEN["primitives"]["rates"]["20.0"][0]
    for letter, name in (("B", "output"), ("C", "random_output")):
        np.testing.assert_array_equal(ys(panel(figures["primitives"], letter)), first[name])
    example = curves(panel(figures["primitives"], "D"))
    np.testing.assert_array_equal(example["target"].get_ydata(), first["novel_target"][0])
    np.testing.assert_array_equal(example["fit"].get_ydata(), first["example_fit"][0])


def test_libraries_are_medians_by_size(figures):
    ax = panel(figures["libraries"], "A")
    for row, circuits in enumerate(GIVEN["libraries"]["rates"].values()):
        # Two circuits and their mean, then the mean of the fits.
        output, fit = (
            [np.median(each[name].values.reshape(4, -1), axis=1) for each in circuits]
            for name in ("output_error", "fit_error")
        )
        expected = [*output, np.mean(output, axis=0), np.mean(fit, axis=0)]
        np.testing.assert_allclose(ys(ax)[4 * row : 4 * row + 4], expected)
    circuits = GIVEN["libraries"]["rates"]["20.0"]
    for letter, axis in (("C", 2), ("D", 1)):
        errors = [np.median(each["output_error"].values[0], axis=axis - 1) for each in circuits]
        np.testing.assert_allclose(ys(panel(figures["libraries"], letter))[0], np.ravel(errors))


def test_slow_movements_in_their_best_sessions(figures):
    reductions = curves(panel(figures["slow"], "C"))
    for name, label in (("slow", "amplitude as fast"), ("scaled", "amplitude scaled as well")):
        found = [
            100 * (1 - each["best_error"].min("session") / each["start_error"])
            for each in GIVEN["slow"][name]
        ]
        np.testing.assert_allclose(reductions[label].get_ydata(), np.concatenate(found))
    noisy = ys(panel(figures["slow"], "F"))[1:-1]
    np.testing.assert_array_equal(noisy, GIVEN["slow"]["slow"][0]["noisy_output"])


def test_learning_by_reward_so_far_and_while_slowing(figures):
    circuits = GIVEN["by_reward"]["by_reward"]
    so_far = np.mean(
        [
            np.median([[min(e[: i + 1]) for i in range(len(e))] for e in each], axis=0)
            for each in (each["error"].values for each in circuits)
        ],
        axis=0,
    )
    line = curves(panel(figures["by_reward"], "A"))["error"]
    np.testing.assert_allclose(line.get_ydata(), so_far)
    gradual = np.mean([each["gradual_error"].median("movement") for each in circuits], axis=0)
    ax = panel(figures["by_reward"], "B")
    np.testing.assert_allclose(curves(ax)["gradual_error"].get_ydata(), gradual)
    assert [text.get_text() for text in ax.texts] == ["1.5", "3", "5"]


def test_initial_conditions_are_means_over_sessions(figures):
    circuits = GIVEN["initial_conditions"]["initial_conditions"]
    lines = curves(panel(figures["initial_conditions"], "B"))
    readouts = curves(panel(figures["initial_conditions"], "A"))
    for row, count in enumerate(circuits[0]["count"].values):
        expected = np.mean([each["error"][row].mean("session") for each in circuits], axis=0)
        np.testing.assert_allclose(lines[str(count)].get_ydata(), expected)
        error = np.mean([each["readout_error"][row] for each in circuits])
        np.testing.assert_allclose(readouts[f"readout {row}"].get_ydata(), error)


def test_seven_speeds_sort_groups_and_stop_where_movements_end(figures):
    figure, circuits = figures["seven_speeds"], GIVEN["seven_speeds"]["seven_speeds"]
    gains = circuits[0]["group_gains"].values[0, 0].T
    (mesh,) = [each for each in panel(figure, "A").collections if isinstance(each, QuadMesh)]
    shown = np.asarray(mesh.get_array()).reshape(gains.shape)
    np.testing.assert_array_equal(shown, gains[np.argsort(gains[:, 0])])
    means = np.mean([each["error"].mean("session") for each in circuits], axis=0)
    for network, mean in zip(curves(panel(figure, "B")).values(), means, strict=True):
        np.testing.assert_allclose(network.get_ydata(), mean)
    lines, first = curves(panel(figure, "C")), circuits[0].isel(way=0, movement=0)
    for row in range(first.sizes["speed"]):
        expected = first["output"][row].where(np.isfinite(first["target"].isel(speed=row)))
        np.testing.assert_array_equal(lines[f"output {row}"].get_ydata(), expected)


def test_shape_and_speed_of_both_speeds(figures):
    circuits = GIVEN["shape_and_speed"]["shape_and_speed"]
    lines = curves(panel(figures["shape_and_speed"], "A"))
    for row, speed in enumerate(("fast", "slow")):
        for name in ("fit", "output"):
            found = [each[f"{name}_error"].values[row].reshape(3, -1) for each in circuits]
            expected = np.mean(np.median(found, axis=2), axis=0)
            np.testing.assert_allclose(lines[f"{speed} {name}"].get_ydata(), expected)
    patches = panel(figures["shape_and_speed"], "B").patches
    assert sum(bar.get_height() for bar in patches) == 2 * 2 * circuits[0].sizes["novel"]
