import numpy as np
import pytest

from corticomotor.runtime.errors import InputError
from corticomotor.similarity import principal_components


@pytest.fixture
def rng():
    return np.random.default_rng(1)


@pytest.mark.parametrize("shape", [(4, 25, 12), (2, 5, 30)], ids=["many samples", "many neurons"])
def test_equals_the_eigendecomposition_of_the_covariance(rng, shape):
    rates = 20 + rng.normal(size=shape) @ np.diag(np.linspace(3, 0.5, shape[-1]))
    found = principal_components(rates, 5)
    eigenvalues, eigenvectors = np.linalg.eigh(np.cov(rates.reshape(-1, shape[-1]).T))
    leading = eigenvectors[:, ::-1][:, :5].T
    # each row up to its sign
    np.testing.assert_allclose(np.abs(np.sum(found.components * leading, axis=1)), 1, rtol=1e-10)
    expected = np.clip(eigenvalues[::-1], 0, None) / eigenvalues.sum()
    count = min(shape[0] * shape[1], shape[2])
    assert found.variance_explained.shape == (count,)
    np.testing.assert_allclose(found.variance_explained, expected[:count], atol=1e-12)


def test_components_are_orthonormal_and_scores_uncorrelated_with_their_variances(rng):
    rates = rng.normal(size=(3, 40, 8)) @ rng.normal(size=(8, 8)) + 5
    found = principal_components(rates, 8)
    np.testing.assert_allclose(found.components @ found.components.T, np.eye(8), atol=1e-12)
    scores = found.project(rates)
    assert scores.shape == (3, 40, 8)
    covariance = np.cov(scores.reshape(-1, 8).T)
    fractions = found.variance_explained
    np.testing.assert_allclose(covariance / np.trace(covariance), np.diag(fractions), atol=1e-12)
    # with all components nothing is lost
    np.testing.assert_allclose(scores @ found.components + found.mean, rates, atol=1e-12)


def test_projection_applies_to_other_samples(rng):
    found = principal_components(rng.normal(size=(50, 6)), 2)
    np.testing.assert_allclose(found.project(found.mean), [0, 0], atol=1e-15)
    np.testing.assert_allclose(found.project(found.mean + found.components[1]), [0, 1], atol=1e-12)


def test_components_of_negligible_variance_are_no_dimensions(rng):
    signals = np.linalg.qr(rng.normal(size=(80, 4)))[0] * [1, 0.1, 1e-3, 1e-5]
    signals -= signals.mean(axis=0)
    rates = signals @ np.linalg.qr(rng.normal(size=(9, 4)))[0].T + 20
    found = principal_components(rates, 6)
    assert found.rank == 3
    assert principal_components(rates, 2).rank == 2
    scores = found.project(rates)
    assert (scores[:, 3:] == 0).all()
    assert (scores[:, :3] != 0).all()


def test_signs_do_not_depend_on_the_order_of_samples_or_the_sign_of_the_scores(rng):
    rates = rng.normal(size=(60, 7))
    found = principal_components(rates, 4).components
    largest = np.take_along_axis(found, np.abs(found).argmax(axis=1)[:, np.newaxis], axis=1)
    assert (largest > 0).all()
    np.testing.assert_allclose(principal_components(rates[::-1], 4).components, found, atol=1e-10)
    # point reflection leaves the covariance, and so the components, as they are
    np.testing.assert_allclose(principal_components(-rates, 4).components, found, atol=1e-10)


@pytest.mark.parametrize("components", [0, 7, -1])
def test_refuses_more_components_than_dimensions(rng, components):
    with pytest.raises(InputError, match=f"1 to 6 .* found {components}"):
        principal_components(rng.normal(size=(50, 6)), components)


def test_refuses_constant_and_non_finite_rates_and_vectors():
    with pytest.raises(InputError, match="constant"):
        principal_components(np.full((5, 30, 4), 20.1), 2)
    with pytest.raises(InputError, match="found 1 of 12"):
        principal_components(np.array([[1.0, np.nan, 0.0]] + [[0.0, 1.0, 2.0]] * 3), 2)
    with pytest.raises(ValueError, match=r"\(\.\.\., neuron\)"):
        principal_components(np.arange(4.0), 1)
