"""The tidy table of a sweep: its settings and measures combination by combination, and as CSV."""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corticomotor.runtime.files import replaced
from corticomotor.sweeps.contract import DIMS
from corticomotor.sweeps.values import decoded, encoded, shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.runtime.store import Dataset


def tabulate(
    swept: Sequence[str],
    combinations: Sequence[Sequence[Any]],
    measures: Mapping[str, Sequence[Dataset]],
) -> dict[str, ArrayLike]:
    """Return the table of a sweep, see `table_contract`.

    Args:
        swept: paths of the settings.
        combinations: for each combination the values of the settings.
        measures: network -> what was measured at each combination, of the same replicates.

    Raises:
        ValueError: the measures are not one for each combination, or differ in replicates.
    """
    networks = list(measures)
    first = measures[networks[0]][0]
    replicates = first["replicate"].values
    for each in itertools.chain.from_iterable(measures.values()):
        if not np.array_equal(each["replicate"].values, replicates):
            raise ValueError(
                f"expected replicates {replicates.tolist()} at all combinations, found "
                f"{each['replicate'].values.tolist()}"
            )
    for network, found in measures.items():
        if len(found) != len(combinations):
            raise ValueError(
                f"{network}: expected measures at {len(combinations)} combinations, "
                f"found {len(found)}"
            )
    columns = zip(*combinations, strict=True)
    settings = {path: encoded(values) for path, values in zip(swept, columns, strict=True)}
    # (network, combination, replicate), in the order of DIMS.
    values = {
        name: np.stack(
            [[each[name].values for each in measures[network]] for network in networks]
        ).transpose(1, 2, 0)
        for name in first
        if name != "replicate"
    }
    axes = {
        "combination": np.arange(1, len(combinations) + 1),
        "replicate": replicates,
        "network": np.array(networks),
    }
    return {**settings, **values, **axes}


def write_csv(path: str | Path, table: Mapping[str, ArrayLike], swept: Sequence[str]) -> None:
    """Write a table as CSV, one row for each combination, network and replicate.

    Numbers are written in full precision; the field of a missing value is empty.

    Args:
        path: the file.
        table: see `tabulate`.
        swept: paths of the settings.
    """
    columns = {name: np.asarray(values).tolist() for name, values in table.items()}
    measures = [name for name in columns if name not in (*swept, *DIMS)]
    settings = {
        name: [
            value if isinstance(value, float) else shown(value) for value in decoded(columns[name])
        ]
        for name in swept
    }
    axes = {name: list(enumerate(columns[name])) for name in DIMS}
    with replaced(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["combination", *swept, "network", "replicate", *measures])
        rows = itertools.product(axes["combination"], axes["network"], axes["replicate"])
        for (c, combination), (n, network), (r, replicate) in rows:
            measured = [columns[name][c][r][n] for name in measures]
            writer.writerow(
                [
                    combination,
                    *(settings[name][c] for name in swept),
                    network,
                    replicate,
                    *("" if math.isnan(value) else value for value in measured),
                ]
            )
