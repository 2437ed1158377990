"""Forces on the hand, for numbers, numpy arrays and tensors of torch alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corticomotor.arrays import Array
from corticomotor.studies.reaching.reaches import HALF_WORKSPACE

if TYPE_CHECKING:
    from corticomotor.studies.reaching.settings.task import ForceField


@dataclass(frozen=True)
class Field:
    """A force on the hand, in the units of `reaches`.

    Attributes:
        x, y: bounds of the region in which it acts.
        force: x and y of the acceleration there.
        curl: acceleration to the left of the movement per velocity, everywhere.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    force: tuple[float, float]
    curl: float

    def described(self) -> dict[str, Any]:
        """Give what files say of it (`contracts`); a region that is nowhere has no bounds."""
        x, y = (
            bounds if np.isfinite(bounds).all() else (np.nan, np.nan) for bounds in (self.x, self.y)
        )
        return {
            "end": ["first", "last"],
            "field_x": x,
            "field_y": y,
            "field_force": self.force,
            "field_curl": self.curl,
        }

    def contains(self, x: Any, y: Any) -> Any:
        """Whether hands are in the region."""
        return (x >= self.x[0]) & (x <= self.x[1]) & (y >= self.y[0]) & (y <= self.y[1])

    def acceleration(self, x: Any, y: Any, vx: Any, vy: Any) -> tuple[Any, Any]:
        """The force on hands, as x and y of an acceleration, for position and velocity."""
        inside = self.contains(x, y)
        return inside * self.force[0] - self.curl * vy, inside * self.force[1] + self.curl * vx


def field_of(settings: ForceField, strength: float = 1.0) -> Field:
    """Make a field from its settings.

    Args:
        settings: lengths are in percent of the workspace.
        strength: by which its force is multiplied.
    """
    if settings.kind == "curl":
        nowhere = (np.inf, -np.inf)
        return Field(x=nowhere, y=nowhere, force=(0.0, 0.0), curl=strength * settings.curl)
    (left, right), (bottom, top) = (
        (low / HALF_WORKSPACE, high / HALF_WORKSPACE) for low, high in (settings.x, settings.y)
    )
    push = strength / HALF_WORKSPACE
    return Field(
        x=(left, right),
        y=(bottom, top),
        force=(push * settings.force[0], push * settings.force[1]),
        curl=0.0,
    )


def trial_strengths(rng: np.random.Generator, settings: ForceField, count: int) -> Array:
    """Draw by what the force is multiplied in each trial (trial,)."""
    if settings.variation == "strength":
        return rng.uniform(0.0, 2.0, count)
    if settings.variation == "sign":
        return rng.integers(-1, 2, count).astype(float)
    return np.ones(count)


def crossing(field: Field, position: Array) -> NDArray[np.bool_]:
    """Which ideal paths (time, reach, 2) the field would push (reach,); with a curl, all."""
    if field.curl:
        return np.ones(position.shape[1], dtype=bool)
    found: NDArray[np.bool_] = field.contains(position[..., 0], position[..., 1]).any(axis=0)
    return found
