from itertools import pairwise

import numpy as np
import pytest
from pydantic import ValidationError

from corticomotor.runtime import store
from corticomotor.runtime.seeding import stream
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.library import (
    draw_motifs,
    motif_times,
    oscillatory_motif,
    step_motif,
)
from corticomotor.studies.motifs.settings.library import Library, Oscillatory
from reference import motif_library as reference

SETTINGS = Library()
DT = 0.1
COUNT = 400


@pytest.fixture(scope="module")
def steps():
    rng = np.random.default_rng(0)
    return np.array([step_motif(rng, SETTINGS, DT) for _ in range(COUNT)])


@pytest.fixture(scope="module")
def oscillations():
    rng = np.random.default_rng(0)
    return np.array([oscillatory_motif(rng, SETTINGS, DT) for _ in range(30)])


def lengths(values):
    """Numbers of samples between the jumps of a step motif, without its pause."""
    levels = values[:1000].copy()
    levels[0] = levels[1]
    return np.diff([0, *(np.flatnonzero(np.diff(levels)) + 1), 1000])


def components(values):
    """How many Fourier components hold 95 % of the power."""
    power = np.abs(np.fft.rfft(values)) ** 2
    power[1:-1] *= 2
    held = np.cumsum(np.sort(power)[::-1]) / power.sum()
    return np.searchsorted(held, 0.95) + 1


# Step motifs


@pytest.mark.parametrize("seed", range(5))
def test_step_motif_is_the_one_of_the_plain_loops(seed):
    found = step_motif(np.random.default_rng(seed), SETTINGS, DT)
    expected, _, ends = reference.step_motif(np.random.default_rng(seed))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    assert np.cumsum(lengths(found)).tolist() == ends


def test_step_motif_begins_at_zero_and_ends_with_a_pause(steps):
    assert steps.shape == (COUNT, 1050)
    assert not steps[:, 0].any()
    assert not steps[:, 1000:].any()
    assert steps[:, 1:1000].all()


def test_intervals_lie_between_their_bounds_up_to_the_last(steps):
    inner = np.concatenate([lengths(values)[:-1] for values in steps])
    last = np.array([lengths(values)[-1] for values in steps])
    assert 50 <= inner.min() < 60
    assert 450 < inner.max() <= 500
    assert last.min() < 50
    assert last.max() <= 500


def test_first_interval_is_uniform(steps):
    first = np.array([lengths(values)[0] for values in steps])
    # A uniform number between 50 and 500: standard error 130 / sqrt(400).
    assert first.mean() == pytest.approx(275, abs=5 * 130 / np.sqrt(COUNT))
    assert first.std() == pytest.approx(np.sqrt((451**2 - 1) / 12), rel=0.1)


def test_levels_vary_as_averages_of_the_process(steps):
    # The mean of z over a time T has the variance 2 s^2 (T - 1 + exp(-T)) / T^2, T in tau.
    levels = np.array([values[1] for values in steps])
    duration = DT * np.array([lengths(values)[0] for values in steps])
    variance = 2 * 3.0**2 * (duration - 1 + np.exp(-duration)) / duration**2
    standardised = levels / np.sqrt(variance)
    assert standardised.mean() == pytest.approx(0, abs=5 / np.sqrt(COUNT))
    assert np.mean(standardised**2) == pytest.approx(1, abs=5 * np.sqrt(2 / COUNT))


