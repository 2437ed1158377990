"""The summary of the reaching study, over replicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from corticomotor.studies.reaching import details, merits
from corticomotor.studies.reaching.answer import answer, undecided

Replicates = Sequence[xr.Dataset]
Named = Mapping[str, Replicates]


def summarise(
    _rng: np.random.Generator,
    *,
    networks: Named,
    tables: Replicates,
    runs: Named,
    agents: Named,
    populations: Named,
    replicates: int,
    tolerance: float,
    emg: Mapping[str, Any],
) -> dict[str, Any]:
    """Put the results of all replicates in numbers.

    Args:
        _rng: of no use here, where nothing is drawn.
        networks: sequence models by name, see `contracts.SEQUENCE`.
        tables: see `contracts.TABULAR`.
        runs: deep Q-networks by training, see `contracts.DEEP_Q`.
        agents: agents with continuous actions, see `contracts.CONTROL`.
        populations: comparisons with motor cortex by model, see `contracts.POPULATION`.
        replicates: how many there are.
        tolerance: distance from the target that counts as a hit of these agents, in percent.
        emg: settings of the circuit's muscle activity.
    """
    summary: dict[str, Any] = {
        "replicates": replicates,
        "figures_of_merit": merits.of_sequence_models(networks)
        | merits.of_tables(tables)
        | merits.of_deep_q(runs)
        | merits.of_control(agents, tolerance)
        | merits.of_population(populations),
        "models": details.of_sequence_models(networks),
        "tabular": details.of_tables(tables),
        "deep_q": details.of_deep_q(runs),
        "control": details.of_control(agents, tolerance),
        "population": details.of_populations(populations),
        "recording_doubts": _doubts(emg),
    }
    return summary | {"answer": answer(summary), "left_open": undecided(summary)}


def _doubts(emg: Mapping[str, Any]) -> list[str]:
    """What is doubtful about a recording, if there is one."""
    if not emg["recording"]["path"]:
        return []
    # Filters and file formats are slow to import.
    from corticomotor.motor_cortex.recordings.report import doubts_about

    return doubts_about(emg)
