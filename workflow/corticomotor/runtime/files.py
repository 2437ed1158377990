"""Files that appear whole or not at all, and logs, which grow."""

from __future__ import annotations

import errno
import glob
import io
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from corticomotor.runtime import processes
from corticomotor.runtime.errors import InputError

if TYPE_CHECKING:
    from typing_extensions import Buffer

_LEFTOVER = re.compile(rf"\..+\.({processes.NAME})\.[a-z0-9]+")
# Nobody writes a file for as long. Whether a process of another machine lives can't be asked.
_LONGEST_WRITE_S = 24 * 3600
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# A file, or a link to nothing, stands where a folder must.
_NO_FOLDER = {errno.ENOTDIR, errno.EEXIST, errno.ELOOP}
_REFUSED_BY_DISK = _NO_ROOM | _NO_FOLDER | {errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def refusals_told(path: Path) -> Iterator[None]:
    """Turn what the disk answers if it is full or lets nobody write into one line.

    Args:
        path: what is written.

    Raises:
        InputError: with the path.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _REFUSED_BY_DISK:
            raise
        found = f"that the disk refuses it: {error.strerror}"
        raise InputError(f"{path}: expected to be written, found {found}") from error


@contextmanager
def replaced(path: str | Path) -> Iterator[Path]:
    """Give the path of a temporary file that takes the place of `path` when all went well.

    Folders are made; an older file stays as it is until then. A killed job leaves no half file
    under the final name; what it leaves beside it goes by `remove_leftovers`.

    Raises:
        InputError: the disk is full or lets nobody write there.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{processes.own_name()}.tmp")
    try:
        with refusals_told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            yield temporary
            with temporary.open("rb+") as file:
                # Else a power cut after the renaming could leave an empty file under the final
                # name.
                os.fsync(file.fileno())
            temporary.replace(path)
    finally:
        # Some libraries write beside it, with the suffix that they must have.
        for left in path.parent.glob(f"{glob.escape(temporary.stem)}.*"):
            left.unlink(missing_ok=True)


class _AsMuchAsFits(io.FileIO):
    """A file that drops what the disk has no room for."""

    def write(self, content: Buffer, /) -> int:
        try:
            return super().write(content)
        except OSError as error:
            if error.errno in _NO_ROOM:
                return memoryview(content).nbytes
            raise


def opened_log(path: str | Path) -> TextIO:
    """Open a log for writing, line by line.

    On a full disk it ends early and raises nothing: what there is to say of the disk goes to the
    terminal, and must not drown in errors of its own.
    """
    raw = _AsMuchAsFits(os.fspath(path), "w")
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", line_buffering=True)


def remove_leftovers(folder: Path) -> None:
    """Delete the temporary files of processes that are dead, in a folder and all below it.

    Raises:
        InputError: what should be the folder is something else.
    """
    if not folder.is_dir() and (folder.exists() or folder.is_symlink()):
        stands = "a link to nothing" if folder.is_symlink() else "a file"
        raise InputError(f"{folder}: expected a folder, found {stands}")
    for place, _, names in os.walk(folder):
        for name in names:
            found = _LEFTOVER.fullmatch(name)
            if found and _is_dead(found[1], Path(place, name)):
                Path(place, name).unlink(missing_ok=True)


def _is_dead(process: str, file: Path) -> bool:
    if processes.is_of_this_machine(process):
        return not processes.may_be_alive(process)
    try:
        return time.time() - file.stat().st_mtime > _LONGEST_WRITE_S
    except FileNotFoundError:
        return False
