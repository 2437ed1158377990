"""Figures of the constrained-dynamics study say what the data say, in the networks' colours."""

from importlib import import_module

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex

from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.figures.reaches import reach_colors
from corticomotor.studies.constrained.palette import NETWORKS
from figure_examples import bars, curves, filled, fits_a_page, intervals, panel, ys

KINDS, COMPARED = ["FF", "FF target", "FFH", "FFH target"], ["FF", "FFH"]
SUBJECTS = ["SOC", *COMPARED]
REACHES, COMPONENTS, MUSCLES = 3, 4, [1, 3]
ABSCISSA = 0.15
COLORS = {kind: network.color for kind, network in NETWORKS.items()}
AXES = {
    **dict.fromkeys(("neuron", "presynaptic_neuron", "eigenvalue"), range(12)),
    **dict.fromkeys(("unit", "presynaptic_unit"), range(10)),
    **dict.fromkeys(("initial_noise", "step_noise"), (0, 0.1, 0.5)),
    **dict.fromkeys(("surrogate", "split", "epoch", "variate", "iteration"), range(1, 4)),
    "reach": range(REACHES), "time": np.linspace(0, 0.5, 11), "muscle": MUSCLES,
    "component": range(1, COMPONENTS + 1), "unobserved_neuron": range(0, 12, 2), "network": KINDS,
    "population": ["SOC", *KINDS],
}  # fmt: skip


def draw(name, **given):
    module = import_module(f"corticomotor.studies.constrained.figures.{name}")
    return getattr(module, name)(**given)


def trained(**changed):
    """The circuit and the networks that learned its muscle activity."""
    axes = AXES | changed
    return {
        "ground_truth": filled(contracts.GROUND_TRUTH, 0, axes | {"muscle": range(16)}),
        "free": filled(contracts.NETWORK, 1, axes | {"neuron": []}),
        "hinted": filled(contracts.NETWORK, 2, axes | {"neuron": [0, 2]}),
    }


def arguments(replicates=3, reaches=REACHES):
    """Name of each figure -> what it is drawn from."""
    axes, seeds = AXES | {"reach": range(reaches)}, range(replicates)
    networks = trained(reach=range(reaches))
    circuits = [
        filled(contracts.CIRCUIT, seed, axes | {"iteration": range(6 + seed)}) for seed in seeds
    ]
    alike = {"similarities": [filled(contracts.SIMILARITY, seed, axes) for seed in seeds]}
    perturbed = [
        filled(contracts.GENERALISATION, seed, axes | {"network": SUBJECTS}) for seed in seeds
    ]
    for each in perturbed:
        # Without noise the circuit makes no error.
        for kind in ("kick", "leading_kick", "step_noise"):
            each[f"emg_error_{kind}"][0, 0] = 0
    truth = networks["ground_truth"]
    return {
        "emg_fits": networks,
        "circuit": {"circuits": circuits, "ground_truth": truth, "target_abscissa": ABSCISSA},
        "example_neurons": networks,
        "variance_explained": alike,
        "trajectories": {"similarity": alike["similarities"][0]},
        "canonical_correlations": alike,
        "unobserved_neurons": alike,
        "generalisation": {"generalisations": perturbed},
    }


GIVEN = arguments()
ALIKE = GIVEN["unobserved_neurons"]["similarities"]


@pytest.fixture(scope="module")
def figures():
    return {name: draw(name, **given) for name, given in GIVEN.items()}


def over_replicates(name, kind, datasets=ALIKE):
    return np.stack([each[name].sel(network=kind).values for each in datasets])


@pytest.mark.parametrize("name", GIVEN)
def test_figures_fit_a_page_in_the_networks_colours(figures, name):
    assert fits_a_page(figures[name])
    lines = [each for ax in figures[name].axes for each in curves(ax).items()]
    assert all(line.get_color() == COLORS.get(label, line.get_color()) for label, line in lines)


@pytest.mark.parametrize("name", GIVEN)
def test_one_replicate_and_one_reach_are_enough(name):
    figure = draw(name, **arguments(replicates=1, reaches=1)[name])
    assert fits_a_page(figure)
    # Means of a single replicate have no interval.
    assert not any(bars(ax, COLORS["FFH"]) for ax in figure.axes)


def test_muscle_activity_is_that_of_circuit_and_networks(figures):
    axes = [ax for ax in figures["emg_fits"].axes if ax.get_lines()]
    for (row, reach), ax in np.ndenumerate(np.reshape(axes, (len(MUSCLES), REACHES))):
        for line, data in zip(ax.get_lines(), GIVEN["emg_fits"].values(), strict=True):
            np.testing.assert_array_equal(line.get_xdata(), data["time"])
            expected = data["emg"].sel(muscle=MUSCLES[row], reach=reach)
            np.testing.assert_array_equal(line.get_ydata(), expected)
    error = 100 * float(GIVEN["emg_fits"]["free"]["emg_error_by_reach"][0])
    assert axes[0].texts[0].get_text() == f"{error:.2g} %"
    assert "first" not in figures["emg_fits"].get_supylabel()


