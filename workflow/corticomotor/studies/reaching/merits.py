"""The figures of merit, each with its interval over replicates.

The network, table or agent of a replicate is the unit, and comparisons are made within a replicate,
whose models are tested on the same reaches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from corticomotor.statistics import Merit, compared, figure_of_merit
from corticomotor.studies.reaching import measures

Replicates = Sequence[xr.Dataset]
Named = Mapping[str, Replicates]
# Whose hidden activity stands for the study in the comparison with motor cortex, and when.
_COMPARED, _PHASE, _CIRCUIT = "positions", "before", "synthetic"
# What errors, and numbers of moves over the fewest, can be.
_ERRORS, _MOVES = (0.0, np.inf), (1.0, np.inf)


def of_sequence_models(networks: Named) -> dict[str, Merit]:
    """Errors of the published standard model and of both feedback models."""
    standard, positions = networks["standard"], networks["positions"]
    found = {
        "standard_end_error": [measures.free_error(each) for each in standard],
        "standard_velocity_error": [
            measures.kinematics_error(each, "velocity") for each in standard
        ],
        "standard_force_crossing_error": [measures.force_error(each) for each in standard],
        "buffer_end_error": [measures.free_error(each) for each in positions],
        "buffer_force_crossing_error": [measures.force_error(each) for each in positions],
        "published_buffer_end_error": [
            measures.free_error(each) for each in networks["accelerations"]
        ],
    }
    after = [measures.free_error(each, "after") for each in positions]
    before = [measures.free_error(each) for each in positions]
    control = [measures.free_error(each, "control_after") for each in positions]
    return {
        **{name: figure_of_merit(values, within=_ERRORS) for name, values in found.items()},
        "buffer_over_standard_force": ratio(
            found["buffer_force_crossing_error"], found["standard_force_crossing_error"]
        ),
        "buffer_recovery_ratio": ratio(after, before),
        "buffer_force_over_control": ratio(after, control),
    }


def ratio(a: Sequence[float], b: Sequence[float]) -> Merit:
    """A over b, replicate by replicate; those that one of both lacks are left out."""
    count = min(len(a), len(b))
    with np.errstate(divide="ignore", invalid="ignore"):
        return compared(np.divide(a[:count], b[:count]), 1)


def of_tables(tables: Replicates) -> dict[str, Merit]:
    """Moves over the exact optimum, without and with the field."""
    found = {}
    for name, field in (("", "off"), ("_force", "on")):
        ratios = [
            measures.moves_over_optimum(
                *(each[kind].sel(field=field).values for kind in ("moves", "optimal_moves"))
            )
            for each in tables
        ]
        found[f"tabular_steps_over_optimum{name}"] = figure_of_merit(ratios, within=_MOVES)
    return found


def of_deep_q(runs: Named) -> dict[str, Merit]:
    """What deep Q-networks reach, what the graded radius saves, and what pixels cost."""
    parameters = runs["parameters"]
    pixels = runs["pixels"]

    def success(found: Replicates) -> Merit:
        # No interval of a part goes beyond all of it.
        return figure_of_merit([measures.success(each) for each in found], within=(0.0, 1.0))

    return {
        "dqn_parameters_success": success(parameters),
        "dqn_parameters_steps_over_optimum": figure_of_merit(
            [over_optimum(each) for each in parameters], within=_MOVES
        ),
        "dqn_pixels_success": success(pixels),
        "graded_frames_ratio": frames_ratio(runs["parameters_exact"], parameters),
        "pixels_frames_ratio": frames_ratio(pixels, parameters),
    }


def over_optimum(run: xr.Dataset) -> float:
    """Moves of a deep Q-network over the exact optimum."""
    return measures.moves_over_optimum(run["moves"].values, run["optimal_moves"].values)


def frames_ratio(a: Replicates, b: Replicates) -> Merit:
    """Moves to learn from until solved, those of one training over those of another.

    A training that was never solved counts as solved at its end: the ratio is then a bound.
    """
    return ratio(*([frames_to_solved(each) for each in found] for found in (a, b)))


def frames_to_solved(run: xr.Dataset) -> float:
    """Moves to the test that counts as solved; those of the whole training if there is none."""
    found = float(run["frames_to_solved"])
    return found if np.isfinite(found) else float(run["look_frame"].values[-1])


def of_control(agents: Named, tolerance: float) -> dict[str, Merit]:
    """Hits of the soft actor-critic under the force, after learning in it and before."""
    sac = agents["sac"]

    def hits(phase: str, *, crossing: bool) -> list[float]:
        return [hit_rate(each, phase, "on", tolerance, crossing=crossing) for each in sac]

    after, before = (hits(phase, crossing=True) for phase in ("adaptation", "baseline"))
    found = {
        "control_success": hits("adaptation", crossing=False),
        "control_crossing_success": after,
        "control_untrained_crossing_success": before,
    }
    return {
        **{name: figure_of_merit(each, within=(0.0, 1.0)) for name, each in found.items()},
        "control_crossing_gain": compared(np.subtract(after, before), 0),
    }


def hit_rate(
    agent: xr.Dataset, phase: str, field: str, tolerance: float, *, crossing: bool
) -> float:
    """Part of test reaches that hit: of all, or of those that cross the field."""
    found = measures.hits(agent, phase, field, tolerance)
    return float(found[agent["crosses"].values > 0].mean() if crossing else found.mean())


def of_population(populations: Named) -> dict[str, Merit]:
    """Mean canonical correlation with the circuit of the main job, and that of its surrogates."""
    chosen = [each.sel(phase=_PHASE, circuit=_CIRCUIT) for each in populations[_COMPARED]]
    correlation, chance = (
        [float(each[name].mean()) for each in chosen]
        for name in ("correlation", "surrogate_correlation")
    )
    return {
        "cca_with_circuit": figure_of_merit(correlation, within=(0.0, 1.0)),
        "cca_chance": figure_of_merit(chance, within=(0.0, 1.0)),
        "cca_minus_chance": compared(np.subtract(correlation, chance), 0),
    }
