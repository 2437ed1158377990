"""What the file of a sweep's table holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corticomotor.runtime.contracts import Contract, Variable

DIMS = ("combination", "replicate", "network")
# The names of settings say their units.
_UNITS = {"ms": "ms", "hz": "Hz"}


def table_contract(stage: str, measured: Contract, swept: Sequence[str]) -> Contract:
    """Give the contract of the table of a sweep.

    Args:
        stage: its name.
        measured: what a file holds that measures one network at one combination of settings.
        swept: paths of the settings that are varied.
    """
    settings = {
        path: Variable(
            ("combination",), _UNITS.get(path.rpartition("_")[2], "1"), f"setting {path}"
        )
        for path in swept
    }
    measures = {name: replace(variable, dims=DIMS) for name, variable in measured.variables.items()}
    return Contract(
        stage=stage,
        coordinates={
            "combination": ("1", "combination of settings, by its number from 1"),
            "replicate": ("1", "replicate"),
            "network": ("1", "kind of network"),
        },
        variables=settings | measures,
    )
