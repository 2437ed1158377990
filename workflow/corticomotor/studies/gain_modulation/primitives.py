"""Gain patterns as primitives: novel movements from convex combinations of learned patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import nnls

from corticomotor.arrays import Array
from corticomotor.learning.groups import Index
from corticomotor.learning.movements import variance_errors
from corticomotor.learning.rules import GradientRule, Learned, falling, learn
from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.runtime.progress import Progress, StepReport
from corticomotor.studies.gain_modulation.system import MotorSystem, check_integration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike

    from corticomotor.studies.gain_modulation.settings import Primitives

# Weight of the row that holds the sum of the coefficients at 1, over the size of the activities.
_SUM_WEIGHT = 1e3
# Of the left singular vectors of all movements, those that carry less are rounding.
_NEGLIGIBLE = 1e-6
# Trials of a simulation.
_BATCH = 200


def combine_primitives(
    rng: np.random.Generator,
    system: MotorSystem,
    targets: Array,
    novel: Array,
    settings: Primitives,
    *,
    progress: Callable[[int, str, str], Progress],
    checkpoint: Checkpoint | None = None,
) -> dict[str, ArrayLike]:
    """Learn gain patterns and combine them for novel movements.

    Args:
        rng: draws libraries and random patterns.
        system: what learns.
        targets: movements that patterns are learned for (time, pattern).
        novel: movements that are assembled (time, novel).
        settings: of the patterns and libraries.
        progress: gives the context of a loop of so many steps, in a unit, with a description.
        checkpoint: keeps the state of learning.

    Returns:
        What `contracts.PRIMITIVES` says.
    """
    with progress(settings.iterations, "iteration", "patterns") as report:
        learned = _learn_patterns(system, targets, settings, report, checkpoint)
    task, gains = system.task(targets), learned.best
    check_integration(task, gains)
    outputs = task.outputs(gains).astype(float)
    drawn = gains.mean() + gains.std() * rng.standard_normal(gains.shape)
    sizes = sorted(settings.sizes)
    shape = (len(sizes), settings.libraries, novel.shape[1])
    fit_error, output_error, deviation = (np.empty(shape) for _ in range(3))
    examples = []
    with progress(len(sizes), "size", "libraries") as report:
        for row, size in enumerate(sizes):
            libraries = [
                rng.choice(len(gains), size, replace=False) for _ in range(settings.libraries)
            ]
            fits, made = _combined(system, gains, outputs, novel, libraries)
            wanted = np.tile(novel, settings.libraries)
            power = np.sum((wanted - wanted.mean(axis=0)) ** 2, axis=0)
            fit_error[row] = variance_errors(fits, wanted).reshape(shape[1:])
            output_error[row] = variance_errors(made, wanted).reshape(shape[1:])
            deviation[row] = (np.sum((made - fits) ** 2, axis=0) / power).reshape(shape[1:])
            middle = int(np.argsort(output_error[row], axis=None)[output_error[row].size // 2])
            examples.append((middle % shape[2] + 1, fits[:, middle], made[:, middle]))
            report(row + 1, fit_error=fit_error[row].mean(), output_error=output_error[row].mean())
    return {
        "pattern": range(1, len(gains) + 1),
        "neuron": range(system.neurons),
        "time": system.time,
        "size": sizes,
        "library": range(1, settings.libraries + 1),
        "novel": range(1, shape[2] + 1),
        **system.described,
        "target": targets.T,
        "gains": gains,
        "error": learned.best_errors,
        "output": outputs.T,
        "random_output": task.outputs(drawn).T,
        "shuffled_output": task.outputs(rng.permuted(gains, axis=1)).T,
        "novel_target": novel.T,
        "fit_error": fit_error,
        "output_error": output_error,
        "deviation": deviation,
        "example_novel": [number for number, _, _ in examples],
        "example_fit": [fit for _, fit, _ in examples],
        "example_output": [output for _, _, output in examples],
    }


def _learn_patterns(
    system: MotorSystem,
    targets: Array,
    settings: Primitives,
    report: StepReport,
    checkpoint: Checkpoint | None,
) -> Learned:
    rates = falling(settings.rate, settings.last_rate, settings.iterations, 0.3)
    return learn(
        system.task(targets),
        GradientRule(rates),
        np.ones((targets.shape[1], system.neurons)),
        iterations=settings.iterations,
        advice="lower gain_modulation.primitives.rate",
        report=report,
        checkpoint=checkpoint,
    )


def _combined(
    system: MotorSystem, gains: Array, outputs: Array, novel: Array, libraries: Sequence[Index]
) -> tuple[Array, Array]:
    """Best combinations of activities, and what combinations of gains give (time, trial).

    Trials are all novel movements with the first library, then with the next.
    """
    coefficients = [convex_coefficients(outputs[:, library], novel) for library in libraries]
    fits = [
        outputs[:, library] @ each.T for library, each in zip(libraries, coefficients, strict=True)
    ]
    patterns = np.concatenate(
        [each @ gains[library] for library, each in zip(libraries, coefficients, strict=True)]
    )
    task = system.task(novel)
    made = [
        task.outputs(patterns[first : first + _BATCH]) for first in range(0, len(patterns), _BATCH)
    ]
    return np.concatenate(fits, axis=1), np.concatenate(made, axis=1).astype(float)


def convex_coefficients(outputs: Array, targets: Array) -> Array:
    """Fit targets by convex combinations: coefficients are not negative, and their sum is 1.

    A sum of 1 keeps the mean gain of the combined patterns where it was.

    Args:
        outputs: what is combined (time, member).
        targets: what is fitted (time, target).

    Returns:
        Coefficients (target, member).
    """
    # Smooth movements lie in few dimensions, in which the fits are faster and the same.
    basis, sizes, _ = np.linalg.svd(np.hstack([outputs, targets]), full_matrices=False)
    basis = basis[:, sizes > _NEGLIGIBLE * sizes[0]]
    weight = _SUM_WEIGHT * np.sqrt(np.mean(outputs**2) * len(outputs))
    design = np.vstack([basis.T @ outputs, np.full(outputs.shape[1], weight)])
    wanted = np.vstack([basis.T @ targets, np.full(targets.shape[1], weight)])
    found = np.array([nnls(design, column)[0] for column in wanted.T])
    coefficients: Array = found / found.sum(axis=1, keepdims=True)
    return coefficients
