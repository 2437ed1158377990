import numpy as np
import pytest
from scipy.stats import ortho_group

from corticomotor.runtime.errors import InputError
from corticomotor.similarity import (
    canonical_correlation,
    chance_level,
    noise_ceiling,
    principal_components,
    surrogate_components,
)


def smooth_rates(rng, neurons, times=40, reaches=6, latents=8):
    """Rates driven by a few smooth latents of no mean over time, in random directions."""
    time = np.linspace(0, 1, times)
    waves = np.stack([np.sin(np.pi * k * time) / k for k in range(1, latents + 1)])
    course = np.einsum("ckl,kt->ctl", rng.normal(size=(reaches, latents, latents)), waves)
    course -= course.mean(axis=1, keepdims=True)
    return course @ rng.normal(size=(latents, neurons)) + 20


@pytest.fixture
def rng():
    return np.random.default_rng(6)


def test_chance_lies_between_nothing_and_a_related_network(rng):
    circuit = smooth_rates(rng, 30)
    network = circuit @ rng.normal(size=(30, 25)) + 0.05 * rng.normal(size=(6, 40, 25))
    chance = chance_level(surrogate_components(rng, circuit, components=4, surrogates=15), network)
    assert chance.shape == (15, 4)
    assert ((chance >= 0) & (chance <= 1)).all()
    assert (np.diff(chance, axis=1) <= 0).all()
    scores = (principal_components(x, 4).project(x) for x in (circuit, network))
    related = canonical_correlation(*scores).correlations
    assert chance.mean() < 0.7 * related.mean()
    # smooth courses are correlated by chance, far beyond the same rates in random order of time
    shuffled = rng.permuted(circuit, axis=1)
    scores = (principal_components(x, 4).project(x) for x in (shuffled, network))
    assert chance.mean() > 2 * canonical_correlation(*scores).correlations.mean()


def test_chance_for_white_noise_is_that_of_as_many_independent_samples(rng):
    samples = 8 * 300
    circuit, network = rng.normal(size=(2, 8, 300, 6))
    chance = chance_level(surrogate_components(rng, circuit, components=6, surrogates=40), network)
    # Bartlett: samples · Σ ρ² is χ² with 36 degrees of freedom
    statistic = samples * np.sum(chance**2, axis=1)
    assert statistic.mean() == pytest.approx(36, abs=4 * np.sqrt(2 * 36 / 40))


def test_chance_has_the_rank_of_the_circuit(rng):
    circuit, network = smooth_rates(rng, 20, latents=3), smooth_rates(rng, 15)
    # What varies so little is in no surrogate.
    circuit = circuit + 1e-6 * smooth_rates(rng, 20, latents=6)
    scores = [principal_components(x, 6).project(x) for x in (circuit, network)]
    actual = canonical_correlation(*scores).correlations
    chance = chance_level(surrogate_components(rng, circuit, components=6, surrogates=8), network)
    assert np.count_nonzero(actual) == 3
    assert ((chance > 0) == (actual > 0)).all()
    # Without the dimensions that the circuit has not, chance is that of three components.
    three = surrogate_components(np.random.default_rng(2), circuit, components=3, surrogates=8)
    six = surrogate_components(np.random.default_rng(2), circuit, components=6, surrogates=8)
    np.testing.assert_allclose(six[..., :3], three, rtol=1e-12)
    assert (six[..., 3:] == 0).all()


def test_chance_has_the_rank_of_the_network(rng):
    circuit, network = smooth_rates(rng, 20), smooth_rates(rng, 15, latents=2)
    scores = [principal_components(x, 5).project(x) for x in (circuit, network)]
    actual = canonical_correlation(*scores).correlations
    chance = chance_level(surrogate_components(rng, circuit, components=5, surrogates=4), network)
    assert np.count_nonzero(actual) == 2
    assert ((chance > 0) == (actual > 0)).all()


def test_chance_depends_on_the_networks_components_only(rng):
    circuit, network = smooth_rates(rng, 20), smooth_rates(rng, 15)
    turned = 3 * network @ ortho_group.rvs(15, random_state=rng) - 7
    first, second = (
        chance_level(
            surrogate_components(np.random.default_rng(1), circuit, components=5, surrogates=3), x
        )
        for x in (network, turned)
    )
    np.testing.assert_allclose(first, second, rtol=1e-8)


def test_noise_ceiling_is_one_when_any_half_of_the_neurons_tells_all(rng):
    circuit = smooth_rates(rng, 41, latents=4)
    found = noise_ceiling(rng, circuit, components=4, splits=5)
    assert found.shape == (5, 4)
    np.testing.assert_allclose(found, 1, atol=1e-10)


def test_halves_of_unrelated_neurons_share_nothing(rng):
    # a neuron in both halves would give a correlation of 1
    circuit = rng.normal(size=(8, 500, 9))
    found = noise_ceiling(rng, circuit, components=4, splits=20)
    assert found.max() < 0.15


def test_splits_differ_and_follow_the_stream(rng):
    circuit = smooth_rates(rng, 20) + rng.normal(size=(6, 40, 20))
    first, second = (
        noise_ceiling(np.random.default_rng(1), circuit, 3, splits=4) for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)
    assert np.unique(first[:, 0]).size == 4


def test_refuses_more_components_than_there_are(rng):
    circuit = smooth_rates(rng, 9)
    with pytest.raises(InputError, match="half of the circuit's 9 neurons, found 5"):
        noise_ceiling(rng, circuit, components=5, splits=2)
    with pytest.raises(InputError, match="found 10"):
        chance_level(surrogate_components(rng, circuit, components=10, surrogates=2), circuit)
    with pytest.raises(ValueError, match="same leading axes"):
        chance_level(surrogate_components(rng, circuit, components=2, surrogates=2), circuit[:, 1:])