def test_more_muscles_and_reaches_than_fit_are_said_to_be_left_out():
    figure = draw("emg_fits", **trained(muscle=range(16), reach=range(20)))
    assert len([ax for ax in figure.axes if ax.get_lines()]) == 4 * 8
    assert "first 4 of 16 observed muscles" in figure.get_supylabel()
    assert "first 8 of 20 reaches" in figure.get_supxlabel()
    assert fits_a_page(figure)


def test_circuit_before_and_after_optimisation_and_learning(figures):
    given = GIVEN["circuit"]
    spectra = curves(panel(figures["circuit"], "A"))
    for label, prefix in (("before", "initial_"), ("after", "")):
        for drawn, part in zip(spectra[label].get_data(), ("real", "imaginary"), strict=True):
            np.testing.assert_array_equal(drawn, given["circuits"][0][f"{prefix}eigenvalue_{part}"])
    *abscissae, limit, target = ys(panel(figures["circuit"], "B"))
    for drawn, each in zip(abscissae, given["circuits"], strict=True):
        np.testing.assert_array_equal(drawn, each["spectral_abscissa"])
    assert (limit[0], target[0]) == (1.0, ABSCISSA)
    (curve,) = ys(panel(figures["circuit"], "C"))
    np.testing.assert_allclose(curve, 100 * given["ground_truth"]["learning_error"])
    bins = panel(figures["circuit"], "D").patches
    assert sum(each.get_height() for each in bins) == pytest.approx(100)


def test_example_cells_are_spread_over_the_variance(figures):
    for row, data in enumerate(GIVEN["example_neurons"].values()):
        rates = data["rates"].values
        axes = figures["example_neurons"].axes[5 * row : 5 * row + 5]
        cells = [int(ax.get_title(loc="center").split()[1]) for ax in axes]
        variance = list(rates.var(axis=(0, 1))[cells])
        assert variance == sorted(variance, reverse=True)
        for ax, index in zip(axes, cells, strict=True):
            np.testing.assert_array_equal(ys(ax), rates[:, :, index])
            assert [line.get_color() for line in ax.get_lines()] == reach_colors(REACHES)


@pytest.mark.parametrize("count", [1, 4, 13])
def test_reaches_have_different_colours(count):
    colors = reach_colors(count)
    assert len(set(colors)) == count
    # A colour for each reach depends on its direction alone.
    assert reach_colors(2 * count)[::2] == colors


def test_variance_explained_is_summed_and_single(figures):
    for kind in ["SOC", *KINDS]:
        explained = [each["variance_explained"].sel(population=kind) for each in ALIKE]
        percent = 100 * np.mean(explained, axis=0)
        for letter, expected in (("A", percent.cumsum()), ("B", percent)):
            line = curves(panel(figures["variance_explained"], letter))[kind]
            np.testing.assert_allclose(line.get_ydata(), expected)


def test_reach_dependent_variance_of_all_populations_in_each_replicate(figures):
    ax = panel(figures["variance_explained"], "C")
    for kind in ["SOC", *KINDS]:
        percent = [
            100 * float(each["reach_dependent_variance"].sel(population=kind)) for each in ALIKE
        ]
        np.testing.assert_allclose(curves(ax)[kind].get_ydata(), percent)
        dots, mean = ys(ax, color=COLORS[kind])
        assert len(dots) == len(ALIKE)
        np.testing.assert_allclose(mean, np.mean(percent))


def test_trajectories_are_the_canonical_variates(figures):
    for row, kind in zip(np.reshape(figures["trajectories"].axes, (2, 5)), COMPARED, strict=True):
        pair = ALIKE[0].sel(network=kind)
        for ax, name in zip(row[:2], ("circuit_variate", "network_variate"), strict=True):
            paths = [np.transpose(line.get_data()) for line in ax.get_lines()]
            np.testing.assert_array_equal(paths[::2], pair[name][..., :2])
        both = np.concatenate([pair["circuit_variate"], pair["network_variate"]])
        for index, ax in enumerate(row[2:]):
            np.testing.assert_array_equal(ys(ax), both[:, :, index])
            correlation = float(pair["canonical_correlation"][index])
            assert f"r = {correlation:.2f}" in ax.get_title(loc="center")


