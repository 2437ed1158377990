"""The figures of merit, each with its interval and on how many it rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from corticomotor.statistics import Merit, figure_of_merit
from corticomotor.studies.reaching import measures

Replicates = Sequence[xr.Dataset]
Named = Mapping[str, Replicates]
# Whose hidden activity stands for the study in the comparison with motor cortex, and when.
_COMPARED, _PHASE, _CIRCUIT = "positions", "before", "synthetic"


def of_sequence_models(rng: np.random.Generator, networks: Named) -> dict[str, Merit]:
    """Errors of the published standard model and of both feedback models."""
    standard, positions = networks["standard"], networks["positions"]
    ratios = [measures.free_error(each, "after") / measures.free_error(each) for each in positions]
    found = {
        "standard_end_error": [measures.free_error(each) for each in standard],
        "standard_velocity_error": [
            measures.kinematics_error(each, "velocity") for each in standard
        ],
        "standard_force_crossing_error": [measures.force_error(each) for each in standard],
        "buffer_end_error": [measures.free_error(each) for each in positions],
        "buffer_force_crossing_error": [measures.force_error(each) for each in positions],
        "buffer_recovery_ratio": ratios,
        "published_buffer_end_error": [
            measures.free_error(each) for each in networks["accelerations"]
        ],
    }
    return {name: figure_of_merit(rng, values) for name, values in found.items()}


def of_tables(rng: np.random.Generator, tables: Replicates) -> dict[str, Merit]:
    """Moves over the exact optimum, without and with the field."""
    found = {}
    for name, field in (("", "off"), ("_force", "on")):
        ratios = [
            measures.moves_over_optimum(
                *(each[kind].sel(field=field).values for kind in ("moves", "optimal_moves"))
            )
            for each in tables
        ]
        found[f"tabular_steps_over_optimum{name}"] = figure_of_merit(rng, ratios)
    return found


def of_deep_q(rng: np.random.Generator, runs: Named) -> dict[str, Merit]:
    """What deep Q-networks reach, and what the graded radius saves."""
    parameters = runs["parameters"]
    found = {
        "dqn_parameters_success": [measures.success(each) for each in parameters],
        "dqn_parameters_steps_over_optimum": [over_optimum(each) for each in parameters],
        "dqn_pixels_success": [measures.success(each) for each in runs["pixels"]],
        "graded_frames_ratio": frames_ratios(runs["parameters_exact"], parameters),
    }
    return {
        # No interval of a part goes beyond all of it.
        name: figure_of_merit(rng, values, within=(0.0, 1.0 if "success" in name else np.inf))
        for name, values in found.items()
    }


def over_optimum(run: xr.Dataset) -> float:
    """Moves of a deep Q-network over the exact optimum."""
    return measures.moves_over_optimum(run["moves"].values, run["optimal_moves"].values)


def frames_ratios(exact: Replicates, graded: Replicates) -> list[float]:
    """Moves to learn from with exact hits over those with a graded radius, replicate by replicate.

    A training that was never solved counts as solved at its end: the ratio is then a bound.
    """
    return [
        frames_to_solved(one) / frames_to_solved(other)
        for one, other in zip(exact, graded, strict=False)
    ]


def frames_to_solved(run: xr.Dataset) -> float:
    """Moves to the test that counts as solved; those of the whole training if there is none."""
    found = float(run["frames_to_solved"])
    return found if np.isfinite(found) else float(run["look_frame"].values[-1])


def of_control(rng: np.random.Generator, agents: Named, tolerance: float) -> dict[str, Merit]:
    """Hits of the soft actor-critic under the force, after learning in it and before."""
    sac = agents["sac"]

    def hit(phase: str, *, crossing: bool) -> Merit:
        values = [hit_rate(each, phase, "on", tolerance, crossing=crossing) for each in sac]
        return figure_of_merit(rng, values, within=(0.0, 1.0))

    return {
        "control_success": hit("adaptation", crossing=False),
        "control_crossing_success": hit("adaptation", crossing=True),
        "control_untrained_crossing_success": hit("baseline", crossing=True),
    }


def hit_rate(
    agent: xr.Dataset, phase: str, field: str, tolerance: float, *, crossing: bool
) -> float:
    """Part of test reaches that hit: of all, or of those that cross the field."""
    found = measures.hits(agent, phase, field, tolerance)
    return float(found[agent["crosses"].values > 0].mean() if crossing else found.mean())


def of_population(rng: np.random.Generator, populations: Named) -> dict[str, Merit]:
    """Mean canonical correlation with the circuit of the main job, and that of its surrogates."""
    chosen = [each.sel(phase=_PHASE, circuit=_CIRCUIT) for each in populations[_COMPARED]]
    return {
        "cca_with_circuit": figure_of_merit(
            rng, [float(each["correlation"].mean()) for each in chosen]
        ),
        "cca_chance": figure_of_merit(
            rng, [float(each["surrogate_correlation"].mean()) for each in chosen]
        ),
    }
