"""What the jobs of a study cost, from the last lines of their logs."""

import json
from dataclasses import dataclass
from pathlib import Path

from corticomotor.jobs import COST_PREFIX


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


def costs_by_rule(logs: Path, replicates: int) -> list[RuleCost]:
    """Sum up the logs below a folder with one subfolder per rule, in the order of their names.

    Logs without a cost (of a job that failed or is running) are left out, and those of replicates
    above the number given, which belong to other work such as a search.
    """
    rules = []
    for folder in sorted(path for path in logs.iterdir() if path.is_dir()):
        counted = (log for log in sorted(folder.rglob("*.log")) if _replicate(log) <= replicates)
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


def _cost(log: Path) -> dict[str, float] | None:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    if not lines or not lines[-1].startswith(COST_PREFIX):
        return None
    cost: dict[str, float] = json.loads(lines[-1].removeprefix(COST_PREFIX))
    return cost
