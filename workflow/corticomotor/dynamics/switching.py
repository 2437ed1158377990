"""Rate networks whose connectivity and input switch between windows, and gradients through them.

Within a window of time

    tau dx/dt = -x + (W + u v^T) tanh(x) + b,

with weights W that all trials share and a rank-one loop u v^T and an input b of each trial's own.
Integrated by Euler; noise may be added at each step.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from corticomotor.runtime.errors import DivergenceError, InputError

_TANH_BACKWARD = torch.ops.aten.tanh_backward.grad_input


@dataclass(frozen=True)
class Loop:
    """One rank-one loop u v^T a trial.

    Attributes:
        left: u (trial, unit).
        right: v (trial, unit).
    """

    left: Tensor
    right: Tensor


@dataclass(frozen=True)
class Window:
    """A stretch of time with a connectivity and an input of its own.

    Attributes:
        steps: its length.
        weights: W (unit, presynaptic unit).
        input: b (trial, unit), or None for no input.
        loop: or None for none.
    """

    steps: int
    weights: Tensor
    input: Tensor | None = None
    loop: Loop | None = None


@dataclass(frozen=True)
class WindowGradient:
    """Derivative of a loss by what one window holds.

    Attributes:
        input: by each trial's b (trial, unit).
        loop: by each trial's u and v; None where the window has no loop.
        change: by the change of x in each step (step, trial, unit).
        rates: tanh(x) before each step (step, trial, unit).
        dt: integration step in time constants.
    """

    input: Tensor
    loop: Loop | None
    change: Tensor
    rates: Tensor
    dt: float

    def weights(self) -> Tensor:
        """Derivative by W, the sum over trials (unit, presynaptic unit)."""
        units = self.rates.shape[-1]
        return self.dt * self.change.reshape(-1, units).T @ self.rates.reshape(-1, units)

    def weights_by_trial(self) -> Tensor:
        """Derivative by W of each trial (trial, unit, presynaptic unit)."""
        return self.dt * torch.einsum("tbi,tbj->bij", self.change, self.rates)


class NoisePool:
    """Normal numbers drawn once and used again from random places on.

    Drawing new ones at each step would cost as much as a matrix product.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        standard_deviation: float,
        *,
        dtype: torch.dtype,
        device: torch.device,
        size: int = 1 << 21,
    ) -> None:
        numbers = rng.standard_normal(size, dtype=np.float32)
        self._noise = torch.as_tensor(numbers, dtype=dtype, device=device)
        self._noise *= standard_deviation
        self._silent = standard_deviation == 0

    def draw(self, rng: np.random.Generator, steps: int, shape: torch.Size) -> list[Tensor] | None:
        """Noise of each step, for `Simulator.run`.

        Args:
            rng: draws the places in the pool.
            steps: number of steps.
            shape: of a step's noise (trial, unit).

        Returns:
            A tensor for each step, or None if there is no noise.

        Raises:
            InputError: the pool does not hold enough numbers for a step.
        """
        count = shape.numel()
        if count >= self._noise.numel():
            raise InputError(
                f"noise: expected fewer than {self._noise.numel()} trials times units, found "
                f"{count} (learn fewer motifs at once, or with fewer starts)"
            )
        places = rng.integers(0, self._noise.numel() - count, steps)
        if self._silent:
            return None
        return [self._noise[place : place + count].view(shape) for place in places.tolist()]


