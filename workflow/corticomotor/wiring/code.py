"""The code of jobs, and the versions of the packages that it imports, as jobs are told them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from corticomotor.runtime.fingerprint import Fingerprint, fingerprint
from corticomotor.runtime.versions import counted_versions


class Code:
    """The workflow's scripts and its package, as they are when they are first asked for.

    Args:
        root: folder of the workflow's own files: scripts, texts and the package.
        pins: versions of packages where jobs run; those installed here unless said.
    """

    def __init__(self, root: Path, pins: Mapping[str, str] | None = None) -> None:
        self.root, self._pins = root, pins
        self._fingerprint = cache(self._read)

    def script(self, name: str) -> str:
        """Path of a script, by its name below the folder of all scripts, without the suffix."""
        return str(self.root / "scripts" / f"{name}.py")

    def digest(self, script: str, module: str = "") -> str:
        """Digest of what a script runs, and a module that it imports by a computed name."""
        return self._fingerprint(script, module).code

    def versions(self, script: str, module: str = "") -> dict[str, str]:
        """Versions of the packages that these import, as far as they count."""
        return counted_versions(self._fingerprint(script, module).packages, self._pins)

    def _read(self, script: str, module: str) -> Fingerprint:
        # A script that imports a module by name does not show it to a fingerprint.
        modules = [self.root / f"{module.replace('.', '/')}.py"] if module else []
        return fingerprint(script, *modules, package=self.root / "corticomotor")
