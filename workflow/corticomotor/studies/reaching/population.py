"""Hidden activity of a sequence model as a population, beside that of motor-cortical circuits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import subspace_angles

from corticomotor.arrays import Array, IntArray
from corticomotor.motor_cortex.timing import resample
from corticomotor.runtime.errors import InputError, settings_named
from corticomotor.similarity import (
    PrincipalComponents,
    canonical_correlation,
    chance_level,
    noise_ceiling,
    principal_components,
    surrogate_components,
)
from corticomotor.studies.reaching.units import unit_activity

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.runtime.store import Dataset
    from corticomotor.studies.reaching.settings.population import Population


@dataclass(frozen=True)
class Cortex:
    """A circuit, with all that networks are compared with.

    Attributes:
        scores: of its leading components (reach, time, component).
        surrogates: those of circuits with its means and covariances alone
            (surrogate, reach, time, component).
        assignments: reaches of the circuit that directions are assigned to at random
            (assignment, direction).
        ceiling: mean canonical correlation of halves of its neurons (split,).
    """

    scores: Array
    surrogates: Array
    assignments: IntArray
    ceiling: Array


def cortex_of(rng: np.random.Generator, rates: Array, settings: Population) -> Cortex:
    """Reduce a circuit and draw what its chance levels and its ceiling take.

    Args:
        rng: draws surrogates, assignments and halves.
        rates: (reach, time, neuron).
        settings: how many.

    Raises:
        InputError: the circuit has too few neurons for so many components.
    """
    components = settings.components
    return Cortex(
        scores=principal_components(rates, components).project(rates),
        surrogates=surrogate_components(rng, rates, components, settings.surrogates),
        assignments=np.stack(
            [rng.permutation(len(rates)) for _ in range(settings.assignments)]
        ).astype(np.int64),
        ceiling=noise_ceiling(rng, rates, components, settings.splits).mean(axis=1),
    )


def alignments(directions: int) -> IntArray:
    """Rotations and reflections of a circle of directions (rotation or reflection, direction)."""
    circle = np.arange(directions)
    rotations = [np.roll(circle, -by) for by in range(directions)]
    return np.stack([*rotations, *(order[::-1] for order in rotations)]).astype(np.int64)


def correlations_with(cortex: Cortex, rates: Array, scores: Array) -> dict[str, Array]:
    """Correlate a network with a circuit, and with what has only a part of its structure.

    Args:
        cortex: the circuit.
        rates: of the network (direction, time, unit).
        scores: of its leading components, as many as the circuit's (direction, time, component).

    Returns:
        Those variables of `contracts.POPULATION` that correlate a phase with a circuit.
    """

    def mean_correlations(orders: IntArray) -> Array:
        # The same samples in another order have the same components.
        return np.array(
            [
                canonical_correlation(cortex.scores[each], scores).correlations.mean()
                for each in orders
            ]
        )

    return {
        "correlation": canonical_correlation(cortex.scores, scores).correlations,
        "aligned_correlation": mean_correlations(alignments(len(rates))).max(),
        "surrogate_correlation": chance_level(cortex.surrogates, rates).mean(axis=1),
        "assigned_correlation": mean_correlations(cortex.assignments),
    }


def captured_variance(rates: Array, basis: PrincipalComponents, own: PrincipalComponents) -> float:
    """Variance of activity within some components, over that within as many of its own.

    Args:
        rates: (direction, time, unit).
        basis: of other activity of the same units.
        own: of this activity.
    """
    within, most = (each.project(rates).var(axis=(0, 1)).sum() for each in (basis, own))
    return float(within / most)


def compare_phases(phases: Array, bases: Sequence[PrincipalComponents]) -> dict[str, Array]:
    """Compare the subspaces of one network in several phases of its training.

    Args:
        phases: rates (phase, direction, time, unit).
        bases: the leading components of each.

    Returns:
        Those variables of `contracts.POPULATION` that compare a phase with others; angles from
        the smallest on.
    """
    return {
        "captured_variance": np.array(
            [
                [captured_variance(rates, basis, own) for basis in bases]
                for rates, own in zip(phases, bases, strict=True)
            ]
        ),
        "angle": np.array(
            [
                [
                    np.degrees(subspace_angles(own.components.T, basis.components.T)[::-1])
                    for basis in bases
                ]
                for own in bases
            ]
        ),
    }


def describe_units(rates: Array, cue: int, settings: Population) -> dict[str, Array | float]:
    """Describe the units of one phase: those variables of `contracts.POPULATION`.

    Args:
        rates: (direction, time, unit).
        cue: step at which the go cue begins.
        settings: of the comparison.
    """
    units = unit_activity(rates, cue=cue, steps=settings.steps, threshold=settings.threshold)
    return {
        "cue_change": units.cue_change,
        "direction_deviation": units.direction_deviation,
        "turning_points": units.turning_points,
        "modulated": float((np.abs(units.cue_change) > settings.threshold).mean()),
        "tuned": float((units.direction_deviation > settings.threshold).mean()),
    }


def compare_population(
    rng: np.random.Generator,
    network: Dataset,
    circuits: Mapping[str, Dataset],
    settings: Population,
    *,
    cue: int,
) -> dict[str, ArrayLike]:
    """Compare the hidden activity of a sequence model with circuits, and its phases.

    Args:
        rng: draws surrogates, assignments and halves.
        network: see `contracts.SEQUENCE`.
        circuits: see `ground_truth_contract`, by the EMG that they produce; their movements are
            as long as the activity from the go cue on that they are compared with.
        settings: of the comparison.
        cue: step at which the go cue begins in the reaches whose hidden activity is kept.

    Returns:
        What `contracts.POPULATION` says.

    Raises:
        InputError: the settings do not fit the network or the circuits.
    """
    rates = network["rates"].values.astype(float)
    with settings_named("reaching.population"):
        _check(rates, circuits, settings, cue)
        moving = rates[:, :, cue : cue + settings.steps]
        cortices = [
            cortex_of(rng, _resampled(circuit, settings.steps), settings)
            for circuit in circuits.values()
        ]
        bases = [principal_components(each, settings.components) for each in moving]
        scores = [basis.project(each) for basis, each in zip(bases, moving, strict=True)]
        compared = [
            _stacked([correlations_with(cortex, *phase) for cortex in cortices])
            for phase in zip(moving, scores, strict=True)
        ]
    return {
        **_stacked(compared),
        **_stacked([describe_units(each, cue, settings) for each in rates]),
        **compare_phases(moving, bases),
        "ceiling": np.stack([cortex.ceiling for cortex in cortices]),
        "explained_variance": np.stack(
            [basis.variance_explained[: settings.components] for basis in bases]
        ),
        "score": np.stack(scores),
        "peri_event": moving,
        **_axes(network, list(circuits), settings),
    }


def _axes(network: Dataset, circuits: list[str], settings: Population) -> dict[str, ArrayLike]:
    """Coordinates of the result."""
    return {
        **{name: network[name].values for name in ("phase", "direction", "unit")},
        "other_phase": network["phase"].values,
        "circuit": circuits,
        "component": range(1, settings.components + 1),
        "surrogate": range(1, settings.surrogates + 1),
        "assignment": range(1, settings.assignments + 1),
        "split": range(1, settings.splits + 1),
        "time": range(settings.steps),
    }


def _check(rates: Array, circuits: Mapping[str, Dataset], settings: Population, cue: int) -> None:
    _, directions, steps, _ = rates.shape
    if cue + settings.steps > steps:
        raise InputError(
            f"steps: expected at most {steps - cue}, which follow the go cue, found "
            f"{settings.steps}"
        )
    for name, circuit in circuits.items():
        reaches = circuit.sizes["reach"]
        if reaches != directions:
            raise InputError(
                f"cortex.emg.reaches: expected one for each of {directions} directions "
                f"(reaching.tests.directions), found {reaches} ({name})"
            )


def _resampled(circuit: Dataset, steps: int) -> Array:
    """Rates of a circuit (reach, time, neuron) at evenly spaced times of its movement."""
    times = circuit["time"].values
    return resample(
        circuit["rates"].values, times, np.linspace(float(times[0]), float(times[-1]), steps)
    )


def _stacked(parts: Sequence[Mapping[str, Array | float]]) -> dict[str, Array]:
    """Variables of several phases or circuits, with these as the first dimension."""
    return {name: np.stack([part[name] for part in parts]) for name in parts[0]}
