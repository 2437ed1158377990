"""Files as a stranger opens them: without the package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py

from corticomotor.runtime import store
from corticomotor.runtime.contracts import Contract
from corticomotor.runtime.store import Dataset

_PROVENANCE: dict[str, Any] = {
    "settings": {}, "seed": 1, "replicate": 1, "code": "", "versions": {}, "inputs": {},
    "told": "", "identity": "",
}  # fmt: skip


def alone(
    path: Path, contract: Contract, dataset: Dataset
) -> tuple[dict[str, Any], dict[str, str]]:
    """Write a file; give what h5py finds in it: arrays by name, and attributes."""
    store.write(path, dataset, contract, _PROVENANCE)
    with h5py.File(path) as file:
        arrays = {
            name: each.asstr()[()] if h5py.check_string_dtype(each.dtype) else each[()]
            for name, each in file.items()
        }
        return arrays, {name: str(text) for name, text in file.attrs.items()}
