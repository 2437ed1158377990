"""What a report says of a sweep."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from corticomotor.sweeps.arrangement import (
    Arrangement,
    Combine,
    arrange,
    is_number,
    ordered,
    unaffected,
)
from corticomotor.sweeps.values import decoded, shown

# More numbers are told by their range.
_MOST_LISTED = 4


def summary_of(table: xr.Dataset) -> list[dict[str, Any]]:
    """Combinations of a sweep as plain values.

    Each has its number (`combination`), its `settings` by path, and for each of its `networks` the
    means of the measures over the replicates that have one; None if none has.
    """
    swept = {
        str(name): decoded(column.values)
        for name, column in table.data_vars.items()
        if column.dims == ("combination",)
    }
    means = {
        str(name): values.mean("replicate", skipna=True).transpose("combination", "network").values
        for name, values in table.data_vars.items()
        if name not in swept
    }
    networks = table["network"].values.tolist()
    return [
        {
            "combination": number,
            "settings": {path: values[index] for path, values in swept.items()},
            "networks": {
                network: {
                    name: float(mean[index, place]) if np.isfinite(mean[index, place]) else None
                    for name, mean in means.items()
                }
                for place, network in enumerate(networks)
            },
        }
        for index, number in enumerate(table["combination"].values.tolist())
    ]


def describe(
    table: xr.Dataset,
    swept: Sequence[str],
    title: str,
    combine: Combine,
    labels: Mapping[str, str],
) -> str:
    """Caption of a sweep's figure, in two sentences.

    Args:
        table: of the sweep, see `table_contract`.
        swept: paths of its settings.
        title: what the sweep is about.
        combine: see `arrange`.
        labels: of the networks, by their names.
    """
    varied = _listed([f"{path} ({_range(table, path)})" for path in swept])
    if combine == "zip" and len(swept) > 1:
        varied += " in step"
    # Some names have commas.
    networks = "; ".join(labels[name] for name in table["network"].values.tolist())
    counts = (
        f"{_counted(table, 'combination')} with {_counted(table, 'replicate')} each ({networks})"
    )
    # Titles may be questions.
    heading = f"{title} " if title.endswith(("?", ".")) else f"{title}: " if title else ""
    drawn = "; ".join(_places(table, arrange(table, swept, combine)))
    return f"{heading}{varied}, {counts}. {drawn[0].upper()}{drawn[1:]}."


def _places(table: xr.Dataset, arrangement: Arrangement) -> list[str]:
    """What stands for what, each as half a sentence."""
    if table.sizes["replicate"] > 1:
        drawn = "means over replicates with 95 % intervals"
    else:
        drawn = "values of the one replicate"
    places = [f"markers show {drawn}"]
    if arrangement.x is None:
        places.append(
            "combinations stand in the order of the sweep's table, by their numbers there"
        )
    if arrangement.color is not None:
        places.append(f"colours stand for {arrangement.color}")
        if arrangement.marked:
            places.append(f"lines and markers for {_listed(arrangement.marked)}")
        if table.sizes["network"] > 1:
            places.append("each row is one network")
    elif unaffected(table):
        places.append("lines and bands without markers are networks that are the same throughout")
    return places


def _range(table: xr.Dataset, path: str) -> str:
    """Such as "1 to 10", or the values if they are few or no numbers."""
    values = decoded(ordered(table, path))
    if len(values) > _MOST_LISTED and is_number(table, path):
        return f"{shown(values[0])} to {shown(values[-1])}"
    return ", ".join(map(shown, values))


def _listed(items: Sequence[str]) -> str:
    """Such as "a, b and c"."""
    *others, last = items
    return f"{', '.join(others)} and {last}" if others else last


def _counted(table: xr.Dataset, dim: str) -> str:
    """Such as "3 replicates"."""
    count = table.sizes[dim]
    return f"{count} {dim}{'s' if count > 1 else ''}"
