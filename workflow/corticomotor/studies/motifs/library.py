"""The library of motor motifs that the networks learn (appendix A.2 of the motor-motif paper).

Times are in units of the time constant tau of the networks' units.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from scipy.signal import lfilter

from corticomotor.arrays import Array
from corticomotor.dynamics import RateNetwork, Tanh, simulate
from corticomotor.runtime.seeding import stream
from corticomotor.studies.motifs.settings.library import Library

Kind = Literal["step", "oscillatory"]


def motif(
    kind: Kind, number: int, seed: int, replicate: int, settings: Library, step_tau: float
) -> Array:
    """Return a motif of the library, (time,); no other motif has a part in it.

    Args:
        kind: see `step_motif` and `oscillatory_motif`.
        number: of the motif, counted from 1.
        seed: root of all random streams.
        replicate: number of the replicate.
        settings: of the library.
        step_tau: length of a time step.
    """
    rng = stream(seed, f"motifs/library/{kind}/{number}", replicate)
    draw = step_motif if kind == "step" else oscillatory_motif
    return draw(rng, settings, step_tau)


def step_motif(rng: np.random.Generator, settings: Library, step_tau: float) -> Array:
    """Draw a motif of constant levels with jumps between them, (time,) (appendix A.2.2).

    The levels are averages of an Ornstein–Uhlenbeck process z over intervals of uniformly random
    length, of which the last ends with the motif; zeros follow, and the first sample is 0. As in
    the paper z is integrated by Euler's method: tau dz/dt = -z + gamma / sqrt(dt) chi with
    gamma = sqrt(2) times the standard deviation of z for short steps.
    """
    warm_up, duration, pause, shortest, longest = (
        round(time_tau / step_tau)
        for time_tau in (
            settings.warm_up_tau,
            settings.duration_tau,
            settings.pause_tau,
            settings.shortest_step_tau,
            settings.longest_step_tau,
        )
    )
    kick = settings.step_standard_deviation * np.sqrt(2 * step_tau)
    noise = kick * rng.standard_normal(warm_up + duration)
    process = lfilter([1.0], [1.0, step_tau - 1.0], noise)[warm_up:]
    values = np.zeros(duration + pause)
    start = 0
    while start < duration:
        end = min(start + int(rng.integers(shortest, longest, endpoint=True)), duration)
        values[start:end] = process[start:end].mean()
        start = end
    values[0] = 0.0
    return values


def oscillatory_motif(rng: np.random.Generator, settings: Library, step_tau: float) -> Array:
    """Draw a smooth motif that starts and ends at 0, (time,) (appendix A.2.1).

    It is the low-passed output of a random network of tanh units in the chaotic regime. The paper
    wants motifs that connect in seamless chains: squared sines raise this one from 0 and let it
    fall to 0 before the zeros of the pause. All motifs have the same root mean square, so that
    one size of error means the same for each.
    """
    network = settings.oscillatory
    warm_up, duration, pause = (
        round(time_tau / step_tau)
        for time_tau in (settings.warm_up_tau, settings.duration_tau, settings.pause_tau)
    )
    units = network.units
    weights = network.gain / np.sqrt(units) * rng.standard_normal((units, units))
    rates = simulate(
        # A time constant of 1 makes tau the unit of time.
        RateNetwork(weights, 1.0, Tanh()),
        rng.standard_normal((1, units)),
        steps=warm_up + duration,
        step_ms=step_tau,
        method="euler",
    )
    output = rates[1:, 0] @ rng.standard_normal(units)
    kept = np.exp(-step_tau / network.low_pass_tau)
    smooth = lfilter([1.0 - kept], [1.0, -kept], output)[warm_up:]
    samples = np.arange(duration)
    from_end = np.minimum(samples, duration - samples) * step_tau / network.ramp_tau
    ramps = np.sin(np.pi / 2 * np.minimum(from_end, 1.0)) ** 2
    values = np.zeros(duration + pause)
    values[:duration] = smooth * ramps
    values *= network.root_mean_square / np.sqrt(np.mean(values**2))
    return values


def motif_times_tau(settings: Library, step_tau: float) -> Array:
    """Lay out the times of a motif's samples, (time,), one after each step, pause included."""
    steps = round(settings.duration_tau / step_tau) + round(settings.pause_tau / step_tau)
    return step_tau * np.arange(1.0, steps + 1)


def lesson_motifs(lessons: Sequence[int], lesson: int) -> list[int]:
    """Return the numbers of the motifs that a lesson adds; motifs and lessons count from 1.

    Raises:
        ValueError: there is no such lesson.
    """
    if not 1 <= lesson <= len(lessons):
        raise ValueError(f"expected a lesson from 1 to {len(lessons)}, found {lesson}")
    first = 1 + sum(lessons[: lesson - 1])
    return list(range(first, first + lessons[lesson - 1]))
