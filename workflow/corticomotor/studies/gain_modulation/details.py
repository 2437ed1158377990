"""What stands in the summary beside the figures of merit: means over circuits if nothing else.

Medians are those over the movements or sessions of a circuit, and then means over circuits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from corticomotor.arrays import Array
from corticomotor.statistics import finite
from corticomotor.studies.gain_modulation.groups import OWN
from corticomotor.studies.gain_modulation.measures import (
    iterations_until,
    mean_pairwise_correlation,
    pooled,
    reductions,
    rise_of_correlation,
    variance_across,
)
from corticomotor.studies.gain_modulation.merits import (
    iterations_of,
    largest_groupings,
    reward_reductions,
)

Circuits = Sequence[xr.Dataset]
_OUTPUTS = {"learned": "output", "random": "random_output", "shuffled": "shuffled_output"}


def of_new_movement(circuits: Circuits) -> dict[str, Any]:
    """Error, gains, correlations and noise in sessions of the new movement."""
    patterns = [each["gains"].values[0] for each in circuits]
    pairs = [np.corrcoef(each)[np.triu_indices(len(each), 1)] for each in patterns if len(each) > 1]
    rises = [rise_of_correlation(each) for each in circuits]
    return {
        "iterations": circuits[0].sizes["iteration"],
        "sessions": circuits[0].sizes["session"],
        "start_error": [float(each["error"].values[0, 0, 0]) for each in circuits],
        "error": {
            str(count): float(np.mean([each["error"].values[row, :, -1] for each in circuits]))
            for row, count in enumerate(circuits[0]["groups"].values)
        },
        "gain_deviation": float(np.mean([each.std() for each in patterns])),
        "abscissa_before": float(np.mean([each["abscissa"].values[0] for each in circuits])),
        "abscissa_after": [
            float(limit([each["abscissa"].values[1:] for each in circuits]))
            for limit in (np.min, np.max)
        ],
        "pattern_correlation": float(np.mean(pairs)),
        "correlation_before": [float(before[0]) for before, _, _ in rises],
        "correlation_after": [float(after.mean()) for _, after, _ in rises],
        "correlation_rise_p": [p for _, _, p in rises],
        "sessions_risen": int(sum(np.sum(after > before) for before, after, _ in rises)),
    }


def of_groups(circuits: Circuits) -> dict[str, Any]:
    """Iterations and last errors of every grouping, on trained and on novel movements."""
    names = circuits[0]["grouping"].values.tolist()
    trained = circuits[0].sizes["trained"]
    found: dict[str, Any] = {
        "iterations": circuits[0].sizes["iteration"],
        "largest": largest_groupings(circuits),
        "movements": trained,
        "novel_movements": circuits[0].sizes["movement"] - trained,
    }
    for part, novel in (("trained", False), ("novel", True)):
        present = [name for name in names if not (novel and name.startswith(OWN))]
        counts = [iterations_of(each, present, novel=novel) for each in circuits]
        medians = np.stack([np.median(each, axis=0) for each in counts])
        # What is above the median may count in it as well.
        highest = np.stack([np.quantile(each, 0.5, axis=0, method="higher") for each in counts])
        chosen = slice(trained, None) if novel else slice(None, trained)
        last = [each["error"].isel(movement=chosen, iteration=-1) for each in circuits]
        found[part] = {
            name: {
                "iterations": float(medians[:, column].mean()),
                # Those that never came so far count as one more than there were.
                "at_least": bool((highest[:, column] > found["iterations"]).any()),
                "error": float(np.mean([each.sel(grouping=name) for each in last])),
            }
            for column, name in enumerate(present)
        }
    return found


def _mean_of_medians(found: Sequence[Array]) -> float:
    """Mean over circuits of the medians of what each has."""
    return float(np.mean([np.median(each) for each in found]))


def of_sizes(sizes: Mapping[str, Circuits], stated_error: float) -> dict[str, Any]:
    """Smallest errors, and iterations to the stated one, by neurons and groups."""
    found: dict[str, Any] = {"stated_error": stated_error, "by_neurons": {}}
    for neurons, circuits in sizes.items():
        counts = circuits[0]["groups"].values.tolist()
        steps = [
            iterations_until(
                each["error"].values, each["start_error"].values[:, np.newaxis], stated_error
            )
            for each in circuits
        ]
        found["by_neurons"][neurons] = {
            str(count): {
                "error": _mean_of_medians([each["best_error"].values[row] for each in circuits]),
                "iterations": finite(_mean_of_medians([each[row] for each in steps])),
            }
            for row, count in enumerate(counts)
        }
    return found


def of_primitives(circuits: Circuits) -> dict[str, Any]:
    """Errors by the size of libraries, and how alike outputs of patterns are."""
    sizes = circuits[0]["size"].values.tolist()
    by_circuit = {
        name: np.stack([each[name].mean(("library", "novel")).values for each in circuits])
        for name in ("fit_error", "output_error", "deviation")
    }
    fit, output, deviation = (each.mean(axis=0) for each in by_circuit.values())
    fall = np.all(
        [np.diff(by_circuit[name]) < 0 for name in ("fit_error", "output_error")], axis=(0, 2)
    )
    return {
        "patterns": circuits[0].sizes["pattern"],
        "libraries": circuits[0].sizes["library"],
        "novel": circuits[0].sizes["novel"],
        "learned_error": _mean_of_medians([each["error"].values for each in circuits]),
        "gain_mean": float(pooled(circuits, "gains").mean()),
        "gain_deviation": float(pooled(circuits, "gains").std()),
        "sizes": sizes,
        "fit_error": fit.tolist(),
        "output_error": output.tolist(),
        "deviation": deviation.tolist(),
        # In how many circuits both do, at every step.
        "errors_fall": int(fall.sum()),
        "variance": {
            kind: float(np.mean([variance_across(each[name]) for each in circuits]))
            for kind, name in _OUTPUTS.items()
        },
        "pairwise_correlation": {
            kind: float(np.mean([mean_pairwise_correlation(each[name]) for each in circuits]))
            for kind, name in _OUTPUTS.items()
        },
    }


def of_slow(circuits: Circuits) -> dict[str, Any]:
    """What gradients take away of the errors of slow movements, and at what gains."""
    first = circuits[0]
    return {
        "movements": first.sizes["movement"],
        "sessions": first.sizes["session"],
        "iterations": first.sizes["iteration"],
        "neurons": first.sizes["neuron"],
        "groups": first.sizes["group"],
        "reductions": [reductions(each).tolist() for each in circuits],
        "mean_session_reduction": float(
            np.mean([(1 - each["best_error"] / each["start_error"]).mean() for each in circuits])
        ),
        "gain_deviation": float(np.mean([each["gains"].values.std() for each in circuits])),
        "negative_gains": float(np.mean(pooled(circuits, "group_gains") < 0)),
        "largest_real_part": {
            "before": float(np.mean([each["eigenvalue_real_before"].max() for each in circuits])),
            "after": np.concatenate([each["largest_real_part"] for each in circuits]).tolist(),
        },
    }


def of_reward(circuits: Circuits) -> dict[str, Any]:
    """What reward takes away, by where it starts."""
    first = circuits[0]
    found = [reward_reductions(each) for each in circuits]
    return {
        "movements": first.sizes["movement"],
        "iterations": first.sizes["iteration"],
        "gradual_iterations": first.sizes["gradual_iteration"],
        "reduction": {
            str(start): {
                "median": _mean_of_medians([each[row] for each in found]),
                "worst": float(min(each[row].min() for each in found)),
                "best": float(max(each[row].max() for each in found)),
            }
            for row, start in enumerate(first["start"].values)
        },
        "gain_deviation": {
            str(start): float(np.mean([each["gains"].values[row].std() for each in circuits]))
            for row, start in enumerate(first["start"].values)
        },
    }


def of_states(circuits: Circuits) -> dict[str, Any]:
    """What one pattern takes away, by the number of initial states."""
    first = circuits[0]
    return {
        "sessions": first.sizes["session"],
        "reduction": {
            str(count): _mean_of_medians(
                [
                    1 - each["best_error"].values[row] / each["start_error"].values[row]
                    for each in circuits
                ]
            )
            for row, count in enumerate(first["count"].values)
        },
    }


def of_speeds(circuits: Circuits) -> dict[str, Any]:
    """Error at each speed, by the way in which patterns are found."""
    errors = np.mean([each["error"].mean("session").values for each in circuits], axis=0)
    return {
        "speeds": circuits[0]["speed"].values.tolist(),
        "sessions": circuits[0].sizes["session"],
        "error": {
            str(way): errors[row].tolist() for row, way in enumerate(circuits[0]["way"].values)
        },
    }


def of_shape(circuits: Circuits) -> dict[str, Any]:
    """Errors of novel movements at both speeds, by the size of libraries."""
    return {
        "members": circuits[0].sizes["member"],
        "sizes": circuits[0]["size"].values.tolist(),
        "member_error": {
            str(speed): _mean_of_medians(
                [each["member_error"].sel(speed=speed).values for each in circuits]
            )
            for speed in circuits[0]["speed"].values
        },
        **{
            name: {
                str(speed): np.mean(
                    [
                        each[name].sel(speed=speed).mean(("library", "novel")).values
                        for each in circuits
                    ],
                    axis=0,
                ).tolist()
                for speed in circuits[0]["speed"].values
            }
            for name in ("fit_error", "output_error")
        },
    }
