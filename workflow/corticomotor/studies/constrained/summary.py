"""The summary of the constrained-dynamics study, over all replicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from corticomotor.statistics import mean_interval
from corticomotor.studies.constrained import merits
from corticomotor.studies.constrained.answer import answer
from corticomotor.studies.constrained.merits import by_replicate

_KINDS = {"ff": "FF", "ffh": "FFH"}
_ERRORS = ("emg_error_kick", "emg_error_leading_kick", "emg_error_step_noise")
_GROWTHS = ("growth_kick", "growth_leading_kick")
# Kicks that the answer tells of, where they were tried.
_KICK = 0.1


def summarise(
    rng: np.random.Generator,
    *,
    circuits: Sequence[xr.Dataset],
    ground_truths: Sequence[xr.Dataset],
    free: Sequence[xr.Dataset],
    hinted: Sequence[xr.Dataset],
    similarities: Sequence[xr.Dataset],
    generalisations: Sequence[xr.Dataset],
    directions: Sequence[xr.Dataset],
    emg: Mapping[str, Any],
    reach_fraction: float,
    searched: Sequence[int],
) -> dict[str, Any]:
    """Gather what the study found, as plain numbers and as an answer in sentences.

    Args:
        rng: draws resamples of ratios.
        circuits, ground_truths, free, hinted, similarities, generalisations, directions: of all
            replicates, see `contracts`.
        emg: settings of the muscle activity.
        reach_fraction: part of the initial states that is the reaches' own.
        searched: replicates on which the settings were chosen.
    """
    errors = {
        key: by_replicate(group, "emg_error")
        for key, group in (("ground_truth", ground_truths), ("ff", free), ("ffh", hinted))
    }
    summary = {
        "replicates": len(similarities),
        "searched_replicates": list(searched),
        "emg": _muscle_activity(emg),
        "reach_fraction": reach_fraction,
        "observed": {
            "neurons": hinted[0].sizes["neuron"],
            "neurons_total": ground_truths[0].sizes["neuron"],
            "muscles": hinted[0].sizes["muscle"],
            "muscles_total": ground_truths[0].sizes["muscle"],
            "reaches": ground_truths[0].sizes["reach"],
            "components": similarities[0].sizes["component"],
        },
        "figures_of_merit": merits.figures_of_merit(
            rng,
            free=free,
            hinted=hinted,
            similarities=similarities,
            generalisations=generalisations,
        ),
        "spectral_abscissa": {
            "max": max(float(each["eigenvalue_real"].max()) for each in circuits)
        },
        "emg_error": {
            **{
                key: {"mean": float(values.mean()), "max": float(values.max())}
                for key, values in errors.items()
            },
            "compared": merits.paired(errors["ff"], errors["ffh"]),
        },
        "mean_canonical_correlation": _correlations(similarities),
        "reach_dependent": _reach_dependent(similarities),
        **{
            name: {key: _mean(similarities, name, kind) for key, kind in _KINDS.items()}
            for name in (
                *("unobserved_r2", "unobserved_r2_chance", "unobserved_r2_cross_validated"),
                *("procrustes", "cka"),
            )
        },
        "unobserved_r2_ceiling": float(by_replicate(similarities, "unobserved_r2_ceiling").mean()),
        "generalisation": _generalisation(generalisations),
        "kick": _kick(generalisations),
        "directions": merits.of_directions(directions),
    }
    return summary | {"answer": answer(summary)}


def _muscle_activity(emg: Mapping[str, Any]) -> dict[str, Any]:
    """Where the muscle activity comes from, and what is doubtful about a recording."""
    doubts: list[str] = []
    if emg["source"] == "recorded":
        # Filters and file formats are slow to import.
        from corticomotor.motor_cortex.recordings.report import doubts_about

        doubts = doubts_about(emg)
    return {"source": emg["source"], "file": Path(emg["recording"]["path"]).name, "doubts": doubts}


def _correlations(similarities: Sequence[xr.Dataset]) -> dict[str, Any]:
    """Mean canonical correlations with the circuit, and what chance and another sample give."""
    correlation = {
        key: by_replicate(similarities, "canonical_correlation", network=kind)
        for key, kind in _KINDS.items()
    }
    return {
        **{key: float(values.mean()) for key, values in correlation.items()},
        # The harder of the two: surrogates of the circuit share its time courses' smoothness,
        # which FFH has too and FF has not.
        "chance": _mean(similarities, "chance", "FFH"),
        "chance_ff": _mean(similarities, "chance", "FF"),
        "noise_ceiling": float(by_replicate(similarities, "noise_ceiling").mean()),
        "ff_target": _mean(similarities, "canonical_correlation", "FF target"),
        "ffh_target": _mean(similarities, "canonical_correlation", "FFH target"),
        "ff_unobserved": _mean(similarities, "unobserved_canonical_correlation", "FF"),
        "ffh_unobserved": _mean(similarities, "unobserved_canonical_correlation", "FFH"),
        "interval": {
            key: list(mean_interval(values)) if len(values) > 1 else None
            for key, values in correlation.items()
        },
        "difference": merits.difference(correlation["ffh"], correlation["ff"]),
    }


def _reach_dependent(similarities: Sequence[xr.Dataset]) -> dict[str, Any]:
    """Means over replicates of what is left without the mean over reaches at each time."""
    found: dict[str, Any] = {
        "variance": {
            key: float(
                by_replicate(similarities, "reach_dependent_variance", population=kind).mean()
            )
            for key, kind in ({"soc": "SOC"} | _KINDS).items()
        }
    }
    for name in ("correlation", "r2", "r2_cross_validated"):
        variable = f"reach_dependent_{name}"
        found[name] = {key: _mean(similarities, variable, kind) for key, kind in _KINDS.items()}
    for of, prefix in (("correlation", ""), ("r2", "r2_")):
        found[of] |= {
            "chance": _mean(similarities, f"reach_dependent_{prefix}chance", "FFH"),
            "chance_ff": _mean(similarities, f"reach_dependent_{prefix}chance", "FF"),
            "ceiling": float(by_replicate(similarities, f"reach_dependent_{prefix}ceiling").mean()),
        }
    return found


def _generalisation(datasets: Sequence[xr.Dataset]) -> dict[str, Any]:
    """Means over replicates of errors and largest growths: name -> network (-> level)."""
    found: dict[str, Any] = {
        level: datasets[0][level].values.tolist() for level in ("initial_noise", "step_noise")
    }
    kinds = {"soc": "SOC"} | _KINDS
    for name in _ERRORS:
        mean = np.mean([each[name].sel(network=list(kinds.values())) for each in datasets], axis=0)
        found[name] = dict(zip(kinds, mean.tolist(), strict=True))
    for name in _GROWTHS:
        found[name] = {
            key: float(np.mean([each[name].sel(network=kind).max() for each in datasets]))
            for key, kind in kinds.items()
        }
    return found


def _kick(datasets: Sequence[xr.Dataset]) -> dict[str, Any] | None:
    """FF, FFH and the circuit after the kick that the answer tells of; None if there was none."""
    tried = [float(level) for level in datasets[0]["initial_noise"].values if level > 0]
    if not tried:
        return None
    level = min(tried, key=lambda each: abs(each - _KICK))
    found: dict[str, Any] = {"level": level}
    for where, name in (("isotropic", "emg_error_kick"), ("leading", "emg_error_leading_kick")):
        soc, ff, ffh = (
            by_replicate(datasets, name, network=kind, initial_noise=level)
            for kind in ("SOC", "FF", "FFH")
        )
        found[where] = {"soc": float(soc.mean()), **merits.paired(ff, ffh)}
    return found


def _mean(datasets: Sequence[xr.Dataset], name: str, kind: str) -> float:
    return float(by_replicate(datasets, name, network=kind).mean())
