"""What the jobs of a study cost, from the last lines of their logs."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from corticomotor.runtime.jobs import COST_PREFIX
from corticomotor.settings.overrides import changes_in


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
    logs: Path, replicates: int, changes: Collection[str] = frozenset()
) -> list[RuleCost]:
    """Sum up the logs below a folder with one subfolder per rule, in the order of their names.

    Left out are logs without a cost (of a job that failed or is running) and those of other work:
    of replicates above the number given, and under changes of settings that are not among those
    given (`name=value`, as in the names of places).
    """
    rules = []
    for folder in sorted(path for path in logs.iterdir() if path.is_dir()):
        counted = (
            log
            for log in sorted(folder.rglob("*.log"))
            if _replicate(log) <= replicates and _changes(log, folder) <= set(changes)
        )
        costs = [cost for log in counted if (cost := _cost(log))]
        if costs:
            rules.append(
                RuleCost(
                    rule=folder.name,
                    jobs=len(costs),
                    cpu_seconds=round(sum(cost["cpu_seconds"] for cost in costs), 2),
                    peak_memory_mb=max(cost["peak_memory_mb"] for cost in costs),
                )
            )
    return rules


def _replicate(log: Path) -> int:
    """Number in `replicate-<number>.log`; 0 for a job over all replicates."""
    _, found, number = log.stem.partition("replicate-")
    return int(number) if found else 0


def _changes(log: Path, folder: Path) -> set[str]:
    """Changes of settings that the place of a log below its rule's folder tells."""
    place = next((part for part in log.relative_to(folder).parts[:-1] if "=" in part), "")
    return set(changes_in(place))


def _cost(log: Path) -> dict[str, float] | None:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    if not lines or not lines[-1].startswith(COST_PREFIX):
        return None
    cost: dict[str, float] = json.loads(lines[-1].removeprefix(COST_PREFIX))
    return cost
