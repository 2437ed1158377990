"""Many trials of circuits at once, each with gains of its own, and gradients through them.

    tau dx/dt = -x + W f(g * x)

Learning by trial and error simulates one circuit hundreds of thousands of times, so steps are few
and long: an Adams-Bashforth predictor with an Adams-Moulton corrector of fourth order, which after
a start of Runge-Kutta steps takes two products with W a step. For the same accuracy Runge-Kutta's
method takes 1.4 times as many products (readouts of a circuit of 200 neurons, 5 ms against 7 ms),
and the predictor alone may not take longer steps than 2.5 ms: the eigenvalue of the mean row sum
lies too far to the left.

Source: Hairer, Norsett & Wanner, Solving Ordinary Differential Equations I (1993), III.1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from corticomotor.arrays import Array
from corticomotor.dynamics.integration import NEXT_STAGE_WEIGHTS, STAGE_WEIGHTS, rk4_step
from corticomotor.dynamics.nonlinearities import AsymmetricTanh

# Weights of the present and of earlier slopes, and that of the slope at the predicted state.
_PREDICTOR = np.array([55, -59, 37, -9]) / 24
_CORRECTOR = np.array([19, -5, 1, 0]) / 24
_PREDICTED = 9 / 24
# Steps until there are slopes enough.
_START = len(_PREDICTOR) - 1
_STAGES = len(STAGE_WEIGHTS)
# Of a step times an eigenvalue, on the negative real axis.
STABLE_STEP = 1.28


@dataclass(frozen=True)
class Circuits:
    """The circuits of all trials.

    Attributes:
        weights: W (neuron, presynaptic neuron), or (trial, neuron, presynaptic neuron) where trials
            differ in it.
        time_constant_ms: tau.
        nonlinearity: f.
    """

    weights: Array
    time_constant_ms: float
    nonlinearity: AsymmetricTanh

    @property
    def neurons(self) -> int:
        """Number of neurons."""
        return self.weights.shape[-1]

    def longest_step_ms(self) -> float:
        """Longest step at which activity at rest does not explode at gains of 1.

        Inhibition outweighs excitation: the eigenvalue of the mean row sum lies far to the left of
        all others, the further the larger the circuit. Rates are bounded, so steps that are too
        long show in the states alone, which then jump from step to step.
        """
        leftmost = np.linalg.eigvals(self.weights).real.min() - 1
        return float(STABLE_STEP * self.time_constant_ms / -leftmost)


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


class Trials:
    """Simulates movements of a number of steps.

    Args:
        circuits: what moves.
        steps: of a movement, at least 3.
        step_ms: their length.
        dtype: of all that is computed.
    """

    def __init__(
        self, circuits: Circuits, *, steps: int, step_ms: float, dtype: DTypeLike = np.float32
    ) -> None:
        self.circuits, self.steps, self.step_ms = circuits, steps, step_ms
        self._dtype = np.dtype(dtype)
        self._rate = step_ms / circuits.time_constant_ms
        self._weights = circuits.weights.astype(self._dtype)
        # Transposed once: products are rates times weights.
        self._recurrent = np.ascontiguousarray(np.swapaxes(self._weights, -1, -2))

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of all that is computed."""
        return self._dtype

    def rates(self, initial_states: Array, gains: Array) -> Array:
        """Simulate and keep all rates.

        Args:
            initial_states: x at the start (trial, neuron) or (neuron,).
            gains: g (trial, neuron).

        Returns:
            Rates in Hz (steps + 1, trial, neuron), at the start and after each step.
        """
        rates = np.empty((self.steps + 1, *gains.shape), self._dtype)
        self._run(initial_states, gains, rates.__setitem__)
        return rates

    def outputs(
        self, initial_states: Array, gains: Array, readout: Array, offset: Array | float = 0.0
    ) -> Array:
        """Simulate and keep what a readout sees.

        Args:
            initial_states, gains: see `rates`.
            readout: weights in 1/Hz (neuron,), or (trial, neuron) where trials differ in it.
            offset: is added; likewise, () or (trial,).

        Returns:
            Outputs (steps + 1, trial).
        """
        outputs = np.empty((self.steps + 1, len(gains)), self._dtype)
        # A readout sees the first neurons, and zeros are many.
        seen = int(np.flatnonzero(np.atleast_2d(readout).any(axis=0)).max(initial=0)) + 1
        weights = readout[..., :seen].astype(self._dtype)

        def read(step: int, rates: Array) -> None:
            outputs[step] = read_out(rates[:, :seen], weights)

        self._run(initial_states, gains, read)
        outputs += np.asarray(offset, self._dtype)
        return outputs

    def record(self, initial_states: Array, gains: Array, *, presynaptic: bool = False) -> Tape:
        """Simulate and keep what gradients need.

        Args:
            initial_states, gains: see `rates`.
            presynaptic: whether gradients by the weights shall be possible.
        """
        evaluations = (_STAGES - 2) * _START + 2 * self.steps + 1
        shape = (evaluations, *gains.shape)
        states, slopes = np.empty(shape, self._dtype), np.empty(shape, self._dtype)
        seen = np.empty(shape, self._dtype) if presynaptic else None
        rates = np.empty((self.steps + 1, *gains.shape), self._dtype)
        count = iter(range(evaluations))

        def keep(state: Array, saturation: Array, at_state: Array) -> None:
            index = next(count)
            states[index] = state
            np.multiply(saturation, saturation, out=slopes[index])
            np.subtract(1, slopes[index], out=slopes[index])
            if seen is not None:
                seen[index] = at_state

        self._run(initial_states, gains, rates.__setitem__, keep)
        return Tape(rates, states, slopes, seen, gains.astype(self._dtype))

    def _run(
        self,
        initial_states: Array,
        gains: Array,
        look: Callable[[int, Array], None],
        keep: Callable[[Array, Array, Array], None] | None = None,
    ) -> None:
        """Simulate; `look` is called with each step and its rates, `keep` at each evaluation."""
        activate = _Activation(self.circuits.nonlinearity, gains.astype(self._dtype), keep)
        state = np.empty(gains.shape, self._dtype)
        state[:] = initial_states
        slopes = np.zeros((len(_PREDICTOR), *state.shape), self._dtype)
        both = np.empty((2, *state.shape), self._dtype)
        predicted, slope = both[0], np.empty_like(state)
        weights = [
            self._rate * self._in_ring(np.array([_PREDICTOR, _CORRECTOR]), step)
            for step in range(len(_PREDICTOR))
        ]
        for step in range(self.steps):
            newest = slopes[step % len(slopes)]
            if step < _START:
                self._start_step(state, newest, activate, partial(look, step))
                continue
            rates = activate(state)
            look(step, rates)
            self._slope(rates, state, newest)
            np.matmul(
                weights[step % len(slopes)],
                slopes.reshape(len(slopes), -1),
                out=both.reshape(2, -1),
            )
            both += state
            self._slope(activate(predicted), predicted, slope)
            slope *= self._rate * _PREDICTED
            np.add(both[1], slope, out=state)
        look(self.steps, activate(state))

    def _start_step(
        self,
        state: Array,
        newest: Array,
        activate: _Activation,
        look: Callable[[Array], None],
    ) -> None:
        def current(stage: int, at: Array) -> Array:
            rates = activate(at)
            currents = self._product(rates)
            if stage == 0:
                look(rates)
                np.subtract(currents, at, out=newest)
            return currents

        rk4_step(state, current, self._rate)

    def _slope(self, rates: Array, state: Array, out: Array) -> None:
        self._product(rates, out)
        np.subtract(out, state, out=out)

    def _product(self, rates: Array, out: Array | None = None) -> Array:
        return _by_trial(rates, self._recurrent, out)

    def _in_ring(self, weights: Array, newest: int) -> Array:
        """Weights by age (..., slope) in the order in which a ring holds them at a step."""
        ages = (newest - np.arange(len(_PREDICTOR))) % len(_PREDICTOR)
        return weights[..., ages].astype(self._dtype)

    def gradient(self, tape: Tape, rate_gradient: Callable[[int], Array]) -> Derivatives:
        """Go back through a simulation.

        Args:
            tape: of it.
            rate_gradient: derivative of the loss by the rates (trial, neuron) of a step.
        """
        back = _Backward(self._weights, self._recurrent, tape, self._rate)
        gains = tape.gains
        ring = np.zeros((2 * len(_PREDICTOR), *gains.shape), self._dtype)
        by_ages = np.concatenate([_CORRECTOR, _PREDICTOR])
        by_state = back.through_rates(rate_gradient(self.steps))
        for step in range(self.steps - 1, _START - 1, -1):
            # What each later step takes of this step's slope: by the corrector and the predictor.
            through = back.slope(self._rate * _PREDICTED * by_state)
            slot = step % len(_PREDICTOR)
            ring[slot], ring[slot + len(_PREDICTOR)] = by_state, through
            by_state = by_state + through
            by_state += back.slope(self._of_ring(ring, by_ages, step), rate_gradient(step))
        for step in range(_START - 1, -1, -1):
            by_slope = self._of_ring(ring, by_ages, step, only_after=_START)
            by_state = back.rk4_step(by_state, by_slope, rate_gradient(step))
        return Derivatives(back.by_gains, by_state, back.by_weights())

    def _of_ring(self, ring: Array, by_ages: Array, step: int, only_after: int = 0) -> Array:
        size = len(_PREDICTOR)
        # A step's slope is of age a for the step that comes a steps later.
        ages = (np.arange(size) - step) % size
        weights = np.concatenate([by_ages[:size][ages], by_ages[size:][ages]])
        later = step + ages
        weights[np.tile((later < only_after) | (later >= self.steps), 2)] = 0.0
        flat = (self._rate * weights.astype(self._dtype)) @ ring.reshape(2 * size, -1)
        found: Array = flat.reshape(ring.shape[1:])
        return found


