"""The state of a long training: a killed job goes on from it to the same bytes as undisturbed.

A file is sealed HDF5: each array under its name, all else as JSON in the attribute `header`.
"""

import glob
import io
import json
import time
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import h5py
import numpy as np
from numpy.typing import NDArray

from corticomotor.runtime import hdf5, sealing
from corticomotor.runtime.errors import InputError
from corticomotor.runtime.files import replaced
from corticomotor.runtime.provenance import value_digest

# Fixed, so that a release of HDF5 with newer formats writes the same bytes.
_HDF5_FORMAT = ("v110", "v110")
_INTERVAL_S = 5.0


@dataclass(frozen=True)
class State:
    """All that a training needs to go on.

    Attributes:
        arrays: numbers by name, a path such as "momentum/weights"; shape, type and values come
            back the same. In memory they come back in C order: of a transposed array, products
            could round differently.
        values: what JSON gives back as it is: text as keys, lists rather than tuples; integers
            of any size and floats are exact.
    """

    arrays: Mapping[str, NDArray[Any]]
    values: dict[str, Any]


class Checkpoint:
    """The file that holds the latest state of a job until its result is written.

    Args:
        path: the file, which belongs to one job alone.
        provenance: what a state belongs to: with any other, a training starts anew.
        interval_s: shortest time between two files, in seconds.
        clock: gives the time in seconds.
    """

    def __init__(
        self,
        path: str | Path,
        provenance: Mapping[str, Any],
        *,
        interval_s: float = _INTERVAL_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = Path(path)
        self._identity = value_digest(provenance)
        self._interval_s = interval_s
        self._clock = clock
        self._saved_s = clock()

    def load(self) -> State | None:
        """Return the saved state.

        None if there is none, or if it is damaged or belongs to another identity: the job then
        starts anew.
        """
        try:
            file = self._path.read_bytes()
        except OSError:
            return None
        # Only sound bytes may reach HDF5.
        if sealing.problem(file):
            return None
        try:
            return self._decoded(file)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save_if_due(self, state: Callable[[], State]) -> bool:
        """Save a state if the interval is over since the last one, or since this object was made.

        Args:
            state: gives the state; only called if it is due.

        Returns:
            whether it was saved.
        """
        if self._clock() - self._saved_s < self._interval_s:
            return False
        self.save(state())
        return True

    def save(self, state: State) -> None:
        """Put a state in the place of the older one.

        Raises:
            TypeError: a value is not JSON, or an array not of numbers.
        """
        content = self._encoded(state)
        with replaced(self._path) as temporary, temporary.open("wb") as file:
            file.write(content)
        # The end counts, so that slow disks are not written to all the time.
        self._saved_s = self._clock()

    def part(self, name: str) -> Self:
        """Give the file of one of several trainings of the job, beside this one."""
        path = self._path.with_suffix(f".{name}{self._path.suffix}")
        part = copy(self)
        part._path = path
        return part

    def remove(self) -> None:
        """Delete the file, those of its parts, and what killed jobs left of theirs."""
        self._path.unlink(missing_ok=True)
        stem, suffix = glob.escape(self._path.stem), self._path.suffix
        for pattern in (f"{stem}.*{suffix}", f".{stem}.*.tmp"):
            for left in self._path.parent.glob(pattern):
                left.unlink(missing_ok=True)

    def _encoded(self, state: State) -> bytes:
        header = {
            "identity": self._identity,
            "arrays": list(state.arrays),
            "values": state.values,
        }
        content = io.BytesIO()
        with h5py.File(content, "w", libver=_HDF5_FORMAT) as file:
            file.attrs["header"] = json.dumps(header)
            sealing.add_seal(file)
            for name, array in state.arrays.items():
                if array.dtype.kind not in "biufc":
                    raise TypeError(f"{name}: expected an array of numbers, found {array.dtype}")
                file.create_dataset(name, data=array, track_times=False)
        return sealing.sealed(content.getvalue())

    def _decoded(self, content: bytes) -> State | None:
        with h5py.File(io.BytesIO(content), "r") as file:
            header = json.loads(file.attrs["header"])
            if header["identity"] != self._identity:
                return None
            arrays = {name: np.asarray(_array(file, name)) for name in header["arrays"]}
        return State(arrays, header["values"])


def _array(file: h5py.File, name: str) -> h5py.Dataset:
    found = hdf5.own_dataset(file, name)
    if found is None:
        raise KeyError(name)
    return found


def checkpoint_path(log: str) -> Path:
    """`results/checkpoints/<job>.h5` for `results/logs/<job>.log`."""
    results, _, job = log.rpartition("logs/")
    return Path(f"{results}checkpoints/{job}").with_suffix(".h5")


def generator_state(rng: np.random.Generator) -> dict[str, Any]:
    """Return where the stream of a PCG64 generator is, as JSON can hold it.

    Raises:
        ValueError: the generator is of another kind.
    """
    if not isinstance(rng.bit_generator, np.random.PCG64):
        raise ValueError(f"expected a PCG64 generator, found {type(rng.bit_generator).__name__}")
    return dict(rng.bit_generator.state)


def restored_generator(state: dict[str, Any]) -> np.random.Generator:
    """Return a generator that draws what the one of `generator_state` would have drawn next.

    Streams that it spawns are not those that the other would have spawned.

    Raises:
        InputError: the state is not one of a PCG64 generator.
    """
    bits = np.random.PCG64(0)
    given: Any = state
    try:
        bits.state = given
        restored = bits.state == state
    except (KeyError, TypeError, ValueError, OverflowError):
        restored = False
    if not restored:
        raise InputError(f"checkpoint: expected the state of a PCG64 generator, found {state!r}")
    return np.random.Generator(bits)
