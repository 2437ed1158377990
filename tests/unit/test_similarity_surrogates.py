import numpy as np
import pytest

from corticomotor.runtime.errors import DivergenceError, InputError
from corticomotor.similarity import (
    maximum_entropy_surrogates,
    maximum_entropy_tensor,
)
from corticomotor.similarity._maximum_entropy import _step_length, maximum_entropy_variances
from reference.similarity import marginal_covariances


def smooth_rates(rng, reaches=6, times=50, neurons=9, latents=5):
    """Rates that are smooth in time and confined to few dimensions, around a baseline."""
    time = np.linspace(0, 1, times)
    kernel = np.exp(-((time[:, np.newaxis] - time) ** 2) / (2 * 0.1**2))
    root = np.linalg.cholesky(kernel + 1e-9 * np.eye(times))
    course = root @ rng.normal(size=(reaches, times, latents))
    strengths = 0.6 ** np.arange(latents)
    return 20 + course * strengths @ rng.normal(size=(latents, neurons))


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def additive_mean(rates):
    """By least squares, m_c + m_t + m_n: what the closed form must equal in balanced data."""
    reaches, times, neurons = rates.shape
    index = np.indices(rates.shape).reshape(3, -1)
    columns = [
        (index[axis] == level).astype(float)
        for axis, size in enumerate((reaches, times, neurons))
        for level in range(size)
    ]
    design = np.stack(columns, axis=1)
    return (design @ np.linalg.lstsq(design, rates.ravel())[0]).reshape(rates.shape)


def test_variances_satisfy_the_conditions_of_optimality(rng):
    # the problem is concave: feasible and 1/s additive means optimal
    for spread in (0.5, 3.0, 9.0):
        parts = [10 ** rng.uniform(-spread, 0, size) for size in (8, 25, 10)]
        marginals = tuple(part / part.sum() for part in parts)
        s = maximum_entropy_variances(marginals)
        assert (s > 0).all()
        np.testing.assert_allclose(s.sum((1, 2)), marginals[0], rtol=1e-8)
        np.testing.assert_allclose(s.sum((0, 2)), marginals[1], rtol=1e-8)
        np.testing.assert_allclose(s.sum((0, 1)), marginals[2], rtol=1e-8)
        inverse = 1 / s
        additive = inverse[:, :1, :1] + inverse[:1, :, :1] + inverse[:1, :1] - 2 * inverse[0, 0, 0]
        np.testing.assert_allclose(inverse, additive, atol=1e-9 * inverse.max())


def test_no_other_tensor_with_these_marginals_has_more_entropy(rng):
    marginals = tuple(rng.dirichlet(np.ones(size)) for size in (3, 4, 5))
    s = maximum_entropy_variances(marginals)
    entropies = []
    for _ in range(200):
        # products of contrasts along two axes leave all marginals as they are
        first, second = rng.normal(size=4), rng.normal(size=5)
        change = (first - first.mean())[:, np.newaxis] * (second - second.mean())
        change = rng.normal(size=3)[:, np.newaxis, np.newaxis] * change
        other = s + change * rng.random() * 0.9 / np.abs(change / s).max()
        np.testing.assert_allclose(other.sum((0, 1)), marginals[2])
        entropies.append(np.log(other).sum())
    assert max(entropies) < np.log(s).sum()


def test_newton_steps_shorten_until_the_objective_falls():
    relative = np.array([-1.0, 2.2])

    def objective(length, linear):
        return length * linear - np.log1p(length * relative).sum()

    for linear in (-0.5, 0.0, 0.9):
        slope = linear - relative.sum()
        length = _step_length(linear, relative, slope)
        # the longest feasible step overshoots
        assert objective(0.95, linear) > 0
        assert 0 < length < 0.95
        assert objective(length, linear) < 0.005 * length * slope


def test_extreme_marginals_are_matched(rng):
    for _ in range(40):
        marginals = tuple(
            10 ** (-rng.uniform(0, 14) * rng.random(size) ** rng.uniform(0.1, 8))
            for size in rng.integers(1, [9, 30, 30])
        )
        shares = tuple(part / part.sum() for part in marginals)
        s = maximum_entropy_variances(shares)
        assert (s > 0).all()
        for share, axes in zip(shares, ((1, 2), (0, 2), (0, 1)), strict=True):
            np.testing.assert_allclose(s.sum(axes), share, rtol=1e-8)


def test_multipliers_that_do_not_converge_are_an_error(monkeypatch):
    monkeypatch.setattr("corticomotor.similarity._maximum_entropy.MAX_ITERATIONS", 2)
    with pytest.raises(DivergenceError, match="after 2 Newton steps"):
        maximum_entropy_variances((np.array([0.9, 0.1]), np.array([0.8, 0.2]), np.ones(1)))


def test_uniform_marginals_give_white_noise():
    s = maximum_entropy_variances((np.full(2, 0.5), np.full(4, 0.25), np.full(5, 0.2)))
    np.testing.assert_allclose(s, 1 / 40, rtol=1e-8)


