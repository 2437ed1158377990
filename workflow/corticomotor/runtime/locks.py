"""Removal of the lock that a killed Snakemake leaves behind.

Snakemake marks the files of a run by a lock in its folder `.snakemake`. A kill, a closed terminal
or a power cut leaves the lock there, and the next run refuses to start. Here each run notes its
process, so that the next one can tell a dead run's lock from a living one's.
"""

import atexit
import re
import shutil
from pathlib import Path

import psutil

from corticomotor.runtime import processes
from corticomotor.runtime.files import refusals_told


def release_stale_lock(state: Path) -> None:
    """Note that this process runs here, and remove the lock of runs that are dead.

    The lock stays if nothing is known about its run, or if that ran on another machine, is alive
    or has left a job behind that still is.

    Args:
        state: Snakemake's folder `.snakemake`.

    Raises:
        InputError: nobody may write there, as in a read-only checkout.
    """
    state = state.resolve()  # the working directory may be another one at the end
    notes = state / "runs"
    own = notes / processes.own_name()
    with refusals_told(state):
        notes.mkdir(parents=True, exist_ok=True)
        own.touch()
    atexit.register(own.unlink, missing_ok=True)
    # Desktops and network file systems leave files of their own in any folder.
    others = [
        note for note in notes.iterdir() if note != own and re.fullmatch(processes.NAME, note.name)
    ]
    # Noted before looking around: of two runs that start together, neither takes the other's lock.
    if not others or any(processes.may_be_alive(note.name) for note in others) or _has_jobs(state):
        return
    shutil.rmtree(state / "locks", ignore_errors=True)
    for note in others:
        note.unlink(missing_ok=True)


def _has_jobs(state: Path) -> bool:
    """Tell whether a script that Snakemake started here still runs, its own process dead or not."""
    scripts = f"{state}/scripts/"
    return any(
        argument.startswith(scripts)
        for process in psutil.process_iter(["cmdline"])
        for argument in process.info["cmdline"] or ()
    )
