"""What all figures share: estimates, colours, files, and the graph of stages."""

import re
import subprocess
import sys
from importlib import import_module
from inspect import signature
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from corticomotor import plotting
from corticomotor.plotting import artists, stage_graph, style
from corticomotor.registry import NAMES
from corticomotor.statistics import mean_interval
from figure_examples import bars, curves, fits_a_page

EDGES = [("a", "b"), ("b", "c"), ("a", "c"), ("b", "d"), ("c", "d")]


@style.styled
def example():
    """A figure with shared axes, nested grids, a legend above and text."""
    figure = style.new_figure(height_mm=60)
    rows = figure.add_gridspec(2, 1, height_ratios=(2, 1))
    axes = [
        *rows[0].subgridspec(1, 3).subplots(sharey=True),
        *rows[1].subgridspec(1, 2).subplots(),
    ]
    for index, ax in enumerate(axes):
        ax.plot([1, 10, 100], [index, 1, 0.1], label="line")
        ax.set(xscale="log", xlabel="time", ylabel="output")
    style.letter_panels(axes)
    artists.legend_above(figure, axes[0].get_lines())
    return figure


# Estimates


def test_estimates_leave_out_missing_values():
    values = np.array([[1.0, np.nan, np.nan], [2.0, 5.0, np.nan], [4.0, np.nan, np.nan]])
    drawn = artists.estimate(values)
    np.testing.assert_allclose(drawn.mean, [7 / 3, 5.0, np.nan])
    expected = mean_interval(values[:, 0])
    np.testing.assert_array_equal((drawn.low[0], drawn.high[0]), expected)
    assert np.isnan(drawn.low[1:]).all()


def test_lines_go_through_means_with_bars_for_intervals():
    ax = Figure().add_subplot()
    values = np.array([[1.0, 4.0], [2.0, 4.0], [6.0, 4.0]])
    drawn = artists.interval_line(ax, [0, 1], values, color=style.FAINT, label="line")
    np.testing.assert_array_equal(curves(ax)["line"].get_ydata(), [3, 4])
    assert bars(ax, style.FAINT) == list(zip(drawn.low, drawn.high, strict=True))
    assert bars(ax, style.FAINT)[1] == (4, 4)


def test_numbers_on_logarithmic_axes_are_few_and_plain():
    for low, high, most in ((21.0, 39.0, 5), (0.03, 20.0, 9), (0.001, 100.0, 6)):
        ax = Figure().add_subplot()
        ax.plot([0, 1], [low, high])
        artists.logarithmic(ax, "y")
        shown = [
            (place, text.get_text())
            for place, text in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)
            if low <= place <= high
        ]
        assert 2 <= len(shown) <= most
        assert all(text == f"{place:g}" for place, text in shown)


def test_bars_from_below_zero_reach_out_of_a_logarithmic_axis():
    ax = Figure().add_subplot()
    values = np.array([[1.0, 4.0], [2.0, 4.1], [60.0, 4.2]])
    drawn = artists.interval_line(ax, [0, 1], values, color=style.FAINT, label="line")
    assert drawn.low[0] < 0 < drawn.low[1]
    artists.logarithmic(ax, "y")
    (first, high), second = bars(ax, style.FAINT)
    bottom, top = ax.get_ylim()
    assert 0 < first < bottom < 4 < drawn.high[0] == high <= top
    assert second == (drawn.low[1], drawn.high[1])


# Files


def test_the_same_data_give_the_same_bytes(tmp_path):
    paths = [tmp_path / f"{copy}.{kind}" for copy in "ab" for kind in ("svg", "pdf")]
    figure = example()
    style.save(figure, *paths[:2])
    style.save(example(), *paths[2:])
    svg, pdf, svg_again, pdf_again = (path.read_bytes() for path in paths)
    assert svg == svg_again
    assert pdf == pdf_again
    # Text of 160 mm is 453.5 points wide.
    width = re.search(rb"/MediaBox \[ 0 0 ([0-9.]+) ", pdf)
    assert float(width.group(1)) == pytest.approx(160 / 25.4 * 72, abs=0.1)
    # Neither saving again nor rounding in the layout changes anything.
    for ax in figure.axes:
        ax.set_position(np.array(ax.get_position().bounds) + 1e-12)
    style.save(figure, tmp_path / "new" / "c.svg", tmp_path / "c.png")
    assert (tmp_path / "new" / "c.svg").read_bytes() == svg
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")


