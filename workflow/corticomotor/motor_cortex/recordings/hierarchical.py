"""Arrays in HDF5 and netCDF-4 files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np

from corticomotor.arrays import Array
from corticomotor.motor_cortex.recordings.faults import fault, listed, no_variable
from corticomotor.motor_cortex.recordings.samples import numbers
from corticomotor.runtime import hdf5

_NAMES = ("reach", "time", "muscle")


def hdf5_array(file: Path, variable: str, dimensions: Sequence[str]) -> Array:
    """Read an array, NaN where netCDF's attributes say that a value is missing.

    Args:
        file: HDF5 or netCDF-4.
        variable: path of the dataset.
        dimensions: their order, which must be that of the names in the file if it has any.

    Raises:
        InputError: there is no such array of real numbers.
        OutsideError: its values lie in another file.
    """
    with file.open("rb") as stored:
        if not hdf5.is_hdf5(stored):
            found = "another format (netCDF-3 is not read) or a damaged file"
            raise fault("recording.path", "an HDF5 or netCDF-4 file", found, file)
        with hdf5.opened(stored) as content:
            dataset = dataset_of(content, variable, file)
            _check_names(dataset, dimensions, file)
            return _unpacked(dataset, variable, file)


def dataset_of(content: h5py.File, variable: str, file: Path) -> h5py.Dataset:
    """Give the dataset of a name.

    Raises:
        InputError: there is none.
        OutsideError: its values lie in another file.
    """
    found = hdf5.own_dataset(content, variable) if variable else None
    if found is None:
        # MATLAB keeps what its cells hold below #refs#.
        names = [name for name in hdf5.dataset_names(content) if not name.startswith("#")]
        raise no_variable(variable, names, file)
    return found


def _check_names(dataset: h5py.Dataset, dimensions: Sequence[str], file: Path) -> None:
    names = [Path(scales[0].name or "").name if len(scales) else "" for scales in dataset.dims]
    if len(names) == 3 and any(
        name in _NAMES and name != said for name, said in zip(names, dimensions, strict=True)
    ):
        expected = f"the names that the file gives, {listed(names)}"
        raise fault("recording.dimensions", expected, listed(dimensions), file)


def _unpacked(dataset: h5py.Dataset, variable: str, file: Path) -> Array:
    """Read values as netCDF files mark and pack them: CF conventions, 2.5.1 and 8.1."""
    stored = dataset[...]
    array = numbers(stored, variable, file)
    for marker in ("_FillValue", "missing_value"):
        if marker in dataset.attrs:
            array[np.isin(stored, dataset.attrs[marker])] = np.nan
    return array * _packing(dataset, "scale_factor", 1.0, file) + _packing(
        dataset, "add_offset", 0.0, file
    )


def _packing(dataset: h5py.Dataset, name: str, otherwise: float, file: Path) -> float:
    value = np.asarray(dataset.attrs.get(name, otherwise))
    if value.size != 1 or value.dtype.kind not in "iuf" or not np.isfinite(value).all():
        expected = f"the attribute {name} to be one number for the whole array"
        raise fault("recording.variable", expected, str(value.tolist()), file)
    return float(value.item())
