"""Training of one network: on the motifs of a session, or on all ordered pairs of motifs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.runtime.progress import StepReport, silent
from corticomotor.studies.motifs.architectures import (
    MOTIF_PARAMETERS,
    SHARED_PARAMETERS,
    FixedCircuit,
    parameter_count,
)
from corticomotor.studies.motifs.courses import Course, motif_pairs, single_motifs
from corticomotor.studies.motifs.descent import train
from corticomotor.studies.motifs.loading import NetworkParts, untrained
from corticomotor.studies.motifs.targets import targets_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.runtime.store import Dataset
    from corticomotor.studies.motifs.settings import NetworkDynamics, Training


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
    before = {name: values.copy() for name, values in parameters.items()}
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
    return {
        "motif": targets.numbers,
        "time": targets.times,
        "target": targets.output,
        "step": dynamics.dt,
        "step_noise": dynamics.noise,
        "preparation": circuit.first_steps * dynamics.dt,
        "iteration": range(1, len(trained.errors) + 1),
        "training_error": trained.errors,
        "steady_until": trained.steady_until,
        "learned_parameters": parameter_count(
            settings.architecture, settings.units, len(targets.numbers)
        ),
        **_weights(parts, circuit, before, trained.parameters),
    }


def _weights(
    parts: NetworkParts,
    circuit: FixedCircuit,
    before: Mapping[str, Array],
    learned: Mapping[str, Array],
) -> dict[str, ArrayLike]:
    """What a network is made of before and after training, as `contracts.NETWORK` has it."""
    architecture, units = parts.settings.architecture, np.arange(parts.settings.units)
    names, shared = MOTIF_PARAMETERS[architecture], bool(SHARED_PARAMETERS[architecture])
    fixed = {"weights": circuit.weights.numpy(), "readout": circuit.readout.numpy()}
    found: dict[str, Array] = {
        "motif_parameters": np.stack([learned[name] for name in names]),
        "initial_motif_parameters": np.stack([before[name] for name in names]),
        **{name: learned.get(name, values) for name, values in fixed.items()},
        **{f"initial_{name}": values if shared else values[:0] for name, values in fixed.items()},
        **_loops(parts),
    }
    return {
        "parameter": names,
        "unit": units,
        "shared_unit": units if shared else units[:0],
        "presynaptic_unit": units,
        "loop": np.arange(found["preparatory_left_vectors"].shape[1]),
        # Networks are trained and tested in single precision.
        **{name: values.astype(np.float32) for name, values in found.items()},
    }


def _loops(parts: NetworkParts) -> dict[str, Array]:
    """Loops of the preparatory module, or none (unit, loop)."""
    none = np.empty((parts.settings.units, 0))
    loops = {"preparatory_left_vectors": none, "preparatory_right_vectors": none}
    for module in parts.modules:
        loops = {name: module[name.removeprefix("preparatory_")].values for name in loops}
    return loops


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
