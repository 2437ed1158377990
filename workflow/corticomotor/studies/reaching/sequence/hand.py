"""A hand that accelerations move, on a tape, and gradients back through its movement.

    v(t) = v(t-1) + a(t) / 10,    x(t) = x(t-1) + v(t) / 10,

in the units of `reaches`; a(t) is what a network puts out and the force where the hand was.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from corticomotor.studies.reaching.reaches import RATE
from corticomotor.studies.reaching.sequence.movements import Push


@dataclass(frozen=True)
class HandState:
    """Where a hand is between two steps; or the derivative of a loss by that.

    Attributes:
        velocity: (reach, 2).
        position: in the last steps, the oldest first (reach, step, 2).
        acceleration: likewise.
    """

    velocity: Tensor
    position: Tensor
    acceleration: Tensor

    def summed(self) -> HandState:
        """Sum over reaches, as the only one."""
        return HandState(*(each.sum(0, keepdim=True) for each in vars(self).values()))


class Hand:
    """A hand and its tape.

    Args:
        steps, reaches: sizes.
        memory: steps before the first one that the tape holds; at least 1.
        like: a tensor of the type and device of all.

    Attributes:
        position, acceleration: (reach, memory + time, 2).
        position_slopes, acceleration_slopes: derivative of the loss by these.
        outputs: for each step, where the network puts its acceleration (reach, 2).
        output_slopes: derivative of the loss by that (time, reach, 2).
    """

    def __init__(self, steps: int, reaches: int, memory: int, like: Tensor) -> None:
        self._memory = memory
        # Each reach lies in one piece, so that the last steps are a view.
        self.position, self.acceleration, self.position_slopes, self.acceleration_slopes = (
            like.new_zeros(reaches, memory + steps, 2) for _ in range(4)
        )
        self.output_slopes = like.new_empty(steps, reaches, 2)
        self._velocity, self._by_velocity, self._by_position = (
            like.new_zeros(reaches, 2) for _ in range(3)
        )
        # At the end of each step; of positions, the first is that before the first step.
        self._positions = self.position[:, memory - 1 :].unbind(1)
        self.outputs = self.acceleration[:, memory:].unbind(1)
        self._position_slopes = self.position_slopes[:, memory:].unbind(1)
        self._acceleration_slopes = self.acceleration_slopes[:, memory:].unbind(1)
        self._output_slopes = self.output_slopes.unbind()

    def begin(self, start: HandState | None) -> None:
        """Start from a state of all reaches or of one that they share, or at rest."""
        past = slice(self._memory)
        self._velocity[:] = 0 if start is None else start.velocity
        self.position[:, past] = 0 if start is None else start.position
        self.acceleration[:, past] = 0 if start is None else start.acceleration

    def step(self, time: int, push: Push | None) -> None:
        """Move by `outputs[time]` and by the force, which adds to it."""
        acceleration, velocity, before = self.outputs[time], self._velocity, self._positions[time]
        if push is not None:
            acceleration.add_(push.acceleration(before, velocity))
        velocity.add_(acceleration, alpha=1 / RATE)
        torch.add(before, velocity, alpha=1 / RATE, out=self._positions[time + 1])

    def end(self) -> HandState:
        """Where the hand is after the last step."""
        last = slice(-self._memory, None)
        return HandState(self._velocity, self.position[:, last], self.acceleration[:, last])

    def kinematics(self) -> Tensor:
        """Position, velocity and acceleration of all steps (time, reach, 6)."""
        position = self.position[:, self._memory - 1 :]
        velocity = RATE * position.diff(dim=1)
        acceleration = self.acceleration[:, self._memory :]
        return torch.cat([position[:, 1:], velocity, acceleration], dim=-1).transpose(0, 1)

    def begin_back(self, position_slopes: Tensor, end_slopes: HandState | None) -> None:
        """Take the derivative of a loss by the position (time, reach, 2), and by `end`."""
        for each in (self.acceleration_slopes, self._by_velocity, self._by_position):
            each.zero_()
        self.position_slopes[:, : self._memory] = 0
        self.position_slopes[:, self._memory :] = position_slopes.transpose(0, 1)
        if end_slopes is not None:
            last = slice(-self._memory, None)
            self.position_slopes[:, last] += end_slopes.position
            self.acceleration_slopes[:, last] += end_slopes.acceleration
            self._by_velocity += end_slopes.velocity

    def step_back(self, time: int, push: Push | None) -> Tensor:
        """Fill and give `output_slopes[time]` (reach, 2), once the slopes of its step are known."""
        slopes, by_velocity = self._output_slopes[time], self._by_velocity
        self._by_position.add_(self._position_slopes[time])
        by_velocity.add_(self._by_position, alpha=1 / RATE)
        torch.add(self._acceleration_slopes[time], by_velocity, alpha=1 / RATE, out=slopes)
        # The force of a region has no slope but at its edge.
        if push is not None and push.turn is not None:
            by_velocity.add_((push.turn * slopes).flip(-1))
        return slopes

    def start_slopes(self) -> HandState:
        """Derivative of the loss by the state at the start, after all steps back."""
        past = slice(self._memory)
        by_position = self.position_slopes[:, past].clone()
        by_position[:, -1] += self._by_position
        return HandState(self._by_velocity, by_position, self.acceleration_slopes[:, past])


def windows(tape: Tensor, length: int) -> list[Tensor]:
    """The last steps before each step, as views that can be written to.

    Args:
        tape: (reach, memory + time, 2), contiguous, with as much memory as `length`.
        length: of a window.

    Returns:
        For each step the numbers of the window (reach, 2 * length), the oldest first; nothing if
        the length is 0.
    """
    reaches, entries, _ = tape.shape
    if not length:
        return []
    return [
        tape.as_strided((reaches, 2 * length), (2 * entries, 1), 2 * time)
        for time in range(entries - length)
    ]


def scaled_basis(length: int, like: Tensor) -> Tensor:
    """Combinations of a window of positions that are of one size (2 * length, combination).

    They are the latest position, the latest velocity and the accelerations up to then, in the units
    of `reaches`. It is a change of basis: weights on positions could do the same, but some would
    have to be a hundred times as large as others, and take long to become so.
    """
    latest_first = torch.eye(length, dtype=torch.float64).flip(0)
    basis = [latest_first[:, :1]]
    differences = latest_first
    for _ in range(2):
        differences = -RATE * differences.diff(dim=1)
        basis.append(differences[:, :1])
    basis[-1] = differences
    return torch.kron(torch.cat(basis, dim=1), torch.eye(2, dtype=torch.float64)).to(like)
