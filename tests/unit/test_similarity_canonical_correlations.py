import numpy as np
import pytest
import xarray as xr

from corticomotor.runtime.errors import InputError
from corticomotor.similarity import canonical_correlation, principal_components
from reference.similarity import (
    canonical_correlations_by_eigenproblem,
    largest_correlation_by_search,
)


@pytest.fixture
def rng():
    return np.random.default_rng(2)


@pytest.fixture
def pair(rng):
    """Two populations (reach, time, neuron) with a shared part, of 5 and 3 neurons."""
    shared = rng.normal(size=(4, 60, 3))
    a = shared @ rng.normal(size=(3, 5)) + 0.8 * rng.normal(size=(4, 60, 5)) + 20
    b = shared @ rng.normal(size=(3, 3)) + 0.8 * rng.normal(size=(4, 60, 3)) - 3
    return a, b


def test_equals_the_generalised_eigenproblem(pair):
    a, b = pair
    found = canonical_correlation(a, b).correlations
    expected = canonical_correlations_by_eigenproblem(a.reshape(-1, 5), b.reshape(-1, 3))
    assert 0 < expected[-1] < expected[0] < 0.99
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_first_is_the_largest_correlation_there_is(rng, pair):
    a, b = (x.reshape(-1, x.shape[-1])[:30] for x in pair)
    searched = largest_correlation_by_search(rng, a, b)
    assert canonical_correlation(a, b).correlations[0] == pytest.approx(searched, abs=1e-8)


def test_variates_are_orthonormal_and_correlated_as_said(pair):
    found = canonical_correlation(*pair)
    a_variates, b_variates = (
        (x - x.mean(axis=(0, 1))).reshape(-1, x.shape[-1]) @ weights
        for x, weights in zip(pair, (found.a_weights, found.b_weights), strict=True)
    )
    np.testing.assert_allclose(a_variates.T @ a_variates, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(b_variates.T @ b_variates, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(a_variates.T @ b_variates, np.diag(found.correlations), atol=1e-12)


def test_unchanged_by_invertible_maps_offsets_and_exchange(rng, pair):
    a, b = pair
    expected = canonical_correlation(a, b).correlations
    for _ in range(20):
        moved = a @ rng.normal(size=(5, 5)) * 10 ** rng.uniform(-6, 6) + rng.normal(size=5)
        np.testing.assert_allclose(
            canonical_correlation(moved, b).correlations, expected, rtol=1e-8
        )
    np.testing.assert_allclose(canonical_correlation(b, a).correlations, expected, rtol=1e-12)


def test_one_for_a_population_and_any_mixture_of_it(rng, pair):
    a, _ = pair
    mixed = a @ rng.normal(size=(5, 9))
    np.testing.assert_allclose(canonical_correlation(a, mixed).correlations, 1, atol=1e-12)


def test_independent_long_noises_are_hardly_correlated(rng):
    samples = 40_000
    found = canonical_correlation(rng.normal(size=(samples, 4)), rng.normal(size=(samples, 3)))
    # Bartlett: samples · Σ ρ² is χ² with 4·3 degrees of freedom, above 40 once in 10,000
    assert 1 < samples * np.sum(found.correlations**2) < 40


def test_missing_dimensions_have_zero_correlations_and_weights(rng, pair):
    a, b = pair
    flat = b @ rng.normal(size=(3, 2)) @ rng.normal(size=(2, 4))
    constant = np.concatenate([flat, np.full((4, 60, 1), 20.1)], axis=-1)
    for deficient in (flat, constant, principal_components(flat, 4).project(flat)):
        found = canonical_correlation(a, deficient)
        width = deficient.shape[-1]
        full = canonical_correlation(a, deficient @ rng.normal(size=(width, 2)))
        np.testing.assert_allclose(found.correlations[:2], full.correlations, rtol=1e-8)
        assert (found.correlations[2:] == 0).all()
        assert found.correlations.shape == (min(5, width),)
        assert found.a_weights.shape == (5, min(5, width))
        assert found.b_weights.shape == (width, min(5, width))
        assert (found.a_weights[:, 2:] == 0).all()
        assert (found.b_weights[:, 2:] == 0).all()


def test_a_constant_population_is_correlated_with_nothing(pair):
    a, _ = pair
    found = canonical_correlation(a, np.full((4, 60, 2), 0.1))
    assert (found.correlations == 0).all()
    assert found.a_weights.shape == (5, 2)


def test_refuses_ranks_that_make_correlations_one_by_necessity(rng):
    a, b = rng.normal(size=(2, 10, 6))
    with pytest.raises(InputError, match=r"than 9, .* found 6 and 6: that makes 3 canonical"):
        canonical_correlation(a, b)
    found = canonical_correlation(a[:, :5], b[:, :4]).correlations
    assert found.max() < 1 - 1e-6
    # What counts is the rank, not the number of neurons.
    flat = b[:, :3] @ rng.normal(size=(3, 6))
    assert np.count_nonzero(canonical_correlation(a, flat).correlations) == 3


def test_refuses_populations_sampled_differently(pair):
    a, b = pair
    with pytest.raises(ValueError, match=r"\(4, 60, 5\) and \(4, 59, 3\)"):
        canonical_correlation(a, b[:, 1:])


def test_takes_lists_and_labelled_arrays(pair):
    a, b = pair
    expected = canonical_correlation(a, b).correlations
    labelled = xr.DataArray(a, dims=("reach", "time", "neuron"))
    for same in (labelled, a.tolist()):
        for found in (canonical_correlation(same, b), canonical_correlation(b, same)):
            np.testing.assert_allclose(found.correlations, expected, rtol=1e-12)
        scores = principal_components(same, 2).project(same)
        np.testing.assert_allclose(scores, principal_components(a, 2).project(a), atol=1e-12)


def test_refuses_what_are_no_real_numbers(pair):
    a, b = pair
    for wrong in (a + 1j, a.astype(str), [[1.0, 2.0], [3.0]]):
        with pytest.raises(InputError, match=r"^rates: expected "):
            canonical_correlation(wrong, b)


def test_a_neuron_in_another_unit_is_no_less_a_dimension(pair):
    a, b = pair
    expected = canonical_correlation(a, b)
    scaled = a - a.mean(axis=(0, 1))
    scaled[..., 2] *= 1e-11
    found = canonical_correlation(scaled, b)
    np.testing.assert_allclose(found.correlations, expected.correlations, rtol=1e-9)
    variates = scaled.reshape(-1, 5) @ found.a_weights
    np.testing.assert_allclose(variates.T @ variates, np.eye(3), atol=1e-9)
