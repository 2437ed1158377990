"""Figures of unseen directions and of the search for settings say what the data say."""

import numpy as np
import pytest

from corticomotor.plotting import style
from corticomotor.studies.constrained.candidates import CANDIDATE, SEARCHED
from corticomotor.studies.constrained.contracts import DIRECTIONS
from corticomotor.studies.constrained.figures.directions import directions
from corticomotor.studies.constrained.figures.search import search
from corticomotor.studies.constrained.palette import NETWORKS
from figure_examples import curves, filled, fits_a_page, panel, ys

COMPARED = ["FF", "FFH"]
FRACTIONS = [0.0, 0.5, 1.0]
AXES = {
    "reach_fraction": FRACTIONS,
    "network": COMPARED,
    "pulse_noise": [0.0, 0.2, 0.4],
    "unseen_direction": np.pi * np.array([0.25, 0.75, 1.25]),
    "time": np.linspace(0, 0.5, 11),
    "muscle": [1, 3],
}


@pytest.fixture(scope="module")
def results():
    return [filled(DIRECTIONS, seed, AXES) for seed in range(3)]


@pytest.fixture(scope="module")
def figure(results):
    return directions(results)


def test_errors_by_the_reachs_own_part(results, figure):
    assert fits_a_page(figure)
    for letter, name in (("A", "emg_error_unseen"), ("B", "dynamics_error_unseen")):
        for kind in COMPARED:
            line = curves(panel(figure, letter))[kind]
            expected = 100 * np.mean([each[name].sel(network=kind) for each in results], axis=0)
            np.testing.assert_allclose(line.get_ydata(), expected)
            np.testing.assert_array_equal(line.get_xdata(), FRACTIONS)
            assert line.get_color() == NETWORKS[kind].color


def test_neighbours_and_trained_directions_are_beside(results, figure):
    (neighbours,) = ys(panel(figure, "A"), color=style.LEVEL)
    expected = 100 * np.mean([each["neighbours_emg_error"] for each in results], axis=0)
    np.testing.assert_allclose(neighbours, expected)
    for kind in COMPARED:
        _, trained = ys(panel(figure, "A"), color=NETWORKS[kind].color)
        expected = [each["emg_error_trained"].sel(network=kind) for each in results]
        np.testing.assert_allclose(trained, 100 * np.mean(expected, axis=0))


def test_noise_in_the_pulse_by_level(results, figure):
    for kind in COMPARED:
        drawn = ys(panel(figure, "C"), color=NETWORKS[kind].color)
        for line, level in zip(drawn, (0.2, 0.4), strict=True):
            expected = [
                each["emg_error_pulse_noise"].sel(network=kind, pulse_noise=level)
                for each in results
            ]
            np.testing.assert_allclose(line, 100 * np.mean(expected, axis=0))
    texts = [text.get_text() for text in panel(figure, "C").get_legend().get_texts()]
    assert texts == ["20 %", "40 %"]


def test_examples_are_of_the_first_replicate(results, figure):
    first = results[0].isel(reach_fraction=-1).sel(muscle=1)
    examples = figure.axes[3:]
    assert [ax.get_title() for ax in examples] == ["45°", "135°", "225°"]
    for index, ax in enumerate(examples):
        here = first.isel(unseen_direction=index)
        expected = [here["circuit_emg_unseen"], here["neighbours_emg_unseen"], *here["emg_unseen"]]
        np.testing.assert_array_equal(ys(ax), expected)


def test_without_noise_and_with_one_replicate_there_is_a_figure():
    alone = filled(DIRECTIONS, 0, AXES | {"pulse_noise": [0.0], "reach_fraction": [0.25]})
    assert fits_a_page(directions([alone]))


def test_search_fills_what_is_accurate():
    errors = [0.001, 0.002, 0.004, np.nan, 0.001]
    correlation = [0.1, 0.2, 0.3, np.nan, 0.5]
    kicked = np.array([[2.0, 2.0], [1.0, 1.0]])
    candidates = [
        filled(
            CANDIDATE,
            seed,
            {"network": COMPARED, "replicate": [1, 2]},
            emg_error=np.full((2, 2), error),
            mean_canonical_correlation=np.full((2, 2), correlation[seed]),
            kicked_emg_error=kicked,
        )
        for seed, error in enumerate(errors)
    ]
    figure = search(candidates)
    assert fits_a_page(figure)
    for index, name in enumerate(SEARCHED):
        ax = figure.axes[index]
        full, hollow = (each.get_offsets() for each in ax.collections)
        np.testing.assert_allclose(full[:, 1], [0.1, 0.2, 0.5])
        np.testing.assert_allclose(full[:, 0], [float(candidates[k][name]) for k in (0, 1, 4)])
        np.testing.assert_allclose(hollow[:, 1], [0.3, np.nan])
        (star,) = ys(ax, marker="*")
        np.testing.assert_allclose(star, [0.1])
    # Half of the error of FF.
    full, _ = (each.get_offsets() for each in panel(figure, "C").collections)
    np.testing.assert_allclose(full[:, 1], 0.5)
