"""How the circuit, FF and FFH bear noise: kicks at movement onset, and noise in each step.

All noise is Gaussian. Its levels are relative to the standard deviation of the undisturbed
activations over units, reaches and times in the movement, so that they mean the same for every
subject.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.learning.readout import normalised_error
from corticomotor.motor_cortex.timing import resample
from corticomotor.similarity import principal_components
from corticomotor.studies.constrained.subjects import (
    Movements,
    Subject,
    network_subject,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.runtime.store import Dataset
    from corticomotor.studies.constrained.settings import FullForceNetwork, Generalisation

_CIRCUIT = "SOC"


def isotropic_kick(activations: Array, repeats: int, rng: np.random.Generator) -> Array:
    """Draw kicks of level 1, independent between units.

    Args:
        activations: of the undisturbed subject (reach, time, unit).
        repeats: trials per reach.
        rng: draws them.

    Returns:
        Kicks before the first step (1, trial, unit).
    """
    reaches, _, units = activations.shape
    return activations.std() * rng.standard_normal((1, repeats * reaches, units))


def kick_within(axes: Array, activations: Array, repeats: int, rng: np.random.Generator) -> Array:
    """Draw kicks of level 1 along some axes alone, independent between these.

    Their expected squared norm is that of isotropic kicks.

    Args:
        axes: orthonormal (axis, unit).
        activations: of the undisturbed subject (reach, time, unit).
        repeats: trials per reach.
        rng: draws them.

    Returns:
        Kicks before the first step (1, trial, unit).
    """
    draws = rng.standard_normal((1, repeats * len(activations), len(axes)))
    kicks: Array = activations.std() * np.sqrt(axes.shape[1] / len(axes)) * draws @ axes
    return kicks


def step_noise(step_ms: float, activations: Array, repeats: int, rng: np.random.Generator) -> Array:
    """Draw noise of level 1 per root second, independent between units and steps.

    Args:
        step_ms: between two times.
        activations: of the undisturbed subject (reach, time, unit).
        repeats: trials per reach.
        rng: draws it.

    Returns:
        Noise before each step (step, trial, unit).
    """
    reaches, times, units = activations.shape
    noise = rng.standard_normal((times - 1, repeats * reaches, units))
    noise *= activations.std() * np.sqrt(step_ms / 1000)
    return noise


def emg_error(subject: Subject, movements: Movements) -> float:
    """Normalised error of the EMG of movements that repeat the subject's reaches."""
    repeats = len(movements.emg) // len(subject.emg)
    return normalised_error(movements.emg, np.tile(subject.emg, (repeats, 1, 1)))


def error_after_kick(subject: Subject, level: float, rng: np.random.Generator) -> float:
    """Normalised error of the EMG after one isotropic kick of a level in each reach."""
    kick = isotropic_kick(subject.move().activations, 1, rng)
    return emg_error(subject, subject.move(disturbance=level * kick))


def growth_of_kicks(undisturbed: Array, kicked: Array) -> Array:
    """Follow the deviation that a kick leaves.

    Args:
        undisturbed: activations (reach, time, unit).
        kicked: those of repeated movements, kicked at the first time (trial, time, unit).

    Returns:
        Norm of the deviation over that at the first time, median over trials (time,).
    """
    repeats = len(kicked) // len(undisturbed)
    deviation = np.linalg.norm(kicked - np.tile(undisturbed, (repeats, 1, 1)), axis=2)
    growth: Array = np.median(deviation / deviation[:, :1], axis=0)
    return growth


@dataclass(frozen=True)
class Kind:
    """A kind of noise.

    Attributes:
        name: of its random streams and results.
        levels: to try; 0 is no noise.
        draw: gives noise of level 1 (step, trial, unit) to the undisturbed activations and a number
            of trials per reach.
    """

    name: str
    levels: Sequence[float]
    draw: Callable[[Array, int, np.random.Generator], Array]


