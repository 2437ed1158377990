"""Figures of the reaching study say what the data say."""

from importlib import import_module
from inspect import signature

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

from corticomotor.plotting import animations, style
from corticomotor.studies.reaching.choices import COMPARED
from corticomotor.studies.reaching.figures import animation, looks, marks, population
from corticomotor.studies.reaching.palette import NETWORKS
from corticomotor.studies.reaching.publications import ANIMATIONS, FIGURES
from figure_examples import curves, fits_a_page, misplaced_texts, panel, ys
from reaching_examples import FIELD, SHOWN, SIZE, SOLVED, TASK, arguments, sequence

GIVEN = arguments()
NAMES = [figure.name for figure in FIGURES]


def draw(name, **given):
    module = import_module(f"corticomotor.studies.reaching.figures.{name}")
    return getattr(module, name)(**given)


@pytest.fixture(scope="module")
def figures():
    return {name: draw(name, **given) for name, given in GIVEN.items()}


@pytest.mark.parametrize("name", NAMES)
def test_figures_fit_a_page_and_their_texts_stand_apart(figures, name):
    assert fits_a_page(figures[name])
    assert misplaced_texts(figures[name]) == []


def test_one_replicate_of_small_tests_is_enough():
    for name, given in arguments(replicates=1, shown=2).items():
        assert draw(name, **given).axes


@pytest.mark.parametrize("figure", [*FIGURES, *ANIMATIONS], ids=lambda each: each.name)
def test_figures_take_what_their_declarations_hand_to_them(figure):
    module, name = figure.draw.split(":")
    function = getattr(import_module(f"corticomotor.studies.reaching.figures.{module}"), name)
    assert set(signature(function).parameters) == {*figure.shows, *figure.reads}


# The workspace


def lines_called(ax, label):
    return [line for line in ax.get_lines() if line.get_label() == label]


def shaded(ax):
    return [patch for patch in ax.patches if to_hex(patch.get_facecolor()) == looks.FIELD.lower()]


def test_the_field_is_shaded_within_the_axes_and_only_where_it_is_on():
    ends = ((-60.0, 55.0), (-55.0, 55.0))
    off, on, curl = style.new_figure(50).subplots(1, 3)
    marks.workspace(off, ends)
    marks.workspace(on, ends, FIELD)
    marks.workspace(curl, ends, FIELD | {"kind": "curl"})
    assert shaded(off) == []
    for ax, extents in ((on, (-60, 10, 55, 40)), (curl, (-60, -55, 55, 55))):
        (patch,) = shaded(ax)
        np.testing.assert_allclose(patch.get_bbox().extents, extents)


def test_straight_lines_cross_a_field_that_lies_on_their_way():
    box = FIELD | {"x": [10.0, 20.0], "y": [10.0, 20.0]}
    targets = np.array([[40.0, 40.0], [8.0, 8.0], [40.0, 0.0], [-40.0, -40.0]])
    assert marks.crosses(targets, box).tolist() == [True, False, False, False]
    assert marks.crosses(targets, FIELD | {"kind": "curl"}).all()


def test_views_show_the_workspace_and_follow_hands_to_a_limit():
    (left, right), (bottom, top) = marks.view(np.array([[0.0, 0.0], [-70.0, 1e6]]))
    assert left < -70
    assert (right, bottom) == (-bottom, -right)
    assert 50 < top < 110


def test_ways_keep_their_ends_and_what_can_be_seen():
    turning = np.linspace(0, 1, 400)[:, np.newaxis] * [np.pi]
    way = 40 * np.hstack([np.cos(turning), np.sin(turning)])
    shown = marks.thinned(way)
    np.testing.assert_array_equal(shown[[0, -1]], way[[0, -1]])
    assert len(shown) == pytest.approx(40 * np.pi, abs=3)
    assert np.hypot(*np.diff(shown, axis=0).T).max() < 1.5
    np.testing.assert_array_equal(marks.thinned(np.zeros((9, 2))), np.zeros((2, 2)))


def test_the_example_reach_and_the_test_reaches(figures):
    network = GIVEN["task"]["networks"]["standard"][0]
    lines = curves(panel(figures["task"], "B"))
    target, cue = network["target"].values[0] / 50, int(network["cue"][0])
    for axis, name in enumerate("xy"):
        expected = np.where(np.arange(100) >= TASK["target_step"], target[axis], 0)
        np.testing.assert_allclose(lines[name].get_ydata(), expected)
    assert np.flatnonzero(lines["go cue"].get_ydata()).tolist() == list(range(cue, cue + 5))
    position = curves(panel(figures["task"], "C"))
    assert position["y"].get_ydata()[-1] == pytest.approx(target[1], abs=1e-3)
    crossing, others = lines_called(panel(figures["task"], "D"), "targets")
    crosses = network["crosses"].values > 0
    for line, chosen in ((crossing, crosses), (others, ~crosses)):
        np.testing.assert_allclose(line.get_xydata(), network["target"].values[chosen])
    assert crossing.get_alpha() > others.get_alpha()


