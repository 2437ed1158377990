"""The tidy table of a sweep: its settings and measures point by point, as HDF5 and as CSV."""

import csv
import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from corticomotor.runtime import store
from corticomotor.runtime.contracts import Contract, Variable
from corticomotor.runtime.files import replaced
from corticomotor.studies.constrained import contracts as constrained
from corticomotor.studies.motifs import contracts as motifs
from corticomotor.sweeps.values import decoded, encoded, shown

_MEASURES = {"constrained": constrained.MEASURES, "motifs": motifs.MEASURES}
_DIMS = ("point", "replicate", "network")
# The names of settings say their units.
_UNITS = {"ms": "ms", "hz": "Hz", "tau": "tau"}


def measures_contract(study: str) -> Contract:
    """What the file of a study holds that measures one network at one point of a sweep."""
    return _MEASURES[study]


def contract(study: str, swept: Sequence[str]) -> Contract:
    """What the file of a study holds in which a sweep over these settings is tabulated."""
    settings = {
        path: Variable(("point",), _UNITS.get(path.rpartition("_")[2], "1"), f"setting {path}")
        for path in swept
    }
    measures = {
        name: replace(variable, dims=_DIMS) for name, variable in _MEASURES[study].variables.items()
    }
    return Contract(
        stage=f"{study}/sweep",
        coordinates={
            "point": ("1", "combination of settings, by its number from 1"),
            "replicate": ("1", "replicate"),
            "network": ("1", "kind of network"),
        },
        variables=settings | measures,
    )


def tabulate(
    study: str,
    swept: Sequence[str],
    points: Sequence[Sequence[Any]],
    networks: Sequence[str],
    measures: Sequence[xr.Dataset],
) -> xr.Dataset:
    """Return the table of a sweep, see `contract`.

    Args:
        study: constrained or motifs.
        swept: paths of the settings.
        points: for each point the values of the settings.
        networks: names of the networks that were measured at each point.
        measures: of all networks at the first point, then at the second and so on, see
            `measures_contract`; all of the same replicates.

    Raises:
        ValueError: the measures are not one for each point and network, or differ in replicates.
    """
    replicates = measures[0]["replicate"].values
    for each in measures:
        if not np.array_equal(each["replicate"].values, replicates):
            raise ValueError(
                f"expected replicates {replicates.tolist()} at all points, found "
                f"{each['replicate'].values.tolist()}"
            )
    columns = zip(*points, strict=True)
    settings = {path: encoded(values) for path, values in zip(swept, columns, strict=True)}
    found = {
        name: np.stack([each[name].values for each in measures])
        .reshape(len(points), len(networks), len(replicates))
        .swapaxes(1, 2)
        for name in _MEASURES[study].variables
    }
    return store.dataset(
        contract(study, swept),
        settings | found,
        {"point": range(1, len(points) + 1), "replicate": replicates, "network": list(networks)},
    )


def write_csv(path: str | Path, table: xr.Dataset, swept: Sequence[str]) -> None:
    """Write a table as CSV, one row for each point, network and replicate.

    Numbers are written in full precision; the field of a missing value is empty.
    """
    measures = [str(name) for name in table.data_vars if name not in swept]
    settings = {
        path: [value if isinstance(value, float) else shown(value) for value in decoded(column)]
        for path, column in ((path, table[path].values) for path in swept)
    }
    values = {name: table[name].transpose(*_DIMS).values.tolist() for name in measures}
    axes = {name: list(enumerate(table[name].values.tolist())) for name in _DIMS}
    with replaced(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["point", *swept, "network", "replicate", *measures])
        rows = itertools.product(axes["point"], axes["network"], axes["replicate"])
        for (p, point), (n, network), (r, replicate) in rows:
            measured = [values[name][p][r][n] for name in measures]
            writer.writerow(
                [
                    point,
                    *(settings[path][p] for path in swept),
                    network,
                    replicate,
                    *("" if math.isnan(value) else value for value in measured),
                ]
            )
