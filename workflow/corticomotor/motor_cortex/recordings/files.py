"""Read a whole recording, whatever its format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.motor_cortex.recordings.faults import fault
from corticomotor.motor_cortex.recordings.hierarchical import hdf5_array
from corticomotor.motor_cortex.recordings.matlab import matlab_array
from corticomotor.motor_cortex.recordings.samples import Samples
from corticomotor.motor_cortex.recordings.tables import read_table
from corticomotor.runtime.errors import InputError
from corticomotor.runtime.hdf5 import OutsideError

if TYPE_CHECKING:
    from corticomotor.motor_cortex.settings import Recording

_DIMENSIONS = ("reach", "time", "muscle")
_SUFFIXES = (".mat", ".h5", ".hdf5", ".nc", ".csv")


def read_recording(recording: Recording, base: Path | None = None) -> Samples:
    """Read the whole recording.

    Args:
        recording: settings.
        base: see `recorded_emg`.

    Raises:
        InputError: there is no such file or variable, or it is not an array of numbers with
            three dimensions, or lies in another file.
    """
    file = file_of(recording, base)
    if not file.exists():
        raise fault("recording.path", "a file", f"none at {file.absolute()}", file)
    if not file.is_file():
        kind = "a directory" if file.is_dir() else "something that is not a plain file"
        raise fault("recording.path", "a file", kind, file)
    suffix = file.suffix.lower()
    if suffix not in _SUFFIXES:
        found = f"the suffix {suffix!r}"
        if suffix in (".npy", ".npz"):
            found += ", which is not read because it can hold pickled code"
        raise fault("recording.path", "a .mat, .h5, .hdf5, .nc or .csv file", found, file)
    try:
        if suffix == ".csv":
            return read_table(file, recording.sampling_rate_hz)
        if suffix == ".mat":
            array = matlab_array(file, recording.variable)
        else:
            array = hdf5_array(file, recording.variable, recording.dimensions)
    except InputError:
        raise
    except OutsideError as error:
        expected = "a file that holds its values itself"
        raise fault("recording.path", expected, str(error), file) from error
    except Exception as error:  # the parsers meet damage in many ways: zlib, HDF5, memory, …
        found = f"one that cannot be read: {type(error).__name__}: {error}"
        raise fault("recording.path", f"an intact {suffix} file", found, file) from error
    return Samples(_in_order(array, recording, file))


def file_of(recording: Recording, base: Path | None) -> Path:
    """Give the path of a recording; `~` is the home of the user."""
    return (base or Path()) / Path(recording.path).expanduser()


def _in_order(array: Array, recording: Recording, file: Path) -> Array:
    """Put the dimensions in the order reach, time, muscle."""
    is_matlab = file.suffix.lower() == ".mat"
    if is_matlab and array.ndim == 2 and recording.dimensions[-1] == "muscle":
        # MATLAB has no arrays with a last dimension of 1, and one muscle may be all there is.
        array = array[:, :, None]
    if array.ndim != 3:
        expected = f"an array with the dimensions {' × '.join(recording.dimensions)}"
        if is_matlab and array.ndim == 2:
            expected += " (MATLAB drops a last dimension of 1: name muscle last if there is one)"
        found = f"{recording.variable!r} of shape {array.shape}"
        raise fault("recording.variable", expected, found, file)
    order = sorted(range(3), key=lambda axis: _DIMENSIONS.index(recording.dimensions[axis]))
    return np.ascontiguousarray(array.transpose(order))
