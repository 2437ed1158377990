"""The figures of merit of the motor-motifs study, with the replicate as their unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import xarray as xr

from corticomotor.arrays import Array
from corticomotor.statistics import Merit, figure_of_merit, ratio_of_means
from corticomotor.studies.motifs.measures import (
    DECAY,
    errors_at_the_end,
    errors_when_learned,
    failure_rate,
    interrupted_errors,
    random_errors,
    random_squared_errors,
    relative_rate_norm,
    transition_errors,
)

Replicates = Sequence[xr.Dataset]
Measure = Callable[[xr.Dataset], Array]


def figures_of_merit(
    *,
    evaluations: Mapping[str, Replicates],
    modules: Mapping[str, Replicates],
    forgetting: Replicates,
    thalamocortical: Replicates,
    failure_factor: float,
) -> dict[str, Merit]:
    """Put the study's main claims in numbers; networks have additive inputs and learn step motifs.

    Values and intervals are those of the summary's details.

    Args:
        evaluations: network -> evaluation of each replicate.
        modules: architecture -> preparatory module of each replicate.
        forgetting: of each replicate.
        thalamocortical: model of each replicate.
        failure_factor: see `failure_rate`.
    """
    plain, prepared = evaluations["additive"], evaluations["additive_prepared"]
    two_input = evaluations["two_input"]

    def compared(a: Replicates, of_a: Measure, b: Replicates, of_b: Measure) -> Merit:
        found = ratio_of_means(_means(a, of_a), _means(b, of_b))
        interval = [found.low, found.high] if len(a) > 1 else None
        return {"value": found.value, "interval": interval, "n": len(a)}

    def failed(replicates: Replicates) -> Merit:
        rates = [failure_rate(each, failure_factor) for each in replicates]
        return figure_of_merit(rates, within=(0, 1))

    def rate_norm(replicates: Replicates) -> Merit:
        norms = [relative_rate_norm(each, DECAY) for each in replicates]
        return figure_of_merit(norms, within=(0, np.inf))

    return {
        "transition_over_random": compared(plain, transition_errors, plain, random_errors),
        "transition_over_random_prepared": compared(
            prepared, transition_errors, prepared, random_errors
        ),
        "transition_over_random_thalamocortical": compared(
            thalamocortical, transition_errors, thalamocortical, random_errors
        ),
        "failed_transitions": failed(plain),
        "failed_transitions_prepared": failed(prepared),
        "preparation_over_none_transition_rmse": compared(
            prepared, transition_errors, plain, transition_errors
        ),
        "preparation_over_none_random_squared_error": compared(
            prepared, random_squared_errors, plain, random_squared_errors
        ),
        "two_input_over_preparation_interrupted_rmse": compared(
            two_input, interrupted_errors, prepared, interrupted_errors
        ),
        "rate_norm_at_7_tau": rate_norm(modules["additive"]),
        "rate_norm_at_7_tau_multiplicative": rate_norm(modules["multiplicative"]),
        "forgotten_over_learned": compared(
            forgetting, errors_at_the_end, forgetting, errors_when_learned
        ),
    }


def _means(replicates: Replicates, measure: Measure) -> Array:
    """Means over the motifs of each replicate (replicate,)."""
    return np.array([measure(each).mean() for each in replicates])
