"""Costs of jobs that have run, and from these the estimate for a job that has not."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from corticomotor.runtime.jobs import COST_PREFIX

Source = Literal["job", "rule", "measured"]


@dataclass(frozen=True)
class Job:
    """One job of the workflow; all names are relative to the folder that it runs in.

    Attributes:
        rule: name of its rule.
        inputs: names of the files that it reads.
        outputs: names of the files that it makes.
        log: name of its log, `results/logs/<study>/<rule>/....log`.
        pending: whether it would run now.
    """

    rule: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    log: str
    pending: bool


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
    """Cost of a finished job.

    Attributes:
        rule: name of its rule.
        cost: what it took.
    """

    rule: str
    cost: Cost


def read_records(folder: Path, jobs: Iterable[Job]) -> dict[str, Record]:
    """Read the records of all finished jobs below a folder, by the names of their logs.

    CPU time and memory are in the last line of a log, the wall time in Snakemake's benchmark of
    the job (without one, it is taken as the CPU time). The files of a job are known only for the
    jobs given; of others the size stays unknown. Jobs that failed or are running have no record.

    Args:
        folder: where the workflow runs; `results` is in it.
        jobs: those whose files are known.
    """
    outputs = {job.log: job.outputs for job in jobs}
    records = {}
    for log in sorted((folder / "results" / "logs").glob("*/*/**/*.log")):
        name = log.relative_to(folder).as_posix()
        measured = _last_line(log, COST_PREFIX)
        if measured is None:
            continue
        _, _, study, rule, *parts = name.split("/")
        path = folder.joinpath("results/benchmarks", study, rule, *parts).with_suffix(".jsonl")
        benchmark = _last_line(path) or {}
        records[name] = Record(
            rule,
            Cost(
                cpu_seconds=measured["cpu_seconds"],
                wall_seconds=benchmark.get("s", measured["cpu_seconds"]),
                peak_memory_mb=measured["peak_memory_mb"],
                output_bytes=_size(folder, outputs.get(name, ())),
            ),
        )
    return records


def mean_cost(costs: Sequence[Cost]) -> Cost:
    """Mean of some costs, but the largest of their memory: that is what a machine must have."""
    sizes = [cost.output_bytes for cost in costs if cost.output_bytes is not None]
    return Cost(
        cpu_seconds=sum(cost.cpu_seconds for cost in costs) / len(costs),
        wall_seconds=sum(cost.wall_seconds for cost in costs) / len(costs),
        peak_memory_mb=max(cost.peak_memory_mb for cost in costs),
        output_bytes=sum(sizes) / len(sizes) if sizes else None,
    )


class Estimates:
    """Estimates of what jobs will take.

    Args:
        records: finished jobs by the names of their logs (`read_records`).
        measured: costs of rules elsewhere, for rules without any record.
    """

    def __init__(self, records: Mapping[str, Record], measured: Mapping[str, Cost]) -> None:
        by_rule: dict[str, list[Cost]] = defaultdict(list)
        for record in records.values():
            by_rule[record.rule].append(record.cost)
        self._records = records
        self._rules = {rule: mean_cost(costs) for rule, costs in by_rule.items()}
        self._measured = measured

    def of(self, job: Job) -> tuple[Cost, Source] | None:
        """Estimate a job's cost: its own, the mean of its rule, or what the rule took elsewhere.

        An output size that is not known of the first of these is taken from the next.

        Returns:
            The cost and where it comes from; None without any record.
        """
        candidates: list[tuple[Cost, Source]] = []
        if job.log in self._records:
            candidates.append((self._records[job.log].cost, "job"))
        if job.rule in self._rules:
            candidates.append((self._rules[job.rule], "rule"))
        if job.rule in self._measured:
            candidates.append((self._measured[job.rule], "measured"))
        if not candidates:
            return None
        sizes = (cost.output_bytes for cost, _ in candidates if cost.output_bytes is not None)
        cost, source = candidates[0]
        return replace(cost, output_bytes=next(sizes, None)), source


def _last_line(path: Path, prefix: str = "") -> dict[str, Any] | None:
    """JSON in the last line of a file, behind a prefix; None if there is none, or half a line."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    if not lines or not lines[-1].startswith(prefix):
        return None
    try:
        values: dict[str, Any] = json.loads(lines[-1].removeprefix(prefix))
    except ValueError:
        return None
    return values


def _size(folder: Path, names: Sequence[str]) -> float | None:
    """Bytes of these files together; None if one of them is missing, or none is known."""
    try:
        return sum((folder / name).stat().st_size for name in names) if names else None
    except FileNotFoundError:
        return None
