"""What jobs took that have run, from the last lines of their logs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corticomotor.reports.costs import last_cost
from planning.jobs import PlannedJob


@dataclass(frozen=True)
class Cost:
    """What a job takes.

    Attributes:
        cpu_seconds: CPU time.
        wall_seconds: from its start to its end.
        peak_memory_mb: largest resident memory.
        output_bytes: size of its files; None where it is unknown.
    """

    cpu_seconds: float
    wall_seconds: float
    peak_memory_mb: float
    output_bytes: float | None


@dataclass(frozen=True)
class Record:
    """A finished job.

    Attributes:
        rule: name of its rule.
        work: how much it had to do, see `PlannedJob`.
        cost: what it took.
    """

    rule: str
    work: float
    cost: Cost


def read_records(folder: Path, jobs: Iterable[PlannedJob] = ()) -> dict[str, Record]:
    """Read the records of all finished jobs below a folder, by the names of their logs.

    Jobs that failed or are running have no record.

    Args:
        folder: where the workflow runs; `results` is in it.
        jobs: those whose files are known; the size of those of others is not.
    """
    outputs = {job.log: job.outputs for job in jobs}
    records = {}
    for log in sorted((folder / "results" / "logs").rglob("*.log")):
        measured = last_cost(log)
        if measured is None:
            continue
        name = log.relative_to(folder).as_posix()
        records[name] = Record(
            measured["rule"],
            measured["work"],
            Cost(
                cpu_seconds=measured["cpu_seconds"],
                wall_seconds=measured["wall_seconds"],
                peak_memory_mb=measured["peak_memory_mb"],
                output_bytes=_size(folder, outputs.get(name, ())),
            ),
        )
    return records


def _size(folder: Path, names: Sequence[str]) -> float | None:
    """Bytes of these files together; None if one of them is missing, or none is known."""
    try:
        return sum((folder / name).stat().st_size for name in names) if names else None
    except FileNotFoundError:
        return None
