"""A throw-away study, and how it is added to a copy of the workflow."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FILES = Path(__file__).with_name("files")
REGISTRY = Path("workflow/corticomotor/registry.py")


@dataclass(frozen=True)
class Added:
    """What a new study takes: its own files, and those of others that had to be edited."""

    own: set[str]
    edited: set[str]


@contextmanager
def installed(root: Path) -> Iterator[Added]:
    """Add the study as a person does: its own files, its name in the registry, `make settings`."""
    before = _contents(root)
    shutil.copytree(FILES, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    registry = root / REGISTRY
    registry.write_text(
        re.sub(r"(?m)^(NAMES = \(.*)\)$", r'\1, "decay")', registry.read_text(encoding="utf-8")),
        encoding="utf-8",
    )
    subprocess.run(
        [sys.executable, "-m", "corticomotor.commands.settings"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "workflow"), "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
    )
    try:
        after = _contents(root)
        assert before.keys() <= after.keys()
        edited = {name for name, content in before.items() if after[name] != content}
        yield Added(after.keys() - before.keys(), edited)
    finally:
        for name in after.keys() - before.keys():
            (root / name).unlink()
        for name in edited:
            (root / name).write_bytes(before[name])
        for folder in sorted(root.rglob("decay"), reverse=True):
            shutil.rmtree(folder)


def _contents(root: Path) -> dict[str, bytes]:
    """All files of the workflow."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and ".snakemake" not in path.parts
    }
