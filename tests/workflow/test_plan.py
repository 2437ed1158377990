"""What `workflow/plan.py` says before a run, against dry runs and against what the run left."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from harness import CONSTRAINED, MOTIFS, REPOSITORY, TINY, Checkout, merged, preserved

from corticomotor.runtime.jobs import COST_PREFIX


def plan(
    checkout: Checkout,
    folder: Path,
    config: Path,
    *arguments: str,
    targets: Sequence[str] = CONSTRAINED,
    status: int = 0,
) -> str:
    """What the plan of the same run prints."""
    command = [
        *(sys.executable, str(checkout.root / "workflow" / "plan.py"), "--cores", "2"),
        *("--directory", str(folder), "--configfile", str(config), *arguments, *targets),
    ]
    # Not where the Snakefile is: a plan finds its workflow from anywhere.
    outcome = subprocess.run(
        command, cwd=folder, env=checkout.environment, capture_output=True, text=True
    )
    assert outcome.returncode == status, outcome.stderr
    return outcome.stdout if status == 0 else outcome.stderr


def planned(*arguments: Any, **options: Any) -> dict[str, Any]:
    """The plan in numbers."""
    values: dict[str, Any] = json.loads(plan(*arguments, "--json", **options))
    return values


def by_rule(jobs: set[str]) -> Counter[str]:
    """Numbers of jobs, from their names."""
    return Counter(job.partition("/")[0] for job in jobs)


def counts(values: dict[str, Any]) -> dict[str, int]:
    """Numbers of jobs in a plan."""
    return {total["rule"]: total["jobs"] for total in values["rules"]}


def recorded_cost(folder: Path, job: str) -> dict[str, float]:
    """The last line of a job's log."""
    (log,) = (folder / "results/logs").glob(f"*/{job}.log")
    line = log.read_text(encoding="utf-8").splitlines()[-1]
    cost: dict[str, float] = json.loads(line.removeprefix(COST_PREFIX))
    return cost


def content(folder: Path) -> dict[Path, bytes]:
    """All files, but the one that every dry run writes anew."""
    # Snakemake keeps a cache there, and files of runs that it removes when they have ended.
    files = (
        path
        for path in folder.rglob("*")
        if path.is_file() and path.name != "latest.pkl" and path.parent.name != "runs"
    )
    return {path: path.read_bytes() for path in files}


def test_before_any_run_costs_are_those_measured_elsewhere(checkout: Checkout) -> None:
    folder = checkout.folder("unplanned")
    config = checkout.config(folder, TINY)
    targets = (*CONSTRAINED, *MOTIFS)

    values = planned(checkout, folder, config, targets=targets)

    # The folder is as it was, without Snakemake's own.
    assert list(folder.iterdir()) == [config]
    assert counts(values) == by_rule(checkout.plan(folder, config, targets))
    assert values["sources"] == {"measured": values["jobs"]}
    table = json.loads((REPOSITORY / "workflow/profiles/measured.json").read_text())["rules"]
    assert values["cpu_seconds"] == pytest.approx(
        sum(jobs * table[rule]["cpu_seconds"]["mean"] for rule, jobs in counts(values).items())
    )


def test_after_a_whole_run_there_is_nothing_to_do(checkout: Checkout, whole_run: Path) -> None:
    before = content(whole_run)

    text = plan(checkout, whole_run, whole_run / "settings.yaml")

    assert text == "Nothing to do: all results are up to date.\n"
    assert content(whole_run) == before


def test_a_changed_setting_costs_what_its_jobs_took_before(
    checkout: Checkout, whole_run: Path
) -> None:
    changes = {"constrained": {"network": {"epochs": 3}}}
    config = checkout.config(checkout.root, merged(TINY, changes))

    values = planned(checkout, whole_run, config)

    jobs = checkout.plan(whole_run, config)
    assert counts(values) == by_rule(jobs)
    assert values["sources"] == {"job": len(jobs)}
    costs = [recorded_cost(whole_run, job) for job in jobs]
    assert values["cpu_seconds"] == pytest.approx(sum(cost["cpu_seconds"] for cost in costs))
    assert values["peak_memory_mb"] == max(cost["peak_memory_mb"] for cost in costs)
    first, *_, last = (rule for rule, _ in values["chain"])
    assert first in ("train_free", "train_hinted")
    assert last == "cca_report"
    (size,) = (t["cost"]["output_bytes"] for t in values["rules"] if t["rule"] == "cca_report")
    published = ("cca_report.pdf", "cca_summary.json")
    assert size == sum((whole_run / "results" / name).stat().st_size for name in published)