class _Activation:
    """Rates of states, in place: the array that it returns is used again."""

    def __init__(
        self,
        nonlinearity: AsymmetricTanh,
        gains: Array,
        keep: Callable[[Array, Array, Array], None] | None,
    ) -> None:
        below = nonlinearity.baseline_rate_hz
        above = nonlinearity.max_rate_hz - below
        # Both branches are x tanh(y / x). The steeper argument counts below 0 and the flatter one
        # above it where negative rates saturate first: min and max tell them apart without a mask.
        self._inner: np.ufunc = np.minimum if below <= above else np.maximum
        self._outer: np.ufunc = np.maximum if below <= above else np.minimum
        self._gains = gains / below
        self._flatter, self._below, self._above = below / above, below, above
        self._saturation, self._rates = np.empty_like(gains), np.empty_like(gains)
        self._keep = keep

    def __call__(self, state: Array) -> Array:
        saturation, rates = self._saturation, self._rates
        np.multiply(state, self._gains, out=saturation)
        np.multiply(saturation, self._flatter, out=rates)
        self._inner(saturation, rates, out=saturation)
        np.tanh(saturation, out=saturation)
        np.multiply(saturation, self._above, out=rates)
        if self._keep is not None:
            kept = self._outer(rates, self._below * saturation)
            self._keep(state, saturation, kept)
        np.multiply(saturation, self._below, out=saturation)
        self._outer(saturation, rates, out=rates)
        return rates


class _Backward:
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
        by_own_rates = _by_trial(by_slope, self._weights)
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
        for stage in reversed(range(_STAGES)):
            by_change = STAGE_WEIGHTS[stage] * by_state
            if stage < _STAGES - 1:
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


def read_out(rates: Array, weights: Array) -> Array:
    """Products of rates (..., trial, neuron) with weights (neuron,) or (trial, neuron)."""
    if weights.ndim == 1:
        shared: Array = rates @ weights
        return shared
    found: Array = np.einsum("...tn,tn->...t", rates, weights)
    return found


def _by_trial(rates: Array, weights: Array, out: Array | None = None) -> Array:
    """Products with one matrix, or with one of each trial (trial, ...)."""
    if weights.ndim == 2:
        product: Array = np.matmul(rates, weights, out=out)
        return product
    found: Array = np.matmul(
        rates[:, np.newaxis], weights, out=None if out is None else out[:, np.newaxis]
    )[:, 0]
    return found
