"""What goes into a sequence model and what comes out."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from corticomotor.studies.reaching.fields import Field


class Push:
    """A force field on reaches: `fields.Field` for all of them at once, in few operations.

    Args:
        field: where it pushes and how.
        strength: by which its force is multiplied in each reach (reach,).

    Attributes:
        field, strength: as given.
        turn: x and y of the acceleration per velocity along y and x (reach, 2); None without curl.
    """

    def __init__(self, field: Field, strength: Tensor) -> None:
        self.field, self.strength = field, strength
        self._low, self._high = (
            strength.new_tensor([field.x[side], field.y[side]]) for side in (0, 1)
        )
        each = strength[:, None]
        self._force = each * each.new_tensor(field.force)
        self.turn = each * each.new_tensor([-field.curl, field.curl]) if field.curl else None

    def acceleration(self, position: Tensor, velocity: Tensor) -> Tensor:
        """The force on hands (reach, 2) at positions and velocities (reach, 2)."""
        inside = ((position >= self._low) & (position <= self._high)).all(-1, keepdim=True)
        force = inside * self._force
        return force if self.turn is None else force + self.turn * velocity.flip(-1)

    def part(self, reaches: slice) -> Push:
        """The same for some of the reaches."""
        return Push(self.field, self.strength[reaches])


@dataclass(frozen=True)
class Batch:
    """Reaches to learn from or to be tested on.

    Attributes:
        inputs: target and go cue (time, reach, 3).
        ideal: x and y of position, velocity and acceleration (time, reach, 6).
        push: the force, if there is one.
        alike: how many steps at the beginning are the same for all reaches.
    """

    inputs: Tensor
    ideal: Tensor
    push: Push | None
    alike: int = 0


@dataclass(frozen=True)
class Movement:
    """What the hand did, and the units.

    Attributes:
        kinematics: x and y of position, velocity and acceleration (time, reach, 6).
        rates: activity of the recurrent layer (time, reach, unit).
    """

    kinematics: Tensor
    rates: Tensor
