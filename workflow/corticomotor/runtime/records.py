"""What files say of themselves: what they hold, and how they were made.

Results of stages say it in their attributes. For what holds no attributes of ours, such as figures,
reports and tables as text, it stands in a file beside them, in results/provenance.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corticomotor.runtime.errors import InputError
from corticomotor.runtime.files import replaced
from corticomotor.runtime.provenance import content_digest, is_provenance

_RESULTS = "results"
_STAGE_SUFFIX = ".h5"


@dataclass(frozen=True)
class Record:
    """What a file says.

    Attributes:
        digest: of the data of a stage; of the bytes of any other file.
        identity: of how it was made; the digest where nothing sound says so.
        made: its provenance; empty likewise.
    """

    digest: str
    identity: str
    made: Mapping[str, Any]


def record_of(path: Path) -> Record:
    """Read what a file says.

    Raises:
        InputError: it cannot be read.
    """
    if path.suffix == _STAGE_SUFFIX:
        # Takes long to import, and most files of a plan are remembered.
        from corticomotor.runtime import store

        with suppress(InputError):
            made = store.attributes(path)
            if is_provenance(made):
                return Record(made["data"], made["identity"], made)
    digest = content_digest(path)
    made = _told_beside(path, digest)
    return Record(digest, made.get("identity", digest), made)


def write_sidecars(outputs: Iterable[str], provenance: Mapping[str, Any]) -> None:
    """Write beside a job's results how they were made, where they cannot say it themselves."""
    for output in map(Path, outputs):
        if beside := sidecar(output):
            told = {"digest": content_digest(output), **provenance}
            with replaced(beside) as temporary:
                temporary.write_text(
                    json.dumps(told, sort_keys=True, indent=1) + "\n", encoding="utf-8"
                )


def sidecar(path: Path) -> Path | None:
    """`results/provenance/<name>.json` for `results/<name>`.

    None for results of stages, which need none, and for files from outside.
    """
    if path.suffix == _STAGE_SUFFIX or path.parts[:1] != (_RESULTS,):
        return None
    return Path(_RESULTS, "provenance", f"{path.relative_to(_RESULTS)}.json")


def _told_beside(path: Path, digest: str) -> dict[str, Any]:
    """What a sidecar tells of a file: nothing if it tells of other bytes, or makes no sense."""
    beside = sidecar(path)
    if beside is None:
        return {}
    try:
        found = json.loads(beside.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if is_provenance(found) and found.get("digest") == digest else {}