def test_process_below_has_the_standard_deviation_of_its_setting():
    short = Library(shortest_step=DT, longest_step=DT)
    rng = np.random.default_rng(0)
    samples = np.array([step_motif(rng, short, DT)[1:1000] for _ in range(COUNT // 4)])
    # Euler's method makes the variance of a process of standard deviation 3 larger.
    assert samples.std() == pytest.approx(3 / np.sqrt(1 - DT / 2), rel=0.02)
    lagged = np.mean(samples[:, 1:] * samples[:, :-1]) / np.mean(samples**2)
    assert lagged == pytest.approx(1 - DT, abs=0.005)
    # Forgotten start: as large at the first sample as later on.
    assert samples[:, 0].std() == pytest.approx(3 / np.sqrt(1 - DT / 2), rel=0.15)


def test_step_motifs_have_the_amplitude_that_the_oscillatory_are_given(steps):
    relative = np.mean(steps**2) / SETTINGS.oscillatory.root_mean_square**2
    error = np.mean(steps**2, axis=1).std() / np.mean(steps**2) / np.sqrt(COUNT)
    assert relative == pytest.approx(1, abs=4 * error)
    assert np.abs(steps[:, 1:1000]).mean() == pytest.approx(0.645, abs=0.07)


# Oscillatory motifs


def test_oscillatory_motif_begins_and_ends_at_zero(oscillations):
    assert oscillations.shape == (30, 1050)
    assert not oscillations[:, 0].any()
    assert not oscillations[:, 1000:].any()
    assert np.isfinite(oscillations).all()


def test_oscillatory_motifs_join_without_jumps(oscillations, steps):
    def largest_jump(values):
        return np.abs(np.diff(values, append=values[:1])).max()

    chained = [np.concatenate([a, b]) for a, b in pairwise(oscillations)]
    jumps = [largest_jump(values) for values in chained]
    assert max(jumps) < 0.15
    assert min(largest_jump(values) for values in steps) > max(jumps)


def test_oscillatory_motifs_all_have_the_same_amplitude(oscillations):
    root_mean_square = np.sqrt(np.mean(oscillations**2, axis=1))
    np.testing.assert_allclose(root_mean_square, SETTINGS.oscillatory.root_mean_square, rtol=1e-12)


def test_oscillatory_motifs_oscillate(oscillations):
    crossings = np.count_nonzero(np.diff(np.sign(oscillations[:, 1:1000])), axis=1)
    assert np.median(crossings) >= 5


def test_oscillatory_motifs_need_fewer_frequencies_than_step_motifs(oscillations, steps):
    easy = np.array([components(values) for values in oscillations])
    hard = np.array([components(values) for values in steps[:100]])
    assert np.median(easy) < np.median(hard)
    assert np.quantile(easy, 0.9) < 0.6 * np.quantile(hard, 0.9)


def test_power_of_oscillatory_motifs_lies_at_low_frequencies(oscillations, steps):
    def above(values, frequency):  # in cycles a tau
        power = np.abs(np.fft.rfft(values, axis=1)) ** 2
        high = np.fft.rfftfreq(1050, DT) > frequency
        return (power[:, high].sum(1) / power.sum(1)).mean()

    assert above(oscillations, 0.2) < 1e-3
    assert above(steps, 0.2) > 1e-2


def test_low_pass_removes_what_is_faster(oscillations):
    rough = Library(oscillatory=Oscillatory(low_pass_time_constant=0.01))
    rng = np.random.default_rng(0)
    rough_motifs = np.array([oscillatory_motif(rng, rough, DT) for _ in range(30)])
    assert np.abs(np.diff(oscillations)).mean() < 0.9 * np.abs(np.diff(rough_motifs)).mean()


# The library


def drawn(kind, numbers, settings=SETTINGS, dt=DT, *, seed=7, replicate=1):
    """Motifs as the contract has them (motif, time)."""
    result = draw_motifs(
        lambda purpose: stream(seed, purpose, replicate), kind, numbers, settings, dt
    )
    library = store.dataset(contracts.LIBRARY, result)
    assert library["motif"].values.tolist() == numbers
    return library["output"].values


@pytest.mark.parametrize("kind", ["step", "oscillatory"])
def test_each_motif_depends_on_its_own_names_only(kind):
    first, second, fourth = drawn(kind, [1, 2, 4])
    more = Library(sessions=[10, 5])
    for again, same in zip(drawn(kind, [4, 1], more), (fourth, first), strict=True):
        assert again.tobytes() == same.tobytes()
    [of_another_seed] = drawn(kind, [1], seed=8)
    [of_another_replicate] = drawn(kind, [1], replicate=2)
    all_different = [first, second, of_another_seed, of_another_replicate]
    correlations = np.corrcoef(all_different)[np.triu_indices(4, 1)]
    assert np.abs(correlations).max() < 0.9


def test_kinds_are_drawn_by_their_own_functions():
    assert len(lengths(drawn("step", [1])[0])) < 20
    assert len(lengths(drawn("oscillatory", [1])[0])) > 900


@pytest.mark.parametrize("kind", ["step", "oscillatory"])
def test_motifs_last_the_same_time_at_another_step(kind):
    [values] = drawn(kind, [1], dt=0.2)
    times = motif_times(SETTINGS, 0.2)
    assert values.shape == times.shape == (525,)
    assert not values[500:].any()
    assert values[1:500].all()


def test_times_are_those_after_each_step():
    times = motif_times(SETTINGS, DT)
    assert times.shape == (1050,)
    np.testing.assert_allclose(times[[0, 999, -1]], [0.1, 100.0, 105.0], rtol=1e-14)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"sessions": []}, "at least 1 item"),
        ({"sessions": [10, 0]}, "greater than or equal to 1"),
        ({"shortest_step": 51.0}, r"longest_step must be at least .*\(51.0\), found 50.0"),
        ({"duration": 9.0}, r"ramp must be at most half of .*\(9.0\), found 5.0"),
    ],
)
def test_settings_refuse_nonsense(changed, message):
    with pytest.raises(ValidationError, match=message):
        Library(**changed)
