"""What `workflow/planning` says before a run, against dry runs and against what the run left."""

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
from harness import ALL, REPOSITORY, TINY, Checkout, finished_jobs, merged, preserved

from corticomotor.runtime.jobs import COST_PREFIX

# With these, all rules have jobs: nothing else of the default config asks for them.
ON_REQUEST = (
    "results/figures/constrained/search.svg",
    "results/motifs/measures/additive_module.h5",
    "results/motifs/measures/multiplicative_prepared.h5",
    "results/gain_modulation/measures/reward.h5",
    "results/gain_modulation/measures/gradient.h5",
    "results/gain_modulation/measures/slow.h5",
    "results/reaching/measures/positions.h5",
)
# And with this one: the default config has no recording.
RECORDED = {
    "reaching": {
        "tests": {"directions": TINY["reaching"]["tests"]["directions"]},
        "population": {
            "components": TINY["reaching"]["population"]["components"],
            "cortex": {"emg": TINY["reaching"]["population"]["cortex"]["emg"]},
        },
    }
}


def plan(
    checkout: Checkout,
    folder: Path,
    config: Path,
    *arguments: str,
    targets: Sequence[str] = ALL,
    status: int = 0,
) -> str:
    """What the plan of the same run prints."""
    command = [
        *(sys.executable, str(checkout.root / "workflow" / "planning"), "--cores", "2"),
        *("--directory", str(folder), "--configfile", str(config), *arguments, "--", *targets),
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


def counts(values: dict[str, Any]) -> dict[str, int]:
    """Numbers of jobs in a plan."""
    return {total["rule"]: total["jobs"] for total in values["rules"]}


def blocks(output: str) -> list[tuple[str, str]]:
    """Rules of a dry run that shows its jobs, each with what is told of the job."""
    jobs: list[tuple[str, str]] = re.findall(r"^rule (\w+):\n((?:    .*\n)+)", output, re.M)
    # Those without a log only gather others under a name.
    return [(rule, told) for rule, told in jobs if "\n    log: " in told]


def dry_run(checkout: Checkout, folder: Path, config: Path) -> list[tuple[str, str, float]]:
    """Rule, log and work of the jobs that Snakemake says it would start."""
    arguments = ("--dry-run", "--quiet", "host")
    output = checkout.quick_run(folder, config, *arguments, targets=ALL).expect().output
    found = []
    for rule, told in blocks(output):
        log = re.search(r"^    log: results/logs/(\S+)\.log$", told, re.M)
        assert log
        work = re.search(r"\bwork=(\d+)", told)
        found.append((rule, log[1], float(work[1]) if work else 0.0))
    return found


def rules_of(jobs: list[tuple[str, str, float]]) -> Counter[str]:
    """Numbers of jobs by rule."""
    return Counter(rule for rule, _, _ in jobs)


def recorded_cost(folder: Path, job: str) -> dict[str, Any]:
    """The last line of a job's log."""
    log = folder / "results" / "logs" / f"{job}.log"
    line = log.read_text(encoding="utf-8").splitlines()[-1]
    cost: dict[str, Any] = json.loads(line.removeprefix(COST_PREFIX))
    return cost


def measured_elsewhere() -> dict[str, Any]:
    """The table that comes with the workflow."""
    text = (REPOSITORY / "workflow/profiles/measured.json").read_text(encoding="utf-8")
    rows: dict[str, Any] = json.loads(text)["rules"]
    return rows


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

    values = planned(checkout, folder, config)

    # The folder is as it was, without Snakemake's own.
    assert list(folder.iterdir()) == [config]
    jobs = dry_run(checkout, folder, config)
    assert counts(values) == rules_of(jobs)
    assert values["sources"] == {"measured": values["jobs"]}
    table = measured_elsewhere()
    assert values["cpu_seconds"] == pytest.approx(
        sum(
            table[rule]["start_up_seconds"] + table[rule]["seconds_per_work"] * work
            for rule, _, work in jobs
        )
    )


def test_after_a_whole_run_there_is_nothing_to_do(checkout: Checkout, whole_run: Path) -> None:
    before = content(whole_run)

    text = plan(checkout, whole_run, whole_run / "settings.yaml")

    assert text == "Nothing to do: all results are up to date.\n"
    assert content(whole_run) == before


def test_another_seed_costs_what_the_jobs_took_before(checkout: Checkout, whole_run: Path) -> None:
    config = checkout.config(checkout.root, merged(TINY, {"seed": 2}))

    values = planned(checkout, whole_run, config)

    jobs = dry_run(checkout, whole_run, config)
    assert counts(values) == rules_of(jobs)
    assert values["sources"] == {"job": len(jobs)}
    costs = [recorded_cost(whole_run, log) for _, log, _ in jobs]
    assert [(cost["rule"], cost["work"]) for cost in costs] == [(rule, w) for rule, _, w in jobs]
    assert values["cpu_seconds"] == pytest.approx(sum(cost["cpu_seconds"] for cost in costs))
    assert values["peak_memory_mb"] == max(cost["peak_memory_mb"] for cost in costs)
    # Which of them depends on how long its jobs took.
    last = ("cca_report", "motif_report", "gain_report", "reaching_report", "reaching_animation")
    assert values["chain"][-1][0] in last
    (size,) = (t["cost"]["output_bytes"] for t in values["rules"] if t["rule"] == "cca_report")
    published = ("cca_report.pdf", "cca_summary.json")
    assert size == sum((whole_run / "results" / name).stat().st_size for name in published)


def test_more_work_costs_more_and_other_jobs_what_they_took_before(
    checkout: Checkout, whole_run: Path
) -> None:
    changes = {"constrained": {"network": {"units": 3000}}}
    config = checkout.config(checkout.root, merged(TINY, changes))

    values = planned(checkout, whole_run, config)

    jobs = dry_run(checkout, whole_run, config)
    assert counts(values) == rules_of(jobs)
    before = [recorded_cost(whole_run, log) for _, log, _ in jobs]
    more = [cost["work"] < work for cost, (_, _, work) in zip(before, jobs, strict=True)]
    assert values["sources"] == {"rule": sum(more), "job": len(jobs) - sum(more)}
    totals = {total["rule"]: total["cost"]["cpu_seconds"] for total in values["rules"]}
    trained = sum(c["cpu_seconds"] for c in before if c["rule"] == "constrained_networks_FFH")
    assert totals["constrained_networks_FFH"] > 10 * trained


def test_another_replicate_costs_as_the_others(checkout: Checkout, whole_run: Path) -> None:
    changes = {"constrained": {"replicates": {"count": 3}}}
    config = checkout.config(checkout.root, merged(TINY, changes))

    values = planned(checkout, whole_run, config)

    assert counts(values) == rules_of(dry_run(checkout, whole_run, config))
    (emg,) = (total["cost"] for total in values["rules"] if total["rule"] == "constrained_emg")
    costs = [recorded_cost(whole_run, f"constrained/emg/replicate-{k}") for k in (1, 2)]
    assert emg["cpu_seconds"] == pytest.approx(sum(cost["cpu_seconds"] for cost in costs) / 2)
    assert emg["peak_memory_mb"] == max(cost["peak_memory_mb"] for cost in costs)


def test_a_deleted_result_is_planned(checkout: Checkout, whole_run: Path) -> None:
    summary = whole_run / "results/cca_summary.json"
    with preserved(summary):
        summary.unlink()
        text = plan(checkout, whole_run, whole_run / "settings.yaml")

    assert text.startswith("jobs      1\n")
    assert "estimated: 1 job as these jobs took before, with as much work" in text


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

    recorded = Counter(recorded_cost(whole_run, job)["rule"] for job in finished_jobs(whole_run))
    assert {rule: row["jobs"] for rule, row in table["rules"].items()} == recorded
    assert table["config"] == str(whole_run / "settings.yaml")


# ---------------------------------------------------------------- what the rules ask for


def declared(output: str) -> dict[str, dict[str, int]]:
    """Resources of each rule in a dry run that shows its jobs."""
    return {
        rule: {name: int(value) for name, value in re.findall(r"\b(mem_mb|runtime)=(\d+)", told)}
        for rule, told in blocks(output)
    }


def test_rules_ask_for_more_than_was_measured(checkout: Checkout) -> None:
    folder = checkout.folder("resources")
    output = checkout.quick_run(
        folder,
        checkout.config(folder, RECORDED),
        *("--dry-run", "--quiet", "host"),
        targets=(*ALL, *ON_REQUEST),
    ).expect()
    table = measured_elsewhere()
    rules = declared(output.output)
    assert rules.keys() == table.keys()

    # Twice the memory, for other platforms and settings. Of time five times the longest, and five
    # minutes at least: a processor may be slower and shared, and a file system slow to answer.
    short = {
        rule: (asked, row["peak_memory_mb"]["max"], row["wall_seconds"]["max"])
        for rule, asked in rules.items()
        for row in [table[rule]]
        if asked["mem_mb"] < 2 * row["peak_memory_mb"]["max"]
        or 60 * asked["runtime"] < max(300, 5 * row["wall_seconds"]["max"])
    }
    assert short == {}
