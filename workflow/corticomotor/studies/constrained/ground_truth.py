"""The ground truth: the circuit, its gains, and the EMG that it drives."""

from dataclasses import dataclass

import numpy as np

from corticomotor.arrays import Array
from corticomotor.dynamics import AsymmetricTanh, RateNetwork
from corticomotor.learning.gain_learning import (
    GainTask,
    LearnedGains,
    learn_gains_by_gradient,
    learn_gains_by_reward,
)
from corticomotor.learning.readout import normalised_error
from corticomotor.runtime.progress import Report, silent
from corticomotor.studies.constrained.settings import Dynamics, GainLearning


@dataclass(frozen=True)
class GroundTruth:
    """A circuit that produces the EMG.

    Attributes:
        learned: gains (target, neuron) and the error while learning.
        rates: Hz (target, time, neuron).
        readout: (neuron, muscle), zero for neurons that do not drive muscles.
        emg: (target, time, muscle).
        error: normalised error of that EMG.
    """

    learned: LearnedGains
    rates: Array
    readout: Array
    emg: Array
    error: float


def gain_task(
    dynamics: Dynamics,
    learning: GainLearning,
    *,
    weights: Array,
    excitatory: int,
    initial_state: Array,
    emg: Array,
    step_ms: float,
) -> GainTask:
    """Put a circuit before its task.

    Args:
        dynamics: of the neurons.
        learning: which neurons drive the muscles, and the ridge penalty.
        weights: (neuron, presynaptic neuron).
        excitatory: number of excitatory neurons, which come first.
        initial_state: (neuron,).
        emg: targets (target, time, muscle) on a grid of `step_ms`.
        step_ms: integration step.
    """
    return GainTask(
        network=RateNetwork(
            weights,
            dynamics.time_constant_ms,
            AsymmetricTanh(dynamics.baseline_rate_hz, dynamics.max_rate_hz),
        ),
        initial_state=initial_state,
        emg=emg,
        step_ms=step_ms,
        readout_neurons=excitatory if learning.readout == "excitatory" else len(weights),
        ridge=learning.ridge,
    )


def learn_ground_truth(
    rng: np.random.Generator,
    learning: GainLearning,
    *,
    training: GainTask,
    final: GainTask,
    report: Report = silent,
) -> GroundTruth:
    """Learn the gains on one grid and simulate the result on another.

    Args:
        rng: draws the perturbations of reward-based learning.
        learning: which rule, and for how long.
        training: the task on the grid of `learning.training_step_ms`.
        final: the same task on the grid of the EMG.
        report: called with the iteration and the error.
    """
    if learning.method == "gradient":
        learned = learn_gains_by_gradient(
            training,
            iterations=learning.iterations,
            learning_rate=learning.learning_rate,
            report=report,
        )
    else:
        learned = learn_gains_by_reward(
            training,
            rng,
            iterations=learning.reward.iterations,
            perturbation=learning.reward.perturbation,
            memory=learning.reward.memory,
            report=report,
        )
    rates = final.rates(learned.gains)
    drivers, emg = final.readout(rates)
    readout = np.zeros((rates.shape[2], emg.shape[2]))
    readout[: len(drivers)] = drivers
    return GroundTruth(learned, rates, readout, emg, normalised_error(emg, final.emg))
