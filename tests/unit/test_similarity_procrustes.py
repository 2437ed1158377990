import numpy as np
import pytest
from scipy.stats import ortho_group

from corticomotor.runtime.errors import InputError
from corticomotor.similarity import linear_cka, procrustes_distance
from reference.similarity import procrustes_angle_by_search


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def moved(rng, rates):
    """Rotated, scaled and translated."""
    width = rates.shape[-1]
    rotation = ortho_group.rvs(width, random_state=rng)
    return 10 ** rng.uniform(-3, 3) * rates @ rotation + rng.normal(size=width)


def test_rotation_scale_and_translation_change_neither_measure(rng):
    a, b = rng.normal(size=(3, 20, 6)), rng.normal(size=(3, 20, 6))
    for _ in range(10):
        assert procrustes_distance(a, moved(rng, a)) < 1e-12
        assert linear_cka(a, moved(rng, a)) == pytest.approx(1, abs=1e-12)
        assert procrustes_distance(moved(rng, a), moved(rng, b)) == pytest.approx(
            procrustes_distance(a, b), abs=1e-12
        )
        assert linear_cka(moved(rng, a), moved(rng, b)) == pytest.approx(
            linear_cka(a, b), abs=1e-12
        )


def test_distance_is_the_smallest_angle_over_rotations(rng):
    for _ in range(5):
        a, b = rng.normal(size=(12, 2)), rng.normal(size=(12, 2))
        searched = procrustes_angle_by_search(a, b, steps=4000)
        # a grid finds the smallest angle up to the square of its spacing
        assert procrustes_distance(a, b) * np.pi / 2 == pytest.approx(searched, abs=1e-5)


def test_triangle_inequality(rng):
    slack = []
    for _ in range(300):
        samples = int(rng.integers(3, 12))
        a, b, c = (rng.normal(size=(samples, rng.integers(1, 6))) for _ in range(3))
        # c between the others now and then, where the inequality is tight
        if rng.random() < 0.5 and a.shape == b.shape:
            c = a + rng.random() * (b - a)
        slack.append(
            procrustes_distance(a, c) + procrustes_distance(c, b) - procrustes_distance(a, b)
        )
    assert min(slack) > -1e-12


def test_symmetric_and_silent_neurons_do_not_count(rng):
    a, b = rng.normal(size=(30, 3)), rng.normal(size=(30, 5))
    padded = np.concatenate([a, np.full((30, 4), 7.0)], axis=1)
    for measure in (procrustes_distance, linear_cka):
        assert measure(a, b) == pytest.approx(measure(b, a), abs=1e-12)
        assert measure(padded, b) == pytest.approx(measure(a, b), abs=1e-12)


def test_small_distances_keep_their_digits(rng):
    a = rng.normal(size=(40, 4))
    step = rng.normal(size=(40, 4))
    distances = [procrustes_distance(a, a + size * step) for size in (1e-6, 1e-10)]
    assert distances[0] / distances[1] == pytest.approx(1e4, rel=1e-4)


def test_orthogonal_signals_are_farthest():
    time = np.arange(40) / 40
    sine, cosine = np.sin(2 * np.pi * time)[:, None], np.cos(2 * np.pi * time)[:, None]
    assert procrustes_distance(sine, cosine) == pytest.approx(1, abs=1e-12)
    assert linear_cka(sine, cosine) == pytest.approx(0, abs=1e-12)


def test_cka_of_single_neurons_is_the_squared_correlation(rng):
    a, b = rng.normal(size=(2, 50, 1))
    expected = np.corrcoef(a.T, b.T)[0, 1] ** 2
    assert linear_cka(a, b) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("measure", [procrustes_distance, linear_cka])
def test_refuses_constant_populations_and_different_samples(rng, measure):
    a = rng.normal(size=(3, 10, 2))
    with pytest.raises(InputError, match="constant"):
        measure(a, np.full_like(a, 0.1))
    with pytest.raises(ValueError, match="same leading axes"):
        measure(a, a[:2])


@pytest.mark.parametrize("measure", [procrustes_distance, linear_cka])
def test_takes_lists_and_refuses_complex_rates(rng, measure):
    a, b = rng.normal(size=(2, 3, 10, 2))
    assert measure(a.tolist(), b) == measure(a, b)
    with pytest.raises(InputError, match="rates: expected real numbers, found complex128"):
        measure(a, b + 1j)
