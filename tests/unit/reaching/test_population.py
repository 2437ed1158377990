from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ortho_group

from corticomotor.runtime.errors import InputError
from corticomotor.runtime.store import dataset
from corticomotor.similarity import principal_components
from corticomotor.studies.reaching import contracts
from corticomotor.studies.reaching.population import (
    alignments,
    captured_variance,
    compare_phases,
    compare_population,
)
from corticomotor.studies.reaching.settings.population import Population

CUE, STEPS, NEURONS = 12, 21, 24
SETTINGS = Population(steps=STEPS, components=4, surrogates=5, assignments=6, splits=3)
PHASES = ["untrained", "before", "under"]


def latents(seed, dimensions=6, reaches=8, steps=STEPS):
    """Smooth random courses, each its own in each reach (reach, time, dimension)."""
    rng = np.random.default_rng(seed)
    time = np.linspace(0, 1, steps)[:, np.newaxis]
    waves = rng.standard_normal((reaches, 5, dimensions)) / np.arange(1, 6)[:, np.newaxis]
    return np.sin(np.pi * time * np.arange(1, 6)) @ waves * 0.7 ** np.arange(dimensions)


def embedded(courses, neurons, seed):
    """Courses as the activity of more neurons, turned but not bent."""
    return courses @ ortho_group.rvs(neurons, random_state=seed)[: courses.shape[-1]]


def rates_in(contract, rates, **axes):
    """Rates as the file of a stage holds them, without its other variables."""
    variable = contract.variables["rates"]
    numbered = {dim: range(size) for dim, size in zip(variable.dims, rates.shape, strict=True)}
    alone = replace(
        contract,
        variables={"rates": variable},
        coordinates={dim: contract.coordinates[dim] for dim in variable.dims},
    )
    return dataset(alone, {"rates": rates, **numbered, **axes})


def circuit_of(rates):
    times = np.linspace(0, 0.5, rates.shape[1])
    return rates_in(contracts.GROUND_TRUTH, rates, time=times)


def network_of(*phases):
    """A network whose activity from the go cue on is that; it is silent before."""
    moving = np.stack(phases)
    rest = np.zeros((*moving.shape[:2], CUE, moving.shape[3]))
    rates = np.concatenate([rest, moving, moving[:, :, -1:]], axis=2)
    return rates_in(contracts.SEQUENCE, rates, phase=PHASES[: len(phases)])


def compared(network, settings=SETTINGS, seed=0, **circuits):
    found = compare_population(np.random.default_rng(seed), network, circuits, settings, cue=CUE)
    return {name: array.values for name, array in dataset(contracts.POPULATION, found).items()}


CIRCUIT = embedded(latents(0), NEURONS, seed=1)
TURNED = embedded(3.0 * latents(0) + 2.0, 30, seed=2)
OTHER = embedded(latents(5), 30, seed=2)


def test_a_rotated_copy_of_the_circuit_correlates_perfectly_and_reaches_in_disorder_do_not():
    found = compared(network_of(TURNED, OTHER, TURNED[::-1]), synthetic=circuit_of(CIRCUIT))
    np.testing.assert_allclose(found["correlation"][0, 0], 1.0)
    assert found["correlation"][1:, 0].mean() < 0.9
    assert (found["assigned_correlation"][0] < 0.95).all()
    assert (found["surrogate_correlation"][0] < 0.95).all()
    assert found["assigned_correlation"][0].std() > 0
    assert found["ceiling"].min() > found["assigned_correlation"][0].max()


@pytest.mark.parametrize("order", alignments(8)[[0, 3, 8, 13]].tolist())
def test_directions_that_are_only_turned_or_reflected_are_aligned(order):
    found = compared(network_of(TURNED[order]), synthetic=circuit_of(CIRCUIT))
    np.testing.assert_allclose(found["aligned_correlation"], 1.0)
    if order != list(range(8)):
        assert found["correlation"].mean() < 0.95


def test_alignments_keep_neighbours():
    found = alignments(8)
    assert len({tuple(each) for each in found.tolist()}) == 16
    assert set(np.abs(np.diff(found, axis=1)).ravel()) == {1, 7}


def test_the_circuit_is_sampled_over_its_whole_movement():
    fine = embedded(latents(0, steps=4 * STEPS - 3), NEURONS, seed=1)
    assert np.array_equal(fine[:, ::4], CIRCUIT)
    assert not np.array_equal(fine[:, :STEPS], CIRCUIT)
    found = compared(network_of(TURNED), synthetic=circuit_of(fine[:, ::2]))
    np.testing.assert_allclose(found["correlation"], 1.0, atol=1e-4)


