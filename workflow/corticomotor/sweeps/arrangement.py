"""How the combinations of a sweep are laid out in its figure, and said to be in its caption."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import xarray as xr

Combine = Literal["product", "zip"]

# As many as can be told apart, or have room.
_MOST_MARKED = 4
_MOST_ROWS = 6


@dataclass(frozen=True)
class Arrangement:
    """What shows which setting.

    Attributes:
        x: setting along the x axis; none where the combinations are numbered.
        beside: settings that change along with x.
        color: setting that colours tell apart; without one, colours are those of networks.
        marked: settings whose combinations lines and markers tell apart.
    """

    x: str | None
    beside: tuple[str, ...] = ()
    color: str | None = None
    marked: tuple[str, ...] = ()


def arrange(table: xr.Dataset, swept: Sequence[str], combine: Combine) -> Arrangement:
    """Lay out the combinations of a sweep.

    Args:
        table: of the sweep, see `table_contract`.
        swept: paths of its settings.
        combine: whether all values are combined, or the first values, the second etc.

    Returns:
        The first setting along x and the others by colour, lines and markers, or along with x. If
        there are too many for that, or x would not tell combinations apart, these are numbered.
    """
    # What has the same value everywhere needs no place.
    changing = [path for path in swept if len(distinct(table, [path])) > 1]
    first, *others = changing or swept[:1]
    if not others or combine == "zip":
        told_apart = len(distinct(table, [first])) == table.sizes["combination"]
        return Arrangement(first, beside=tuple(others)) if told_apart else Arrangement(None)
    marked = tuple(others[1:])
    if table.sizes["network"] > _MOST_ROWS or len(distinct(table, marked)) > _MOST_MARKED:
        return Arrangement(None)
    return Arrangement(first, color=others[0], marked=marked)


def distinct(table: xr.Dataset, paths: Sequence[str]) -> list[tuple[Any, ...]]:
    """Distinct combinations of values of settings, in their order in the columns of a table."""
    columns = [table[path].values.tolist() for path in paths]
    return list(dict.fromkeys(zip(*columns, strict=True)))


def ordered(table: xr.Dataset, path: str) -> list[Any]:
    """Distinct values in a setting's column: numbers in ascending order, others as they come."""
    values = [value for (value,) in distinct(table, [path])]
    return sorted(values) if is_number(table, path) else values


def is_number(table: xr.Dataset, path: str) -> bool:
    """Whether all values of a setting are numbers."""
    return bool(table[path].dtype.kind in "iuf")


def unaffected(table: xr.Dataset) -> list[str]:
    """Networks that none of several combinations changes: all their measures are equal."""
    if table.sizes["combination"] < 2:
        return []

    def same(network: str) -> bool:
        found = table.sel(network=network)
        return all(
            np.array_equal(values, np.broadcast_to(values[:1], values.shape), equal_nan=True)
            for values in (
                found[name].transpose("combination", "replicate").values
                for name in table.data_vars
                if "replicate" in table[name].dims
            )
        )

    return [network for network in table["network"].values.tolist() if same(network)]
