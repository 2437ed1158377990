"""The studies, and the one place that names them.

What works on studies is handed their records; only the Snakefile, command lines and tests ask here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corticomotor.study.record import Study

NAMES = ("constrained", "motifs", "gain_modulation", "reaching")


def all_studies() -> dict[str, Study]:
    """Import the records of all studies, by name and in the order of their settings."""
    return {name: import_module(f"corticomotor.studies.{name}.study").STUDY for name in NAMES}
