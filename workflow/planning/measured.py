"""The table of costs that comes with the workflow, for rules that have not run yet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corticomotor.runtime.files import replaced
from planning.costs import CpuTime, RuleCosts, by_rule, learn
from planning.records import Record


@dataclass(frozen=True)
class Measured:
    """Costs by rule, measured in a complete run.

    Attributes:
        config: the settings of that run.
        machine: processor and number of cores.
        costs: of each rule.
    """

    config: str
    machine: str
    costs: dict[str, RuleCosts]


def read_measured(path: Path) -> Measured:
    """Read a table that `write_measured` wrote."""
    table = json.loads(path.read_text(encoding="utf-8"))
    costs = {
        rule: RuleCosts(
            cpu_time=CpuTime(row["start_up_seconds"], row["seconds_per_work"]),
            wall_per_cpu=row["wall_per_cpu"],
            peak_memory_mb=row["peak_memory_mb"]["max"],
            output_bytes=row["output_bytes"]["mean"],
        )
        for rule, row in table["rules"].items()
    }
    return Measured(table["config"], table["machine"], costs)


def write_measured(
    path: Path,
    records: Iterable[Record],
    others: Iterable[Record] = (),
    *,
    config: str,
    machine: str,
) -> None:
    """Write the costs of each rule, a line for each.

    Args:
        path: a JSON file.
        records: finished jobs of a run; those whose output size is unknown do not count.
        others: of runs with other settings; they help to tell how costs grow with the work.
        config: the settings of the run, as they are told to a reader.
        machine: where all of them ran, likewise.
    """
    run = by_rule(record for record in records if record.cost.output_bytes is not None)
    more = by_rule(others)
    rows = [
        f"    {json.dumps(rule)}: {json.dumps(_row(run[rule], more.get(rule, [])))}"
        for rule in sorted(run)
    ]
    text = (
        f'{{\n  "config": {json.dumps(config)},\n  "machine": {json.dumps(machine)},\n'
        '  "rules": {\n' + ",\n".join(rows) + "\n  }\n}\n"
    )
    with replaced(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _row(run: Sequence[Record], others: Sequence[Record]) -> dict[str, object]:
    """What jobs of a rule took: how it grows with the work, and mean and maximum in the run."""
    known, costs = learn([*run, *others]), [record.cost for record in run]
    # Of the job that waited least: what else the machine did is not for a plan.
    waited = min(learn([record]).wall_per_cpu for record in (*run, *others))
    quantities = {
        "cpu_seconds": [cost.cpu_seconds for cost in costs],
        "wall_seconds": [cost.wall_seconds for cost in costs],
        "peak_memory_mb": [cost.peak_memory_mb for cost in costs],
        "output_bytes": [cost.output_bytes or 0.0 for cost in costs],
    }
    return {
        "jobs": len(run),
        "start_up_seconds": _rounded(known.cpu_time.start_up_seconds),
        "seconds_per_work": _rounded(known.cpu_time.seconds_per_work),
        "wall_per_cpu": _rounded(waited),
    } | {
        name: {"mean": round(sum(values) / len(values), 2), "max": round(max(values), 2)}
        for name, values in quantities.items()
    }


def _rounded(value: float) -> float:
    """To four digits."""
    return float(f"{value:.4g}")
