"""What a stage's file holds, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False)
class DataArray:
    """The values of one name in a dataset.

    Attributes:
        values: numbers, truth values or text.
        dims: a name for each axis.
        units: of the values.
        long_name: what they are.
    """

    values: NDArray[Any]
    dims: tuple[str, ...]
    units: str
    long_name: str

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        return self.values.shape

    @property
    def size(self) -> int:
        """Number of values."""
        return self.values.size

    @property
    def sizes(self) -> dict[str, int]:
        """Length of each dimension."""
        return dict(zip(self.dims, self.shape, strict=True))

    def __len__(self) -> int:
        return len(self.values)

    def __float__(self) -> float:
        return float(self.values)

    def __int__(self) -> int:
        return int(self.values)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.values, dtype=dtype, copy=copy)


@dataclass(frozen=True, eq=False)
class Dataset(Mapping[str, DataArray]):
    """What the file of a stage holds, in memory.

    Attributes:
        arrays: coordinates and variables, by name. A coordinate has its own name as dimension.
    """

    arrays: Mapping[str, DataArray]

    def __getitem__(self, name: str) -> DataArray:
        return self.arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.arrays)

    def __len__(self) -> int:
        return len(self.arrays)

    @property
    def sizes(self) -> dict[str, int]:
        """Length of each dimension."""
        return {name: array.size for name, array in self.items() if array.dims == (name,)}

    def to_xarray(self) -> xr.Dataset:
        """Return the same as xarray has it, for plotting and selections."""
        # Importing xarray takes longer than many a job.
        import xarray as xr

        filled = {
            name: (array.dims, array.values, {"units": array.units, "long_name": array.long_name})
            for name, array in self.items()
        }
        coordinates = {name: filled.pop(name) for name in self.sizes}
        return xr.Dataset(filled, coordinates)
