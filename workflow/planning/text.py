"""A plan in words, for the terminal."""

from __future__ import annotations

import textwrap

from planning.plans import Plan, RuleTotal

_COLUMNS = 88


def describe(plan: Plan, measured_with: str) -> str:
    """Say what a run takes: totals, rules, longest chain, and where the numbers come from.

    Args:
        plan: of the run.
        measured_with: config and machine of the costs of rules without records of their own.
    """
    if not plan.jobs:
        return "Nothing to do: all results are up to date."
    parts = [_totals(plan), _table(plan), _chain(plan), _origin(plan, measured_with)]
    return "\n\n".join(part for part in parts if part)


def _totals(plan: Plan) -> str:
    least = "at least " if plan.unknown else ""
    lines = [
        ("jobs", f"{plan.jobs}"),
        ("CPU time", least + _duration(plan.cpu_seconds)),
        (
            "duration",
            f"{least}{_duration(plan.duration_seconds)} on {_counted(plan.cores, 'core')}",
        ),
        ("disk", least + _size(plan.output_bytes)),
        ("memory", f"{least}{_memory(plan.peak_memory_mb)} for the largest job"),
    ]
    if not plan.costs:
        lines = lines[:1]
    return "\n".join(f"{name:<10}{value}" for name, value in lines)


def _table(plan: Plan) -> str:
    rows = [("rule", "jobs", "CPU time", "disk", "memory"), *map(_row, plan.rules)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    )


def _row(total: RuleTotal) -> tuple[str, str, str, str, str]:
    cost = total.cost
    if cost is None:
        return (total.rule, str(total.jobs), "?", "?", "?")
    size = "?" if cost.output_bytes is None else _size(cost.output_bytes)
    memory = _memory(cost.peak_memory_mb)
    return (total.rule, str(total.jobs), _duration(cost.cpu_seconds), size, memory)


def _chain(plan: Plan) -> str:
    links = (f"{rule} {'?' if s is None else _duration(s)}" for rule, s in plan.chain)
    # A rule and its time stay on one line.
    text = " > ".join(link.replace(" ", "\N{NO-BREAK SPACE}") for link in links)
    least = "at least " if any(seconds is None for _, seconds in plan.chain) else ""
    text = f"longest chain {least}{_duration(plan.chain_seconds)}: {text}"
    return _wrapped(text).replace("\N{NO-BREAK SPACE}", " ")


def _origin(plan: Plan, measured_with: str) -> str:
    origins = {
        "job": "as these jobs took before, with as much work",
        "rule": f"from {_counted(plan.records, 'record')} of their rules here, scaled by work",
        "measured": f"as measured with {measured_with}, scaled by work",
    }
    known = [
        f"{_counted(plan.sources[source], 'job')} {origin}"
        for source, origin in origins.items()
        if source in plan.sources
    ]
    unknown = [
        f"no record of rule {rule} ({_counted(jobs, 'job')}): its cost comes on top"
        for rule, jobs in plan.unknown.items()
    ]
    if plan.sources.keys() - {"job"}:
        known.append("disk and memory as those of other jobs, whatever their work")
    return "\n".join([*([_wrapped("estimated: " + "; ".join(known))] if known else []), *unknown])


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _COLUMNS, subsequent_indent="  ", break_long_words=False)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _duration(seconds: float) -> str:
    for unit, length, limit in (("s", 1, 100), ("min", 60, 6000), ("h", 3600, 3600 * 100)):
        if seconds < limit:
            return _rounded(seconds / length, unit)
    return _rounded(seconds / 86400, "d")


def _size(number: float) -> str:
    for unit, length in (("kB", 1e3), ("MB", 1e6), ("GB", 1e9)):
        if number < 1000 * length:
            return _rounded(number / length, unit)
    return _rounded(number / 1e12, "TB")


def _memory(megabytes: float) -> str:
    return _size(megabytes * 1e6)


def _rounded(value: float, unit: str) -> str:
    return f"{value:.1f} {unit}" if value < 9.95 else f"{value:.0f} {unit}"
