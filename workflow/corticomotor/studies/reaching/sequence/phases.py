"""The phases of a sequence model's training: which follow from which, and what is felt in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corticomotor.studies.reaching.settings.sequence import Phases, SequenceModel


@dataclass(frozen=True)
class Phase:
    """One phase.

    Attributes:
        name: in files and figures.
        start: phase at whose end it begins.
        iterations: its length.
        forced: whether there is a force.
        rate: learning rate at its beginning, over that of the first phase.
        reaches: name of the stream of its reaches; phases that are compared share it.
    """

    name: str
    start: str
    iterations: int
    forced: bool
    rate: float
    reaches: str


# Before any phase.
UNTRAINED = "untrained"


def phases_of(model: SequenceModel) -> list[Phase]:
    """The phases of a model in the order of training; each comes after the one it begins from."""
    lengths: Phases = model.phases
    under_rate, after_rate = model.later_rates
    found = [Phase("before", UNTRAINED, lengths.before, False, 1.0, "before")]
    if lengths.under:
        found.append(Phase("under", "before", lengths.under, True, under_rate, "under"))
    if lengths.after:
        found.append(Phase("after", "under", lengths.after, False, after_rate, "after"))
    if lengths.control and lengths.under:
        found.append(Phase("control_under", "before", lengths.under, False, under_rate, "under"))
        if lengths.after:
            found.append(
                Phase("control_after", "control_under", lengths.after, False, after_rate, "after")
            )
    if lengths.longer:
        found.append(Phase("longer", "before", lengths.longer, True, under_rate, "under"))
    return found


def iterations_of(model: SequenceModel) -> int:
    """Iterations of all phases together."""
    return sum(phase.iterations for phase in phases_of(model))
