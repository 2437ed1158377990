"""The base of every block of settings.

Settings hold values and checks, never a computation that reaches a result: a job sees them only
through the `params` of its rule.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


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
Count = Annotated[int, Field(ge=1)]


class Replicates(Block):
    """Independent repetitions of the whole experiment."""

    count: Count = 3
    """how many"""
