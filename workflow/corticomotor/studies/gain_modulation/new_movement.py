"""One new movement, learned from reward: by each neuron's gain, or by those of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.learning.groups import Grouped, random_groups
from corticomotor.learning.rules import RewardRule, learn
from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.runtime.progress import StepReport, silent
from corticomotor.studies.gain_modulation.system import MotorSystem, check_integration

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.studies.gain_modulation.settings import NewMovement, RewardedGains

ADVICE = "lower gain_modulation.reward.perturbation or gain_modulation.movement.step_ms"
# So many trials a simulation fill the caches.
_BATCH = 200


def learn_new_movement(
    rng: np.random.Generator,
    system: MotorSystem,
    target: Array,
    settings: NewMovement,
    reward: RewardedGains,
    *,
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
) -> dict[str, ArrayLike]:
    """Learn a movement in several sessions, and look at what was learned.

    Args:
        rng: draws groups, perturbations and noise.
        system: what learns.
        target: the movement (time,).
        settings: of the sessions.
        reward: of the rule.
        report: called with the iteration and the mean error.
        checkpoint: keeps the state of learning.

    Returns:
        What `contracts.NEW_MOVEMENT` says.
    """
    groups = [system.neurons, *sorted(settings.groups, reverse=True)]
    sessions, neurons = settings.sessions, system.neurons
    index = np.array(
        [random_groups(rng, neurons, count) for count in groups for _ in range(sessions)]
    )
    task = system.task(np.tile(target[:, np.newaxis], len(index)))
    grouped = Grouped(task, index)
    learned = learn(
        grouped,
        RewardRule(rng, perturbation=reward.perturbation, memory=reward.memory),
        np.ones((len(index), max(groups))),
        iterations=settings.iterations,
        advice=ADVICE,
        report=report,
        checkpoint=checkpoint,
    )
    gains = grouped.gains(learned.best)
    check_integration(task, gains)
    shape = (len(groups), sessions, -1)
    specific = gains[:sessions]
    patterns = np.concatenate([np.ones((1, neurons)), specific])
    rates = system.rates(patterns)
    correlations = correlations_with(rates, target)
    return {
        "groups": groups,
        "session": range(1, sessions + 1),
        "iteration": range(1, settings.iterations + 1),
        "time": system.time,
        "neuron": range(neurons),
        "pattern": range(sessions + 1),
        "statistic": ["mean", "standard deviation"],
        "snr": settings.noise_db,
        **system.described,
        "initial_movement": system.initial_movement,
        "target": target,
        "error": learned.errors.T.reshape(shape),
        "best_error": learned.best_errors.reshape(shape[:2]),
        "gains": gains.reshape(shape),
        "output": np.moveaxis(task.outputs(gains), 0, -1).reshape(shape),
        "rates": np.moveaxis(rates, 0, 1),
        "target_correlation": correlations,
        "abscissa": [
            np.linalg.eigvals(system.circuits.weights * pattern).real.max() for pattern in patterns
        ],
        "noise_deviation": noise_deviations(
            rng, system, patterns, settings.noise_db, settings.noise_samples
        ),
    }


def correlations_with(rates: Array, target: Array) -> Array:
    """Pearson correlations of rates (time, pattern, neuron) with a target (time,).

    Returns:
        (pattern, neuron); 0 for a neuron that is silent.
    """
    centred = rates - rates.mean(axis=0)
    wanted = target - target.mean()
    norms = np.linalg.norm(centred, axis=0) * np.linalg.norm(wanted)
    products = np.tensordot(wanted, centred, axes=(0, 0))
    found: Array = np.divide(products, norms, out=np.zeros_like(norms), where=norms > 0)
    return found


def noise_deviations(
    rng: np.random.Generator,
    system: MotorSystem,
    patterns: Array,
    snr_db: list[float],
    samples: int,
) -> Array:
    """What noise in the initial state does to the output.

    Args:
        rng: draws white Gaussian noise.
        system: with its initial state.
        patterns: gains (pattern, neuron).
        snr_db: ratios of the power of the state to that of the noise, in decibels.
        samples: of noise for each pattern and ratio.

    Returns:
        Squared deviation from the output without noise over that output's variance, mean and
        standard deviation over samples (statistic, pattern, snr).
    """
    state, neurons = system.initial_state, system.neurons
    undisturbed = system.task(np.zeros((len(system.time), 1))).outputs(patterns).astype(float)
    power = np.sum((undisturbed - undisturbed.mean(axis=0)) ** 2, axis=0)
    found = np.empty((2, len(patterns), len(snr_db)))
    for column, ratio in enumerate(snr_db):
        scale = np.sqrt(np.mean(state**2) / 10 ** (ratio / 10))
        for row, pattern in enumerate(patterns):
            deviations: list[Array] = []
            for first in range(0, samples, _BATCH):
                count = min(_BATCH, samples - first)
                states = state + scale * rng.standard_normal((count, neurons))
                outputs = system.trials.outputs(
                    states,
                    np.tile(pattern, (count, 1)),
                    system.readout.weights,
                    system.readout.offset,
                )
                difference = outputs - undisturbed[:, row, np.newaxis]
                deviations.append(np.sum(difference**2, axis=0) / power[row])
            all_deviations = np.concatenate(deviations)
            found[:, row, column] = all_deviations.mean(), all_deviations.std()
    return found
