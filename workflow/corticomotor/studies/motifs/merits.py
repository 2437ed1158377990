"""The figures of merit of the motor-motifs study, with the replicate as their unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import xarray as xr

from corticomotor.arrays import Array
from corticomotor.statistics import Merit, figure_of_merit, resampled
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
    rng: np.random.Generator,
    *,
    evaluations: Mapping[str, Replicates],
    modules: Mapping[str, Replicates],
    forgetting: Replicates,
    thalamocortical: Replicates,
    failure_factor: float,
) -> dict[str, Merit]:
    """Put the study's main claims in numbers; networks have additive inputs and learn step motifs.

    Values are those of the summary's details, where intervals and tests count motifs instead.

    Args:
        rng: draws the bootstrap samples.
        evaluations: network -> evaluation of each replicate.
        modules: architecture -> preparatory module of each replicate.
        forgetting: of each replicate.
        thalamocortical: model of each replicate.
        failure_factor: see `failure_rate`.
    """
    plain, prepared = evaluations["additive"], evaluations["additive_prepared"]
    two_input = evaluations["two_input"]

    def ratio(a: Replicates, of_a: Measure, b: Replicates, of_b: Measure) -> Merit:
        pairs = [[of_a(x).mean(), of_b(y).mean()] for x, y in zip(a, b, strict=True)]
        return resampled(
            rng, np.array(pairs), lambda drawn: np.divide(*np.moveaxis(drawn.mean(axis=-2), -1, 0))
        )

    def failed(replicates: Replicates) -> Merit:
        return figure_of_merit(rng, [failure_rate(each, failure_factor) for each in replicates])

    def rate_norm(replicates: Replicates) -> Merit:
        return figure_of_merit(rng, [relative_rate_norm(each, DECAY) for each in replicates])

    return {
        "transition_over_random": ratio(plain, transition_errors, plain, random_errors),
        "transition_over_random_prepared": ratio(
            prepared, transition_errors, prepared, random_errors
        ),
        "transition_over_random_thalamocortical": ratio(
            thalamocortical, transition_errors, thalamocortical, random_errors
        ),
        "failed_transitions": failed(plain),
        "failed_transitions_prepared": failed(prepared),
        "preparation_over_none_transition_rmse": ratio(
            prepared, transition_errors, plain, transition_errors
        ),
        "preparation_over_none_random_squared_error": ratio(
            prepared, random_squared_errors, plain, random_squared_errors
        ),
        "two_input_over_preparation_interrupted_rmse": ratio(
            two_input, interrupted_errors, prepared, interrupted_errors
        ),
        "rate_norm_at_7_tau": rate_norm(modules["additive"]),
        "rate_norm_at_7_tau_multiplicative": rate_norm(modules["multiplicative"]),
        "forgotten_over_learned": ratio(
            forgetting, errors_at_the_end, forgetting, errors_when_learned
        ),
    }
