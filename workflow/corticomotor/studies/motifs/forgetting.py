"""What a network that shares its weights among motifs forgets when it learns one after another."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from corticomotor.arrays import Array
from corticomotor.progress import Report
from corticomotor.settings.motifs import Dynamics, Training
from corticomotor.studies.motifs.architectures import Circuit
from corticomotor.studies.motifs.training import Course, only_motif, train


def learn_in_turn(
    circuit: Circuit,
    parameters: dict[str, Array],
    course: Course,
    settings: Training,
    dynamics: Dynamics,
    *,
    rng: np.random.Generator,
    pool_rng: np.random.Generator,
    starts: int,
    error_of: Callable[[dict[str, Array]], Array],
    report: Report,
) -> Array:
    """Learn one motif after the other, each from where the one before left the network.

    Args:
        circuit: see `training.train`, as for the arguments below.
        parameters: before training.
        course: its targets are all motifs; its `draw` is not used.
        settings: how.
        dynamics: of the network.
        rng: draws starts and noise.
        pool_rng: draws the pool of noise.
        starts: random starts in an iteration.
        error_of: the root mean squared error of each motif (motif,) with given parameters.
        report: called after each motif.

    Returns:
        root mean squared error after each lesson (lesson, motif).
    """
    errors = []
    for motif in range(len(course.targets)):
        lesson = replace(course, draw=only_motif(motif, starts))
        trained = train(circuit, parameters, lesson, settings, dynamics, rng=rng, pool_rng=pool_rng)
        parameters = trained.parameters
        errors.append(error_of(parameters))
        report(motif + 1, rmse=float(errors[-1][motif]))
    return np.array(errors)
