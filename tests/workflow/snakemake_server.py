"""Runs Snakemake's command line in forks of one process that has imported it already.

Each line on stdin is a request, JSON with `arguments` and `output` (a file); the exit status comes
back as a line on stdout. A dry run takes a second less than in a process of its own.
"""

import atexit
import json
import os
import sys

# What Snakemake and the workflow import later on; not its own package, which tests edit.
import h5py
import pandas
import pydantic
import scipy.interpolate
import scipy.signal
import smart_open
import snakemake.cli
import snakemake.report.html_reporter
import yte

PRELOADED = (h5py, pandas, pydantic, scipy, smart_open, snakemake, yte)


def serve() -> None:
    """Answer requests until stdin ends."""
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            run(request["arguments"], request["output"])
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def run(arguments: list[str], output: str) -> None:
    """Run Snakemake in this process, all that it prints into a file, and end the process."""
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(file, sys.stdout.fileno())
    os.dup2(file, sys.stderr.fileno())
    status = 70
    try:
        snakemake.cli.main(arguments)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
    finally:
        # What Snakemake and the workflow do at their end; not what this process does at its own.
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    serve()
