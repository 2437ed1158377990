"""Write and read the dataset of one stage: complete or absent, checked, with its provenance.

A file is HDF5 in netCDF-4 layout: `xarray.open_dataset` and h5py read it without this module.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from corticomotor.runtime import sealing
from corticomotor.runtime.contracts import Contract
from corticomotor.runtime.errors import DivergenceError, InputError
from corticomotor.runtime.files import replaced

# Type codes that HDF5, netCDF and NumPy hold alike: no objects, no half or long doubles.
_STORABLE = "?bhilqBHILQfdFDU"
_COMPRESSED_BYTES = 64 * 1024
_JSON = ("settings", "versions", "inputs")
_HDF5 = b"\x89HDF\r\n\x1a\n"
_PROVENANCE = {*_JSON, "seed", "replicate", "code"}


def dataset(
    contract: Contract, values: Mapping[str, ArrayLike], coordinates: Mapping[str, ArrayLike]
) -> xr.Dataset:
    """Return the dataset that a contract describes.

    Args:
        contract: gives dimensions, units and long names.
        values: an array for each variable, its axes in the order of the variable's dimensions.
        coordinates: a vector for each dimension.

    Raises:
        ValueError: a name is missing or unknown, or a shape or a type does not fit.
    """
    for given, expected in ((values, contract.variables), (coordinates, contract.coordinates)):
        if set(given) != set(expected):
            raise ValueError(
                f"{contract.stage}: expected {sorted(expected)}, found {sorted(given)}"
            )
    arrays = {name: np.asarray(value) for name, value in {**coordinates, **values}.items()}
    for name, variable in contract.layout.items():
        expected_shape = tuple(arrays[dim].size for dim in variable.dims)
        if arrays[name].shape != expected_shape:
            raise ValueError(
                f"{contract.stage}: {name} {variable.dims} must have the shape {expected_shape} "
                f"of its coordinates, found {arrays[name].shape}"
            )
    built = _assemble(contract, arrays)
    if problem := _mismatch(built, contract):
        raise ValueError(f"{contract.stage}: {problem}")
    return built


def write(
    path: str | Path, dataset: xr.Dataset, contract: Contract, provenance: Mapping[str, Any]
) -> None:
    """Write a stage's dataset; the file appears whole or not at all.

    The same content gives the same bytes.

    Args:
        path: the file; folders are made, an older file is replaced.
        dataset: see the function `dataset`.
        contract: what the file must hold.
        provenance: settings, seed, replicate, code, versions and inputs.

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
    arrays = {name: dataset[name].to_numpy() for name in contract.layout}
    for name, variable in contract.layout.items():
        array = arrays[name]
        if not variable.may_be_missing and array.dtype.kind in "fc":
            bad = array.size - np.count_nonzero(np.isfinite(array))
            if bad:
                raise DivergenceError(
                    f"stage {contract.stage}: {bad} of {array.size} values of {name} are not "
                    f"finite, so {path} is not written"
                )
    content = _assemble(contract, arrays)
    content.attrs = _encoded(contract.stage, provenance)

    with replaced(path) as temporary:
        content.to_netcdf(
            temporary,
            engine="h5netcdf",
            encoding={name: _encoding(array) for name, array in arrays.items()},
        )
        with temporary.open("r+b") as file:
            file.write(sealing.seal(file.read()))


def read(path: str | Path, contract: Contract) -> xr.Dataset:
    """Return the dataset of a stage's file, in memory.

    Raises:
        InputError: the file is missing, damaged, of another stage or of another layout.
    """
    path = Path(path)
    expected = f"{path}: expected a file of stage {contract.stage}"
    _check(path, expected)
    found = xr.load_dataset(path, engine="h5netcdf", decode_times=False, decode_timedelta=False)
    if (stage := found.attrs["stage"]) != contract.stage:
        raise InputError(f"{expected}, found stage {stage}")
    if problem := _mismatch(found, contract):
        raise InputError(f"{expected}, found another layout: {problem}")
    return found


def read_all(paths: Iterable[str | Path], contract: Contract) -> list[xr.Dataset]:
    """Return the datasets of some files of a stage, in memory (see `read`)."""
    return [read(path, contract) for path in paths]


def attributes(path: str | Path) -> dict[str, Any]:
    """Return the provenance of a stage's file, its JSON decoded.

    Raises:
        InputError: the file is missing, damaged or not of this workflow.
    """
    path = Path(path)
    _check(path, f"{path}: expected the file of a stage")
    with h5py.File(path, "r") as file:
        found = dict(file.attrs)
    texts = {name: str(found[name]) for name in ("stage", "code")}
    numbers = {name: int(found[name].item()) for name in ("seed", "replicate")}
    return texts | numbers | {name: json.loads(found[name]) for name in _JSON}


def _assemble(contract: Contract, arrays: Mapping[str, NDArray[Any]]) -> xr.Dataset:
    """Build the dataset in the contract's order, whatever order and memory layout it came in."""
    filled = {
        name: (
            variable.dims,
            np.asarray(arrays[name], order="C"),
            {"units": variable.units, "long_name": variable.long_name},
        )
        for name, variable in contract.layout.items()
    }
    return xr.Dataset(
        {name: filled[name] for name in contract.variables},
        {name: filled[name] for name in contract.coordinates},
    )


def _mismatch(dataset: xr.Dataset, contract: Contract) -> str:
    """Say how a dataset differs from its contract: empty if it does not."""
    layout = contract.layout
    if missing := layout.keys() - dataset.variables.keys():
        return f"{', '.join(sorted(missing))} missing"
    if unknown := {str(name) for name in dataset.variables} - layout.keys():
        return f"{', '.join(sorted(unknown))} not expected"
    for name, variable in layout.items():
        found = dataset[name]
        if found.dims != variable.dims:
            return f"{name} must have the dimensions {variable.dims}, found {found.dims}"
        units = found.attrs.get("units")
        if units != variable.units:
            return f"{name} must be in units of {variable.units}, found {units}"
        if found.dtype.char not in _STORABLE:
            return f"{name} must hold numbers, truth values or text, found {found.dtype}"
    return ""


def _encoding(array: NDArray[Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {"_FillValue": None}
    if array.nbytes < _COMPRESSED_BYTES or array.dtype.kind == "U":
        return plain
    return plain | {"zlib": True, "complevel": 1, "shuffle": True}


def _encoded(stage: str, provenance: Mapping[str, Any]) -> dict[str, Any]:
    texts = {
        name: json.dumps(provenance[name], sort_keys=True, ensure_ascii=False, allow_nan=False)
        for name in _JSON
    }
    numbers = {name: np.int64(provenance[name]) for name in ("seed", "replicate")}
    return {"stage": stage, "code": str(provenance["code"])} | texts | numbers


def _check(path: Path, expected: str) -> None:
    """Raise InputError unless a file is byte for byte what `write` left."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{expected}, found nothing there") from error
    except OSError as error:
        raise InputError(f"{expected}, found that it cannot be read: {error.strerror}") from error
    if not content.startswith(_HDF5):
        raise InputError(f"{expected}, found one that is not HDF5")
    if problem := sealing.problem(content):
        raise InputError(
            f"{expected}, found one that is {problem}: delete it to have it made again"
        )