def test_trajectories_of_each_model_with_their_errors(figures):
    networks = GIVEN["trajectories"]["networks"]
    axes = np.reshape(figures["trajectories"].axes, (len(networks), -1))
    views = [("before", "off"), ("before", "on"), ("under", "on"), ("under", "off"),
             ("after", "off")]  # fmt: skip
    for row, (name, (first, *_)) in zip(axes, networks.items(), strict=True):
        crosses = first["crosses"].values > 0
        for ax, (phase, field) in zip(row, views, strict=True):
            hands = lines_called(ax, "hand")
            for line, hand in zip(
                hands, first["hand"].sel(phase=phase, field=field).values, strict=True
            ):
                np.testing.assert_array_equal(line.get_xydata(), marks.thinned(hand))
            assert {line.get_color() for line in hands} == {NETWORKS[name].color}
            assert bool(shaded(ax)) == (field == "on")
            error = first["end_error"].sel(phase=phase, field=field).values[crosses]
            assert ax.get_xlabel() == marks.percent(np.median(error))


def test_kinematics_beside_the_ideal(figures):
    axes = np.reshape(figures["kinematics"].axes, (3, 6))
    columns = [(name, *view) for name in COMPARED for view in (("before", "off"), ("under", "on"))]
    for row, quantity in zip(axes, ["position", "velocity", "acceleration"], strict=True):
        for ax, (name, phase, field) in zip(row, columns, strict=True):
            first = GIVEN["kinematics"]["networks"][name][0].sel(quantity=quantity)
            output = first["output"].sel(phase=phase, field=field).values
            np.testing.assert_array_equal(ys(ax), [*first["ideal"].values.T, *output.T])


# Learning


def test_errors_over_phases_of_equal_width(figures):
    networks = GIVEN["learning"]["networks"]
    for letter, variable in (("A", "look_error"), ("B", "look_crossing_error")):
        ax = panel(figures["learning"], letter)
        for place, phase in enumerate(["before", "under", "after"]):
            lines = lines_called(ax, phase)
            for line, replicates in zip(lines, networks.values(), strict=True):
                both = [each[variable].sel(phase=phase).values for each in replicates]
                np.testing.assert_allclose(line.get_ydata(), np.sqrt(both[0] * both[1]))
                assert (line.get_xdata()[0], line.get_xdata()[-1]) == (place, place + 1)
        assert len(lines_called(ax, "control_after")) == len(networks)
        assert ax.get_yscale() == "log"


def test_longer_training_over_the_error_before(figures):
    first, second = GIVEN["learning"]["networks"]["standard"]
    over = [
        each["look_crossing_error"].sel(phase="longer").values
        / np.median(each["end_error"].sel(phase="before", field="off"))
        for each in (first, second)
    ]
    line = curves(panel(figures["learning"], "C"))["standard"]
    np.testing.assert_allclose(line.get_ydata(), np.sqrt(over[0] * over[1]))


def test_without_longer_training_there_is_no_panel_for_it():
    networks = {"positions": GIVEN["learning"]["networks"]["positions"]}
    assert len(draw("learning", networks=networks).axes) == 2


def test_ablations_in_rows(figures):
    networks = GIVEN["ablations"]["networks"]
    for letter, names, value in (
        ("A", ["standard", "standard_deep"], lambda each: _median(each, "before", "off")),
        ("B", ["standard_gru", "standard"], _velocity_error),
        ("C", ["positions", "accelerations"], lambda each: _median(each, "before", "off")),
        ("D", ["positions", "positions_0"], lambda each: _median(each, "under", "on")),
    ):
        ax = panel(figures["ablations"], letter)
        rows = panel(
            figures["ablations"], {"B": "A", "D": "C"}.get(letter, letter)
        ).get_yticklabels()
        labels = [text.get_text() for text in rows]
        for name in names:
            row = labels.index(NETWORKS[name].label)
            (mean,) = [
                line
                for line in ax.get_lines()
                if line.get_linestyle() == "-" and np.mean(line.get_ydata()) == row
            ]
            expected = np.mean([value(each) for each in networks[name]])
            np.testing.assert_allclose(mean.get_xdata(), expected)
    # Two units that never met the force have no row with points.
    assert len(panel(figures["ablations"], "D").get_lines()) == 2 * (len(labels) - 2)


def _velocity_error(network):
    return float(network["kinematics_error"].sel(phase="before", field="off", quantity="velocity"))