@dataclass(frozen=True)
class Response:
    """What one kind of noise does.

    Attributes:
        errors: normalised errors of the EMG (level,).
        weakest: movements under the lowest level above 0, undisturbed if there is none.
    """

    errors: Array
    weakest: Movements


def respond(
    rng: Callable[[str], np.random.Generator],
    subject: Subject,
    undisturbed: Movements,
    kind: Kind,
    repeats: int,
) -> Response:
    """Disturb a subject by one kind of noise, each level on its own.

    Args:
        rng: gives the random stream of a kind and level, anew at each call.
        subject: to disturb.
        undisturbed: its movements without noise.
        kind: of noise.
        repeats: trials per reach.
    """
    errors, weakest, lowest = [], undisturbed, np.inf
    for level in kind.levels:
        movements = undisturbed
        if level > 0:
            noise = kind.draw(undisturbed.activations, repeats, rng(f"{kind.name}/{level}"))
            noise *= level
            movements = subject.move(repeats, noise)
        errors.append(emg_error(subject, movements))
        if 0 < level < lowest:
            weakest, lowest = movements, level
    return Response(np.array(errors), weakest)


def perturb(
    rng: Callable[[str], np.random.Generator],
    subject: Subject,
    settings: Generalisation,
    components: int,
) -> dict[str, Array]:
    """Disturb a subject by all kinds of noise.

    Args:
        rng: gives the random stream of a kind and level, anew at each call.
        subject: to disturb.
        settings: levels of noise, and trials.
        components: leading principal components of the activations that span some of the kicks.

    Returns:
        Variables of `contracts.GENERALISATION` without the dimension of subjects; their time is the
        subject's own.
    """
    undisturbed = subject.move()
    axes = principal_components(undisturbed.activations, components).components
    found: dict[str, Array] = {}
    for kick in (
        Kind("kick", settings.initial_noise, isotropic_kick),
        Kind("leading_kick", settings.initial_noise, partial(kick_within, axes)),
    ):
        response = respond(rng, subject, undisturbed, kick, settings.trials)
        found[f"emg_error_{kick.name}"] = response.errors
        found[f"growth_{kick.name}"] = growth_of_kicks(
            undisturbed.activations, response.weakest.activations
        )
    noise = Kind("step_noise", settings.step_noise, partial(step_noise, subject.step_ms))
    response = respond(rng, subject, undisturbed, noise, settings.trials)
    return found | {"emg_error_step_noise": response.errors}


def perturb_all(
    rng: Callable[[str], np.random.Generator],
    circuit: Subject,
    networks: Mapping[str, Dataset],
    network_settings: FullForceNetwork,
    settings: Generalisation,
    components: int,
) -> dict[str, ArrayLike]:
    """Perturb the circuit and several networks alike.

    Args:
        rng: a random stream by its name, anew at each call.
        circuit: with the muscles that the networks produce.
        networks: name -> network, see `contracts.NETWORK`; all observed the same muscles.
        network_settings: of all networks.
        settings: levels of noise, and trials.
        components: see `perturb`.

    Returns:
        What `contracts.GENERALISATION` says.
    """
    times = next(iter(networks.values()))["time"].values
    moving = times[times >= 0]
    own = np.arange(circuit.emg.shape[1]) * circuit.step_ms / 1000

    def noise(purpose: str) -> np.random.Generator:
        return rng(f"constrained/generalisation/{purpose}")

    of_circuit = perturb(noise, circuit, settings, components)
    for name in ("growth_kick", "growth_leading_kick"):
        of_circuit[name] = resample(of_circuit[name][np.newaxis], own, moving)[0]
    target = resample(circuit.emg, own, moving)
    found = [of_circuit]
    for network in networks.values():
        subject = network_subject(network, network_settings, target)
        found.append(perturb(noise, subject, settings, components))
    return {
        "network": [_CIRCUIT, *networks],
        "initial_noise": settings.initial_noise,
        "step_noise": settings.step_noise,
        "time": moving,
        **{name: np.stack([each[name] for each in found]) for name in of_circuit},
    }