def test_an_unknown_format_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(ValueError, match=r"figure\.jpg: expected the suffix"):
        style.save(Figure(), tmp_path / "figure.svg", tmp_path / "figure.jpg")
    assert not list(tmp_path.iterdir())


def test_drawing_leaves_matplotlib_as_it_was():
    before = dict(mpl.rcParams)
    example()
    assert dict(mpl.rcParams) == before


# The house


def test_generic_figures_know_no_study():
    for path in Path(plotting.__file__).parent.rglob("*.py"):
        assert "corticomotor.studies" not in path.read_text(encoding="utf-8"), path


def test_drawing_does_not_wait_for_seaborn():
    code = (
        "import sys; from corticomotor.plotting import stage_graph, sweeps; "
        "from corticomotor.studies.motifs.figures import errors, forgetting, pairs, preparation; "
        "assert 'seaborn' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("study", NAMES)
def test_figures_take_what_their_declarations_hand_to_them(study):
    for figure in import_module(f"corticomotor.studies.{study}.publications").FIGURES:
        module, name = figure.draw.split(":")
        draw = getattr(import_module(f"corticomotor.studies.{study}.figures.{module}"), name)
        assert set(signature(draw).parameters) == {*figure.shows, *figure.reads}, figure.name


# The graph of stages


def boxes(figure):
    return {text.get_text(): text.get_position() for text in figure.axes[0].texts}


def test_stages_stand_left_of_their_readers_in_their_colours():
    figure = stage_graph.stages(EDGES, {"b": "#0072B2"})
    found = boxes(figure)
    assert set(found) == {"a", "b", "c", "d"}
    assert all(found[source][0] < found[reader][0] for source, reader in EDGES)
    (colored,) = [text for text in figure.axes[0].texts if text.get_text() == "b"]
    assert colored.get_color() == "#0072B2"
    # b shares its column with the passage of a -> c, and neither lies in the middle.
    assert [y for x, y in found.values() if x == 1.0] != [0]
    assert fits_a_page(figure)


def test_stages_that_nothing_joins_stand_below_the_others():
    figure = stage_graph.stages(EDGES, {}, ["e", "f", "g", "h"])
    found = boxes(figure)
    joined, alone = ({each: found[each] for each in names} for names in ("abcd", "efgh"))
    assert max(y for _, y in alone.values()) < min(y for _, y in joined.values())
    assert len(set(found.values())) == 8
    assert fits_a_page(figure)


def test_figures_of_more_stages_are_higher():
    few = stage_graph.stages([("a", "b")], {})
    many = stage_graph.stages([("a", f"b{number}") for number in range(9)], {})
    assert few.get_figheight() < many.get_figheight()
    assert fits_a_page(many)


def test_stages_stand_as_late_as_their_readers_allow():
    layer = stage_graph.layers([("a", "b"), ("b", "d"), ("c", "d")])
    assert layer == {"a": 0, "b": 1, "c": 1, "d": 2}


def test_edges_do_not_cross_needlessly():
    found = boxes(stage_graph.stages([("a", "y"), ("b", "x")], {}))
    height = {name: y for name, (_, y) in found.items()}
    assert (height["a"] - height["b"]) * (height["y"] - height["x"]) > 0


def test_stages_in_a_circle_are_refused():
    with pytest.raises(ValueError, match="cycle"):
        stage_graph.layers([("a", "b"), ("b", "a"), ("b", "c")])
