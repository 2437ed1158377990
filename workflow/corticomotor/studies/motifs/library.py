"""The library of motor motifs that the networks learn (appendix A.2 of the motor-motif paper).

Times are in time constants tau of the networks' units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.signal import lfilter

from corticomotor.arrays import Array
from corticomotor.dynamics import RateNetwork, Tanh, simulate

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.studies.motifs.settings.library import Library

Kind = Literal["step", "oscillatory"]


def draw_motifs(
    rng: Callable[[str], np.random.Generator],
    kind: Kind,
    numbers: Sequence[int],
    settings: Library,
    dt: float,
) -> dict[str, ArrayLike]:
    """Draw motifs of the library, each from a stream of its own: no other motif has a part in it.

    Args:
        rng: gives the random stream of a purpose.
        kind: see `step_motif` and `oscillatory_motif`.
        numbers: of the motifs, counted from 1.
        settings: of the library.
        dt: integration step in time constants.

    Returns:
        What `contracts.LIBRARY` says.
    """
    draw = step_motif if kind == "step" else oscillatory_motif
    outputs = [draw(rng(f"motifs/library/{kind}/{number}"), settings, dt) for number in numbers]
    return {"motif": numbers, "time": motif_times(settings, dt), "output": outputs}


def step_motif(rng: np.random.Generator, settings: Library, dt: float) -> Array:
    """Draw a motif of constant levels with jumps between them (appendix A.2.2).

    The levels are averages of an Ornstein–Uhlenbeck process z over intervals of uniformly random
    length, of which the last ends with the motif; zeros follow, and the first sample is 0. As in
    the paper z is integrated by Euler's method: tau dz/dt = -z + gamma / sqrt(dt) chi with
    gamma = sqrt(2) times the standard deviation of z for short steps.

    Args:
        rng: draws the process and the lengths.
        settings: of the library.
        dt: integration step in time constants.

    Returns:
        Desired output (time,), see `motif_times`.
    """
    warm_up, duration, pause, shortest, longest = (
        round(length / dt)
        for length in (
            settings.warm_up,
            settings.duration,
            settings.pause,
            settings.shortest_step,
            settings.longest_step,
        )
    )
    kick = settings.step_standard_deviation * np.sqrt(2 * dt)
    noise = kick * rng.standard_normal(warm_up + duration)
    process = lfilter([1.0], [1.0, dt - 1.0], noise)[warm_up:]
    values = np.zeros(duration + pause)
    start = 0
    while start < duration:
        end = min(start + int(rng.integers(shortest, longest, endpoint=True)), duration)
        values[start:end] = process[start:end].mean()
        start = end
    values[0] = 0.0
    return values


def oscillatory_motif(rng: np.random.Generator, settings: Library, dt: float) -> Array:
    """Draw a smooth motif that starts and ends at 0 (appendix A.2.1).

    It is the low-passed output of a random network of tanh units in the chaotic regime. The paper
    wants motifs that connect in seamless chains: squared sines raise this one from 0 and let it
    fall to 0 before the zeros of the pause. All motifs have the same root mean square, so that
    one size of error means the same for each.

    Args:
        rng: draws the network and its state.
        settings: of the library.
        dt: integration step in time constants.

    Returns:
        Desired output (time,), see `motif_times`.
    """
    network = settings.oscillatory
    warm_up, duration, pause = (
        round(length / dt) for length in (settings.warm_up, settings.duration, settings.pause)
    )
    units = network.units
    weights = network.gain / np.sqrt(units) * rng.standard_normal((units, units))
    rates = simulate(
        # A time constant of 1 makes tau the unit of time.
        RateNetwork(weights, 1.0, Tanh()),
        rng.standard_normal((1, units)),
        steps=warm_up + duration,
        step_ms=dt,
        method="euler",
    )
    output = rates[1:, 0] @ rng.standard_normal(units)
    kept = np.exp(-dt / network.low_pass_time_constant)
    smooth = lfilter([1.0 - kept], [1.0, -kept], output)[warm_up:]
    samples = np.arange(duration)
    from_end = np.minimum(samples, duration - samples) * dt / network.ramp
    ramps = np.sin(np.pi / 2 * np.minimum(from_end, 1.0)) ** 2
    values = np.zeros(duration + pause)
    values[:duration] = smooth * ramps
    values *= network.root_mean_square / np.sqrt(np.mean(values**2))
    return values


def motif_times(settings: Library, dt: float) -> Array:
    """Times (time,) of a motif's samples in time constants, one after each step, pause included."""
    steps = round(settings.duration / dt) + round(settings.pause / dt)
    return dt * np.arange(1.0, steps + 1)
