"""What the report says beside the figures of merit, means over replicates if nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import xarray as xr

from corticomotor.statistics import Merit, compared, finite
from corticomotor.studies.reaching import measures, merits

Replicates = Sequence[xr.Dataset]
Named = Mapping[str, Replicates]
# A model fails under force if its error is larger than without by this factor.
FAILURE = 3.0


def of_sequence_models(networks: Named) -> dict[str, Any]:
    """Errors of each model in each phase, and what is said of two of them."""
    return {
        name: _of_model(replicates) | _beside(networks, name)
        for name, replicates in networks.items()
    } | {"budget": _budget(networks["standard"])}


def _beside(networks: Named, name: str) -> dict[str, Any]:
    """Errors over those of the published model of the family, replicate by replicate.

    Without a force standard models stand beside the standard one, others beside feedback of
    positions; under the force all stand beside the latter.
    """
    base = "standard" if name.startswith("standard") else "positions"
    found = {"free_over": (measures.free_error, base)}
    if "under" in networks[name][0]["phase"].values:
        found["crossing_over"] = (measures.force_error, "positions")
    return {
        key: merits.ratio(*([measure(each) for each in networks[one]] for one in (name, other)))
        for key, (measure, other) in found.items()
        if name != other
    }


def _of_model(replicates: Replicates) -> dict[str, Any]:
    first = replicates[0]
    phases = [str(phase) for phase in first["phase"].values]
    return {
        "iterations": {phase: int(first["iterations"].sel(phase=phase)) for phase in phases},
        "free": {phase: _mean(measures.free_error, replicates, phase) for phase in phases},
        "crossing": {phase: _mean(measures.force_error, replicates, phase) for phase in phases},
        "under_force": {phase: _mean(_all_under_force, replicates, phase) for phase in phases},
        "kinematics": {
            str(quantity): _mean(measures.kinematics_error, replicates, str(quantity))
            for quantity in first["quantity"].values
        },
        "speed_correlation": float(
            np.mean(
                [each["speed_correlation"].sel(phase="before", field="off") for each in replicates]
            )
        ),
    }


def _all_under_force(network: xr.Dataset, phase: str) -> float:
    return float(np.median(measures.end_errors(network, phase, "on")))


def _mean(measure: Any, replicates: Replicates, *arguments: str) -> float:
    return float(np.mean([measure(each, *arguments) for each in replicates]))


def _budget(standard: Replicates) -> dict[str, Any]:
    """When the standard model stops failing under the force, in its longer training."""
    if "longer" not in standard[0]["phase"].values:
        return {"iterations": [], "longest": 0, "error": None, "factor": FAILURE}
    found = [measures.budget_under_force(each, FAILURE) for each in standard]
    return {
        "iterations": [finite(each) for each in found],
        "longest": int(standard[0]["iterations"].sel(phase="longer")),
        "error": _mean(measures.force_error, standard, "longer"),
        "factor": FAILURE,
    }


def of_tables(tables: Replicates) -> dict[str, Any]:
    """Starts, exact optima and errors of values, without and with the field."""
    first = tables[0]
    optimal = {field: first["optimal_moves"].sel(field=field).values for field in ("off", "on")}
    goal = optimal["off"] == 0
    return {
        "starts": int((~goal).sum()),
        "episodes": first.sizes["episode"],
        "reached": {
            field: float(
                np.mean([np.isfinite(each["moves"].sel(field=field).values) for each in tables])
            )
            for field in optimal
        },
        "optimal": {field: float(each[~goal].mean()) for field, each in optimal.items()},
        "longer": int((optimal["on"] > optimal["off"]).sum()),
        "shorter": int((optimal["on"] < optimal["off"]).sum()),
        "first_moves": {
            field: float(np.mean([each["optimal_first_moves"].sel(field=field) for each in tables]))
            for field in optimal
        },
        "value_error": {field: _value_error(tables, field) for field in optimal},
        "regret": {
            field: float(np.mean([each["look_regret"].sel(field=field)[-1] for each in tables]))
            for field in optimal
        },
    }


def _value_error(tables: Replicates, field: str) -> float:
    errors = [
        np.abs((each["values"] - each["optimal_values"]).sel(field=field).values) for each in tables
    ]
    return float(np.mean(errors))


def of_deep_q(runs: Named) -> dict[str, Any]:
    """What each training reached, and after how many moves."""
    return {name: _of_run(replicates) for name, replicates in runs.items() if replicates}


def _of_run(replicates: Replicates) -> dict[str, Any]:
    return {
        "seeds": len(replicates),
        "frames": int(replicates[0]["look_frame"].values[-1]),
        "success": [measures.success(each) for each in replicates],
        "over_optimum": [finite(merits.over_optimum(each)) for each in replicates],
        "frames_to_solved": [finite(float(each["frames_to_solved"])) for each in replicates],
        "first_moves": float(np.mean([each["optimal_first_moves"] for each in replicates])),
        "regret": float(np.mean([each["regret"] for each in replicates])),
        "value_error": float(np.mean([each["value_error"] for each in replicates])),
        "optimal": float(_pairs_mean(replicates[0])),
    }


def _pairs_mean(run: xr.Dataset) -> float:
    optimal = run["optimal_moves"].values
    return float(optimal[optimal > 0].mean())


def of_control(agents: Named, tolerance: float) -> dict[str, Any]:
    """Hits and deviations of each agent after each phase, with the field on and off."""
    return {
        name: {
            str(phase): {
                field: _of_control_phase(replicates, str(phase), field, tolerance)
                for field in ("off", "on")
            }
            for phase in replicates[0]["phase"].values
        }
        for name, replicates in agents.items()
    }


def _of_control_phase(
    replicates: Replicates, phase: str, field: str, tolerance: float
) -> dict[str, Any]:
    def end_error(each: xr.Dataset) -> float:
        return float(each["end_error"].sel(phase=phase, field=field).median())

    def hits(each: xr.Dataset, *, crossing: bool) -> float:
        return merits.hit_rate(each, phase, field, tolerance, crossing=crossing)

    return {
        "all": _mean(partial(hits, crossing=False), replicates),
        "crossing": _mean(partial(hits, crossing=True), replicates),
        "deviation": _mean(measures.crossing_deviation, replicates, phase, field),
        "deviation_over_none": compared(
            [measures.crossing_deviation(each, phase, field) for each in replicates], 0
        ),
        "error": _mean(end_error, replicates),
    }


def of_populations(populations: Named) -> dict[str, Any]:
    """Similarity with each circuit, and how phases of training resemble each other."""
    return {name: _of_population(replicates) for name, replicates in populations.items()}


def _of_population(replicates: Replicates) -> dict[str, Any]:
    first = replicates[0]
    phases = [str(phase) for phase in first["phase"].values]

    def mean(variable: str, **where: str) -> float:
        return float(np.mean([each[variable].sel(where).mean() for each in replicates]))

    def difference(variable: str, phase: str, circuit: str) -> Merit:
        """Correlation minus a level of chance, replicate by replicate."""
        chosen = [each.sel(phase=phase, circuit=circuit) for each in replicates]
        return compared(
            [float(each["correlation"].mean() - each[variable].mean()) for each in chosen], 0
        )

    return {
        "circuits": {
            str(circuit): {
                name: {phase: mean(variable, phase=phase, circuit=circuit) for phase in phases}
                for name, variable in (
                    ("correlation", "correlation"),
                    ("aligned", "aligned_correlation"),
                    ("surrogates", "surrogate_correlation"),
                    ("assigned", "assigned_correlation"),
                )
            }
            | {"ceiling": mean("ceiling", circuit=circuit)}
            | {
                f"minus_{name}": {phase: difference(variable, phase, circuit) for phase in phases}
                for name, variable in (
                    ("surrogates", "surrogate_correlation"),
                    ("assigned", "assigned_correlation"),
                )
            }
            for circuit in first["circuit"].values
        },
        "captured": {
            phase: {
                other: mean("captured_variance", phase=phase, other_phase=other) for other in phases
            }
            for phase in phases
        },
        "modulated": {phase: mean("modulated", phase=phase) for phase in phases},
        "tuned": {phase: mean("tuned", phase=phase) for phase in phases},
        "turning_points": {phase: mean("turning_points", phase=phase) for phase in phases},
    }
