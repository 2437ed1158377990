"""The figures of merit of the constrained-dynamics study, over all replicates."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from corticomotor.arrays import Array
from corticomotor.statistics import bootstrap_interval, paired_test

_KINDS = {"ff": "FF", "ffh": "FFH"}


def summarise(
    rng: np.random.Generator,
    *,
    circuits: Sequence[xr.Dataset],
    ground_truths: Sequence[xr.Dataset],
    free: Sequence[xr.Dataset],
    hinted: Sequence[xr.Dataset],
    similarities: Sequence[xr.Dataset],
    generalisations: Sequence[xr.Dataset],
) -> dict[str, Any]:
    """Gather what the study found, as plain numbers and as an answer in sentences.

    Args:
        rng: draws the bootstrap samples.
        circuits, ground_truths, free, hinted, similarities, generalisations: of all replicates,
            see `contracts`.
    """
    summary = {
        "replicates": len(similarities),
        "observed": {
            "neurons": hinted[0].sizes["neuron"],
            "neurons_total": ground_truths[0].sizes["neuron"],
            "muscles": hinted[0].sizes["muscle"],
            "muscles_total": ground_truths[0].sizes["muscle"],
            "reaches": ground_truths[0].sizes["reach"],
            "components": similarities[0].sizes["component"],
        },
        "spectral_abscissa": {
            "max": max(float(each["eigenvalue_real"].max()) for each in circuits)
        },
        "emg_error": {
            key: _mean_and_max([float(each["emg_error"]) for each in group])
            for key, group in (("ground_truth", ground_truths), ("ff", free), ("ffh", hinted))
        },
        "mean_canonical_correlation": _correlations(similarities, rng),
        **{
            name: {key: _mean(similarities, name, kind) for key, kind in _KINDS.items()}
            for name in ("unobserved_r2", "unobserved_r2_cross_validated", "procrustes", "cka")
        },
        "generalisation": _generalisation(generalisations),
    }
    return summary | {"answer": answer(summary)}


def _correlations(similarities: Sequence[xr.Dataset], rng: np.random.Generator) -> dict[str, Any]:
    """Mean canonical correlations with the circuit, and what chance and another sample give."""
    correlation = {
        key: _by_replicate(similarities, "canonical_correlation", kind)
        for key, kind in _KINDS.items()
    }
    ceilings = [float(each["noise_ceiling"].mean()) for each in similarities]
    return {
        **{key: float(values.mean()) for key, values in correlation.items()},
        # The harder of the two: surrogates of the circuit share its time courses' smoothness,
        # which FFH has too and FF has not.
        "chance": _mean(similarities, "chance", "FFH"),
        "chance_ff": _mean(similarities, "chance", "FF"),
        "noise_ceiling": float(np.mean(ceilings)),
        "ff_target": _mean(similarities, "canonical_correlation", "FF target"),
        "ffh_target": _mean(similarities, "canonical_correlation", "FFH target"),
        "ff_unobserved": _mean(similarities, "unobserved_canonical_correlation", "FF"),
        "ffh_unobserved": _mean(similarities, "unobserved_canonical_correlation", "FFH"),
        "interval": {key: _interval(values, rng) for key, values in correlation.items()},
        "difference": _difference(correlation["ffh"], correlation["ff"], rng),
    }


def answer(summary: dict[str, Any]) -> tuple[str, str]:
    """Say in two sentences if the constraint made the network like the circuit, and its cost."""
    correlation = summary["mean_canonical_correlation"]
    difference = correlation["difference"]
    observed = summary["observed"]
    error = summary["emg_error"]
    verdict = "becomes" if difference["min"] > 0 else "does not reliably become"
    first = (
        f"A network forced to reproduce {observed['neurons']} of {observed['neurons_total']} "
        f"neurons {verdict} more like the circuit they were sampled from: its "
        f"{observed['components']} leading components correlate with the circuit's at "
        f"{correlation['ffh']:.2f} on average (chance {correlation['chance']:.2f}, noise ceiling "
        f"{correlation['noise_ceiling']:.2f}), those of a free network at {correlation['ff']:.2f} "
        f"(chance {correlation['chance_ff']:.2f}), a difference of {difference['mean']:.2f}"
        f"{_in_brackets(difference)} that is at least {difference['min']:.2f} in each of "
        f"{summary['replicates']} replicate{'s' * (summary['replicates'] > 1)}."
    )
    worst, worst_free = error["ffh"]["max"], error["ff"]["max"]
    ratio = worst / worst_free
    compared = (
        f"at most {_percent(worst)} with the constraint and {_percent(worst_free)} without"
        + (f", {ratio:.1f} times as much" if ratio > 1.1 else "")
    )
    second = (
        f"As long as nothing disturbs the movement, the error of the muscle activity is {compared}"
        f"{_under_noise(summary['generalisation'])}."
    )
    return first, second


def _under_noise(generalisation: dict[str, Any]) -> str:
    """What the weakest noise at movement onset does, if any was tried."""
    weakest = min((level for level in generalisation["initial_noise"] if level > 0), default=None)
    if weakest is None:
        return ""
    index = generalisation["initial_noise"].index(weakest)
    hinted, free = (
        _percent(generalisation["emg_error_initial_noise"][key][index]) for key in ("ffh", "ff")
    )
    return (
        f"; it is {hinted} against {free} on average after a kick of {100 * weakest:g} % "
        "of the activity's standard deviation at movement onset"
    )


def _percent(fraction: float) -> str:
    """Two significant digits, and whole numbers from 100 % on."""
    percent = 100 * fraction
    return f"{percent:.0f} %" if percent >= 100 else f"{percent:.2g} %"


def _in_brackets(difference: dict[str, Any]) -> str:
    if difference["ci95"] is None:
        return ""
    low, high = difference["ci95"]
    return f" (95 % interval {low:.2f} to {high:.2f}, p = {difference['p']:.2g})"


def _by_replicate(datasets: Sequence[xr.Dataset], name: str, kind: str) -> Array:
    """Mean of a variable of one kind of network in each replicate (replicate,)."""
    return np.array([float(each[name].sel(network=kind).mean()) for each in datasets])


def _mean(datasets: Sequence[xr.Dataset], name: str, kind: str) -> float:
    return float(_by_replicate(datasets, name, kind).mean())


def _mean_and_max(values: Sequence[float] | Array) -> dict[str, float]:
    return {"mean": float(np.mean(values)), "max": float(np.max(values))}


def _interval(values: Array, rng: np.random.Generator) -> list[float] | None:
    """95 % bootstrap interval of the mean; None where one replicate gives none."""
    return list(bootstrap_interval(values, rng)) if len(values) > 1 else None


def _difference(a: Array, b: Array, rng: np.random.Generator) -> dict[str, Any]:
    test = paired_test(a, b)
    return {
        "mean": float(np.mean(a - b)),
        "min": float(np.min(a - b)),
        "ci95": _interval(a - b, rng),
        "p": test.p,
        "effect_size": test.effect_size,
    }


def _generalisation(datasets: Sequence[xr.Dataset]) -> dict[str, Any]:
    """Mean errors over replicates: {emg, dynamics} -> perturbation -> network (-> level)."""
    found: dict[str, Any] = {}
    for quantity in ("emg_error", "dynamics_error"):
        for perturbation in ("initial_noise", "step_noise", "half_way"):
            name = f"{quantity}_{perturbation}"
            mean = np.mean([each[name].values for each in datasets], axis=0)
            found[name] = {key: mean[index].tolist() for index, key in enumerate(_KINDS)}
    for level in ("initial_noise", "step_noise"):
        found[level] = datasets[0][level].values.tolist()
    return found