def _median(network, phase, field):
    errors = network["end_error"].sel(phase=phase, field=field)
    return float(errors[network["crosses"] > 0].median() if field == "on" else errors.median())


# Agents


def test_ways_and_moves_of_a_table(figures):
    first = GIVEN["tabular"]["tables"][0]
    ways = lines_called(panel(figures["tabular"], "A"), "way")
    for line, path in zip(ways, first["path"].sel(field="off").values, strict=True):
        np.testing.assert_array_equal(line.get_xydata(), path[np.isfinite(path[:, 0]), ::-1])
    (image,) = panel(figures["tabular"], "B").images
    np.testing.assert_array_equal(image.get_array(), first["optimal_moves"].sel(field="off"))
    for letter, variable, factor in (("C", "look_optimal", 100), ("D", "look_regret", 1)):
        lines = [
            line
            for line in panel(figures["tabular"], letter).get_lines()
            if line.get_linewidth() > 1
        ]
        for line, field in zip(lines, ["off", "on"], strict=True):
            both = [each[variable].sel(field=field) for each in GIVEN["tabular"]["tables"]]
            np.testing.assert_allclose(line.get_ydata(), factor * np.mean(both, axis=0))


def test_squares_from_which_a_table_is_not_optimal_are_crossed():
    table = GIVEN["tabular"]["tables"][0].copy(deep=True)
    table["moves"][0, 0, 3] += 1
    table["moves"][0, 1, 1] = np.nan
    (crosses,) = lines_called(panel(draw("tabular", tables=[table]), "B"), "not optimal")
    assert crosses.get_xydata().tolist() == [[3, 0], [1, 1]]


def test_deep_q_networks_while_learning_and_at_the_end(figures):
    runs = GIVEN["deep_q"]["runs"]
    lines = curves(panel(figures["deep_q"], "A"))
    for name, replicates in runs.items():
        expected = 100 * np.mean([each["look_success"] for each in replicates], axis=0)
        np.testing.assert_allclose(lines[name].get_ydata(), expected)
    solved = panel(figures["deep_q"], "B")
    rows = {text.get_text(): row for row, text in enumerate(solved.get_yticklabels())}
    unsolved = [x for line in solved.get_lines() if line.get_marker() == "^"
                for x in line.get_xdata()]  # fmt: skip
    assert unsolved == [120_000] * 2
    assert rows[NETWORKS["pixels_exact"].label] == list(runs).index("pixels_exact")
    assert f"{100 * SOLVED:g} %" in solved.get_xlabel()
    (discs,) = panel(figures["deep_q"], "D").collections
    moves, best = runs["parameters"][0]["moves"].values, runs["parameters"][0]["optimal_moves"]
    pairs = SIZE**4 - SIZE**2
    areas = dict(zip(map(tuple, discs.get_offsets().tolist()), discs.get_sizes(), strict=True))
    count = {(a, b): int(((best == a) & (moves == b)).sum()) for a, b in areas}
    assert sum(count.values()) == pairs
    largest = max(count, key=count.get)
    for case, area in areas.items():
        assert area / areas[largest] == pytest.approx(count[case] / count[largest])


def test_the_part_of_pairs_that_is_missed(figures):
    run = GIVEN["deep_q"]["runs"]["pixels"][0]
    apart = run["optimal_moves"].values > 0
    missed = 100 * np.isnan(run["moves"].values[apart]).mean()
    texts = [text.get_text() for ax in figures["deep_q"].axes for text in ax.texts]
    assert texts.count("0 % missed") == 2
    assert f"{missed:.0f} % missed" in texts


def test_agents_under_the_condition_of_the_phase_and_the_other_one(figures):
    agents = GIVEN["control"]["agents"]
    for letter, variable, factor in (
        ("B", "look_crossing_success", 100), ("C", "look_deviation", 1),
    ):  # fmt: skip
        for phase, own, other in (("baseline", "off", "on"), ("adaptation", "on", "off")):
            for label, field in ((phase, own), (f"{phase}, catch trials", other)):
                lines = lines_called(panel(figures["control"], letter), label)
                for line, replicates in zip(lines, agents.values(), strict=True):
                    both = [each[variable].sel(phase=phase, field=field) for each in replicates]
                    np.testing.assert_allclose(line.get_ydata(), factor * np.mean(both, axis=0))


def test_end_errors_of_agents_across_the_field(figures):
    lines = lines_called(panel(figures["control"], "D"), "sac on")
    replicates = GIVEN["control"]["agents"]["sac"]
    for line, phase in zip(lines, ["baseline", "adaptation", "washout"], strict=True):
        medians = [
            np.median(
                each["end_error"].sel(phase=phase, field="on").values[each["crosses"].values > 0]
            )
            for each in replicates
        ]
        assert line.get_ydata()[0] == pytest.approx(np.mean(medians))


# Hidden activity


