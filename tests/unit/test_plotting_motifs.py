"""Figures of the motor-motifs study say what the data say, in the networks' colours."""

from functools import cache
from importlib import import_module

import numpy as np
import pytest
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from corticomotor.plotting import style
from corticomotor.statistics import ratio_of_means
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.figures import traces
from corticomotor.studies.motifs.palette import NETWORKS
from figure_examples import bars, curves, filled, fits_a_page, intervals, panel, ys

PARTS, STDS = (0.5, 0.66, 0.8, 1.0), (0.0, 0.01, 1.0)
DURATION, FACTOR, WIDE_STD = 5.0, 2.0, 1.5
PREPARED = {"preparation_duration": DURATION}
TRAINED = [name for name in NETWORKS if "module" not in name and name != "thalamocortical"]
# Errors of these are larger after other motifs.
GROWN = ("additive", "multiplicative", "control")
LEARNED = ("additive", "additive_prepared", "multiplicative", "multiplicative_prepared")
AXES = {
    **dict.fromkeys(("unit", "eigenvalue", "exponential"), range(8)),
    **dict.fromkeys(("trial", "start", "exponentials", "iteration"), range(1, 4)),
    **dict.fromkeys(("loop", "repetition", "presynaptic_unit"), range(2)),
    "shared_unit": [], "parameter": ["input"], "time": np.linspace(0.1, 30, 20),
    "interrupted_at": PARTS, "initial_std": STDS, "quantile": np.linspace(0.1, 0.9, 5),
    "relaxation_time": np.linspace(0, 5, 11),
}  # fmt: skip


def draw(name, **given):
    module = import_module(f"corticomotor.studies.motifs.figures.{name}")
    return getattr(module, name)(**given)


def evaluation(seed, axes, increase):
    data = filled(contracts.EVALUATION, seed, axes)
    data["transition_error"] += increase
    return data


def trained(seed, axes):
    iterations, motifs = 12 + seed, len(axes["motif"])
    error = np.random.default_rng(seed).uniform(0.1, 0.9, (iterations, motifs))
    ends = iterations - 2 * np.arange(motifs).clip(max=3)
    error[np.arange(iterations)[:, None] >= ends] = np.nan
    axes = axes | {"iteration": range(1, iterations + 1)}
    return filled(contracts.NETWORK, seed, axes, training_error=error, steady_until=ends - 2)


def strip(motifs, points=40):
    axes = {
        "network": ["additive_prepared", "additive"], "position": range(len(motifs)),
        "time": np.linspace(0, 10 * len(motifs), points + 1)[1:],
    }  # fmt: skip
    start = 10.0 * np.arange(len(motifs))
    return filled(contracts.CHAIN, 0, axes, motif=motifs, start=start, preparation=2.0)


@cache
def arguments(replicates=3, motifs=6):
    """Name of each figure -> what it is drawn from."""
    seeds, numbers = range(replicates), range(1, motifs + 1)
    axes = AXES | dict.fromkeys(("motif", "first_motif", "session"), numbers)

    def made(name, seed, **changed):
        return filled(getattr(contracts, name), seed, axes | changed)

    found = {
        name: [evaluation(10 * row + seed, axes, 0.5 * (name in GROWN)) for seed in seeds]
        for row, name in enumerate(TRAINED)
    }
    models = [made("THALAMOCORTICAL", seed) for seed in seeds]
    for each in models:
        # While a motif is prepared there is nothing to approximate.
        each["approximation"][:, :4] = np.nan
    modules = [made("PREPARATORY_MODULE", seed) for seed in range(2 * replicates)]
    measured = [
        filled(contracts.PAIRS, seed, axes, architecture=kind, gain=gain, loop_gain=loop_gain)
        for kind in ("multiplicative", "control", "additive")
        for gain in ((1.8, 1.0) if replicates > 1 else (1.4,))
        for loop_gain in ((1.5, 0.75) if kind == "multiplicative" else (0.3,))
        for seed in seeds
    ]
    learned = {
        name: [trained(seed, axes) for seed in seeds] if name in LEARNED else [] for name in TRAINED
    }
    return {
        "library": {
            "step": [made("LIBRARY", 1, motif=[1]), made("LIBRARY", 2, motif=numbers[1:])],
            "oscillatory": [made("LIBRARY", 3, motif=[1, 2])],
        },
        "exponentials": {kind: made("EXPONENTIALS", 0) for kind in ("step", "oscillatory")},
        "errors": {"evaluations": found, "thalamocortical": models, "failure_factor": FACTOR},
        "zero_shot": {
            "additive": found["additive"], "multiplicative": found["multiplicative"],
            "oscillatory": found["additive_oscillatory"], "wide": found["additive_wide"],
            "wide_std": WIDE_STD,
        },
        "interrupted": {
            "two_input": found["two_input"], "additive_prepared": found["additive_prepared"],
            **PREPARED,
        },
        "noise": {"origin": found["additive_origin"], "additive": found["additive"]},
        "pairs": {"pairs": measured},
        "preparation": {
            "additive": modules[:replicates], "multiplicative": modules[replicates:],
            "additive_gain": 1.4, "multiplicative_gain": 1.6, **PREPARED,
        },
        "learning": {"networks": learned},
        "forgetting": {
            "sequential": [made("FORGETTING", seed) for seed in seeds],
            "additive": found["additive"],
        },
        "thalamocortical": {"models": models, **PREPARED},
        "performance": {"evaluation": found["control"][0], "prepared": True, **PREPARED},
        "chain": {"strip": strip([3, 1, 12, 1])},
    }  # fmt: skip


