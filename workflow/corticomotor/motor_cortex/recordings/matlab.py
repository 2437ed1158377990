"""Arrays in MATLAB files, up to version 7 and 7.3."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from scipy.io import loadmat, whosmat

from corticomotor.arrays import Array
from corticomotor.motor_cortex.recordings.faults import listed, no_variable, not_numbers
from corticomotor.motor_cortex.recordings.hierarchical import dataset_of
from corticomotor.motor_cortex.recordings.samples import numbers
from corticomotor.runtime import hdf5

_NUMBERS = {"double", "single"} | {f"{u}int{n}" for u in ("", "u") for n in (8, 16, 32, 64)}


def matlab_array(file: Path, variable: str) -> Array:
    """Read an array, its dimensions in the order that MATLAB shows.

    Raises:
        InputError: there is no such array of real numbers.
        OutsideError: its values lie in another file.
    """
    with file.open("rb") as stored:
        if hdf5.is_hdf5(stored):
            return _version_73(stored, variable, file)
    classes = {name: kind for name, _, kind in whosmat(file, appendmat=False)}
    if variable not in classes:
        raise no_variable(variable, classes, file)
    kind = classes[variable]
    if kind in ("struct", "cell"):
        raise not_numbers(variable, _container(_content(file, variable), variable, file), file)
    # Objects are refused by their header, before any of them is built.
    if kind not in _NUMBERS:
        raise not_numbers(variable, f"the class {kind}", file)
    return numbers(_content(file, variable), variable, file)


def _content(file: Path, variable: str) -> Any:
    return loadmat(file, appendmat=False, variable_names=[variable])[variable]


def _version_73(stored: Any, variable: str, file: Path) -> Array:
    with hdf5.opened(stored) as content:
        dataset = dataset_of(content, variable, file)
        if "MATLAB_class" not in dataset.attrs:
            found = "an HDF5 file without MATLAB_class, which MATLAB has not written: name it .h5"
            raise not_numbers(variable, found, file)
        matlab_class = np.asarray(dataset.attrs["MATLAB_class"]).astype(str).item()
        if matlab_class == "cell":
            made = _made_by(f"cat(3, {variable}{{:}})", file)
            raise not_numbers(variable, f"the class cell ({made})", file)
        if matlab_class not in _NUMBERS:
            found = f"the class {matlab_class!r} in its attribute MATLAB_class"
            raise not_numbers(variable, found, file)
        # MATLAB stores the first dimension fastest: HDF5 shows them in reverse.
        return numbers(dataset[...], variable, file).transpose()


def _container(content: Any, variable: str, file: Path) -> str:
    """Describe a struct or a cell, and how MATLAB makes an array of it."""
    if content.dtype.names is None:
        made = _made_by(f"cat(3, {variable}{{:}})", file)
        return f"the class cell ({made})"
    fields = list(content.dtype.names)
    sizes = [_size(content, field) for field in fields]
    largest = fields[int(np.argmax(sizes))] if fields else "emg"
    array = f"{variable}.{largest}"
    made = _made_by(array if content.size == 1 else f"cat(3, {array})", file)
    return f"the class struct with the fields {listed(fields)} ({made})"


def _size(content: Any, field: str) -> int:
    """Count the numbers in a field of the first struct."""
    first = content[field].flat[0] if content.size else None
    return first.size if isinstance(first, np.ndarray) and first.dtype.kind in "iuf" else 0


def _made_by(array: str, file: Path) -> str:
    return (
        f"in MATLAB: load('{file.name}'); emg = {array}; save('{file.stem}_array.mat', 'emg') "
        "makes an array of equal trials"
    )