@pytest.mark.parametrize(
    ("letters", "names"),
    [
        ("AB", ("canonical_correlation", "chance", "noise_ceiling")),
        ("CD", [f"reach_dependent_{name}" for name in ("correlation", "chance", "ceiling")]),
    ],
)
def test_canonical_correlations_stand_between_chance_and_noise_ceiling(figures, letters, names):
    measure, chance, ceiling = names
    ax, means = (panel(figures["canonical_correlations"], letter) for letter in letters)
    bands = {to_hex(band.get_edgecolor()[0]): band for band in ax.collections if band.get_paths()}
    for kind in KINDS:
        values = over_replicates(measure, kind)
        np.testing.assert_allclose(curves(ax)[kind].get_ydata(), values.mean(axis=0))
    for kind in COMPARED:
        values = over_replicates(measure, kind)
        assert bars(ax, COLORS[kind]) == intervals(values)
        np.testing.assert_allclose(curves(means)[kind].get_ydata(), values.mean(axis=1))
        np.testing.assert_allclose(
            bars(means, COLORS[kind]), intervals(values.mean(axis=1, keepdims=True))
        )
        samples = over_replicates(chance, kind).reshape(-1, COMPONENTS)
        (path,) = bands[COLORS[kind].lower()].get_paths()
        first = path.vertices[path.vertices[:, 0] == 1, 1]
        expected = np.percentile(samples[:, 0], [2.5, 97.5])
        np.testing.assert_allclose([first.min(), first.max()], expected)
        np.testing.assert_allclose(
            band_of(means, kind, COMPARED.index(kind)),
            np.percentile(samples.mean(axis=1), [2.5, 97.5]),
        )
    halves = np.mean([each[ceiling] for each in ALIKE], axis=(0, 1))
    np.testing.assert_allclose(*ys(ax, linestyle="--"), halves)
    assert level_at(means, 0.5) == pytest.approx(halves.mean())


def band_of(ax, kind, position):
    """Ends of the chance band in a network's colour at a place."""
    (ends,) = [
        path.vertices[:, 1]
        for band in ax.collections
        if isinstance(band, PolyCollection)
        and to_hex(band.get_edgecolor()[0]) == COLORS[kind].lower()
        for path in band.get_paths()
        if path.vertices[:, 0].min() < position < path.vertices[:, 0].max()
    ]
    return [ends.min(), ends.max()]


def level_at(ax, position):
    """Height of the horizontal dashed line at a place."""
    (height,) = [
        segment[0, 1]
        for line in ax.collections
        if isinstance(line, LineCollection)
        for segment in line.get_segments()
        if len(segment) and segment[0, 0] < position < segment[-1, 0]
    ]
    return height


def test_unobserved_neurons_one_by_one_and_all(figures):
    histogram, predictions = (panel(figures["unobserved_neurons"], letter) for letter in "AC")
    steps = {to_hex(each.get_facecolor()[0]): each.get_paths()[0] for each in histogram.collections}
    for kind in COMPARED:
        single = over_replicates("unobserved_r2_by_neuron", kind)
        counts, _ = np.histogram(single, np.linspace(0, 1, 26))
        highest = steps[COLORS[kind].lower()].vertices[:, 1].max()
        assert highest == pytest.approx(100 * counts.max() / single.size)
        lines = [each for each in predictions.get_lines() if each.get_label() == kind]
        for first, part in ((0, "unobserved_r2"), (2, "reach_dependent_r2")):
            for line, suffix in zip(
                lines[first : first + 2], ("", "_cross_validated"), strict=True
            ):
                np.testing.assert_array_equal(
                    line.get_ydata(), over_replicates(part + suffix, kind)
                )
            expected = np.percentile(over_replicates(f"{part}_chance", kind), [2.5, 97.5])
            place = lines[first].get_xdata()[0]
            np.testing.assert_allclose(band_of(predictions, kind, place), expected)
            halves = np.mean([each[f"{part}_ceiling"] for each in ALIKE])
            assert level_at(predictions, place) == pytest.approx(halves)
    shared = curves(panel(figures["unobserved_neurons"], "B"))["FFH"].get_ydata()
    expected = over_replicates("unobserved_canonical_correlation", "FFH").mean(axis=0)
    np.testing.assert_allclose(shared, expected)


def test_generalisation_shows_errors_by_level_above_those_without_noise(figures):
    data = GIVEN["generalisation"]["generalisations"]
    for letter, kind in zip("ABC", ("kick", "leading_kick", "step_noise"), strict=True):
        ax = panel(figures["generalisation"], letter)
        for subject in SUBJECTS:
            errors = 100 * over_replicates(f"emg_error_{kind}", subject, data)
            line = curves(ax)[subject]
            np.testing.assert_allclose(line.get_xdata(), [10, 50])
            np.testing.assert_allclose(line.get_ydata(), errors[:, 1:].mean(axis=0))
            drawn, expected = np.array([bars(ax, COLORS[subject]), intervals(errors[:, 1:])])
            positive = expected > 0
            np.testing.assert_allclose(drawn[positive], expected[positive])
            # What begins below 0 reaches out of the logarithmic axis.
            assert (drawn[~positive] < ax.get_ylim()[0]).all()
            flat = [y[0] for y in ys(ax, color=COLORS[subject]) if len(set(y)) == 1]
            # The circuit is its own standard.
            clean = [errors[:, 0].mean()] if subject in COMPARED else []
            np.testing.assert_allclose(flat, clean)


def test_generalisation_follows_kicks_over_time(figures):
    data = GIVEN["generalisation"]["generalisations"]
    for letter, name in zip("DE", ("growth_kick", "growth_leading_kick"), strict=True):
        ax = panel(figures["generalisation"], letter)
        for subject in SUBJECTS:
            growth = over_replicates(name, subject, data)
            np.testing.assert_allclose(curves(ax)[subject].get_ydata(), growth.mean(axis=0))
            *singles, _ = ys(ax, color=COLORS[subject])
            np.testing.assert_allclose(singles, growth)
