"""The table of costs that comes with the workflow, for rules that have not run yet."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corticomotor.planning.records import Cost, Record
from corticomotor.runtime.files import replaced


@dataclass(frozen=True)
class Measured:
    """Costs by rule, measured in a complete run.

    Attributes:
        config: the settings of that run.
        machine: processor and number of cores.
        costs: mean cost of each rule, with its largest memory.
    """

    config: str
    machine: str
    costs: dict[str, Cost]


def read_measured(path: Path) -> Measured:
    """Read a table that `write_measured` wrote."""
    table = json.loads(path.read_text(encoding="utf-8"))
    costs = {
        rule: Cost(
            cpu_seconds=row["cpu_seconds"]["mean"],
            wall_seconds=row["wall_seconds"]["mean"],
            peak_memory_mb=row["peak_memory_mb"]["max"],
            output_bytes=row["output_bytes"]["mean"],
        )
        for rule, row in table["rules"].items()
    }
    return Measured(table["config"], table["machine"], costs)


def write_measured(path: Path, records: Iterable[Record], *, config: str, machine: str) -> None:
    """Write number, mean and maximum of the costs of each rule, a line for each.

    Args:
        path: a JSON file.
        records: finished jobs; those whose output size is unknown do not count.
        config: the settings that they ran with, as it is told to a reader.
        machine: where they ran, likewise.
    """
    by_rule: dict[str, list[Cost]] = defaultdict(list)
    for record in records:
        if record.cost.output_bytes is not None:
            by_rule[record.rule].append(record.cost)
    rows = [
        f"    {json.dumps(rule)}: {json.dumps(_row(by_rule[rule]))}" for rule in sorted(by_rule)
    ]
    text = (
        f'{{\n  "config": {json.dumps(config)},\n  "machine": {json.dumps(machine)},\n'
        '  "rules": {\n' + ",\n".join(rows) + "\n  }\n}\n"
    )
    with replaced(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _row(costs: Sequence[Cost]) -> dict[str, object]:
    quantities = {
        "cpu_seconds": [cost.cpu_seconds for cost in costs],
        "wall_seconds": [cost.wall_seconds for cost in costs],
        "peak_memory_mb": [cost.peak_memory_mb for cost in costs],
        "output_bytes": [cost.output_bytes or 0.0 for cost in costs],
    }
    return {"jobs": len(costs)} | {
        name: {"mean": round(sum(values) / len(values), 2), "max": round(max(values), 2)}
        for name, values in quantities.items()
    }
