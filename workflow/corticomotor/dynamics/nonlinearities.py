"""Nonlinearities from activation to firing rate."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from corticomotor.arrays import Array


class Nonlinearity(Protocol):
    """Maps activations to rates, element by element."""

    def __call__(self, activation: Array) -> Array:
        """Rates for activations of any shape."""
        ...


@dataclass(frozen=True)
class Tanh:
    """r = tanh(y): the units of the full-FORCE networks."""

    def __call__(self, activation: Array) -> Array:
        """Rates, without unit, for activations of any shape."""
        rates: Array = np.tanh(activation)
        return rates


@dataclass(frozen=True)
class AsymmetricTanh:
    """Firing rate relative to baseline, in Hz, saturating at 0 Hz and at the maximal rate.

    f(y) = r0 tanh(y / r0) for y < 0 and (rmax - r0) tanh(y / (rmax - r0)) for y >= 0: slope 1 at
    rest.

    Attributes:
        baseline_rate_hz: r0.
        max_rate_hz: rmax.

    Source: Rajan, Abbott & Sompolinsky, Physical Review E 82:011903 (2010); Stroud et al., Nature
    Neuroscience 21:1774 (2018).
    """

    baseline_rate_hz: float
    max_rate_hz: float

    def __call__(self, activation: Array) -> Array:
        """Rates minus the baseline rate, in Hz, for activations of any shape."""
        return self.with_slope(activation)[0]

    def with_slope(self, activation: Array) -> tuple[Array, Array]:
        """Rates (Hz) and their derivative by the activation, each shaped like the activation."""
        range_hz = np.where(
            activation < 0, self.baseline_rate_hz, self.max_rate_hz - self.baseline_rate_hz
        )
        saturation = np.tanh(activation / range_hz)
        return range_hz * saturation, 1 - saturation * saturation
