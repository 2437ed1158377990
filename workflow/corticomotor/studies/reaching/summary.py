"""The summary of the reaching study, over replicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from corticomotor.studies.reaching import details, merits

Replicates = Sequence[xr.Dataset]
Named = Mapping[str, Replicates]


def summarise(
    rng: np.random.Generator,
    *,
    networks: Named,
    tables: Replicates,
    runs: Named,
    agents: Named,
    populations: Named,
    replicates: int,
    tolerance: float,
) -> dict[str, Any]:
    """Put the results of all replicates in numbers.

    Args:
        rng: draws resamples.
        networks: sequence models by name, see `contracts.SEQUENCE`.
        tables: see `contracts.TABULAR`.
        runs: deep Q-networks by training, see `contracts.DEEP_Q`.
        agents: agents with continuous actions, see `contracts.CONTROL`.
        populations: comparisons with motor cortex by model, see `contracts.POPULATION`.
        replicates: how many there are.
        tolerance: distance from the target that counts as a hit of these agents, in percent.
    """
    summary: dict[str, Any] = {
        "replicates": replicates,
        "figures_of_merit": merits.of_sequence_models(rng, networks)
        | merits.of_tables(rng, tables)
        | merits.of_deep_q(rng, runs)
        | merits.of_control(rng, agents, tolerance)
        | merits.of_population(rng, populations),
        "models": details.of_sequence_models(networks),
        "tabular": details.of_tables(tables),
        "deep_q": details.of_deep_q(runs),
        "control": details.of_control(agents, tolerance),
        "population": details.of_populations(populations),
    }
    return summary | {"answer": answer(summary)}


def answer(summary: dict[str, Any]) -> list[str]:
    """Say in four sentences who learns to reach against a force, and what the activity is like."""
    found = {name: each["value"] for name, each in summary["figures_of_merit"].items()}
    standard, feedback = (found[f"{name}_force_crossing_error"] for name in ("standard", "buffer"))
    at_once = summary["models"]["positions"]["crossing"]["before"]
    first = (
        "After learning under a force that they cross, reaches of a network that does not see its "
        f"hand end {_percent(standard)} of the workspace from the target, those of one that sees "
        f"its last positions {_percent(feedback)} ({_percent(at_once)} as it meets the force for "
        "the first time)."
    )
    optimal = found["tabular_steps_over_optimum"] == 1 == found["tabular_steps_over_optimum_force"]
    second = (
        f"A table of values is {'' if optimal else 'not '}exactly optimal from all starts with and "
        f"without the force; a deep Q-network connects {_part(found['dqn_parameters_success'])} of "
        f"all hands and targets from their coordinates, {_part(found['dqn_pixels_success'])} from "
        "pixels."
    )
    third = (
        "An agent that chooses accelerations, and can push against the force, hits with "
        f"{_part(found['control_crossing_success'])} of the reaches across it, with "
        f"{_part(found['control_untrained_crossing_success'])} before it learned in it."
    )
    correlation, chance = found["cca_with_circuit"], found["cca_chance"]
    fourth = (
        f"Hidden activity correlates with that of the motor-cortex model at {correlation:.2f}, "
        f"{'above' if correlation > chance else 'not above'} what surrogates of it give "
        f"({chance:.2f})."
    )
    return [first, second, third, fourth]


def _percent(value: float) -> str:
    return f"{value:.1f} %"


def _part(value: float) -> str:
    return f"{100 * value:.1f} %"