def test_another_replicate_costs_as_the_others_on_average(
    checkout: Checkout, whole_run: Path
) -> None:
    changes = {"constrained": {"replicates": {"count": 3}}}
    config = checkout.config(checkout.root, merged(TINY, changes))

    values = planned(checkout, whole_run, config)

    assert counts(values) == by_rule(checkout.plan(whole_run, config))
    (emg,) = (total["cost"] for total in values["rules"] if total["rule"] == "make_emg")
    costs = [recorded_cost(whole_run, f"make_emg/replicate-{k}") for k in (1, 2)]
    assert emg["cpu_seconds"] == pytest.approx(sum(cost["cpu_seconds"] for cost in costs) / 2)
    assert emg["peak_memory_mb"] == max(cost["peak_memory_mb"] for cost in costs)


def test_a_deleted_result_is_planned(checkout: Checkout, whole_run: Path) -> None:
    summary = whole_run / "results/cca_summary.json"
    with preserved(summary):
        summary.unlink()
        text = plan(checkout, whole_run, whole_run / "settings.yaml")

    assert text.startswith("jobs      1\n")
    assert "estimated: 1 job as these jobs took before" in text


def test_what_snakemake_refuses_is_said_in_its_words(checkout: Checkout) -> None:
    folder = checkout.folder("refused")
    config = checkout.config(folder, {"constrained": {"network": {"epoch": 2}}})

    error = plan(checkout, folder, config, status=1)

    assert "constrained.network.epoch: no such setting" in error
    assert "Traceback" not in error


def test_records_of_a_run_become_the_table(checkout: Checkout, whole_run: Path) -> None:
    path = checkout.root / "workflow/profiles/measured.json"
    with preserved(path):
        plan(checkout, whole_run, whole_run / "settings.yaml", "--record")
        table = json.loads(path.read_text())

    assert {rule: row["jobs"] for rule, row in table["rules"].items()} == {
        rule.name: len(list(rule.rglob("*.log")))
        for rule in (whole_run / "results/logs").glob("*/*")
    }
    assert table["config"] == str(whole_run / "settings.yaml")


# ---------------------------------------------------------------- what the rules ask for


def declared(output: str) -> dict[str, dict[str, int]]:
    """Resources of each rule in a dry run that shows its rules."""
    found: dict[str, dict[str, int]] = {}
    for rule, resources in re.findall(
        r"^rule (\w+):\n(?:    .*\n)*?    resources: (.*)$", output, re.M
    ):
        values = re.findall(r"\b(mem_mb|runtime)=(\d+)", resources)
        found[rule] = {name: int(value) for name, value in values}
    return found


def test_rules_ask_for_more_than_was_measured(checkout: Checkout) -> None:
    folder = checkout.folder("resources")
    # The default experiment, and a sweep of motifs, which it has none of.
    output = checkout.quick_run(
        folder,
        checkout.config(folder, {"sweep": TINY["sweep"]}),
        *("--dry-run", "--quiet", "host"),
        targets=("all", "plot_search"),
    ).expect()
    table = json.loads((REPOSITORY / "workflow/profiles/measured.json").read_text())["rules"]
    rules = {rule: asked for rule, asked in declared(output.output).items() if rule in table}

    # Twice the memory, for other platforms and settings. Of time five times the longest, and five
    # minutes at least: a processor may be slower and shared, and a file system slow to answer.
    short = {
        rule: (asked, row["peak_memory_mb"]["max"], row["wall_seconds"]["max"])
        for rule, asked in rules.items()
        for row in [table[rule]]
        if asked["mem_mb"] < 2 * row["peak_memory_mb"]["max"]
        or 60 * asked["runtime"] < max(300, 5 * row["wall_seconds"]["max"])
    }
    assert rules.keys() == table.keys()
    assert short == {}
