"""Names for processes that no other process ever has, on no machine, whatever the clock does."""

from __future__ import annotations

import os
import re
import socket
from functools import cache
from pathlib import Path

# Machine, number, start. Numbers are used again, starts are not.
NAME = r"[^./]+\.[0-9]+\.[0-9a-f]+-[0-9a-f]+"


def own_name() -> str:
    """Return the name of this process."""
    return name_of(os.getpid())


def name_of(process: int) -> str:
    """Return the name of a process of this machine: empty if it does not run.

    Args:
        process: its number.
    """
    start = _start(process)
    return f"{_machine()}.{process}.{start}" if start else ""


def is_of_this_machine(name: str) -> bool:
    """Tell whether a name is one of a process here."""
    return name.split(".")[0] == _machine()


def may_be_alive(name: str) -> bool:
    """Tell whether a process runs, as far as can be known: any of another machine may.

    Args:
        name: as `name_of` gave it.

    Raises:
        ValueError: it is no such name.
    """
    if not re.fullmatch(NAME, name):
        raise ValueError(f"expected the name of a process, found {name!r}")
    return not is_of_this_machine(name) or name == name_of(int(name.split(".")[1]))


@cache
def _machine() -> str:
    # Dots part the names.
    return socket.gethostname().replace(".", "_") or "localhost"


def _start(process: int) -> str:
    """When a process began: which start of the machine, and how long after it."""
    try:
        status = Path(f"/proc/{process}/stat").read_bytes()
        boot = _boot()
    except OSError:
        return "" if Path("/proc/self/stat").exists() else _start_elsewhere(process)
    # The name of its program stands in parentheses, and can have any in it.
    fields = status.rpartition(b")")[2].split()
    state, ticks = fields[0], int(fields[19])
    return "" if state in b"ZX" else f"{boot}-{ticks:x}"


@cache
def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")[:8]


def _start_elsewhere(process: int) -> str:
    """The same where there is no /proc: macOS keeps the time of birth, and no clock changes it."""
    # Slow to import.
    import psutil

    try:
        return f"0-{int(psutil.Process(process).create_time() * 1000):x}"
    except psutil.NoSuchProcess:
        return ""
