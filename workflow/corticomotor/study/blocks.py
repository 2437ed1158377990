"""The base of every block of settings.

Settings hold values and checks, never a computation that reaches a result: a job sees them only
through the `params` of its rule.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Block(BaseModel):
    """A frozen block of settings: unknown names, wrong types and NaN are errors."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )


Fraction = Annotated[float, Field(gt=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]

# More than any experiment has: a slip of the keyboard ends in one line, not in days of computation.
MOST = 10_000_000
# Beyond this the weights between all pairs of neurons take more than 3 GB.
LARGEST_POPULATION = 20_000
# More steps of time in one trial than fit into memory with the activity of all neurons.
MOST_STEPS = 100_000
Whole = Annotated[int, Field(ge=0, le=MOST)]
Count = Annotated[int, Field(ge=1, le=MOST)]
Several = Annotated[int, Field(ge=2, le=MOST)]
Size = Annotated[int, Field(ge=1, le=LARGEST_POPULATION)]


def _each_once(values: list[Any]) -> list[Any]:
    if repeated := [value for place, value in enumerate(values) if value in values[:place]]:
        raise ValueError(f"expected each value once, found {repeated[0]} again")
    return values


# Of lists whose values name files or tell results of one file apart.
EachOnce = AfterValidator(_each_once)


class Replicates(Block):
    """Independent repetitions of the whole experiment."""

    count: Size = 3
    """how many"""
