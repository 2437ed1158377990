"""Say what a run would cost before it is started: jobs, CPU time, duration, disk, longest chain.

The jobs are those of a dry run with the same arguments; nothing runs. Their costs are estimated
from the logs and benchmarks of earlier jobs in the folder, and for rules that have not run there
from a table of measured costs (workflow/profiles/measured.json).
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import io
import json
import logging
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from snakemake import cli
from snakemake_interface_logger_plugins.common import LogEvent

from corticomotor.planning import (
    Estimates,
    Job,
    Plan,
    describe,
    plan_of,
    read_measured,
    read_records,
    write_measured,
)

ROOT = Path(__file__).resolve().parents[1]
MEASURED = ROOT / "workflow" / "profiles" / "measured.json"
DEFAULT_TARGET = "results/cca_report.pdf"


def main() -> None:
    """Print the plan of what the command line names."""
    arguments = _parser().parse_args()
    folder = arguments.directory.resolve()
    jobs = dry_run(folder, arguments)
    records = read_records(folder, jobs)
    if arguments.record:
        config = arguments.configfile or "config/default.yaml"
        known = {job.log for job in jobs}
        finished = (record for log, record in records.items() if log in known)
        write_measured(MEASURED, finished, config=str(config), machine=_machine())
        return
    measured = read_measured(MEASURED)
    plan = plan_of(jobs, Estimates(records, measured.costs), arguments.cores)
    if arguments.json:
        print(json.dumps(_values(plan), indent=2))
    else:
        print(describe(plan, f"{measured.config} on {measured.machine}"))


def dry_run(folder: Path, arguments: argparse.Namespace) -> list[Job]:
    """Give all jobs behind the targets, with Snakemake's own decision on which of them would run.

    Args:
        folder: where the workflow runs.
        arguments: the command line.

    Raises:
        SystemExit: Snakemake refused, and its errors have been printed.
    """
    state = folder / ".snakemake"
    if not state.exists():
        atexit.register(_remove_unused, state)
    events = _Events()
    # Snakemake's own handlers hang on a child of this logger and leave it alone.
    logger = logging.getLogger("snakemake")
    logger.addHandler(events)
    output = io.StringIO()
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            # The finished jobs of a dry run show in its debugging events alone.
            cli.main(["--dry-run", "--debug-dag", "--quiet", "all", *_passed_on(arguments)])
    except SystemExit as end:
        if end.code:
            print("\n".join(events.errors) or output.getvalue(), file=sys.stderr)
            raise
    finally:
        logger.removeHandler(events)
    return events.jobs()


class _Events(logging.Handler):
    """Jobs and errors of a dry run, from the events that Snakemake has for logger plugins."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[str] = []
        self._jobs: list[Any] = []
        self._pending: set[int] = set()

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "event", None)
        if event == LogEvent.DEBUG_DAG and hasattr(record, "job"):
            self._jobs.append(record.job)
        elif event == LogEvent.JOB_INFO:
            self._pending.add(vars(record)["jobid"])
        elif record.levelno >= logging.ERROR:
            self.errors.append(record.getMessage())

    def jobs(self) -> list[Job]:
        """All jobs, but those that only gather others under a name."""
        # A job shows once for every job that reads its files.
        by_id = {job.jobid: job for job in self._jobs if job.log}
        return [
            Job(
                rule=job.rule.name,
                inputs=tuple(map(str, job.input)),
                outputs=tuple(map(str, job.output)),
                log=str(job.log[0]),
                pending=number in self._pending,
            )
            for number, job in by_id.items()
        ]


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


def _remove_unused(state: Path) -> None:
    """Remove the folder that even a dry run makes, unless a run has begun to use it."""
    if any((state / "runs").glob("*")):
        return
    (state / "iocache" / "latest.pkl").unlink(missing_ok=True)
    for folder in [*sorted(state.rglob("*"), reverse=True), state]:
        with contextlib.suppress(OSError):
            folder.rmdir()


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
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
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
        action="store_true",
        help="instead of a plan, write the measured costs of the finished jobs behind the targets "
        f"to {MEASURED.relative_to(ROOT)}",
    )
    return parser


if __name__ == "__main__":
    main()
