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
from corticomotor.dynamics.integration import STAGE_WEIGHTS, rk4_step
from corticomotor.dynamics.nonlinearities import AsymmetricTanh
from corticomotor.dynamics.trial_tapes import Backward, Derivatives, Tape, by_trial

ComplexArray = np.ndarray[tuple[int, ...], np.dtype[np.complex128]]

# Weights of the present and of earlier slopes, and that of the slope at the predicted state.
_PREDICTOR = np.array([55, -59, 37, -9]) / 24
_CORRECTOR = np.array([19, -5, 1, 0]) / 24
_PREDICTED = 9 / 24
# Steps until there are slopes enough.
_START = len(_PREDICTOR) - 1
_STAGES = len(STAGE_WEIGHTS)
# Of a step times an eigenvalue, on the negative real axis.
STABLE_STEP = 1.28
# Steps up to that one at which other eigenvalues are looked at.
_STEPS_TRIED = 100


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
        """Longest step up to which activity around rest, at gains of 1, does not explode.

        Inhibition outweighs excitation: the eigenvalue of the mean row sum lies far to the left of
        all others, the further the larger the circuit; in small circuits fast oscillations are
        what counts. Rates are bounded, so steps that are too long show in the states alone, which
        then jump from step to step.
        """
        eigenvalues = np.linalg.eigvals(self.weights).ravel() - 1
        decaying = eigenvalues[eigenvalues.real < 0]
        # No step is stable for longer than on the negative real axis.
        longest = STABLE_STEP / np.abs(decaying.real).max(initial=1.0)
        for part in np.arange(1, _STEPS_TRIED + 1) / _STEPS_TRIED:
            if _growth(part * longest * decaying).max(initial=0.0) > 1 + 1e-9:
                return float(self.time_constant_ms * longest * (part - 1 / _STEPS_TRIED))
        return float(self.time_constant_ms * longest)


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
        return by_trial(rates, self._recurrent, out)

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
        back = Backward(self._weights, self._recurrent, tape, self._rate)
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


def _growth(steps: ComplexArray) -> Array:
    """Largest factor of a step for x' = eigenvalue x, from steps times eigenvalues (n,).

    That is the largest root of the method's characteristic polynomial.
    """
    order = len(_PREDICTOR)
    companions = np.zeros((len(steps), order, order), dtype=complex)
    companions[:, 0] = steps[:, np.newaxis] * (
        _CORRECTOR + _PREDICTED * steps[:, np.newaxis] * _PREDICTOR
    )
    companions[:, 0, 0] += 1 + _PREDICTED * steps
    companions[:, np.arange(1, order), np.arange(order - 1)] = 1.0
    return np.abs(np.linalg.eigvals(companions)).max(axis=1)


def read_out(rates: Array, weights: Array) -> Array:
    """Products of rates (..., trial, neuron) with weights (neuron,) or (trial, neuron)."""
    if weights.ndim == 1:
        shared: Array = rates @ weights
        return shared
    found: Array = np.einsum("...tn,tn->...t", rates, weights)
    return found
