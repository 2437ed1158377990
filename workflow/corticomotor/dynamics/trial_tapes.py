"""What the gradient of a simulated batch of trials needs, and the way back through it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corticomotor.arrays import Array
from corticomotor.dynamics.integration import NEXT_STAGE_WEIGHTS, STAGE_WEIGHTS


@dataclass(frozen=True)
class Tape:
    """A simulation with what its gradient needs.

    Attributes:
        rates: f(g * x) in Hz (steps + 1, trial, neuron).
        states: x wherever the slope was taken (evaluation, trial, neuron).
        slopes: f'(g * x), likewise.
        presynaptic: f(g * x), likewise, where it was asked for.
        gains: (trial, neuron).
    """

    rates: Array
    states: Array
    slopes: Array
    presynaptic: Array | None
    gains: Array


@dataclass(frozen=True)
class Derivatives:
    """Derivatives of a loss, each summed over time.

    Attributes:
        gains: by g (trial, neuron).
        initial_states: by x at the start (trial, neuron).
        weights: by W (trial, neuron, presynaptic neuron), where it was asked for.
    """

    gains: Array
    initial_states: Array
    weights: Array | None


class Backward:
    """Back through the evaluations of a tape, from the last to the first."""

    def __init__(self, weights: Array, recurrent: Array, tape: Tape, rate: float) -> None:
        self._weights, self._tape, self._rate = weights, tape, rate
        self._next = len(tape.states) - 1
        self.by_gains = np.zeros_like(tape.gains)
        self._by_currents = (
            np.zeros_like(tape.presynaptic) if tape.presynaptic is not None else None
        )

    def through_rates(self, by_rates: Array) -> Array:
        """Derivative by the state of the next evaluation back, from that by its rates."""
        index = self._next
        self._next -= 1
        by_activation = by_rates * self._tape.slopes[index]
        self.by_gains += by_activation * self._tape.states[index]
        by_activation *= self._tape.gains
        return by_activation

    def slope(self, by_slope: Array, by_rates: Array | None = None) -> Array:
        """Derivative by the state of the next evaluation back, from that by -x + W f(g x)."""
        if self._by_currents is not None:
            self._by_currents[self._next] = by_slope
        by_own_rates = by_trial(by_slope, self._weights)
        if by_rates is not None:
            by_own_rates += by_rates
        by_state = self.through_rates(by_own_rates)
        by_state -= by_slope
        return by_state

    def rk4_step(self, by_state: Array, by_slope: Array, by_rates: Array) -> Array:
        """Derivative by the state before a step of the start.

        Args:
            by_state: by that after it.
            by_slope: by its first slope, as later steps use it.
            by_rates: by the rates before it.
        """
        before = by_state.copy()
        by_next = np.zeros_like(by_state)
        for stage in reversed(range(len(STAGE_WEIGHTS))):
            by_change = STAGE_WEIGHTS[stage] * by_state
            if stage < len(STAGE_WEIGHTS) - 1:
                by_change += NEXT_STAGE_WEIGHTS[stage] * by_next
            by_change *= self._rate
            if stage == 0:
                by_change += by_slope
            by_next = self.slope(by_change, by_rates if stage == 0 else None)
            before += by_next
        return before

    def by_weights(self) -> Array | None:
        """Derivative by the weights of each trial, where it was asked for."""
        if self._by_currents is None or self._tape.presynaptic is None:
            return None
        currents = self._by_currents.transpose(1, 2, 0)
        found: Array = currents @ self._tape.presynaptic.transpose(1, 0, 2)
        return found


def by_trial(rates: Array, weights: Array, out: Array | None = None) -> Array:
    """Products with one matrix, or with one of each trial (trial, ...)."""
    if weights.ndim == 2:
        product: Array = np.matmul(rates, weights, out=out)
        return product
    found: Array = np.matmul(
        rates[:, np.newaxis], weights, out=None if out is None else out[:, np.newaxis]
    )[:, 0]
    return found