def test_units_that_tell_directions_apart_most(figures):
    first = GIVEN["units"]["populations"]["standard"][0].sel(phase="before")
    unit = int(np.argmax(first["direction_deviation"].values))
    np.testing.assert_array_equal(
        ys(panel(figures["units"], "A")), first["peri_event"][..., unit].values
    )


def test_boxes_of_all_units_are_those_of_a_replicate(figures):
    replicates = GIVEN["units"]["populations"]["standard"]
    expected = [np.median(each["turning_points"].sel(phase="under")) for each in replicates]
    medians = [line.get_ydata()[0] for line in panel(figures["units"], "D").get_lines()
               if line.get_linewidth() > 1.5]  # fmt: skip
    assert medians[2] == pytest.approx(np.mean(expected))


def test_directions_have_colours_in_a_circle():
    colors = np.array(looks.direction_colors(8))
    steps = np.linalg.norm(colors - np.roll(colors, 1, axis=0), axis=1)
    assert len(np.unique(colors, axis=0)) == 8
    assert steps[0] < 2 * steps[1:].mean()


def test_correlations_with_a_circuit_and_their_chance(figures):
    replicates = GIVEN["population"]["populations"]["positions"]
    ax = panel(figures["population"], "C")
    where = {"phase": "under", "circuit": "synthetic"}
    expected = np.mean([each["correlation"].sel(where) for each in replicates])
    lines = curves(ax)
    np.testing.assert_allclose(lines["positions under"].get_ydata(), expected)
    x = np.mean(lines["positions under"].get_xdata())
    for variable, offset in zip(
        ("surrogate_correlation", "assigned_correlation"), population._BESIDE, strict=True
    ):
        (bar,) = [
            line
            for line in lines_called(ax, variable)
            if np.isclose(line.get_xdata()[0], x + offset)
        ]
        samples = np.concatenate([each[variable].sel(where) for each in replicates])
        np.testing.assert_allclose(bar.get_ydata(), np.percentile(samples, [2.5, 97.5]))
    first = GIVEN["population"]["populations"]["standard"]
    ceiling = np.mean([each["ceiling"].sel(circuit="synthetic") for each in first])
    np.testing.assert_allclose(lines["ceiling"].get_ydata(), ceiling)


def test_variance_and_what_other_phases_hold(figures):
    replicates = GIVEN["population"]["populations"]["standard"]
    lines = curves(panel(figures["population"], "B"))
    explained = np.mean([each["explained_variance"].sel(phase="before") for each in replicates], 0)
    np.testing.assert_allclose(lines["standard before"].get_ydata(), 100 * np.cumsum(explained))
    shown = panel(figures["population"], "D")
    (image,) = shown.images
    names = [text.get_text() for text in shown.get_yticklabels()]
    captured = np.mean([each["captured_variance"].sel(phase=names, other_phase=names)
                        for each in replicates], axis=0)  # fmt: skip
    np.testing.assert_allclose(image.get_array(), 100 * captured)
    assert [text.get_text() for text in shown.texts] == [
        f"{100 * each:.0f}" for each in captured.ravel()
    ]


# The animation


def test_frames_begin_with_the_first_movement_and_rest_at_the_end():
    ways = np.zeros((2, 30, 2))
    ways[1, 20:, 0] = np.arange(1, 11) * 2.0
    steps = animation.steps_shown([ways]).tolist()
    assert steps[0] == 19
    assert steps.count(29) > 10
    assert sorted(set(steps)) == list(range(19, 30))


def test_hands_and_their_trails_are_where_they_were():
    given = {name: [sequence(name, 5)] for name in ("standard", "positions")}
    found = animation.reaches(given, FIELD)
    # The writer would draw it.
    found._draw_was_started = True
    found._func(60)
    top = found._fig.axes[:2]
    for ax, (first,) in zip(top, given.values(), strict=True):
        hand = first["hand"].sel(phase="before", field="on").values
        np.testing.assert_array_equal(ax.get_lines()[-1].get_xydata(), hand[:, 60])
        (trails,) = [each for each in ax.collections if isinstance(each, LineCollection)]
        np.testing.assert_array_equal(trails.get_segments(), hand[:, :61])
        assert len(hand) == SHOWN


def test_an_animation_is_small_and_the_same_each_time(tmp_path, monkeypatch):
    for name, count in (("_MOVING", 3), ("_RESTING", 1)):
        monkeypatch.setattr(animation, name, count)
    given = {"positions": [sequence("positions", 5)]}
    for name in ("one", "other"):
        animations.save(animation.reaches(given, FIELD), tmp_path / f"{name}.gif")
    one, other = ((tmp_path / f"{name}.gif").read_bytes() for name in ("one", "other"))
    assert one == other
    assert len(one) < 500_000