GIVEN = arguments()


@pytest.fixture(scope="module")
def figures():
    return {name: draw(name, **given) for name, given in GIVEN.items()}


def random_rmse(data):
    return data["random_error"].values.mean(axis=(0, 2))


def transition_rmse(data):
    """Mean errors (interrupted_at, motif) after other motifs, written out."""
    found = data["transition_error"].values
    found = found if found.ndim == 4 else found[:, np.newaxis]
    numbers = range(data.sizes["motif"])
    return np.array(
        [
            [np.mean([part[:, first, m] for first in numbers if first != m]) for m in numbers]
            for part in np.swapaxes(found, 0, 1)
        ]
    )


def shown_errors(axes):
    return [float(ax.get_title(loc="right").removeprefix("RMSE ")) for ax in axes]


def shaded(ax):
    """Where grey bars begin and end."""
    spans = [each for each in ax.patches if isinstance(each, Rectangle)]
    grey = [each for each in spans if to_hex(each.get_facecolor()) == traces.PREPARATION.lower()]
    return [(each.get_x(), each.get_x() + each.get_width()) for each in grey]


def assert_from_random(ax, data, motif, outputs=None):
    """The panel shows the outputs (start, time) of a motif, and its target on top."""
    outputs = data["random_output"].sel(motif=motif) if outputs is None else outputs
    np.testing.assert_array_equal(ys(ax), [*outputs, data["target"].sel(motif=motif)])


def assert_after_others(ax, data, motif, name="transition_output"):
    """The panel shows the outputs of a motif after each other one, in the colours of these."""
    lines, others = curves(ax), [first for first in data["motif"].values if first != motif]
    assert set(lines) == {"target", *map(str, others)}
    for first in others:
        expected = data[name].sel(first_motif=first, motif=motif)
        np.testing.assert_array_equal(lines[str(first)].get_ydata(), expected)
        assert lines[str(first)].get_color() == traces.motif_colors(first)[-1]


