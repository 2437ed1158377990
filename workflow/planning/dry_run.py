"""The jobs of a run, as a dry run with the same arguments shows them."""

from __future__ import annotations

import atexit
import contextlib
import io
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from snakemake import cli
from snakemake_interface_logger_plugins.common import LogEvent

from planning.jobs import PlannedJob


def dry_run(folder: Path, arguments: Sequence[str]) -> list[PlannedJob]:
    """Give all jobs behind the targets, with Snakemake's own decision on which of them would run.

    Args:
        folder: where the workflow runs; it stays as it is.
        arguments: for Snakemake, the same folder and the targets among them.

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
            cli.main(["--dry-run", "--debug-dag", "--quiet", "all", *arguments])
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

    def jobs(self) -> list[PlannedJob]:
        """All jobs, but those that only gather others under a name."""
        # A job shows once for every job that reads its files.
        by_id = {job.jobid: job for job in self._jobs if job.log}
        return [
            PlannedJob(
                rule=job.rule.name,
                work=job.resources.get("work", 0),
                inputs=tuple(map(str, job.input)),
                outputs=tuple(map(str, job.output)),
                log=str(job.log[0]),
                pending=number in self._pending,
            )
            for number, job in by_id.items()
        ]


def _remove_unused(state: Path) -> None:
    """Remove the folder that even a dry run makes, unless a run has begun to use it."""
    if any((state / "runs").glob("*")):
        return
    for remembered in ("iocache/latest.pkl", "records.json"):
        (state / remembered).unlink(missing_ok=True)
    for folder in [*sorted(state.rglob("*"), reverse=True), state]:
        with contextlib.suppress(OSError):
            folder.rmdir()
