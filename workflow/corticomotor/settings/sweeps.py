"""Sweeps: settings that take several values, alone or in combination."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from corticomotor.study.blocks import Block

# More jobs than Snakemake plans in a minute, and than a cluster gladly takes.
MOST_COMBINATIONS = 1000
_Values = Annotated[list[Any], Field(min_length=1)]


class Range(Block):
    """Evenly spaced values, rounded for a setting that is a whole number."""

    first: float
    """the first value"""
    last: float
    """the last value"""
    count: Annotated[int, Field(ge=2, le=MOST_COMBINATIONS)]
    """how many"""
    spacing: Literal["linear", "logarithmic"] = "linear"
    """linear, or logarithmic: the same ratio between neighbours"""

    @model_validator(mode="after")
    def _logarithms_exist(self) -> Self:
        if self.spacing == "logarithmic" and min(self.first, self.last) <= 0:
            raise ValueError("a logarithmic range needs a first and a last value above 0")
        return self

    def values(self) -> list[float]:
        """Return the values; the ends are exact."""
        first, last, steps = self.first, self.last, self.count - 1
        if self.spacing == "logarithmic":
            between = [first * (last / first) ** (i / steps) for i in range(1, steps)]
        else:
            between = [first + (last - first) * i / steps for i in range(1, steps)]
        # Twelve digits, so that 0.1 + 0.2 is called 0.3.
        return [first, *(float(f"{value:.12g}") for value in between), last]


class Sweep(Block):
    """One or more settings of a study take several values; everything else stays as configured."""

    title: str = ""
    """the question that it answers, for its figure and the report"""
    vary: dict[str, _Values | Range]
    """values of each setting, by its path: a list, or {first, last, count, spacing}"""
    combine: Literal["product", "zip"] = "product"
    """product (each value with each) or zip (first with first, second with second, ...)"""
    networks: list[str] = []
    """networks to train, where the study has several; those that `vary` names need not be given"""

    @model_validator(mode="after")
    def _varies_something(self) -> Self:
        if not self.vary:
            raise ValueError("vary: expected at least one setting, found none")
        return self
