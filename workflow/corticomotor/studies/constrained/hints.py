"""Hints: what the observed neurons tell the target-generating network of FFH."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.learning.full_force import Clamp, leading_current
from corticomotor.studies.constrained.input_weights import uniform_weights

if TYPE_CHECKING:
    from corticomotor.studies.constrained.settings import FullForceNetwork


@dataclass(frozen=True)
class Hints:
    """Hints of one network, and how they enter its target-generating network.

    Attributes:
        weights: H (unit, neuron), 0 if they are clamped.
        signals: h (time, reach, neuron): what is weighed, or the activations that are imposed.
        current: H h (time, reach, unit); None if nothing enters as a current.
        clamp: units that are held; None if none is.
    """

    weights: Array
    signals: Array
    current: Array | None = None
    clamp: Clamp | None = None


def draw_hints(
    rng: np.random.Generator, settings: FullForceNetwork, rates: Array, times: Array
) -> Hints:
    """Make hints of observed rates.

    Args:
        rng: draws the weights of the hints.
        settings: scaling, strength and mode.
        rates: of the hinting neurons during the movement (reach, time, neuron), in Hz; of no
            neurons, there are no hints.
        times: of the trial.
    """
    reaches, _, neurons = rates.shape
    none = np.zeros((settings.units, neurons))
    if neurons == 0:
        return Hints(none, np.zeros((len(times), reaches, 0)))
    signals = hint_signals(rates, times, settings.hint_scaling)
    if settings.hint_mode == "weights":
        weights, current = hint_current(rng, settings, signals)
        return Hints(weights, hint_drive(settings, signals), current)
    clamp = hint_clamp(settings, signals)
    return Hints(none, clamp.activation, clamp=clamp)


def hint_signals(rates: Array, times: Array, scaling: str) -> Array:
    """Turn observed rates into hints.

    The mean of each neuron is removed and the rates are divided by their own standard deviation
    (`unit`), by the geometric mean of that and the population's (`soft`), or by the population's
    (`common`), where the population's is the root mean square over neurons. Before the movement
    the hints rise smoothly to their first value.

    Args:
        rates: (reach, time, neuron) during the movement, in Hz.
        times: of the trial; those >= 0 belong to the rates.
        scaling: unit, soft or common.

    Returns:
        Hints (time, reach, neuron), without unit.
    """
    centred = rates - rates.mean(axis=(0, 1))
    own = centred.std(axis=(0, 1))
    common = np.sqrt(np.mean(own**2))
    exponent = {"unit": 1.0, "soft": 0.5, "common": 0.0}[scaling]
    # A neuron that hardly fires keeps the common scale instead of being blown up.
    own = np.where(own > 1e-6 * common, own, common)
    hints = np.swapaxes(centred / (own**exponent * common ** (1 - exponent)), 0, 1)
    before = times[times < 0]
    rise = 0.5 - 0.5 * np.cos(np.pi * (before - times[0]) / -times[0])
    return np.concatenate([rise[:, np.newaxis, np.newaxis] * hints[0], hints])


def hint_current(
    rng: np.random.Generator, settings: FullForceNetwork, hints: Array
) -> tuple[Array, Array]:
    """Project hints through random weights onto all units of the target-generating network.

    Args:
        rng: draws the weights.
        settings: strength, and whether the units' low-pass is compensated.
        hints: (time, reach, neuron).

    Returns:
        The weights (unit, neuron) and the current (time, reach, unit).
    """
    neurons = hints.shape[2]
    weights = uniform_weights(rng, settings.hint_strength, neurons, (neurons, settings.units))
    return weights.T, hint_drive(settings, hints) @ weights


def hint_drive(settings: FullForceNetwork, hints: Array) -> Array:
    """Lead the hints (time, reach, neuron) if the units' low-pass is to be compensated."""
    if not settings.compensate_lag:
        return hints
    return leading_current(hints, settings.time_constant_ms / settings.step_ms)


def hint_clamp(settings: FullForceNetwork, hints: Array) -> Clamp:
    """Impose the hints (time, reach, neuron) on the first units of the target network."""
    return Clamp(np.arange(hints.shape[2]), settings.hint_strength * hints)
