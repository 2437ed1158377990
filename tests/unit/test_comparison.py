import numpy as np
import pytest
from scipy.stats import ortho_group

from corticomotor.similarity import (
    canonical_correlation,
    chance_level,
    cross_validated_r2,
    explained_variance,
    maximum_entropy_surrogates,
    noise_ceiling,
    principal_components,
    surrogate_components,
)
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.comparison import (
    MOST_VARIATES,
    compare,
    component_correlations,
    unobserved_r2,
)
from corticomotor.studies.constrained.likeness import reach_dependent, reach_dependent_variance

REACHES, TIMES, NEURONS = 5, 40, 24
COMPONENTS = 4
UNOBSERVED = np.arange(8, NEURONS)


@pytest.fixture
def rng():
    return np.random.default_rng(12)


def smooth_rates(rng, neurons=NEURONS):
    """Rates (reach, time, neuron) of ten smooth latent signals of falling strength."""
    time = np.linspace(0, 1, TIMES)[:, None]
    waves = np.cos(np.pi * time * np.arange(6))
    latents = np.einsum("tw,cwl->ctl", waves, rng.normal(size=(REACHES, 6, 10)))
    return 10 + latents * 0.8 ** np.arange(10) @ rng.normal(size=(10, neurons))


@pytest.fixture
def circuit(rng):
    return smooth_rates(rng)


def compared(circuit, networks, seed=0):
    return compare(
        np.random.default_rng(seed),
        circuit,
        networks,
        UNOBSERVED,
        components=COMPONENTS,
        surrogates=3,
        splits=2,
    )


def test_the_circuit_itself_is_similar_to_the_utmost(rng, circuit):
    rotated = 3 * circuit @ ortho_group.rvs(NEURONS, random_state=rng) - 7
    result = compared(circuit, {"same": circuit, "rotated": rotated})
    np.testing.assert_allclose(result["canonical_correlation"], 1, rtol=1e-10)
    np.testing.assert_allclose(result["procrustes"], 0, atol=1e-10)
    np.testing.assert_allclose(result["cka"], 1, rtol=1e-10)
    np.testing.assert_allclose(result["circuit_variate"], result["network_variate"], atol=1e-6)
    np.testing.assert_allclose(
        result["variance_explained"],
        np.tile(principal_components(circuit, COMPONENTS).variance_explained[:COMPONENTS], (3, 1)),
        rtol=1e-9,
    )


def test_another_circuit_is_less_similar(rng, circuit):
    result = compared(circuit, {"same": circuit, "other": smooth_rates(rng)})
    for name in ("canonical_correlation", "unobserved_canonical_correlation"):
        assert np.all(result[name][1] < result[name][0])
    for name in ("cka", "unobserved_r2", "unobserved_r2_cross_validated"):
        assert result[name][1] < result[name][0] - 0.1
    assert result["procrustes"][1] > result["procrustes"][0] + 0.1


def test_results_fit_their_contract(rng, circuit):
    networks = {"a": smooth_rates(rng, 9), "b": smooth_rates(rng, 30)}
    result = compared(circuit, networks)
    sizes = {
        "population": 3,
        "network": 2,
        "component": COMPONENTS,
        "surrogate": 3,
        "split": 2,
        "unobserved_neuron": len(UNOBSERVED),
        "reach": REACHES,
        "time": TIMES,
        "variate": MOST_VARIATES,
    }
    assert result.keys() == contracts.SIMILARITY.variables.keys()
    for name, variable in contracts.SIMILARITY.variables.items():
        assert result[name].shape == tuple(sizes[dim] for dim in variable.dims)
        assert np.isfinite(result[name]).all()


def test_variates_are_unit_signals_with_the_canonical_correlations(rng, circuit):
    result = compared(circuit, {"other": smooth_rates(rng)})
    a, b = (result[f"{name}_variate"][0].reshape(-1, 3) for name in ("circuit", "network"))
    for variates in (a, b):
        np.testing.assert_allclose(variates.T @ variates / len(a), np.eye(3), atol=1e-9)
    np.testing.assert_allclose(
        a.T @ b / len(a), np.diag(result["canonical_correlation"][0, :3]), atol=1e-9
    )


def test_rows_are_those_of_the_networks_one_by_one(rng, circuit):
    networks = {"a": smooth_rates(rng), "b": smooth_rates(rng)}
    both = compared(circuit, networks)
    swapped = compared(circuit, dict(reversed(networks.items())))
    for name in ("canonical_correlation", "procrustes", "unobserved_r2_by_neuron"):
        np.testing.assert_array_equal(both[name][0], swapped[name][1])
    np.testing.assert_array_equal(both["variance_explained"][1], swapped["variance_explained"][2])


def test_only_the_unobserved_neurons_are_predicted(rng, circuit):
    """What the network takes over from observed neurons does not count."""
    network = np.concatenate([circuit[..., :8], smooth_rates(rng, 1)], axis=-1)
    changed = circuit.copy()
    changed[..., :8] += smooth_rates(rng, 8)
    result, after = (compared(c, {"x": network}) for c in (circuit, changed))
    for name in (
        "unobserved_r2",
        "unobserved_r2_cross_validated",
        "unobserved_r2_by_neuron",
        "unobserved_canonical_correlation",
    ):
        np.testing.assert_allclose(result[name], after[name], rtol=1e-10)
    assert not np.allclose(result["canonical_correlation"], after["canonical_correlation"])


