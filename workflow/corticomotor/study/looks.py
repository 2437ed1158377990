"""How networks and quantities are shown, in every figure alike."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Network:
    """How a kind of network is shown, the same in every figure.

    Attributes:
        label: its name for readers.
        color: as matplotlib takes it.
        marker: likewise.
    """

    label: str
    color: str
    marker: str = "o"


@dataclass(frozen=True)
class Measure:
    """How a quantity that sweeps measure is shown.

    Attributes:
        label: of its axis.
        factor: from its unit to that of the axis.
        top: end of the axis.
        least_top: what the axis holds at least, if it ends nowhere else.
        may_be_logarithmic: whether it has ratios that mean something.
    """

    label: str
    factor: float = 1.0
    top: float | None = None
    least_top: float = 0.0
    may_be_logarithmic: bool = False
