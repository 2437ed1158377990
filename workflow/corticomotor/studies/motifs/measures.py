"""Errors and failures of networks, from their evaluations, and what preparatory modules do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from corticomotor.arrays import Array

if TYPE_CHECKING:
    from corticomotor.runtime.store import Dataset

# When rates should have decayed, in time constants (figure 12).
DECAY = 7.0


def random_errors(evaluation: xr.Dataset) -> Array:
    """Root mean squared error of each motif from random states (motif,)."""
    errors: Array = evaluation["random_error"].mean(("repetition", "start")).values
    return errors


def random_squared_errors(evaluation: xr.Dataset) -> Array:
    """Mean squared error of each motif from random states (motif,)."""
    errors: Array = (evaluation["random_error"] ** 2).mean(("repetition", "start")).values
    return errors


def transition_errors(evaluation: xr.Dataset, interrupted_at: float = 1.0) -> Array:
    """Root mean squared error of each motif after the other motifs (motif,).

    Args:
        evaluation: of a network (`contracts.EVALUATION`) or of the thalamocortical model.
        interrupted_at: part of the first motif after which the second began.
    """
    errors: Array = (
        _after_others(evaluation, interrupted_at)
        .mean(("repetition", "first_motif"), skipna=True)
        .values
    )
    return errors


def interrupted_errors(evaluation: xr.Dataset) -> Array:
    """Root mean squared error of each motif after parts of the others, their mean (motif,)."""
    parts = evaluation["interrupted_at"].values
    return np.asarray(
        np.mean([transition_errors(evaluation, float(part)) for part in parts], axis=0)
    )


def errors_when_learned(forgetting: xr.Dataset) -> Array:
    """Error of each motif right after it was learned in turn (motif,)."""
    return np.diag(forgetting["error"].values)


def errors_at_the_end(forgetting: xr.Dataset) -> Array:
    """Error of each motif but the last, after all others were learned (motif,)."""
    errors: Array = forgetting["error"].values[-1, :-1]
    return errors


def failure_rate(evaluation: xr.Dataset, factor: float) -> float:
    """Fraction of transitions whose error is far above the motif's own.

    Args:
        evaluation: of a network (`contracts.EVALUATION`) or of the thalamocortical model.
        factor: an error above so many times the motif's median from random states, in the same
            repetition, is a failure.
    """
    errors = _after_others(evaluation, 1.0)
    limit = factor * evaluation["random_error"].median("start")
    failed = (errors > limit).where(errors.notnull())
    return float(failed.mean(skipna=True))


def failure_rate_after(evaluation: xr.Dataset, factor: float, preparation_duration: float) -> float:
    """`failure_rate` of the first repetition, with errors from the end of preparation on alone.

    While a motif is prepared, the network still carries what came before.

    Args:
        evaluation, factor: see `failure_rate`.
        preparation_duration: length of the preparation in time constants.
    """
    later = evaluation["time"] > preparation_duration + 1e-9

    def errors(output: xr.DataArray) -> xr.DataArray:
        deviation = (output - evaluation["target"]).where(later, drop=True)
        squared: xr.DataArray = (deviation**2).mean("time", skipna=False)
        return squared**0.5

    across = errors(evaluation["transition_output"])
    limit = factor * errors(evaluation["random_output"]).median("start")
    return float((across > limit).where(across.notnull()).mean(skipna=True))


def relative_rate_norm(module: xr.Dataset, after: float) -> float:
    """Norm of the rates with a preparatory module over that at the start, mean over trials.

    Args:
        module: see `contracts.PREPARATORY_MODULE`.
        after: time constants since the start; the last on record if that is earlier.
    """
    norm = module["rate_norm"]
    later = norm.sel(time=after, method="nearest")
    return float((later / norm.isel(time=0)).mean())


def network_measures(
    evaluation: xr.Dataset,
    module: xr.Dataset | None,
    *,
    failure_factor: float,
    preparation_duration: float,
) -> dict[str, float]:
    """Measure one network of one replicate.

    Args:
        evaluation: of the network, see `contracts.EVALUATION`.
        module: its preparatory module, see `contracts.PREPARATORY_MODULE`; None without.
        failure_factor: see `failure_rate`.
        preparation_duration: length of the preparation in time constants.

    Returns:
        The variables of `contracts.MEASURES`.
    """
    return {
        "random_error": float(random_errors(evaluation).mean()),
        "transition_error": float(transition_errors(evaluation).mean()),
        "failure_rate": failure_rate(evaluation, failure_factor),
        "rate_norm": np.nan if module is None else relative_rate_norm(module, preparation_duration),
    }


def measure_network(
    evaluations: Sequence[Dataset],
    modules: Sequence[Dataset],
    *,
    failure_factor: float,
    preparation_duration: float,
) -> dict[str, list[float]]:
    """Measure a network in all replicates.

    Args:
        evaluations: of each replicate (`contracts.EVALUATION`).
        modules: its preparatory module in each replicate (`contracts.PREPARATORY_MODULE`), or
            nothing.
        failure_factor, preparation_duration: see `network_measures`.

    Returns:
        The variables of `contracts.MEASURES`.
    """
    prepared: Sequence[Dataset | None] = modules or [None] * len(evaluations)
    measured = [
        network_measures(
            evaluation.to_xarray(),
            None if module is None else module.to_xarray(),
            failure_factor=failure_factor,
            preparation_duration=preparation_duration,
        )
        for evaluation, module in zip(evaluations, prepared, strict=True)
    ]
    return {name: [each[name] for each in measured] for name in measured[0]}


def measure_module(modules: Sequence[Dataset]) -> dict[str, list[float]]:
    """Measure a preparatory module in all replicates.

    Args:
        modules: of each replicate (`contracts.PREPARATORY_MODULE`).

    Returns:
        The variables of `contracts.MODULE_MEASURES`.
    """
    return {
        "rate_norm": [relative_rate_norm(each.to_xarray(), DECAY) for each in modules],
        "largest_real_part": [float(each["eigenvalue_real"].values.max()) for each in modules],
    }


def _after_others(evaluation: xr.Dataset, interrupted_at: float) -> xr.DataArray:
    errors = evaluation["transition_error"]
    if "interrupted_at" in errors.dims:
        errors = errors.sel(interrupted_at=interrupted_at, method="nearest")
    return errors
