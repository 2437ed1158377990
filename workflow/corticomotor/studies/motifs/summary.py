"""The figures of merit of the motor-motifs study, over all replicates."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from corticomotor.arrays import Array
from corticomotor.statistics import figure_of_merit
from corticomotor.studies.motifs.answer import answer, left_open, preset
from corticomotor.studies.motifs.measures import (
    DECAY,
    errors_at_the_end,
    errors_when_learned,
    failure_rate,
    failure_rate_after,
    interrupted_errors,
    random_errors,
    random_squared_errors,
    relative_rate_norm,
    transition_errors,
)
from corticomotor.studies.motifs.merits import figures_of_merit
from corticomotor.studies.motifs.ratios import ratio

Evaluations = Mapping[str, Sequence[xr.Dataset]]

# Networks without and with the preparatory module that are compared in pairs.
PAIRS = {
    "additive": "additive_prepared",
    "multiplicative": "multiplicative_prepared",
    "additive_oscillatory": "additive_oscillatory_prepared",
}
_LARGEST_REAL_PARTS = {
    "none": "eigenvalue_real_without",
    "own": "eigenvalue_real",
    "foreign": "eigenvalue_real_foreign",
}


def summarise(
    _rng: np.random.Generator,
    *,
    evaluations: Evaluations,
    networks: Mapping[str, Sequence[xr.Dataset]],
    additive_modules: Sequence[xr.Dataset],
    multiplicative_modules: Sequence[xr.Dataset],
    pairs: Sequence[xr.Dataset],
    forgetting: Sequence[xr.Dataset],
    thalamocortical: Sequence[xr.Dataset],
    chains: Mapping[str, xr.Dataset],
    exponentials: Mapping[str, xr.Dataset],
    failure_factor: float,
    preparation_duration: float,
    network_settings: Mapping[str, Mapping[str, Any]],
    replicates: int,
    pairs_iterations: int,
    module_iterations: int,
) -> dict[str, Any]:
    """Gather what the study found, as plain numbers, with its answer.

    Args:
        _rng: of no use here, where nothing is drawn.
        evaluations: network -> evaluation of each replicate.
        networks: network -> first session of each replicate.
        additive_modules, multiplicative_modules: preparatory module of each replicate.
        pairs: training on all pairs, of each network and replicate.
        forgetting: of each replicate.
        thalamocortical: model of each replicate.
        chains: name -> chain of replicate 1.
        exponentials: kind of motifs -> approximations of replicate 1.
        failure_factor: see `failure_rate`.
        preparation_duration: length of the preparation in time constants.
        network_settings: network -> its settings.
        replicates, pairs_iterations, module_iterations: settings that `preset` compares with the
            paper's.
    """
    first = evaluations["additive"]
    modules = {"additive": additive_modules, "multiplicative": multiplicative_modules}
    summary = {
        "replicates": len(first),
        "repetitions": first[0].sizes["repetition"],
        "motifs": first[0].sizes["motif"],
        **_errors({**evaluations, "thalamocortical": thalamocortical}, failure_factor),
        **_preparation(evaluations, failure_factor, preparation_duration),
        **_two_inputs(evaluations),
        "rmse_by_initial_std": {
            name: _by_initial_std(evaluations[name]) for name in ("additive_origin", "additive")
        },
        **_modules(modules),
        "learned_parameters": {
            name: int(each[0]["learned_parameters"]) for name, each in networks.items()
        },
        "iterations": {
            name: float(np.mean([one.sizes["iteration"] for one in each]))
            for name, each in networks.items()
        },
        "all_pairs": _pairs(pairs),
        "forgetting": _forgetting(forgetting),
        "chains": {name: _errors_in_chain(chain) for name, chain in chains.items()},
        "chain_names": list(chains),
        "units": {name: each["units"] for name, each in network_settings.items()},
        "prepared": {name: each["prepared"] for name, each in network_settings.items()},
        "error_by_exponentials": {
            kind: error_by_exponentials(fits) for kind, fits in exponentials.items()
        },
        "preset": preset(
            {
                "networks.additive_large.units": network_settings["additive_large"]["units"],
                "networks.additive.max_iterations": network_settings["additive"]["max_iterations"],
                "replicates.count": replicates,
                "pairs.iterations": pairs_iterations,
                "preparation.iterations": module_iterations,
            }
        ),
    }
    found = figures_of_merit(
        evaluations=evaluations,
        modules=modules,
        forgetting=forgetting,
        thalamocortical=thalamocortical,
        failure_factor=failure_factor,
    )
    return summary | {
        "figures_of_merit": found,
        "answer": answer(summary),
        "left_open": left_open(summary),
    }


def error_by_exponentials(fits: xr.Dataset) -> dict[str, float]:
    """Mean error of the motifs' approximations by the number of exponentials."""
    errors = fits["error"].mean("motif")
    counts = fits["exponentials"].values
    return {str(count): float(error) for count, error in zip(counts, errors, strict=True)}


def _errors(tested: Evaluations, factor: float) -> dict[str, Any]:
    """How accurate each network is, alone and after other motifs."""
    return {
        "rmse": {
            name: {
                "random": _mean(each, random_errors),
                "transition": _mean(each, transition_errors),
                "failed_transitions": float(np.mean([failure_rate(one, factor) for one in each])),
            }
            for name, each in tested.items()
        },
        "transition_over_random": {
            name: _compare(each, transition_errors, each, random_errors)
            for name, each in tested.items()
        },
    }


