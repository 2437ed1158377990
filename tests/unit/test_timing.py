import numpy as np
import pytest

from corticomotor.motor_cortex.timing import grid_step_ms, resample, trial_times


def test_the_trial_starts_with_the_pulse_and_moves_from_zero():
    times = trial_times(pulse_ms=50.0, duration_ms=500.0, step_ms=2.5)
    assert times.shape == (221,)
    assert np.count_nonzero(times < 0) == 20
    assert times[20] == 0.0
    np.testing.assert_allclose(times[[0, -1]], [-0.05, 0.5], rtol=1e-12)
    assert grid_step_ms(times) == 2.5


@pytest.mark.parametrize("step_ms", [0.1, 0.7, 1.0, 2.5])
def test_the_step_survives_the_grid(step_ms):
    assert grid_step_ms(np.arange(700) * step_ms / 1000) == step_ms


def test_resampling_is_exact_for_cubics_and_leaves_the_grid_alone():
    times = np.linspace(0, 0.5, 21)
    new_times = np.linspace(0, 0.5, 173)

    def cubic(t):
        return np.stack([1 - 3 * t + 40 * t**3, 7 * t**2], axis=-1)[np.newaxis]

    np.testing.assert_allclose(
        resample(cubic(times), times, new_times), cubic(new_times), rtol=1e-10, atol=1e-12
    )
    values = cubic(times)
    assert resample(values, times, times.copy()) is values
