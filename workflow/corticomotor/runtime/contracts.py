"""What a stage's file holds. Apart from the store: declarations need neither HDF5 nor numpy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

# Attributes that every file has: what it is and what it was made with.
RESERVED = {
    *("stage", "data", "seal", "settings", "seed", "replicate"),
    *("code", "told", "versions", "inputs", "identity"),
}


@dataclass(frozen=True)
class Variable:
    """One variable of a stage's file; non-finite values are an error unless it may be missing."""

    dims: tuple[str, ...]
    units: str
    long_name: str
    may_be_missing: bool = False


@dataclass(frozen=True)
class Contract:
    """What a stage's file holds.

    Attributes:
        stage: name of the stage.
        variables: by name.
        coordinates: (units, long name) of each dimension.
        notes: what else a reader must know, such as the equation that the variables stand in: text
            by name, attributes of the file.
    """

    stage: str
    variables: Mapping[str, Variable]
    coordinates: Mapping[str, tuple[str, str]]
    notes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if taken := RESERVED & set(self.notes):
            raise ValueError(f"{self.stage}: notes need other names than {sorted(taken)}")
        for name, variable in self.variables.items():
            if name in self.coordinates or not set(variable.dims) <= set(self.coordinates):
                raise ValueError(
                    f"{self.stage}: {name} has the dimensions {variable.dims}; each needs a "
                    f"coordinate of another name than a variable, found {list(self.coordinates)}"
                )

    @property
    def layout(self) -> dict[str, Variable]:
        """Coordinates and variables alike, in the order of the file."""
        axes = {name: Variable((name,), *text) for name, text in self.coordinates.items()}
        return axes | dict(self.variables)

    def as_values(self) -> dict[str, Any]:
        """Give the contract as plain values, as the params of a job hold it."""
        return asdict(self)


def contract_of(values: Mapping[str, Any]) -> Contract:
    """Give the contract that `Contract.as_values` gave as plain values."""
    return Contract(
        values["stage"],
        {
            name: Variable(**{**each, "dims": tuple(each["dims"])})
            for name, each in values["variables"].items()
        },
        {name: (units, text) for name, (units, text) in values["coordinates"].items()},
        values["notes"],
    )
