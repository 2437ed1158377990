"""The sums of a plan, and its longest chain of jobs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from planning.estimates import Estimates, Source
from planning.jobs import PlannedJob
from planning.records import Cost


@dataclass(frozen=True)
class RuleTotal:
    """All pending jobs of a rule.

    Attributes:
        rule: its name.
        jobs: how many.
        cost: sums over them, but the largest memory; None without any record of the rule.
    """

    rule: str
    jobs: int
    cost: Cost | None


@dataclass(frozen=True)
class Plan:
    """What a run would take. Sums are over the rules with a record alone: see `unknown`.

    Attributes:
        rules: the most expensive first; those without a record last.
        chain: rule and seconds of the jobs that wait for each other longest; None is unknown.
        cores: number of jobs at the same time.
        sources: how many estimates come from where.
        records: how many records those of source `rule` were learned from.
    """

    rules: tuple[RuleTotal, ...]
    chain: tuple[tuple[str, float | None], ...]
    cores: int
    sources: dict[Source, int]
    records: int

    @property
    def jobs(self) -> int:
        """Number of pending jobs."""
        return sum(total.jobs for total in self.rules)

    @property
    def unknown(self) -> dict[str, int]:
        """Numbers of jobs of the rules without a record."""
        return {total.rule: total.jobs for total in self.rules if total.cost is None}

    @property
    def costs(self) -> list[Cost]:
        """Costs of the rules that have any record."""
        return [total.cost for total in self.rules if total.cost is not None]

    @property
    def cpu_seconds(self) -> float:
        """CPU time of all jobs."""
        return sum(cost.cpu_seconds for cost in self.costs)

    @property
    def output_bytes(self) -> float:
        """Size of all files that are made."""
        return sum(cost.output_bytes or 0.0 for cost in self.costs)

    @property
    def peak_memory_mb(self) -> float:
        """Largest memory of a job."""
        return max((cost.peak_memory_mb for cost in self.costs), default=0.0)

    @property
    def chain_seconds(self) -> float:
        """Duration of the longest chain, which no number of cores shortens."""
        return sum(seconds or 0.0 for _, seconds in self.chain)

    @property
    def duration_seconds(self) -> float:
        """Time until all is done: all cores are busy, or the longest chain decides.

        Jobs occupy a core from start to end, also while they wait for files: their wall time
        counts here. With CPU time instead, runs take a fifth longer than is said.
        """
        busy = sum(cost.wall_seconds for cost in self.costs) / self.cores
        return max(busy, self.chain_seconds)


def plan_of(jobs: Iterable[PlannedJob], estimates: Estimates, cores: int) -> Plan:
    """Sum up the estimates of all pending jobs.

    Args:
        jobs: those of the workflow, pending or not.
        estimates: of their costs.
        cores: number of jobs at the same time.
    """
    pending = [job for job in jobs if job.pending]
    found = {job: estimates.of(job) for job in pending}
    by_rule: dict[str, list[Cost | None]] = defaultdict(list)
    for job, estimate in found.items():
        by_rule[job.rule].append(estimate[0] if estimate else None)
    totals = [RuleTotal(rule, len(costs), _sum(costs)) for rule, costs in by_rule.items()]
    totals.sort(key=lambda total: -total.cost.wall_seconds if total.cost else float("inf"))

    def seconds(job: PlannedJob) -> float | None:
        estimate = found[job]
        return estimate[0].wall_seconds if estimate else None

    learned = {job.rule for job, each in found.items() if each and each[1] == "rule"}
    chain = longest_chain(pending, lambda job: seconds(job) or 0.0)
    return Plan(
        rules=tuple(totals),
        chain=tuple((job.rule, seconds(job)) for job in chain),
        cores=cores,
        sources=dict(Counter(estimate[1] for estimate in found.values() if estimate)),
        records=sum(map(estimates.records_of, learned)),
    )


def longest_chain(
    jobs: Sequence[PlannedJob], seconds: Callable[[PlannedJob], float]
) -> list[PlannedJob]:
    """Find the chain of jobs, each reading what the one before makes, that takes longest.

    Of equal ones it is one with most jobs: those without a record take no time here.

    Args:
        jobs: some jobs; what none of them makes is there already.
        seconds: duration of a job, not negative.
    """
    makers = {name: job for job in jobs for name in job.outputs}
    needed = {
        job: list(dict.fromkeys(makers[name] for name in job.inputs if name in makers))
        for job in jobs
    }
    # Longest time until a job has ended and the number of jobs in it; the job that it waits for.
    ends: dict[PlannedJob, tuple[float, int]] = {}
    waits: dict[PlannedJob, PlannedJob | None] = {}
    for job in TopologicalSorter(needed).static_order():
        last = max(needed[job], key=ends.__getitem__, default=None)
        waits[job] = last
        before, count = ends[last] if last else (0.0, 0)
        ends[job] = before + seconds(job), count + 1
    chain = []
    link = max(ends, key=ends.__getitem__, default=None)
    while link:
        chain.append(link)
        link = waits[link]
    return chain[::-1]


def _sum(costs: Sequence[Cost | None]) -> Cost | None:
    """Sum of the costs of one rule, which are all known or all unknown."""
    known = [cost for cost in costs if cost is not None]
    if not known:
        return None
    sizes = [cost.output_bytes for cost in known if cost.output_bytes is not None]
    return Cost(
        cpu_seconds=sum(cost.cpu_seconds for cost in known),
        wall_seconds=sum(cost.wall_seconds for cost in known),
        peak_memory_mb=max(cost.peak_memory_mb for cost in known),
        output_bytes=sum(sizes) if sizes else None,
    )
