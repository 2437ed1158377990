"""The command line of plans."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

import planning
from planning.dry_run import dry_run
from planning.estimates import Estimates
from planning.measured import read_measured, write_measured
from planning.plans import Plan, plan_of
from planning.records import Record, read_records
from planning.text import describe

ROOT = Path(__file__).resolve().parents[2]
MEASURED = ROOT / "workflow" / "profiles" / "measured.json"
DEFAULT_TARGET = "results/cca_report.pdf"


def main() -> None:
    """Print the plan of what the command line names."""
    arguments = _parser().parse_args()
    folder = arguments.directory.resolve()
    jobs = dry_run(folder, _passed_on(arguments))
    records = read_records(folder, jobs)
    if arguments.record is not None:
        behind_targets = {job.log for job in jobs}
        write_measured(
            MEASURED,
            [record for log, record in records.items() if log in behind_targets],
            _elsewhere(arguments.record),
            config=str(arguments.configfile or "config/default.yaml"),
            machine=_machine(),
        )
        return
    measured = read_measured(MEASURED)
    plan = plan_of(jobs, Estimates(records, measured.costs), arguments.cores)
    if arguments.json:
        print(json.dumps(_values(plan), indent=2))
    else:
        print(describe(plan, f"{measured.config} on {measured.machine}"))


def _elsewhere(folders: list[Path]) -> list[Record]:
    return [record for folder in folders for record in read_records(folder.resolve()).values()]


def _passed_on(arguments: argparse.Namespace) -> list[str]:
    """The command line for Snakemake."""
    return [
        *("--snakefile", str(ROOT / "Snakefile")),
        *("--cores", str(arguments.cores)),
        *("--directory", str(arguments.directory)),
        *(["--configfile", str(arguments.configfile)] if arguments.configfile else []),
        *(["--config", *arguments.config] if arguments.config else []),
        *("--", *(arguments.targets or [DEFAULT_TARGET])),
    ]


def _machine() -> str:
    """Processor and number of cores."""
    name = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        name = names[0] if names else name
    return f"{name}, {os.cpu_count()} cores"


# What Snakemake would answer with a traceback, or by making the folder.
def _cores(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"expected a number from 1, found {text}")
    return int(text)


def _file(text: str) -> Path:
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"expected a file that exists, found {text}")
    return Path(text)


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"expected a folder that exists, found {text}")
    return Path(text)


def _setting(text: str) -> str:
    if "=" not in text:
        raise argparse.ArgumentTypeError(f"expected KEY=VALUE, found {text}")
    return text


def _values(plan: Plan) -> dict[str, Any]:
    return {
        "jobs": plan.jobs,
        "cpu_seconds": plan.cpu_seconds,
        "duration_seconds": plan.duration_seconds,
        "output_bytes": plan.output_bytes,
        "peak_memory_mb": plan.peak_memory_mb,
        "unknown": plan.unknown,
        **asdict(plan),
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python workflow/planning",
        description=planning.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "targets",
        nargs="*",
        metavar="target",
        help=f"files or rules to make (default: {DEFAULT_TARGET})",
    )
    parser.add_argument(
        "--cores", type=_cores, default=os.cpu_count(), metavar="N", help="jobs at the same time"
    )
    parser.add_argument("--configfile", type=_file, metavar="FILE", help="settings of the run")
    parser.add_argument(
        "--config",
        type=_setting,
        nargs="+",
        action="extend",
        metavar="KEY=VALUE",
        help="settings of the run; `--` ends them where targets follow",
    )
    parser.add_argument(
        "--directory",
        type=_folder,
        default=Path(),
        metavar="FOLDER",
        help="where the workflow runs; `results` is in it (default: here)",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print the plan for other programs")
    how.add_argument(
        "--record",
        type=_folder,
        nargs="*",
        metavar="FOLDER",
        help="instead of a plan, write the measured costs of the finished jobs behind the targets "
        f"to {MEASURED.relative_to(ROOT)}; jobs in these folders, of runs with other settings, "
        "help to tell how costs grow with the work; `--` ends them where targets follow",
    )
    return parser
