"""What the jobs of a study cost, from the last lines of their logs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corticomotor.runtime.jobs import COST_PREFIX
from corticomotor.settings.overrides import overrides_in

_KEYS = {"rule", "work", "cpu_seconds", "wall_seconds", "peak_memory_mb"}


@dataclass(frozen=True)
class RuleCost:
    """Cost of all jobs of a rule.

    Attributes:
        rule: its name.
        jobs: how many have left a cost.
        cpu_seconds: CPU time of all of them.
        peak_memory_mb: largest resident memory of one.
    """

    rule: str
    jobs: int
    cpu_seconds: float
    peak_memory_mb: float


def costs_by_rule(
    logs: Path,
    rules: Sequence[str],
    replicates: int,
    overrides: Collection[str] = frozenset(),
    chosen: Collection[str] = frozenset(),
) -> list[RuleCost]:
    """Sum up the logs below a folder, in the order of the rules.

    Left out are logs without a cost (of a job that failed or is running) and those of other work:
    of other rules, of replicates above the number given, and under overrides that are not among
    those given.

    Args:
        logs: the folder.
        rules: names of those that count.
        replicates: how many there are.
        chosen: results of further replicates that count, as paths below the study.
        overrides: as they stand in the names of folders (`name=value`).
    """
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for log in sorted(logs.rglob("*.log")):
        counts = _replicate(log) <= replicates or _result(log, logs) in chosen
        if counts and _overrides(log, logs) <= set(overrides):
            cost = last_cost(log)
            if cost:
                found[cost["rule"]].append(cost)
    return [
        RuleCost(
            rule=rule,
            jobs=len(found[rule]),
            cpu_seconds=round(sum(cost["cpu_seconds"] for cost in found[rule]), 2),
            peak_memory_mb=max(cost["peak_memory_mb"] for cost in found[rule]),
        )
        for rule in rules
        if found[rule]
    ]


def last_cost(log: Path) -> dict[str, Any] | None:
    """Cost in the last line of a job's log; None if there is none, half a line or another kind."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    if not lines or not lines[-1].startswith(COST_PREFIX):
        return None
    try:
        cost = json.loads(lines[-1].removeprefix(COST_PREFIX))
    except ValueError:
        return None
    return cost if isinstance(cost, dict) and cost.keys() >= _KEYS else None


def _replicate(log: Path) -> int:
    """Number in `replicate-<number>.log`; 0 for a job over all replicates."""
    _, found, number = log.stem.partition("replicate-")
    return int(number) if found else 0


def _result(log: Path, logs: Path) -> str:
    """Path of its result below the study."""
    return log.relative_to(logs).with_suffix("").as_posix()


def _overrides(log: Path, logs: Path) -> set[str]:
    """Overrides that the path of a log tells."""
    folder = next((part for part in log.relative_to(logs).parts[:-1] if "=" in part), "")
    return set(overrides_in(folder))
