import numpy as np
import pytest

from corticomotor.motor_cortex.emg import target_emg
from corticomotor.motor_cortex.movements import gaussian_process_emg, time_grid
from corticomotor.motor_cortex.settings import Emg
from corticomotor.runtime.errors import InputError, settings_named


def covariance(time_ms, envelope_ms, smoothness_ms):
    """The formula, one entry at a time."""
    result = np.empty((len(time_ms), len(time_ms)))
    for i, t in enumerate(time_ms):
        for j, u in enumerate(time_ms):
            rise, fall = t / envelope_ms, u / envelope_ms
            envelope = rise * np.exp(-(rise**2) / 4) * fall * np.exp(-(fall**2) / 4)
            result[i, j] = envelope * np.exp(-((t - u) ** 2) / (2 * smoothness_ms**2))
    return result


def draw(seed=0, *, reaches=8, muscles=10, step_ms=2.5, envelope_ms=110.0, smoothness_ms=50.0):
    return gaussian_process_emg(
        np.random.default_rng(seed),
        reaches=reaches,
        muscles=muscles,
        time_s=time_grid(500.0, step_ms),
        envelope_ms=envelope_ms,
        smoothness_ms=smoothness_ms,
    )


def test_the_grid_has_both_ends():
    grid = time_grid(500.0, 2.5)
    assert grid.shape == (201,)
    assert grid[0] == 0.0
    assert grid[-1] == 0.5
    np.testing.assert_allclose(np.diff(grid), 0.0025, rtol=1e-12)


@pytest.mark.parametrize(("duration_ms", "step_ms"), [(0.3, 0.1), (700.0, 0.7), (1.0, 1.0)])
def test_the_grid_of_steps_that_binary_cannot_hold(duration_ms, step_ms):
    grid = time_grid(duration_ms, step_ms)
    np.testing.assert_allclose(grid[1], step_ms / 1000, rtol=1e-12)
    assert grid[-1] == duration_ms / 1000


@pytest.mark.parametrize(("duration_ms", "step_ms"), [(500.0, 3.0), (1.0, 2.0), (1.0, 4.0)])
def test_no_grid_of_broken_steps(duration_ms, step_ms):
    with pytest.raises(InputError, match=r"duration_ms.* whole number .*found"):
        time_grid(duration_ms, step_ms)


def test_emg_starts_at_zero_and_has_unit_standard_deviation():
    emg = draw()
    assert emg.shape == (8, 201, 10)
    assert np.isfinite(emg).all()
    assert np.all(emg[:, 0] == 0.0)
    np.testing.assert_allclose(emg.std(axis=(0, 1)), 1.0, rtol=1e-12)


def test_the_covariance_is_the_formula():
    draws = 20_000
    emg = draw(reaches=draws, muscles=2, step_ms=25.0)
    expected = covariance(1000 * time_grid(500.0, 25.0), 110.0, 50.0)
    expected /= np.trace(expected) / len(expected)  # unit standard deviation over time
    found = emg[:, :, 0].T @ emg[:, :, 0] / draws
    between_muscles = emg[:, :, 0].T @ emg[:, :, 1] / draws
    # The standard error of an entry is at most sqrt(2/draws) of the standard deviations' product.
    deviation = np.sqrt(np.diag(expected))
    tolerance = 5 * np.sqrt(2 / draws) * np.outer(deviation, deviation)
    assert np.all(np.abs(found - expected) <= tolerance)
    assert np.all(np.abs(between_muscles) <= tolerance)
    # The bound tells the formula from its neighbours.
    for envelope_ms, smoothness_ms in [(120.0, 50.0), (110.0, 55.0)]:
        other = covariance(1000 * time_grid(500.0, 25.0), envelope_ms, smoothness_ms)
        other /= np.trace(other) / len(other)
        assert np.any(np.abs(found - other) > tolerance)


@pytest.mark.parametrize("smoothness_ms", [1e-3, 50.0, 1e6])
def test_any_smoothness_is_safe(smoothness_ms):
    emg = draw(smoothness_ms=smoothness_ms)
    assert np.isfinite(emg).all()
    np.testing.assert_allclose(emg.std(axis=(0, 1)), 1.0, rtol=1e-12)


def test_a_very_smooth_process_is_the_envelope():
    grid_ms = 1000 * time_grid(500.0, 2.5)
    envelope = grid_ms / 110 * np.exp(-((grid_ms / 110) ** 2) / 4)
    emg = draw(smoothness_ms=1e9)
    ratio = emg[:, 1:] / envelope[1:, None]
    np.testing.assert_allclose(ratio, np.broadcast_to(ratio[:, :1], ratio.shape), atol=1e-11)


def test_the_seed_decides():
    assert np.array_equal(draw(3), draw(3))
    assert not np.array_equal(draw(3), draw(4))


@pytest.mark.parametrize("envelope_ms", [1e-3, 0.01])
def test_an_envelope_shorter_than_a_step_is_refused(envelope_ms):
    with pytest.raises(InputError, match=r"^envelope_ms: expected .*found"):
        draw(envelope_ms=envelope_ms)


def test_the_study_names_its_setting():
    with (
        pytest.raises(InputError, match=r"^constrained\.emg\.envelope_ms: expected .*found"),
        settings_named("constrained.emg"),
    ):
        target_emg(np.random.default_rng(0), Emg(envelope_ms=0.01))