class Simulator:
    """Simulate windows of steps for a batch of trials, and go back through them.

    The same buffers serve every call, so what a call returns is good until the next one.

    Args:
        steps: of all windows together.
        trials: number of trials.
        units: number of units.
        dt: integration step in time constants.
    """

    # tanh(x) = 2 sigmoid(2 x) - 1, and a sigmoid takes a seventh of a tanh's time on a CPU.
    # So the state is kept as z = 2 x.

    def __init__(
        self,
        steps: int,
        trials: int,
        units: int,
        dt: float,
        *,
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        self._steps = steps
        self._dt = dt
        self._leak = 1 - dt
        self._rates = torch.empty(steps + 1, trials, units, dtype=dtype, device=device)
        self._adjoints = torch.empty_like(self._rates)
        self._loop_activity = self._rates.new_zeros(steps, trials, 1)
        self._loop_adjoint = torch.zeros_like(self._loop_activity)
        self._product = self._rates.new_empty(trials, units)
        self._minus_one = self._rates.new_full((trials, units), -1.0)
        # Indexing a tensor costs as much as adding two: take it apart once.
        self._rates_at = list(self._rates.unbind())
        self._adjoint_at = list(self._adjoints.unbind())
        self._loop_activity_at = list(self._loop_activity.unbind())
        self._loop_adjoint_at = list(self._loop_adjoint.unbind())

    def run(
        self, windows: Sequence[Window], initial_state: Tensor, noise: list[Tensor] | None = None
    ) -> tuple[Tensor, Tensor]:
        """Simulate, and keep what the gradient needs.

        Args:
            windows: in the order of time.
            initial_state: x (trial, unit).
            noise: added to x after each step, each (trial, unit); None for none.

        Returns:
            Rates tanh(x) at the start and after each step (step + 1, trial, unit), and the final
            state x (trial, unit).
        """
        state = 2 * initial_state
        where = zip(self._rates_at, self._loop_activity_at, strict=False)
        for _ in _advance(windows, state, noise, where, self._minus_one, self._dt):
            pass
        _rates(state, self._minus_one, self._rates_at[self._steps])
        return self._rates, state / 2

    def gradient(
        self, windows: Sequence[Window], add_rate_gradient: Callable[[int, Tensor], None]
    ) -> list[WindowGradient]:
        """Go back through the last `run` of the same windows.

        Args:
            windows: as given to `run`.
            add_rate_gradient: called with the number of steps done t, from the last to 1, and a
                tensor (trial, unit) to which it adds the loss's derivative by the rates then.

        Returns:
            A gradient for each window.
        """
        rates, adjoint, product = self._rates_at, self._adjoint_at, self._product
        step = self._steps
        product.zero_()
        add_rate_gradient(step, product)
        _TANH_BACKWARD(product, rates[step], grad_input=adjoint[step])
        for window in reversed(windows):
            weights = self._dt * window.weights
            loop = window.loop and Loop(self._dt * window.loop.left, window.loop.right.contiguous())
            for _ in range(window.steps):
                later = adjoint[step]
                step -= 1
                if loop:
                    activity = self._loop_adjoint_at[step]
                    torch.sum(later * loop.left, 1, keepdim=True, out=activity)
                if step == 0:
                    break
                torch.mm(later, weights, out=product)
                if loop:
                    product.addcmul_(activity, loop.right)
                add_rate_gradient(step, product)
                _TANH_BACKWARD(product, rates[step], grad_input=product)
                torch.add(product, later, alpha=self._leak, out=adjoint[step])
        return self._by_window(windows)

    def _by_window(self, windows: Sequence[Window]) -> list[WindowGradient]:
        gradients = []
        end = 0
        for window in windows:
            start, end = end, end + window.steps
            change = self._adjoints[start + 1 : end + 1]
            rates = self._rates[start:end]
            loop = window.loop and Loop(
                self._dt * torch.einsum("tbi,tbo->bi", change, self._loop_activity[start:end]),
                torch.einsum("tbi,tbo->bi", rates, self._loop_adjoint[start:end]),
            )
            total = self._dt * change.sum(0)
            gradients.append(WindowGradient(total, loop, change, rates, self._dt))
        return gradients


@dataclass(frozen=True)
class SwitchingRollout:
    """What a network did.

    Attributes:
        output: readout after each step (step, trial).
        rate_norm: norm of the rates after each step (step, trial).
        states: x after each watched number of steps (watched, trial, unit).
    """

    output: Tensor
    rate_norm: Tensor
    states: Tensor


def rollout(
    windows: Sequence[Window],
    initial_state: Tensor,
    readout: Tensor,
    dt: float,
    *,
    noise: Iterable[Tensor] | None = None,
    watched: Sequence[int] = (),
) -> SwitchingRollout:
    """Simulate without keeping what only a gradient needs.

    Args:
        windows: in the order of time.
        initial_state: x (trial, unit).
        readout: w (unit,).
        dt: integration step in time constants.
        noise: added to x after each step, each (trial, unit); None for none.
        watched: numbers of steps after which the state is wanted.

    Raises:
        DivergenceError: the activity is not finite.
    """
    steps = sum(window.steps for window in windows)
    state = 2 * initial_state
    minus_one = torch.full_like(state, -1.0)
    rates = torch.empty_like(state)
    output = state.new_empty(steps, state.shape[0])
    norm = torch.empty_like(output)
    kept = state.new_empty(len(watched), *state.shape)
    where = ((rates, output.new_empty(state.shape[0], 1)) for _ in range(steps))
    for step in _advance(windows, state, noise, where, minus_one, dt):
        if step > 0:
            torch.mv(rates, readout, out=output[step - 1])
            torch.linalg.vector_norm(rates, dim=1, out=norm[step - 1])
        for place in (i for i, number in enumerate(watched) if number == step):
            kept[place] = state / 2
    _rates(state, minus_one, rates)
    torch.mv(rates, readout, out=output[steps - 1])
    torch.linalg.vector_norm(rates, dim=1, out=norm[steps - 1])
    for place in (i for i, number in enumerate(watched) if number == steps):
        kept[place] = state / 2
    # Rates are bounded, so a state that runs away does not show in the output.
    if not bool(torch.isfinite(output).all() and torch.isfinite(state).all()):
        raise DivergenceError("the network's activity is not finite")
    return SwitchingRollout(output, norm, kept)


def _advance(
    windows: Sequence[Window],
    state: Tensor,
    noise: Iterable[Tensor] | None,
    where: Iterator[tuple[Tensor, Tensor]],
    minus_one: Tensor,
    dt: float,
) -> Iterator[int]:
    """Advance the state 2 x in place; give each step's number once its rates are known."""
    step = 0
    noises = None if noise is None else iter(noise)
    for window in windows:
        # Rows are trials: x W^T, with a contiguous W^T.
        weights = (2 * dt * window.weights.T).contiguous()
        drive = None if window.input is None else 2 * dt * window.input
        loop = window.loop and Loop(2 * dt * window.loop.left, window.loop.right)
        for _ in range(window.steps):
            rates, loop_activity = next(where)
            _rates(state, minus_one, rates)
            yield step
            # The one Euler step beside `integration.euler_step`: networks that are trained by
            # gradients of single trials need torch's precisions and devices.
            state.addmm_(rates, weights, beta=1 - dt)
            if drive is not None:
                state.add_(drive)
            if loop:
                torch.sum(rates * loop.right, 1, keepdim=True, out=loop_activity)
                state.addcmul_(loop_activity, loop.left)
            if noises is not None:
                state.add_(next(noises), alpha=2)
            step += 1


def _rates(state: Tensor, minus_one: Tensor, out: Tensor) -> None:
    torch.sigmoid(state, out=out)
    torch.add(minus_one, out, alpha=2, out=out)
