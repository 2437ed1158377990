"""What a network that shares its weights among motifs forgets when it learns one after another."""

from collections.abc import Callable
from functools import partial

import numpy as np

from corticomotor.arrays import Array
from corticomotor.runtime.checkpoints import Checkpoint, State, generator_state, restored_generator
from corticomotor.runtime.progress import Report, silent
from corticomotor.studies.motifs.architectures import Circuit
from corticomotor.studies.motifs.settings import Dynamics, Network, Training
from corticomotor.studies.motifs.training import Course, only_motif, train


def learn_in_turn(
    circuit: Circuit,
    parameters: dict[str, Array],
    targets: Array,
    network: Network,
    settings: Training,
    dynamics: Dynamics,
    *,
    iterations: int,
    rng: np.random.Generator,
    pool_rng: np.random.Generator,
    error_of: Callable[[dict[str, Array]], Array],
    report: Report = silent,
    checkpoint: Checkpoint | None = None,
) -> Array:
    """Learn one motif after the other, each from where the one before left the network.

    Args:
        circuit: see `training.train`, as for the arguments below.
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
        root mean squared error after each lesson (lesson, motif).
    """
    errors: list[Array] = []
    if checkpoint is not None and (state := checkpoint.load()) is not None:
        errors = list(state.arrays["errors"])
        parameters = {name: state.arrays[f"parameters/{name}"] for name in parameters}
        rng = restored_generator(state.values["rng"])
        pool_rng = restored_generator(state.values["pool_rng"])
    for motif in range(len(errors), len(targets)):
        lesson = Course(
            targets=targets,
            draw=only_motif(motif, network.starts),
            initial_std=network.initial_std,
            max_iterations=iterations,
            separate=False,
        )
        parameters = train(
            circuit, parameters, lesson, settings, dynamics, rng=rng, pool_rng=pool_rng
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
