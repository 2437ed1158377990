"""What files said, remembered as long as they are the same: so a plan reads only what changed."""

from __future__ import annotations

import json
import os
import stat
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corticomotor.runtime import processes
from corticomotor.runtime.errors import InputError
from corticomotor.runtime.provenance import is_provenance
from corticomotor.runtime.records import Record, record_of, sidecar

# A file that changed as recently may change once more within one tick of the clock.
_SETTLED_NS = 2e9
_FORMAT = 1


class RememberedRecords:
    """Records of files by their paths.

    A file counts as the same while its size, inode and the times of its content and of its inode
    are. The last is the one that nobody can set: `cp -p` and `touch -r` restore the others. The
    same holds for the file beside it that says how it was made. A copy of what is remembered does
    no harm, for the files beside a copy have other inodes and times.

    Args:
        path: JSON that holds what is remembered; anything else there is ignored.
    """

    def __init__(self, path: Path) -> None:
        # The working directory may be another one when they are saved.
        self._path, self._folder = path.absolute(), Path.cwd()
        self._known: dict[str, tuple[list[int], Record]] = {}
        self._unsettled: set[str] = set()
        self._changed = False
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            found = json.loads(path.read_text(encoding="utf-8"))
            if found["format"] == _FORMAT:
                self._known = {
                    name: (stamp, _record(told)) for name, (stamp, told) in found["files"].items()
                }

    def __call__(self, path: str) -> Record | None:
        """What a file says: nothing, if it cannot be read or is none; None if nothing is there."""
        try:
            stamp = _stamp(path)
            known = self._known.get(path)
            if known and known[0] == stamp and path not in self._unsettled:
                return known[1]
            # Before it is read: a long reading must not let it look settled.
            settled = time.time_ns() - max(stamp[2::4]) > _SETTLED_NS
            record = record_of(Path(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, InputError):
            return Record("", "", {})
        self._known[path] = (stamp, record)
        (self._unsettled.discard if settled else self._unsettled.add)(path)
        self._changed = True
        return record

    def save(self) -> None:
        """Keep what is known for later plans, where there is a folder for it that can be written.

        A file that is gone is forgotten.
        """
        if not self._changed or not self._path.parent.is_dir():
            return
        files = {
            name: [stamp, asdict(record)]
            for name, (stamp, record) in self._known.items()
            if name not in self._unsettled and (self._folder / name).exists()
        }
        part = self._path.with_name(f".{self._path.name}.{processes.own_name()}.tmp")
        with suppress(OSError):
            part.write_text(json.dumps({"format": _FORMAT, "files": files}), encoding="utf-8")
            part.replace(self._path)


def _stamp(path: str) -> list[int]:
    """Stamp of a file, and of the one beside it that says how it was made."""
    stamp = _stamp_of(path)
    if beside := sidecar(Path(path)):
        with suppress(OSError):
            stamp += _stamp_of(beside)
    return stamp


def _stamp_of(path: str | Path) -> list[int]:
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(f"{path}: expected a file")
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def _record(told: dict[str, Any]) -> Record:
    record = Record(**told)
    texts = isinstance(record.digest, str) and isinstance(record.identity, str)
    if not texts or not (record.made == {} or is_provenance(record.made)):
        raise TypeError("no record")
    return record