def test_mean_is_additive_and_keeps_the_marginal_means(rng):
    rates = smooth_rates(rng, times=12)
    mean = maximum_entropy_tensor(rates).mean
    np.testing.assert_allclose(mean, additive_mean(rates), atol=1e-9)
    for axes in ((1, 2), (0, 2), (0, 1)):
        np.testing.assert_allclose(mean.mean(axes), rates.mean(axes), rtol=1e-12)


def test_marginal_covariances_of_draws_are_those_of_the_rates(rng):
    rates = smooth_rates(rng)
    deviation = rates - additive_mean(rates)
    distribution = maximum_entropy_tensor(rates)
    s = distribution.variances
    draws = 400
    sampled = [
        marginal_covariances(draw - distribution.mean) for draw in distribution.draw(rng, draws)
    ]
    pair_sums = (
        np.einsum("ijk,ajk->ia", s, s),
        np.einsum("ijk,iak->ja", s, s),
        np.einsum("ijk,ija->ka", s, s),
    )
    scores = []
    for axis, (basis, pairs) in enumerate(zip(distribution.bases, pair_sums, strict=True)):
        expected = basis.T @ marginal_covariances(deviation)[axis] @ basis
        found = basis.T @ np.mean([covariances[axis] for covariances in sampled], axis=0) @ basis
        # of products of independent Gaussians: variance s·s', and 2 s² for squares
        error = np.sqrt((pairs + np.diag(np.diagonal(pairs))) / draws)
        scores.append(((found - expected) / error)[np.triu_indices(len(found))])
    z = np.concatenate(scores)
    assert np.abs(z).max() < 5
    assert np.mean(z**2) == pytest.approx(1, abs=5 * np.sqrt(2 / z.size))


def test_draws_average_to_the_mean(rng):
    rates = smooth_rates(rng)
    distribution = maximum_entropy_tensor(rates)
    draws = maximum_entropy_surrogates(rng, rates, 400)
    assert draws.shape == (400, *rates.shape)
    z = (draws.mean(axis=0) - distribution.mean) / (draws.std(axis=0) / 20)
    assert np.abs(z).max() < 6
    # neighbours in time are nearly the same number, so far fewer than 2,700 are independent
    assert np.mean(z**2) == pytest.approx(1, abs=0.5)


def test_draws_are_as_smooth_as_the_rates(rng):
    rates = smooth_rates(rng)
    distribution = maximum_entropy_tensor(rates)

    def roughness(tensors):
        return np.sum(np.diff(tensors - distribution.mean, axis=-2) ** 2, axis=(-3, -2, -1))

    drawn = roughness(distribution.draw(rng, 300))
    standard_error = drawn.std(ddof=1) / np.sqrt(300)
    assert abs(drawn.mean() - roughness(rates)) < 4 * standard_error
    shuffled = rng.permuted(rates, axis=1)
    assert drawn.max() < 0.2 * roughness(shuffled)


def test_draws_stay_in_the_subspaces_of_the_rates(rng):
    rates = smooth_rates(rng, neurons=20, latents=3)
    deviation = rates - additive_mean(rates)
    # three latents, and the mean over neurons that the mean tensor takes away
    axes = np.linalg.svd(deviation.reshape(-1, 20), full_matrices=False)[2][:4]
    distribution = maximum_entropy_tensor(rates)
    draw = distribution.draw(rng, 1)[0] - distribution.mean
    assert np.linalg.norm(draw - draw @ axes.T @ axes) < 1e-6 * np.linalg.norm(draw)


def test_draws_have_no_more_to_do_with_the_rates_than_chance(rng):
    rates = smooth_rates(rng)
    distribution = maximum_entropy_tensor(rates)
    deviation = rates - distribution.mean
    loadings = np.einsum("ctn,ci,tj,nk->ijk", deviation, *distribution.bases, optimize=True)
    overlaps = np.sum((distribution.draw(rng, 500) - distribution.mean) * deviation, axis=(1, 2, 3))
    z = overlaps / np.sqrt(np.sum(distribution.variances * loadings**2))
    assert abs(z.mean()) < 4 / np.sqrt(500)
    assert np.mean(z**2) == pytest.approx(1, abs=5 * np.sqrt(2 / 500))


def test_same_stream_same_surrogates(rng):
    rates = smooth_rates(rng)
    first, second = (
        maximum_entropy_surrogates(np.random.default_rng(7), rates, 2) for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)
    assert not np.allclose(first[0], first[1])


def test_a_single_target_is_enough(rng):
    rates = smooth_rates(rng, reaches=1)
    assert maximum_entropy_surrogates(rng, rates, 3).shape == (3, 1, 50, 9)


def test_refuses_rates_without_structure_to_keep(rng):
    additive = rng.normal(size=(4, 1, 1)) + rng.normal(size=(10, 1)) + rng.normal(size=5)
    with pytest.raises(InputError, match="vary beyond their means"):
        maximum_entropy_tensor(additive)
    with pytest.raises(InputError, match="finite"):
        maximum_entropy_tensor(np.full((2, 3, 4), np.inf))
    with pytest.raises(ValueError, match=r"\(reach, time, neuron\)"):
        maximum_entropy_tensor(additive[0])