def test_unobserved_r2_is_the_regression_on_the_components(rng, circuit):
    network = smooth_rates(rng)
    scores = principal_components(network, COMPONENTS).project(network)
    found = unobserved_r2(circuit, network, UNOBSERVED, COMPONENTS)
    assert found == explained_variance(scores, circuit[..., UNOBSERVED])
    both = compared(circuit, {"x": network})
    assert both["unobserved_r2_cross_validated"] < both["unobserved_r2"]
    same = unobserved_r2(circuit, circuit, np.arange(NEURONS), COMPONENTS)
    share = principal_components(circuit, COMPONENTS).variance_explained[:COMPONENTS].sum()
    assert same == pytest.approx(share, rel=1e-10)


def test_few_neurons_give_few_correlations(rng, circuit):
    few = circuit[..., :2]
    correlations = component_correlations(few, circuit, COMPONENTS)
    assert correlations.shape == (COMPONENTS,)
    assert np.all(correlations[2:] == 0)
    scores = principal_components(circuit, 2).project(circuit)
    np.testing.assert_allclose(
        correlations[:2], canonical_correlation(few, scores).correlations, rtol=1e-10
    )


def test_the_noise_ceiling_is_that_of_the_circuit_alone(rng, circuit):
    a, b = (compared(circuit, {"x": smooth_rates(rng)}) for _ in range(2))
    np.testing.assert_array_equal(a["noise_ceiling"], b["noise_ceiling"])
    assert np.all(a["noise_ceiling"] <= 1)
    assert np.all(a["noise_ceiling"][:, 0] > a["chance"][0, :, 0].mean())


def test_chance_and_ceiling_are_drawn_as_they_are_alone(rng, circuit):
    network = smooth_rates(rng)
    found = compared(circuit, {"x": network}, seed=3)
    stream = np.random.default_rng(3)
    surrogates = surrogate_components(stream, circuit, COMPONENTS, 3)
    np.testing.assert_allclose(found["chance"][0], chance_level(surrogates, network), rtol=1e-9)
    ceiling = noise_ceiling(stream, circuit, COMPONENTS, splits=2)
    np.testing.assert_allclose(found["noise_ceiling"], ceiling, rtol=1e-9)


def test_what_depends_on_the_reach_is_compared_like_the_whole(rng, circuit):
    network = smooth_rates(rng)
    found = compared(circuit, {"x": network}, seed=3)
    own, other = reach_dependent(circuit), reach_dependent(network)
    scores = principal_components(other, COMPONENTS).project(other)

    stream = np.random.default_rng(3)
    surrogates = [reach_dependent(each) for each in maximum_entropy_surrogates(stream, circuit, 3)]
    halves = [np.split(stream.permutation(NEURONS), 2) for _ in range(2)]
    expected = {
        "correlation": [component_correlations(own, other, COMPONENTS)],
        "r2": [explained_variance(scores, own[..., UNOBSERVED])],
        "chance": [[component_correlations(each, other, COMPONENTS) for each in surrogates]],
        "r2_chance": [[explained_variance(scores, each[..., UNOBSERVED]) for each in surrogates]],
        "ceiling": [
            component_correlations(own[..., a], own[..., b], COMPONENTS) for a, b in halves
        ],
        "r2_ceiling": [
            unobserved_r2(own, own[..., b], a, COMPONENTS)  # of the first half
            for a, b in halves
        ],
        "r2_cross_validated": [
            cross_validated_r2(scores, own[..., UNOBSERVED], at_each_time=True)
        ],
    }  # fmt: skip
    for name, values in expected.items():
        np.testing.assert_allclose(found[f"reach_dependent_{name}"], values, rtol=1e-9)


def test_a_course_common_to_all_reaches_does_not_count(rng, circuit):
    network = smooth_rates(rng)
    moved = network + 40 * smooth_rates(rng)[0]
    before, after = (compared(circuit, {"x": rates}) for rates in (network, moved))
    names = [name for name in before if name.startswith("reach_dependent_")]
    for name in set(names) - {"reach_dependent_variance"}:
        np.testing.assert_allclose(after[name], before[name], rtol=1e-7)
    assert after["reach_dependent_variance"][1] < 0.01 < before["reach_dependent_variance"][1]
    for name in ("canonical_correlation", "chance", "unobserved_r2", "unobserved_r2_chance"):
        assert not np.allclose(after[name], before[name], rtol=0.01)


def test_the_reach_dependent_part_of_the_variance(rng):
    course, level = rng.normal(size=(1, TIMES, 6)), rng.normal(size=(REACHES, 1, 6))
    course -= course.mean(axis=1)
    level -= level.mean(axis=0)
    assert reach_dependent_variance(np.tile(course, (REACHES, 1, 1)) + 9) == pytest.approx(0)
    assert reach_dependent_variance(np.tile(level, (1, TIMES, 1)) - 2) == pytest.approx(1)
    course *= np.sqrt(np.mean(level**2) / np.mean(course**2))
    assert reach_dependent_variance(3 * course + level) == pytest.approx(0.1)


def test_surrogates_have_no_more_dimensions_than_the_circuit(rng):
    flat = smooth_rates(rng) @ rng.normal(size=(NEURONS, 2)) @ rng.normal(size=(2, NEURONS))
    found = compared(flat, {"x": smooth_rates(rng)})
    whole, part = ("canonical_correlation", "chance", "noise_ceiling"), "reach_dependent_"
    for name in (*whole, f"{part}correlation", f"{part}chance", f"{part}ceiling"):
        assert np.all(found[name][..., 2:] == 0)
        assert np.all(found[name][..., :2] > 0)
    # There are no further variates to draw.
    assert np.all(found["network_variate"][..., 2:] == 0)