def examples_of(increase):
    """Numbers of the motifs with the largest and the median increase."""
    order = np.argsort(increase)
    return [order[-1] + 1, order[(len(order) - 1) // 2] + 1]


def numbers_of(axes):
    """Numbers of the motifs above the panels that show one."""
    titles = [ax.get_title(loc="left").strip() for ax in axes]
    return [int(title) for title in titles if title.isdigit()]


@pytest.mark.parametrize("name", GIVEN)
def test_figures_fit_a_page_in_the_networks_colours(figures, name):
    assert fits_a_page(figures[name])
    lines = [each for ax in figures[name].axes for each in curves(ax).items() if name != "pairs"]
    for label, line in lines:
        assert label not in NETWORKS or line.get_color() == NETWORKS[label].color


@pytest.mark.parametrize(
    ("name", "motifs"),
    [*((name, 12) for name in GIVEN), ("interrupted", 2), ("library", 2), ("thalamocortical", 2)],
)
def test_one_replicate_and_few_or_many_motifs_are_enough(name, motifs):
    assert fits_a_page(draw(name, **arguments(replicates=1, motifs=motifs)[name]))


def test_library_shows_the_motifs_of_all_sessions(figures):
    axes = figures["library"].axes
    assert numbers_of(axes) == [*range(1, 7), 1, 2]
    sessions = [*GIVEN["library"]["step"], *GIVEN["library"]["oscillatory"]]
    expected = np.concatenate([each["output"] for each in sessions])
    np.testing.assert_array_equal([ys(ax)[0] for ax in axes], expected)
    many = traces.motif_colors(25)
    assert len(set(many)) == 25
    assert [ax.get_lines()[0].get_color() for ax in axes] == [*many[:6], *many[:2]]


@pytest.mark.parametrize("prepared", [True, False])
def test_performance_from_random_states_and_after_others(prepared):
    given = GIVEN["performance"] | {"prepared": prepared}
    data = given["evaluation"]
    left, right = draw("performance", **given).subfigs
    np.testing.assert_allclose(shown_errors(left.axes), random_rmse(data), atol=0.005)
    np.testing.assert_allclose(shown_errors(right.axes), transition_rmse(data)[-1], atol=0.005)
    for motif, (ax, after) in enumerate(zip(left.axes, right.axes, strict=True), start=1):
        assert_from_random(ax, data, motif)
        assert_after_others(after, data, motif)
        assert shaded(ax) == ([(0, DURATION)] if prepared else [])


def test_exponentials_of_the_median_motif_and_all_errors(figures):
    data = GIVEN["exponentials"]["step"]
    motif = np.argsort(data["error"].values.mean(axis=0))[3]
    expected = [*data["approximation"][:, motif], data["target"][motif]]
    np.testing.assert_array_equal(ys(panel(figures["exponentials"], "B")), expected)
    means = ys(panel(figures["exponentials"], "C"), marker="o")
    np.testing.assert_allclose(means, [data["error"].mean("motif")] * 2)


def test_zero_shot_examples_states_and_tested_errors(figures):
    axes = figures["zero_shot"].axes
    states = [ax for ax in axes if "probability" in ax.get_ylabel()]
    paired = [ax for ax in axes if ax.get_ylabel() == "RMSE"]
    examples = []
    names = ("additive", "multiplicative", "oscillatory", "wide")
    for name, ax, errors in zip(names, states, paired, strict=True):
        data = GIVEN["zero_shot"][name]
        *ends, normal = (line.get_xdata() for line in ax.get_lines())
        np.testing.assert_array_equal(ends, data[0]["end_state_quantile"])
        # The last quantile is 0.9.
        assert normal[-1] == pytest.approx(1.2815516 * (WIDE_STD if name == "wide" else 1))
        random = np.stack([random_rmse(each) for each in data])
        after = np.stack([transition_rmse(each)[-1] for each in data])
        joined = ys(errors, color=style.FAINT)
        np.testing.assert_allclose(joined, np.transpose([random.ravel(), after.ravel()]))
        means = np.transpose([random.mean(axis=1), after.mean(axis=1)])
        np.testing.assert_allclose(bars(errors, style.INK), intervals(means))
        p = ratio_of_means(after.mean(axis=1), random.mean(axis=1)).p
        shown = f"p = {p:.2g}" if p >= 0.001 else "p < 0.001"
        assert errors.get_title(loc="center") == f"{shown}, n = {len(data)}"
        examples += np.repeat(examples_of(after[0] - random[0]), 2).tolist()
    # Networks with wider starts are shown without examples.
    assert numbers_of(axes) == examples[:-4]


def test_interrupted_motifs_from_the_part_nearest_to_seventy_per_cent(figures):
    above, below = figures["interrupted"].subfigs
    first = GIVEN["interrupted"]["two_input"][0]
    examples = examples_of(transition_rmse(first)[1] - random_rmse(first))
    for block, name in zip(above.subfigs, ("two_input", "additive_prepared"), strict=True):
        data = GIVEN["interrupted"][name]
        assert numbers_of(block.axes) == np.repeat(examples, 3).tolist()
        assert_after_others(block.axes[1], data[0], examples[0], "interrupted_output")
        chosen = np.stack([random_rmse(data[0]), *transition_rmse(data[0])[[1, -1]]])
        errors = chosen[:, np.array(examples) - 1].T.ravel()
        np.testing.assert_allclose(shown_errors(block.axes), errors, atol=0.005)
        after = np.stack([transition_rmse(each).mean(axis=1) for each in data])
        random = np.array([[random_rmse(each).mean()] for each in data])
        for ax, values in zip(below.axes[:2], (after, after / random), strict=True):
            np.testing.assert_allclose(curves(ax)[name].get_ydata(), values.mean(axis=0))
            np.testing.assert_allclose(bars(ax, NETWORKS[name].color), intervals(values))


def test_noise_in_all_conditions(figures):
    block, _, below = figures["noise"].subfigs
    data = GIVEN["noise"]["origin"]
    errors = np.stack(
        [
            [*each["noise_error"].values.mean(axis=(0, 3)), transition_rmse(each)[-1]]
            for each in data
        ]
    )
    examples = examples_of(np.ptp(errors[0], axis=0))
    assert numbers_of(block.axes) == np.repeat(examples, 4).tolist()
    shown = errors[0][:, np.array(examples) - 1].T.ravel()
    np.testing.assert_allclose(shown_errors(block.axes), shown, atol=0.005)
    outputs = data[0]["noise_output"].sel(motif=examples[0])[1]
    assert_from_random(block.axes[1], data[0], examples[0], outputs)
    means = curves(below.axes[0])["additive_origin"].get_ydata()
    np.testing.assert_allclose(means, errors.mean(axis=(0, 2)))


def failed_percent(data):
    """Part of the whole transitions whose error is beyond the limit, written out."""
    random, whole = data["random_error"].values, data["transition_error"].values
    whole = whole[:, -1] if whole.ndim == 4 else whole
    limit = FACTOR * np.median(random, axis=2)
    failed = [whole[:, first] > limit for first in range(whole.shape[1])]
    return 100 * np.sum(failed) / np.isfinite(whole).sum()


def test_errors_and_failures_of_networks_with_stars_where_errors_grow(figures):
    measured = GIVEN["errors"]["evaluations"]
    measured = measured | {"thalamocortical": GIVEN["errors"]["thalamocortical"]}
    seen = set()
    for letter, beside in (("A", "B"), ("C", "D")):
        ax, right = panel(figures["errors"], letter), panel(figures["errors"], beside)
        labels = [text.get_text() for text in ax.get_yticklabels()]
        names = [name for label in labels for name in measured if NETWORKS[name].label == label]
        stars = [text.xy[1] for text in ax.texts if text.get_text() == "★"]
        for name, height in zip(names, ax.get_yticks(), strict=True):
            data = measured[name]
            random = np.mean([random_rmse(each) for each in data])
            after = np.mean([transition_rmse(each)[-1] for each in data])
            np.testing.assert_allclose(curves(ax)[name].get_xdata(), [random, after])
            assert any(abs(star - height) < 0.5 for star in stars) == (name in GROWN)
            dots = [each for each in right.get_lines() if abs(each.get_ydata()[0] - height) < 0.5]
            failed = [failed_percent(each) for each in data]
            np.testing.assert_allclose(dots[0].get_xdata(), failed)
        seen |= set(names)
    assert seen == set(measured)


def test_networks_that_were_not_evaluated_have_no_row_and_falling_errors_no_star():
    axes = AXES | dict.fromkeys(("motif", "first_motif"), range(1, 7))
    given = {"control": [evaluation(seed, axes, -0.5) for seed in range(3)], "two_input": []}
    figure = draw("errors", evaluations=given, thalamocortical=[], failure_factor=FACTOR)
    assert [text.get_text() for text in panel(figure, "A").get_yticklabels()] == ["control"]
    assert not panel(figure, "A").texts


def test_chain_shows_output_over_target_and_rates(figures):
    header, *rest = figures["chain"].axes
    assert header.get_title(loc="left") == "chain 3-1-12-1"
    # What is not prepared comes first.
    for index, name in enumerate(("additive", "additive_prepared")):
        ax, rates = rest[2 * index :][:2]
        own = GIVEN["chain"]["strip"].sel(network=name)
        np.testing.assert_array_equal(curves(ax)["target"].get_ydata(), own["target"])
        np.testing.assert_array_equal(curves(ax)[name].get_ydata(), own["output"])
        np.testing.assert_array_equal(curves(rates)[name].get_ydata(), own["rate_norm"])
        assert [text.get_text() for text in ax.texts] == [f"RMSE {e:.2f}" for e in own["error"]]
        assert shaded(ax) == [(10 * at, 10 * at + 2) for at in range(4) if index]


def test_long_chains_are_thinned_to_the_end():
    figure = draw("chain", strip=strip(list(range(1, 13)), 9000))
    x = curves(figure.axes[1])["additive"].get_xdata()
    assert 1800 <= len(x) < 2700
    assert x[-1] == pytest.approx(120, abs=0.1)
    assert fits_a_page(figure)


@pytest.mark.parametrize(
    ("letter", "label", "architecture", "loop_gain"),
    [
        ("A", "additive", "additive", 0.3),
        ("A", "control", "control", 0.3),
        ("B", "multiplicative, loop gain 0.75", "multiplicative", 0.75),
        ("B", "multiplicative, loop gain 1.5", "multiplicative", 1.5),
    ],
)
def test_pairs_over_gains_and_loop_gains(figures, letter, label, architecture, loop_gain):
    errors = {1.0: [], 1.8: []}
    for each in GIVEN["pairs"]["pairs"]:
        if (each["architecture"].item(), float(each["loop_gain"])) == (architecture, loop_gain):
            errors[float(each["gain"])].append(float(each["least_error"]))
    ax = panel(figures["pairs"], letter)
    line = curves(ax)[label]
    np.testing.assert_allclose(line.get_xdata(), list(errors), atol=0.05)
    np.testing.assert_allclose(line.get_ydata(), np.mean(list(errors.values()), axis=1))
    dots = ys(ax, color=line.get_color(), marker="o")
    np.testing.assert_array_equal(dots, list(errors.values()))


def test_preparation_moves_eigenvalues_and_brings_the_rates_to_rest(figures):
    spectra = np.reshape(figures["preparation"].axes[:6], (2, 3))
    for row, letter, kind in zip(spectra, "CD", ("additive", "multiplicative"), strict=True):
        data = GIVEN["preparation"][kind]
        for ax, suffix in zip(row, ("_without", "", "_foreign"), strict=True):
            x = ax.get_lines()[0].get_xdata()
            np.testing.assert_array_equal(x, data[0][f"eigenvalue_real{suffix}"])
            assert ax.patches[0].radius == GIVEN["preparation"][f"{kind}_gain"]
        ax = panel(figures["preparation"], letter)
        for name in ("rate_norm_without", "rate_norm_untrained", "rate_norm"):
            percent = [100 * each[name].values / each[name].values[0] for each in data]
            np.testing.assert_allclose(curves(ax)[name].get_ydata(), np.mean(percent, axis=(0, 2)))
        assert curves(ax)["rate_norm"].get_color() == NETWORKS[f"{kind}_prepared"].color
        assert shaded(ax) == [(0, DURATION)]


def test_learning_holds_the_last_error_of_motifs_that_are_done(figures):
    for letter, names in (("A", LEARNED[:2]), ("B", LEARNED[2:])):
        drawn = curves(panel(figures["learning"], letter))
        assert set(drawn) == set(names)
        for name in names:
            replicates = GIVEN["learning"]["networks"][name]
            errors = [each["training_error"].to_pandas() ** 0.5 for each in replicates]
            means = [each.ffill().mean(axis="columns") for each in errors]
            held = [each.reindex(range(1, 15)).ffill() for each in means]
            np.testing.assert_allclose(drawn[name].get_ydata(), np.mean(held, axis=0))


def test_forgetting_of_every_motif_beside_networks_that_do_not_forget(figures):
    given = GIVEN["forgetting"]
    error = np.mean([each["error"] for each in given["sequential"]], axis=0)
    ax, lines = panel(figures["forgetting"], "A"), curves(panel(figures["forgetting"], "B"))
    (mesh,) = [each for each in ax.collections if isinstance(each, QuadMesh)]
    np.testing.assert_allclose(np.asarray(mesh.get_array()), error)
    for name, expected in {
        "control": [np.mean(np.diagonal(error, -since)) for since in range(len(error))],
        "together": [np.mean([each["together_error"] for each in given["sequential"]])] * 2,
        "additive": [np.mean([each["random_error"] for each in given["additive"]])] * 2,
    }.items():
        np.testing.assert_allclose(lines[name].get_ydata(), expected)


def test_thalamocortical_examples_distances_and_errors(figures):
    figure, data = figures["thalamocortical"], GIVEN["thalamocortical"]["models"]
    first, random, after = data[0], random_rmse(data[0]), transition_rmse(data[0])[-1]
    columns = np.transpose(np.reshape(figure.axes[:9], (3, 3)))
    for column, index in zip(columns, np.argsort(random)[[0, 2, 5]], strict=True):
        own = first.sel(motif=index + 1)
        assert column[0].get_title(loc="center") == f"motif {index + 1}"
        fit = curves(column[0])["approximation"].get_ydata()
        np.testing.assert_array_equal(fit, own["approximation"])
        fit_error = np.sqrt(np.mean((own["approximation"] - own["target"]).values[4:] ** 2))
        expected = (fit_error, random[index], after[index])
        np.testing.assert_allclose(shown_errors(column), expected, atol=0.005)
    percent = [100 * each["distance"] / each["distance"][0] for each in data]
    mean = curves(panel(figure, "E"))["mean"].get_ydata()
    np.testing.assert_allclose(mean, np.mean(percent, axis=(0, 2)))
    both = np.stack([[random_rmse(each), transition_rmse(each)[-1]] for each in data])
    mean = curves(panel(figure, "F"))["mean"].get_ydata()
    np.testing.assert_allclose(mean, both.mean(axis=(0, 2)))
