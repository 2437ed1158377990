"""Estimates of what jobs will take that have not run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from planning.costs import RuleCosts, by_rule, learn
from planning.jobs import PlannedJob
from planning.records import Cost, Record

Source = Literal["job", "rule", "measured"]


class Estimates:
    """Estimates of what jobs will take.

    Args:
        records: finished jobs by the names of their logs (`read_records`).
        measured: costs of rules elsewhere, for rules without any record.
    """

    def __init__(self, records: Mapping[str, Record], measured: Mapping[str, RuleCosts]) -> None:
        self._records = records
        self._of_rules = by_rule(records.values())
        self._learned = {
            rule: learn(found, measured[rule].cpu_time if rule in measured else None)
            for rule, found in self._of_rules.items()
        }
        self._measured = measured

    def of(self, job: PlannedJob) -> tuple[Cost, Source] | None:
        """Estimate a job's cost: its own with as much work, that of its rule, or that elsewhere.

        An output size that is not known of the first of these is taken from the next.

        Returns:
            The cost and where it comes from; None without any record.
        """
        candidates: list[tuple[Cost, Source]] = []
        own = self._records.get(job.log)
        if own is not None and (own.rule, own.work) == (job.rule, job.work):
            candidates.append((own.cost, "job"))
        if job.rule in self._learned:
            candidates.append((self._learned[job.rule].of(job.work), "rule"))
        if job.rule in self._measured:
            candidates.append((self._measured[job.rule].of(job.work), "measured"))
        if not candidates:
            return None
        sizes = (cost.output_bytes for cost, _ in candidates if cost.output_bytes is not None)
        cost, source = candidates[0]
        return replace(cost, output_bytes=next(sizes, None)), source

    def records_of(self, rule: str) -> int:
        """Number of records of a rule."""
        return len(self._of_rules.get(rule, []))
