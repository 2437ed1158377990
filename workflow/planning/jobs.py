"""The jobs of a run, as plans know them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlannedJob:
    """One job of the workflow; all names are relative to the folder that it runs in.

    Attributes:
        rule: name of its rule.
        work: how much there is to do, in the unit of its stage; 0 where that declares none.
        inputs: names of the files that it reads.
        outputs: names of the files that it makes.
        log: name of its log.
        pending: whether it would run now.
    """

    rule: str
    work: float
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    log: str
    pending: bool
