"""Write and read the dataset of one stage: complete or absent, checked, with its provenance.

A file is HDF5 in netCDF-4 layout: `xarray.open_dataset` and h5py read it without this module.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import ArrayLike, NDArray

from corticomotor.runtime import hdf5, sealing
from corticomotor.runtime.contracts import Contract
from corticomotor.runtime.datasets import DataArray, Dataset
from corticomotor.runtime.errors import DivergenceError, InputError
from corticomotor.runtime.files import replaced

__all__ = [
    "DataArray",
    "Dataset",
    "attributes",
    "dataset",
    "read",
    "read_all",
    "write",
]

# Type codes that HDF5, netCDF and NumPy hold alike: no objects, no half or long doubles.
_STORABLE = "?bhilqBHILQfdFDU"
_COMPRESSED_BYTES = 64 * 1024
_JSON = ("settings", "versions", "inputs")
_NUMBERS = ("seed", "replicate")
_TEXTS = ("code", "told", "identity")
_PROVENANCE = {*_JSON, *_NUMBERS, *_TEXTS}
# Holds the digest of what a file holds, whatever made it: what its readers go by.
_DATA = "data"
_DIGITS = 16


def dataset(contract: Contract, values: Mapping[str, ArrayLike]) -> Dataset:
    """Return the dataset that a contract describes.

    Args:
        contract: gives dimensions, units and long names.
        values: a vector for each coordinate; an array for each variable, its axes in the order of
            the variable's dimensions.

    Raises:
        ValueError: a name is missing or unknown, or a shape or a type does not fit.
    """
    if set(values) != set(contract.layout):
        raise ValueError(
            f"{contract.stage}: expected {sorted(contract.layout)}, found {sorted(values)}"
        )
    arrays = {name: np.asarray(value, order="C") for name, value in values.items()}
    for name, variable in contract.layout.items():
        expected_shape = tuple(arrays[dim].size for dim in variable.dims)
        if arrays[name].shape != expected_shape:
            raise ValueError(
                f"{contract.stage}: {name} {variable.dims} must have the shape {expected_shape} "
                f"of its coordinates, found {arrays[name].shape}"
            )
    built = Dataset(
        {
            name: DataArray(arrays[name], variable.dims, variable.units, variable.long_name)
            for name, variable in contract.layout.items()
        }
    )
    if problem := _mismatch(built, contract):
        raise ValueError(f"{contract.stage}: {problem}")
    return built


def write(
    path: str | Path, dataset: Dataset, contract: Contract, provenance: Mapping[str, Any]
) -> None:
    """Write a stage's dataset; the file appears whole or not at all.

    The same content gives the same bytes.

    Args:
        path: the file; folders are made, an older file is replaced.
        dataset: see the function `dataset`.
        contract: what the file must hold.
        provenance: of `corticomotor.runtime.provenance`.

    Raises:
        DivergenceError: a variable that may not be missing holds non-finite values.
        ValueError: the dataset or the provenance is not what was agreed.
    """
    path = Path(path)
    if problem := _mismatch(dataset, contract):
        raise ValueError(f"{path}: stage {contract.stage}: {problem}")
    if set(provenance) != _PROVENANCE:
        raise ValueError(
            f"{path}: provenance must hold {sorted(_PROVENANCE)}, found {sorted(provenance)}"
        )
    for name, variable in contract.layout.items():
        array = dataset[name].values
        if not variable.may_be_missing and array.dtype.kind in "fc":
            bad = array.size - np.count_nonzero(np.isfinite(array))
            if bad:
                raise DivergenceError(
                    f"stage {contract.stage}: {bad} of {array.size} values of {name} are not "
                    f"finite, so {path} is not written"
                )
    content = _encoded(dataset, contract, provenance)
    with replaced(path) as temporary, temporary.open("wb") as file:
        file.write(content)


def read(path: str | Path, contract: Contract) -> Dataset:
    """Return the dataset of a stage's file, in memory.

    Raises:
        InputError: the file is missing, damaged, of another stage or of another layout.
    """
    expected = f"{path}: expected a file of stage {contract.stage}"
    with _opened(path, expected) as file:
        if (stage := file.attrs["stage"]) != contract.stage:
            raise InputError(f"{expected}, found stage {stage}")
        found = Dataset({name: _decoded(stored) for name, stored in _members(file, expected)})
    if problem := _mismatch(found, contract):
        raise InputError(f"{expected}, found another layout: {problem}")
    return found


def read_all(paths: Iterable[str | Path], contract: Contract) -> list[Dataset]:
    """Return the datasets of some files of a stage, in memory (see `read`)."""
    return [read(path, contract) for path in paths]


def attributes(path: str | Path) -> dict[str, Any]:
    """Return the provenance of a stage's file, its JSON decoded, its stage and its data's digest.

    Raises:
        InputError: the file is missing, damaged or not of this workflow.
    """
    expected = f"{path}: expected the file of a stage"
    try:
        with _opened(path, expected) as file:
            found = dict(file.attrs)
        texts = {name: str(found[name]) for name in ("stage", _DATA, *_TEXTS)}
        numbers = {name: int(found[name].item()) for name in _NUMBERS}
        return texts | numbers | {name: json.loads(found[name]) for name in _JSON}
    except InputError:
        raise
    # Anyone can seal a file: the seal does not say that HDF5 finds sense in it.
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise InputError(f"{expected}, found one without its provenance") from error


def _mismatch(dataset: Dataset, contract: Contract) -> str:
    """Say how a dataset differs from its contract: empty if it does not."""
    layout = contract.layout
    if missing := layout.keys() - dataset.keys():
        return f"{', '.join(sorted(missing))} missing"
    if unknown := dataset.keys() - layout.keys():
        return f"{', '.join(sorted(unknown))} not expected"
    for name, variable in layout.items():
        found = dataset[name]
        if found.dims != variable.dims:
            return f"{name} must have the dimensions {variable.dims}, found {found.dims}"
        if found.units != variable.units:
            return f"{name} must be in units of {variable.units}, found {found.units}"
        if found.values.dtype.char not in _STORABLE:
            return f"{name} must hold numbers, truth values or text, found {found.values.dtype}"
    return ""


def _encoded(dataset: Dataset, contract: Contract, provenance: Mapping[str, Any]) -> bytes:
    """Return the content of a file, in the contract's order, whatever order it came in."""
    content = io.BytesIO()
    # netCDF-4 goes by the order in which things were made.
    with h5py.File(content, "w", track_order=True) as file:
        file.attrs["stage"] = contract.stage
        for name, text in contract.notes.items():
            file.attrs[name] = text
        file.attrs[_DATA] = _data_digest(dataset, contract)
        for name in _TEXTS:
            file.attrs[name] = str(provenance[name])
        for name in _JSON:
            file.attrs[name] = json.dumps(
                provenance[name], sort_keys=True, ensure_ascii=False, allow_nan=False
            )
        for name in _NUMBERS:
            file.attrs[name] = np.array([provenance[name]], dtype=np.int64)
        sealing.add_seal(file)
        for name, variable in contract.layout.items():
            stored = _stored(file, name, dataset[name].values)
            stored.attrs["units"] = variable.units
            stored.attrs["long_name"] = variable.long_name
            if name in contract.coordinates:
                stored.make_scale(name)
            else:
                for axis, dim in enumerate(variable.dims):
                    stored.dims[axis].attach_scale(file[dim])
    return sealing.sealed(content.getvalue())


