"""What every script of the workflow does around its own work: log, errors, costs, records.

A script is one function of a `Job`, handed to `run`. What a job is told stands in the params of its
rule, which `corticomotor.wiring` makes from the declaration of its stage.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from corticomotor.runtime.checkpoints import Checkpoint, checkpoint_path
from corticomotor.runtime.errors import DivergenceError, InputError
from corticomotor.runtime.files import opened_log
from corticomotor.runtime.job import RESULT, Job, job_of, name_of
from corticomotor.runtime.records import write_sidecars
from corticomotor.runtime.stage_settings import UndeclaredSettingError

__all__ = ["COST_PREFIX", "RESULT", "Job", "run"]

COST_PREFIX = "cost "


def run(snakemake: Any, work: Callable[[Job[Any]], None]) -> None:
    """Do a script's work, with warnings and tracebacks in its log, and one line per user error.

    It ends the process, if that is the script's.

    Args:
        snakemake: the object that Snakemake gives to a script.
        work: the script's own part.

    Raises:
        SystemExit: with status 1 when the work failed.
    """
    with (
        opened_log(snakemake.log[0]) as log,
        warnings.catch_warnings(),
    ):

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            log.write(warnings.formatwarning(message, category, filename, lineno, line))

        warnings.showwarning = show
        try:
            job = job_of(snakemake, log)
            work(job)
            write_sidecars(map(str, snakemake.output), job.provenance)
            # Whatever state it holds is of no more use.
            Checkpoint(checkpoint_path(log.name), {}).remove()
        except (InputError, DivergenceError, UndeclaredSettingError) as error:
            traceback.print_exc(file=log)
            message = " ".join(str(error).splitlines())
            sys.stderr.write(f"error: {name_of(snakemake)}: {message} (log: {snakemake.log[0]})\n")
            raise SystemExit(1) from error
        except KeyboardInterrupt as error:
            log.write("interrupted\n")
            raise SystemExit(130) from error
        except Exception as error:
            traceback.print_exc(file=log)
            traceback.print_exc(file=sys.stderr)
            raise SystemExit(1) from error
        log.write(COST_PREFIX + json.dumps(_cost(snakemake)) + "\n")
    if getattr(sys.modules["__main__"], "snakemake", None) is snakemake:
        # All is written. Taking torch and its kin apart would cost up to a second a job.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _cost(snakemake: Any) -> dict[str, str | float]:
    """What this process took since it started, its imports included, and for which work."""
    # Slow to import for what else a job does.
    import psutil

    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "rule": snakemake.rule,
        "work": snakemake.resources.get("work", 0),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "wall_seconds": round(time.time() - psutil.Process().create_time(), 2),
        "peak_memory_mb": round(_peak_memory_kb(usage.ru_maxrss) / 1024, 1),
    }


def _peak_memory_kb(otherwise: int) -> int:
    """Peak resident memory of this program, where the system tells.

    The maximum that `getrusage` gives includes Snakemake's own before it started this program.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0])
    except (OSError, IndexError):
        return otherwise
