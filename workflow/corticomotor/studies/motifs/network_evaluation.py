"""Tests of a trained network, put together from the results of earlier stages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime.progress import StepReport, silent
from corticomotor.studies.motifs.evaluation import QUANTILES, evaluate
from corticomotor.studies.motifs.loading import NetworkParts, trained_network
from corticomotor.studies.motifs.targets import targets_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.runtime.store import Dataset
    from corticomotor.studies.motifs.settings import Device, NetworkDynamics


def evaluate_network(
    rng: np.random.Generator,
    parts: NetworkParts,
    motifs: Sequence[Dataset],
    dynamics: NetworkDynamics,
    *,
    preparation_duration: float,
    device: Device,
    repetitions: int,
    starts: int,
    interrupted_at: Sequence[float],
    initial_noise: Sequence[float],
    report: StepReport = silent,
) -> dict[str, ArrayLike]:
    """Test a trained network: motifs from random states, and after other motifs.

    Args:
        rng: draws states and noise.
        parts: of the network.
        motifs: all sessions (`contracts.LIBRARY`).
        dynamics: step and noise.
        preparation_duration: length of the preparation in time constants.
        device: where to compute.
        repetitions, starts, interrupted_at, initial_noise, report: see `evaluation.evaluate`.

    Returns:
        What `contracts.EVALUATION` says.
    """
    targets = targets_of(motifs)
    outcome = evaluate(
        trained_network(
            parts, targets, dynamics, preparation_duration=preparation_duration, device=device
        ),
        targets.output,
        repetitions=repetitions,
        starts=starts,
        initial_std=parts.settings.initial_std,
        interrupted_at=interrupted_at,
        initial_noise=initial_noise,
        rng=rng,
        report=report,
    )
    return vars(outcome) | {
        "target": targets.output,
        "motif": targets.numbers,
        "first_motif": targets.numbers,
        "repetition": range(1, repetitions + 1),
        "start": np.arange(starts),
        "interrupted_at": interrupted_at,
        # Numbers even if there are none.
        "initial_std": np.array(initial_noise, dtype=np.float64),
        "time": targets.times,
        "quantile": QUANTILES,
    }
