"""Training of one network: on the motifs of a session, or on all ordered pairs of motifs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.runtime.progress import StepReport, silent
from corticomotor.studies.motifs.architectures import (
    MOTIF_PARAMETERS,
    SHARED_PARAMETERS,
    parameter_count,
)
from corticomotor.studies.motifs.courses import Course, motif_pairs, single_motifs
from corticomotor.studies.motifs.descent import Trained, train
from corticomotor.studies.motifs.loading import NetworkParts, untrained
from corticomotor.studies.motifs.targets import targets_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.runtime.store import Dataset
    from corticomotor.studies.motifs.settings import MotifNetwork, NetworkDynamics, Training


def train_on_motifs(
    name: str,
    parts: NetworkParts,
    motifs: Sequence[Dataset],
    training: Training,
    dynamics: NetworkDynamics,
    *,
    preparation_duration: float,
    rng: Callable[[str], np.random.Generator],
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
) -> dict[str, ArrayLike]:
    """Train a network on motifs by themselves, from random states.

    Args:
        name: of the network.
        parts: of the network.
        motifs: the sessions to learn (`contracts.LIBRARY`).
        training: how to learn.
        dynamics: step and noise.
        preparation_duration: length of the preparation in time constants.
        rng: gives the random stream of a purpose.
        report, checkpoint: see `descent.train`.

    Returns:
        What `contracts.NETWORK` says.
    """
    settings, targets = parts.settings, targets_of(motifs)
    stage = f"motifs/network/{name}"
    session = f"{stage}/motifs-{targets.numbers[0]}"
    circuit, parameters = untrained(
        parts,
        targets,
        lambda number: rng(f"{stage}/motif-{number}"),
        preparation_steps=round(preparation_duration / dynamics.dt),
    )
    trained = train(
        circuit,
        parameters,
        Course(
            targets=targets.output,
            draw=single_motifs(settings.starts),
            initial_std=settings.initial_std,
            max_iterations=settings.max_iterations,
            separate=not SHARED_PARAMETERS[settings.architecture],
        ),
        training,
        dynamics,
        rng=rng(session),
        pool_rng=rng(f"{session}/noise"),
        report=report,
        checkpoint=checkpoint,
    )
    return _network(settings, targets.numbers, trained)


def _network(
    settings: MotifNetwork, numbers: Sequence[int], trained: Trained
) -> dict[str, ArrayLike]:
    """Lay out what `contracts.NETWORK` says; numbers are those of the motifs."""
    learned, names = trained.parameters, MOTIF_PARAMETERS[settings.architecture]
    units = np.arange(settings.units)
    return {
        "motif": numbers,
        "parameter": names,
        "unit": units,
        "shared_unit": units if SHARED_PARAMETERS[settings.architecture] else units[:0],
        "presynaptic_unit": units,
        "iteration": range(1, len(trained.errors) + 1),
        "motif_parameters": np.stack([learned[name] for name in names]),
        "shared_weights": learned.get("weights", np.empty((0, settings.units))),
        "shared_readout": learned.get("readout", np.empty(0)),
        "training_error": trained.errors,
        "steady_until": trained.steady_until,
        "learned_parameters": parameter_count(settings.architecture, settings.units, len(numbers)),
    }


def train_on_pairs(
    parts: NetworkParts,
    motifs: Sequence[Dataset],
    training: Training,
    dynamics: NetworkDynamics,
    *,
    rng: Callable[[str], np.random.Generator],
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
) -> dict[str, ArrayLike]:
    """Train a network on all ordered pairs of motifs; the network itself is not kept.

    Args:
        parts: of the network.
        motifs: all sessions (`contracts.LIBRARY`).
        training: how to learn.
        dynamics: step and noise.
        rng: gives the random stream of a purpose.
        report, checkpoint: see `descent.train`.

    Returns:
        What `contracts.PAIRS` says.
    """
    settings, targets = parts.settings, targets_of(motifs)
    stage = f"motifs/pairs/{settings.architecture}"
    circuit, parameters = untrained(parts, targets, lambda number: rng(f"{stage}/motif-{number}"))
    trained = train(
        circuit,
        parameters,
        Course(
            targets=targets.output,
            draw=motif_pairs(settings.starts),
            initial_std=settings.initial_std,
            max_iterations=settings.max_iterations,
            separate=False,
        ),
        training,
        dynamics,
        rng=rng(stage),
        pool_rng=rng(f"{stage}/noise"),
        report=report,
        checkpoint=checkpoint,
    )
    error = np.sqrt(np.nanmean(trained.errors, axis=1))
    return {
        "iteration": range(1, len(error) + 1),
        "training_error": error,
        "least_error": error.min(),
        "architecture": settings.architecture,
        "gain": settings.gain,
        "loop_gain": settings.loop_gain,
    }
