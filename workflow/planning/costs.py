"""How the cost of a rule's jobs follows from their work, as learned from jobs that have run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from planning.records import Cost, Record

# Works and times must differ by this factor for start-up and slope to be told apart.
_APART = 2.0
_LEAST_SECONDS = 0.01


@dataclass(frozen=True)
class CpuTime:
    """CPU time as it grows with the work; neither part is negative.

    Attributes:
        start_up_seconds: of a job without work.
        seconds_per_work: in the unit of the rule's stage.
    """

    start_up_seconds: float
    seconds_per_work: float

    def of(self, work: float) -> float:
        """Seconds for some work."""
        return self.start_up_seconds + self.seconds_per_work * work

    def scaled(self, factor: float) -> CpuTime:
        """As on a machine that takes `factor` times as long."""
        return CpuTime(factor * self.start_up_seconds, factor * self.seconds_per_work)


@dataclass(frozen=True)
class RuleCosts:
    """Cost of the jobs of a rule; memory and files are taken to be those of others, at any work.

    Attributes:
        cpu_time: by their work.
        wall_per_cpu: wall time over CPU time.
        peak_memory_mb: largest resident memory.
        output_bytes: mean size of a job's files; None where it is unknown.
    """

    cpu_time: CpuTime
    wall_per_cpu: float
    peak_memory_mb: float
    output_bytes: float | None

    def of(self, work: float) -> Cost:
        """Cost of a job with some work."""
        cpu_seconds = self.cpu_time.of(work)
        return Cost(
            cpu_seconds=cpu_seconds,
            wall_seconds=self.wall_per_cpu * cpu_seconds,
            peak_memory_mb=self.peak_memory_mb,
            output_bytes=self.output_bytes,
        )


def learn(records: Sequence[Record], known: CpuTime | None = None) -> RuleCosts:
    """Learn from the finished jobs of a rule.

    Args:
        records: at least one.
        known: CPU time on another machine. Where all records are of about the same work, they tell
            only how much longer this one takes.
    """
    costs = [record.cost for record in records]
    sizes = [cost.output_bytes for cost in costs if cost.output_bytes is not None]
    cpu_seconds = sum(cost.cpu_seconds for cost in costs)
    return RuleCosts(
        cpu_time=_cpu_time(records, known),
        wall_per_cpu=sum(cost.wall_seconds for cost in costs) / max(cpu_seconds, _LEAST_SECONDS),
        peak_memory_mb=max(cost.peak_memory_mb for cost in costs),
        output_bytes=sum(sizes) / len(sizes) if sizes else None,
    )


def _cpu_time(records: Sequence[Record], known: CpuTime | None) -> CpuTime:
    # Jobs of equal work count as one, so that many of a kind do not outweigh the others.
    by_work: dict[float, list[float]] = defaultdict(list)
    for record in records:
        by_work[record.work].append(max(record.cost.cpu_seconds, _LEAST_SECONDS))
    work = np.array(list(by_work))
    seconds = np.array([np.mean(each) for each in by_work.values()])
    told_apart = all(each.max() > _APART * each.min() for each in (work, seconds))
    if known is not None and not told_apart:
        expected = [known.of(each) for each in by_work]
        if min(expected) > 0:
            return known.scaled(float(np.exp(np.mean(np.log(seconds / np.array(expected))))))
    if len(work) == 1:
        # All of it goes with the work, if there is any: rather too much than too little.
        one, took = float(work[0]), float(seconds[0])
        return CpuTime(0.0, took / one) if one else CpuTime(took, 0.0)
    # Relative errors count, those of short jobs as much as those of long ones.
    largest = work.max()
    columns = np.stack([1 / seconds, work / largest / seconds], axis=1)
    start_up, slope = nnls(columns, np.ones(len(work)))[0]
    return CpuTime(float(start_up), float(slope / largest))


def by_rule(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Sort records by the names of their rules."""
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        found[record.rule].append(record)
    return dict(found)
