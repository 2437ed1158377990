"""What a network that shares its weights among motifs forgets when it learns one after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.dynamics.devices import compute_device
from corticomotor.runtime.checkpoints import Checkpoint, State, generator_state, restored_generator
from corticomotor.runtime.progress import StepReport, silent
from corticomotor.studies.motifs.architectures import FixedCircuit
from corticomotor.studies.motifs.courses import Course, only_motif
from corticomotor.studies.motifs.descent import train
from corticomotor.studies.motifs.evaluation import errors_from_random
from corticomotor.studies.motifs.loading import NetworkParts, learned_parameters, untrained
from corticomotor.studies.motifs.targets import targets_of
from corticomotor.studies.motifs.trained import TrainedMotifNetwork

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.runtime.store import Dataset
    from corticomotor.studies.motifs.settings import MotifNetwork, NetworkDynamics, Training


def forgetting(
    parts: NetworkParts,
    motifs: Sequence[Dataset],
    training: Training,
    dynamics: NetworkDynamics,
    *,
    iterations: int,
    starts: int,
    rng: Callable[[str], np.random.Generator],
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
) -> dict[str, ArrayLike]:
    """Compare a network that learns motif after motif with one that learned them together.

    Args:
        parts: of the network; its sessions are what it learned together.
        motifs: all sessions (`contracts.LIBRARY`).
        training: how to learn.
        dynamics: step and noise.
        iterations: for each motif.
        starts: random starts of each motif in tests.
        rng: gives the random stream of a purpose.
        report, checkpoint: see `learn_in_turn`.

    Returns:
        What `contracts.FORGETTING` says.
    """
    settings, targets = parts.settings, targets_of(motifs)
    stage, device = "motifs/forgetting", compute_device(training.device)
    circuit, parameters = untrained(parts, targets, lambda number: rng(f"{stage}/motif-{number}"))

    def error_of(parameters: dict[str, Array]) -> Array:
        # The same states each time, so that only learning makes a difference.
        return errors_from_random(
            TrainedMotifNetwork(circuit, parameters, dynamics, device),
            targets.output,
            starts=starts,
            initial_std=settings.initial_std,
            rng=rng(f"{stage}/tests"),
        )

    error = learn_in_turn(
        circuit,
        parameters,
        targets.output,
        settings,
        training,
        dynamics,
        iterations=iterations,
        rng=rng(stage),
        pool_rng=rng(f"{stage}/noise"),
        error_of=error_of,
        report=report,
        checkpoint=checkpoint,
    )
    together = learned_parameters(settings.architecture, parts.sessions)
    return {
        "session": range(1, len(error) + 1),
        "motif": targets.numbers,
        "error": error,
        "together_error": error_of(together),
    }


def learn_in_turn(
    circuit: FixedCircuit,
    parameters: dict[str, Array],
    targets: Array,
    network: MotifNetwork,
    settings: Training,
    dynamics: NetworkDynamics,
    *,
    iterations: int,
    rng: np.random.Generator,
    pool_rng: np.random.Generator,
    error_of: Callable[[dict[str, Array]], Array],
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
) -> Array:
    """Learn one motif after the other, each from where the one before left the network.

    Args:
        circuit: see `descent.train`, as for the arguments below.
        parameters: before training.
        targets: desired output of each motif (motif, step).
        network: how many random starts an iteration has, and how wide they are.
        settings: how to learn.
        dynamics: of the network.
        iterations: for each motif.
        rng: draws starts and noise.
        pool_rng: draws the pool of noise.
        error_of: the root mean squared error of each motif (motif,) with given parameters.
        report: called after each motif.
        checkpoint: continues with the motif at which it was killed, with the same result.

    Returns:
        Root mean squared error after each session (session, motif).
    """
    errors: list[Array] = []
    if checkpoint is not None and (state := checkpoint.load()) is not None:
        errors = list(state.arrays["errors"])
        parameters = {name: state.arrays[f"parameters/{name}"] for name in parameters}
        rng = restored_generator(state.values["rng"])
        pool_rng = restored_generator(state.values["pool_rng"])
    for motif in range(len(errors), len(targets)):
        session = Course(
            targets=targets,
            draw=only_motif(motif, network.starts),
            initial_std=network.initial_std,
            max_iterations=iterations,
            separate=False,
        )
        parameters = train(
            circuit, parameters, session, settings, dynamics, rng=rng, pool_rng=pool_rng
        ).parameters
        errors.append(error_of(parameters))
        report(motif + 1, rmse=float(errors[-1][motif]))
        if checkpoint is not None:
            checkpoint.save_if_due(partial(_state, errors, parameters, rng, pool_rng))
    return np.array(errors)


def _state(
    errors: list[Array],
    parameters: dict[str, Array],
    rng: np.random.Generator,
    pool_rng: np.random.Generator,
) -> State:
    arrays = {f"parameters/{name}": value for name, value in parameters.items()}
    return State(
        arrays | {"errors": np.array(errors)},
        {"rng": generator_state(rng), "pool_rng": generator_state(pool_rng)},
    )
