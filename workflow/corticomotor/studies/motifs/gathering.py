"""Datasets of many files, by network and replicate."""

from collections.abc import Iterable, Sequence

import xarray as xr

from corticomotor.runtime import store
from corticomotor.runtime.store import Contract
from corticomotor.studies.motifs import contracts


def by_network(
    paths: Sequence[str], contract: Contract, names: Sequence[str]
) -> dict[str, list[xr.Dataset]]:
    """Read the files of all replicates by network; the paths come network by network."""
    each = len(paths) // len(names)
    return {
        name: store.read_all(paths[each * place : each * (place + 1)], contract)
        for place, name in enumerate(names)
    }


def by_loops(paths: Iterable[str]) -> dict[int, list[xr.Dataset]]:
    """Read preparatory modules by their number of loops."""
    modules: dict[int, list[xr.Dataset]] = {}
    for module in store.read_all(paths, contracts.PREPARATORY_MODULE):
        modules.setdefault(module.sizes["loop"], []).append(module)
    return modules


def least_errors(paths: Iterable[str]) -> dict[tuple[str, float, float], list[float]]:
    """Read the least error of each replicate by architecture, gain and loop gain.

    The loop gain is 0 for architectures without loops.
    """
    errors: dict[tuple[str, float, float], list[float]] = {}
    for path in paths:
        found = store.read(path, contracts.PAIRS)
        architecture = store.attributes(path)["settings"]["network"]["architecture"]
        loop_gain = float(found["loop_gain"]) if architecture == "multiplicative" else 0.0
        key = (architecture, float(found["gain"]), loop_gain)
        errors.setdefault(key, []).append(float(found["least_error"]))
    return errors
