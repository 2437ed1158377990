"""Figures of the constrained-dynamics study say what the data say, in the networks' colours."""

from importlib import import_module

import numpy as np
import pytest
from matplotlib.colors import to_hex

from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.candidates import CANDIDATE
from corticomotor.studies.constrained.figures.reaches import reach_colors
from corticomotor.studies.constrained.palette import NETWORKS
from figure_examples import bars, curves, filled, fits_a_page, intervals, panel, ys

KINDS, COMPARED = ["FF", "FF target", "FFH", "FFH target"], ["FF", "FFH"]
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
        filled(contracts.GENERALISATION, seed, axes | {"network": COMPARED}) for seed in seeds
    ]
    for each in perturbed:
        # Without noise nothing deviates.
        each["dynamics_error_initial_noise"][:, 0] = each["dynamics_error_step_noise"][:, 0] = 0
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


def test_canonical_correlations_stand_between_chance_and_noise_ceiling(figures):
    ax, means = (panel(figures["canonical_correlations"], letter) for letter in "AB")
    bands = {to_hex(band.get_edgecolor()[0]): band for band in ax.collections if band.get_paths()}
    for kind in KINDS:
        values = over_replicates("canonical_correlation", kind)
        np.testing.assert_allclose(curves(ax)[kind].get_ydata(), values.mean(axis=0))
    for kind in COMPARED:
        values = over_replicates("canonical_correlation", kind)
        assert bars(ax, COLORS[kind]) == intervals(values)
        np.testing.assert_allclose(curves(means)[kind].get_ydata(), values.mean(axis=1))
        np.testing.assert_allclose(
            bars(means, COLORS[kind]), intervals(values.mean(axis=1, keepdims=True))
        )
        samples = over_replicates("chance", kind).reshape(-1, COMPONENTS)
        (path,) = bands[COLORS[kind].lower()].get_paths()
        first = path.vertices[path.vertices[:, 0] == 1, 1]
        expected = np.percentile(samples[:, 0], [2.5, 97.5])
        np.testing.assert_allclose([first.min(), first.max()], expected)
    ceiling = np.mean([each["noise_ceiling"] for each in ALIKE], axis=(0, 1))
    np.testing.assert_allclose(*ys(ax, linestyle="--"), ceiling)
    np.testing.assert_allclose(*ys(means, linestyle="--"), ceiling.mean())


def test_unobserved_neurons_one_by_one_and_all(figures):
    histogram, pairs = (panel(figures["unobserved_neurons"], letter) for letter in "AB")
    steps = {to_hex(each.get_facecolor()[0]): each.get_paths()[0] for each in histogram.collections}
    for kind in COMPARED:
        single = over_replicates("unobserved_r2_by_neuron", kind)
        counts, _ = np.histogram(single, np.linspace(0, 1, 26))
        highest = steps[COLORS[kind].lower()].vertices[:, 1].max()
        assert highest == pytest.approx(100 * counts.max() / single.size)
        fitted, left_out = (each for each in pairs.get_lines() if each.get_label() == kind)
        for line, suffix in ((fitted, ""), (left_out, "_cross_validated")):
            expected = over_replicates(f"unobserved_r2{suffix}", kind)
            np.testing.assert_array_equal(line.get_ydata(), expected)


def test_generalisation_over_noise_and_between_reaches(figures):
    data = GIVEN["generalisation"]["generalisations"]
    perturbations = ("initial_noise", "step_noise", "half_way")
    names = [f"{what}_error_{each}" for what in ("emg", "dynamics") for each in perturbations]
    for letter, name in zip("ABCDEF", names, strict=True):
        for kind in COMPARED:
            values = 100 * over_replicates(name, kind, data)
            expected = values if name.endswith("half_way") else values.mean(axis=0)
            line = curves(panel(figures["generalisation"], letter))[kind]
            np.testing.assert_allclose(line.get_ydata(), expected)
    for reach, ax in enumerate(figures["generalisation"].axes[6:]):
        own = data[0].sel(muscle=MUSCLES[0], reach=reach)
        expected = [own["circuit_emg_half_way"], *own["emg_half_way"]]
        np.testing.assert_array_equal(ys(ax), expected)


def test_search_fills_what_is_accurate_and_robust():
    error, kicked = [0.001, 0.002, 0.004, np.nan, 0.001], [0.05, 0.2, 0.05, np.nan, 0.09]
    correlation = [0.1, 0.2, 0.3, np.nan, 0.5]
    candidates = [
        filled(
            CANDIDATE, seed, {"network": COMPARED, "replicate": [1, 2]},
            emg_error=np.full((2, 2), error[seed]), kicked_emg_error=np.full((2, 2), kicked[seed]),
            mean_canonical_correlation=np.full((2, 2), correlation[seed]),
        )
        for seed in range(5)
    ]  # fmt: skip
    figure = draw("search", candidates=candidates)
    full, hollow = (each.get_offsets() for each in panel(figure, "A").collections)
    np.testing.assert_allclose(full[:, 1], [0.1, 0.5])
    np.testing.assert_allclose(full[:, 0], [float(candidates[index]["gain"]) for index in (0, 4)])
    np.testing.assert_allclose(hollow[:, 1], [0.2, 0.3, np.nan])
    assert fits_a_page(figure)