def test_a_second_circuit_changes_nothing_of_the_first():
    network = network_of(TURNED, OTHER)
    one = compared(network, synthetic=circuit_of(CIRCUIT))
    both = compared(network, synthetic=circuit_of(CIRCUIT), recorded=circuit_of(OTHER))
    for name in ("correlation", "aligned_correlation", "surrogate_correlation"):
        np.testing.assert_array_equal(one[name][:, 0], both[name][:, 0])
    np.testing.assert_array_equal(one["ceiling"][0], both["ceiling"][0])
    np.testing.assert_allclose(both["correlation"][1, 1], 1.0)
    assert both["circuit"].tolist() == ["synthetic", "recorded"]


def test_a_phase_beside_itself():
    found = compared(network_of(TURNED, OTHER), synthetic=circuit_of(CIRCUIT))
    np.testing.assert_allclose(np.diagonal(found["captured_variance"]), 1.0)
    np.testing.assert_allclose(np.diagonal(found["angle"]), 0.0, atol=1e-5)
    assert (found["captured_variance"] <= 1 + 1e-12).all()
    np.testing.assert_allclose(found["angle"], found["angle"].swapaxes(0, 1), atol=1e-5)


def test_variance_within_its_own_components_is_the_sum_of_theirs():
    basis, all_of_it = (principal_components(OTHER, kept) for kept in (4, 30))
    captured = captured_variance(OTHER, basis, all_of_it)
    np.testing.assert_allclose(captured, basis.variance_explained[:4].sum())


def test_subspaces_that_share_one_of_two_axes():
    time = np.linspace(0, 2 * np.pi, STEPS)
    courses = np.stack([np.sin(time), np.cos(2 * time)], axis=1) * np.array([2.0, 1.0])
    phases = np.zeros((2, 8, STEPS, 3))
    phases[0, ..., :2], phases[1, ..., [0, 2]] = courses, courses.T[..., np.newaxis, :]
    found = compare_phases(phases, [principal_components(each, 2) for each in phases])
    np.testing.assert_allclose(found["angle"][0, 1], [0, 90], atol=1e-5)
    shared = courses[:, 0].var() / courses.var(axis=0).sum()
    np.testing.assert_allclose(found["captured_variance"][0, 1], shared)


def test_scores_and_explained_variance_are_of_the_activity_from_the_cue_on():
    found = compared(network_of(TURNED), synthetic=circuit_of(CIRCUIT))
    np.testing.assert_array_equal(found["peri_event"][0], TURNED)
    variances = found["score"][0].var(axis=(0, 1)) / TURNED.var(axis=(0, 1)).sum()
    np.testing.assert_allclose(found["explained_variance"][0], variances)
    assert (np.diff(variances) < 0).all()


def test_units_count_from_the_threshold_on():
    # Scaled so that the mean unit deviates by 1: the first changes by 0.3, the second is tuned.
    time = np.sin(2 * np.pi * np.arange(STEPS) / (STEPS - 1))
    tuning = np.cos(2 * np.pi * np.arange(8) / 8)
    moving = np.zeros((8, STEPS, 5))
    moving[..., 2:] = time[np.newaxis, :, np.newaxis] * [1.0, 1.5, 2.0]
    moving[..., 1] = tuning[:, np.newaxis] * time
    moving[..., 0] = 0.3
    moving /= moving.std(axis=(0, 1)).mean()
    settings = SETTINGS.model_copy(update={"components": 2})
    loose, strict = (
        compared(
            network_of(moving),
            settings.model_copy(update={"threshold": threshold}),
            synthetic=circuit_of(CIRCUIT),
        )
        for threshold in (0.1, 5.0)
    )
    assert loose["modulated"] == loose["tuned"] == 0.2
    assert strict["modulated"] == strict["tuned"] == 0.0
    assert loose["turning_points"][0].tolist() == [0.0, *[1.5, 2.0, 2.0, 2.0]]


def test_the_seed_decides():
    network, circuit = network_of(OTHER), circuit_of(CIRCUIT)
    one, again, another = (compared(network, synthetic=circuit, seed=seed) for seed in (0, 0, 1))
    drawn = {"surrogate_correlation", "assigned_correlation", "ceiling"}
    for name, values in one.items():
        np.testing.assert_array_equal(values, again[name])
        assert np.array_equal(values, another[name]) != (name in drawn), name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": STEPS + 2}, f"steps: expected at most {STEPS + 1}, .*found {STEPS + 2}"),
        ({"components": 13}, "components: expected at most half of the circuit's 24 neurons"),
    ],
)
def test_settings_that_do_not_fit_are_named(change, message):
    with pytest.raises(InputError, match=rf"^reaching\.population\.{message}"):
        compared(
            network_of(TURNED), SETTINGS.model_copy(update=change), synthetic=circuit_of(CIRCUIT)
        )


def test_each_direction_needs_a_reach():
    with pytest.raises(
        InputError,
        match=r"^reaching\.population\.cortex\.emg\.reaches: expected .* 8 .*found 7 \(recorded\)",
    ):
        compared(
            network_of(TURNED), synthetic=circuit_of(CIRCUIT), recorded=circuit_of(CIRCUIT[1:])
        )