def _data_digest(dataset: Dataset, contract: Contract) -> str:
    """Return 16 hex digits of all that a job gets which reads it: names, values, units."""
    digest = hashlib.sha256(json.dumps(contract.stage).encode())
    for name in contract.layout:
        array = dataset[name]
        values = array.values
        # Text may be padded, and an array may lie in memory in any order.
        is_text = values.dtype.kind == "U"
        content = json.dumps(values.tolist()).encode() if is_text else values.tobytes("C")
        kind = "text" if is_text else values.dtype.str
        header = [name, kind, array.shape, array.dims, array.units, array.long_name, len(content)]
        digest.update(json.dumps(header).encode())
        digest.update(content)
    return digest.hexdigest()[:_DIGITS]


def _stored(file: h5py.File, name: str, array: NDArray[Any]) -> h5py.Dataset:
    """Add an array to a file: text and truth values as xarray has them in netCDF-4."""
    kind = array.dtype.kind
    options: dict[str, Any] = {"track_order": True}
    if kind == "U":
        options["dtype"] = h5py.string_dtype()
    elif array.nbytes >= _COMPRESSED_BYTES:
        options |= {"compression": "gzip", "compression_opts": 1, "shuffle": True}
    as_stored = {"U": object, "b": np.int8}.get(kind, array.dtype)
    stored = file.create_dataset(name, data=array.astype(as_stored, copy=False), **options)
    if kind == "b":
        stored.attrs["dtype"] = "bool"
    return stored


def _members(file: h5py.File, expected: str) -> Iterator[tuple[str, h5py.Dataset]]:
    """Give what lies in a file: anyone can seal one, so the seal does not say that all does."""
    for name in file:
        try:
            stored = hdf5.own_dataset(file, name)
        except hdf5.OutsideError as error:
            raise InputError(f"{expected}, found {error}") from error
        if stored is None:
            raise InputError(f"{expected}, found {name!r} in it, which is no dataset")
        yield name, stored


def _decoded(stored: h5py.Dataset) -> DataArray:
    """Read an array and what the file tells of it."""
    if h5py.check_string_dtype(stored.dtype):
        values = np.asarray(stored.asstr()[()], dtype=str)
    else:
        values = np.asarray(stored[()], dtype=stored.attrs.get("dtype"))
    scales = [stored] if stored.is_scale else [dim[0] for dim in stored.dims]
    return DataArray(
        values,
        tuple(scale.name.removeprefix("/") for scale in scales),
        stored.attrs["units"],
        stored.attrs["long_name"],
    )


def _opened(path: str | Path, expected: str) -> h5py.File:
    """Open a file, or raise InputError unless it is byte for byte what `write` left."""
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{expected}, found nothing there") from error
    except OSError as error:
        raise InputError(f"{expected}, found that it cannot be read: {error.strerror}") from error
    if not content.startswith(hdf5.SIGNATURE):
        raise InputError(f"{expected}, found one that is not HDF5")
    if problem := sealing.problem(content):
        raise InputError(
            f"{expected}, found one that is {problem}: delete it to have it made again"
        )
    return hdf5.opened(io.BytesIO(content))