def _modules(modules: Mapping[str, Sequence[xr.Dataset]]) -> dict[str, Any]:
    """How well preparatory modules bring their networks to rest, and others."""
    return {
        "rate_norm_at_7_tau": {
            name: _spread([relative_rate_norm(one, DECAY) for one in each], np.inf)
            for name, each in modules.items()
        },
        "largest_real_part": {
            name: {
                key: float(np.mean([float(one[variable].max()) for one in each]))
                for key, variable in _LARGEST_REAL_PARTS.items()
            }
            for name, each in modules.items()
        },
    }


def _preparation(
    evaluations: Evaluations, factor: float, preparation_duration: float
) -> dict[str, Any]:
    """What the preparatory module brings, for each pair of networks."""
    found: dict[str, Any] = {
        name: {}
        for name in (
            "preparation_over_none_random_squared_error",
            "preparation_over_none_transition_rmse",
            "failed_transitions",
            "failed_transitions_after_preparation",
        )
    }
    for plain, prepared in PAIRS.items():
        without, with_module = evaluations[plain], evaluations[prepared]
        found["preparation_over_none_random_squared_error"][plain] = _compare(
            with_module, random_squared_errors, without, random_squared_errors
        )
        found["preparation_over_none_transition_rmse"][plain] = _compare(
            with_module, transition_errors, without, transition_errors
        )
        for key, group in (("none", without), ("with", with_module)):
            found["failed_transitions"].setdefault(plain, {})[key] = _spread(
                [failure_rate(each, factor) for each in group], 1.0
            )
            found["failed_transitions_after_preparation"].setdefault(plain, {})[key] = _spread(
                [failure_rate_after(each, factor, preparation_duration) for each in group], 1.0
            )
    return found


def _two_inputs(evaluations: Evaluations) -> dict[str, Any]:
    """Two inputs against the module, after whole and after interrupted first motifs."""
    two, prepared = evaluations["two_input"], evaluations["additive_prepared"]
    return {
        "two_input_over_preparation_transition_rmse": _compare(
            two, transition_errors, prepared, transition_errors
        ),
        "two_input_over_preparation_interrupted_rmse": _compare(
            two, interrupted_errors, prepared, interrupted_errors
        ),
        "interrupted_over_random": {
            name: _compare(evaluations[name], interrupted_errors, evaluations[name], random_errors)
            for name in ("additive", "additive_prepared", "two_input")
        },
    }


def _by_initial_std(replicates: Sequence[xr.Dataset]) -> dict[str, float]:
    """Mean error from states of each standard deviation."""
    dims = ("repetition", "motif", "start")
    mean = np.mean([each["noise_error"].mean(dims).values for each in replicates], axis=0)
    return {
        f"{std:g}": float(error)
        for std, error in zip(replicates[0]["initial_std"].values, mean, strict=True)
    }


def _pairs(pairs: Sequence[xr.Dataset]) -> dict[str, Any]:
    """Lowest mean error of each architecture over its gains, and where it is."""
    errors: dict[tuple[str, float, float], list[float]] = {}
    for each in pairs:
        key = (str(each["architecture"].item()), float(each["gain"]), float(each["loop_gain"]))
        errors.setdefault(key, []).append(float(each["least_error"]))
    found: dict[str, Any] = {}
    for (architecture, gain, loop_gain), values in errors.items():
        mean = float(np.mean(values))
        if architecture not in found or mean < found[architecture]["rmse"]:
            found[architecture] = {"rmse": mean, "gain": gain, "loop_gain": loop_gain}
    return found


def _forgetting(replicates: Sequence[xr.Dataset]) -> dict[str, float]:
    """Errors of the motifs right after they were learned in turn, and after all the others were."""
    return {
        "when_learned": _mean(replicates, errors_when_learned),
        "at_the_end": _mean(replicates, errors_at_the_end),
        "learned_together": float(
            np.mean([float(each["together_error"].mean()) for each in replicates])
        ),
    }


def _errors_in_chain(chain: xr.Dataset) -> dict[str, list[float]]:
    """Error of each network's motifs in a chain, by position."""
    return {
        str(network): [float(error) for error in chain["error"].sel(network=network)]
        for network in chain["network"].values
    }


def _compare(
    a: Sequence[xr.Dataset],
    measure_a: Callable[[xr.Dataset], Array],
    b: Sequence[xr.Dataset],
    measure_b: Callable[[xr.Dataset], Array],
) -> dict[str, Any]:
    return vars(ratio([measure_a(each) for each in a], [measure_b(each) for each in b]))


def _mean(datasets: Sequence[xr.Dataset], measure: Callable[[xr.Dataset], Array]) -> float:
    return float(np.mean([measure(each) for each in datasets]))


def _spread(values: Sequence[float], most: float) -> dict[str, Any]:
    """Mean of values between 0 and `most` over replicates, with its 95 % interval."""
    found = figure_of_merit(values, within=(0.0, most))
    return {
        "mean": found["value"],
        "interval": found["interval"],
        "by_replicate": [float(value) for value in values],
    }
