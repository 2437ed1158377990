"""The ground truth: the circuit, its gains, and the EMG that it drives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.dynamics import AsymmetricTanh, RateNetwork
from corticomotor.learning.gain_learning import GainTask, LearnedGains, learn_gains
from corticomotor.learning.readout import normalised_error
from corticomotor.learning.rules import GradientRule, RewardRule
from corticomotor.motor_cortex.timing import grid_step_ms
from corticomotor.runtime.progress import StepReport, silent

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.motor_cortex.settings import GainLearning, NeuronDynamics
    from corticomotor.runtime.store import Dataset


@dataclass(frozen=True)
class GroundTruth:
    """A circuit that produces the EMG.

    Attributes:
        learned: gains (reach, neuron) and the error while learning.
        rates: Hz (reach, time, neuron).
        readout: (muscle, neuron), zero for neurons that do not drive muscles.
        emg: (reach, time, muscle).
        error: normalised error of that EMG.
    """

    learned: LearnedGains
    rates: Array
    readout: Array
    emg: Array
    error: float


def circuit_network(weights: Array, dynamics: NeuronDynamics) -> RateNetwork:
    """Give a circuit's weights (neuron, presynaptic neuron) their neurons."""
    return RateNetwork(
        weights,
        dynamics.time_constant_ms,
        AsymmetricTanh(dynamics.baseline_rate_hz, dynamics.max_rate_hz),
    )


def gain_task(
    dynamics: NeuronDynamics,
    learning: GainLearning,
    *,
    weights: Array,
    excitatory: int,
    initial_states: Array,
    emg: Array,
    step_ms: float,
) -> GainTask:
    """Put a circuit before its task.

    Args:
        dynamics: of the neurons.
        learning: which neurons drive the muscles, and the ridge penalty.
        weights: (neuron, presynaptic neuron).
        excitatory: number of excitatory neurons, which come first.
        initial_states: (reach, neuron).
        emg: targets (reach, time, muscle) on a grid of `step_ms`.
        step_ms: integration step.
    """
    return GainTask(
        network=circuit_network(weights, dynamics),
        initial_states=initial_states,
        emg=emg,
        step_ms=step_ms,
        readout_neurons=excitatory if learning.readout == "excitatory" else len(weights),
        ridge=learning.ridge,
    )


def learn_and_simulate(
    rng: np.random.Generator,
    learning: GainLearning,
    *,
    training: GainTask,
    final: GainTask,
    report: StepReport = silent,
) -> GroundTruth:
    """Learn the gains on one grid and simulate the result on another.

    Args:
        rng: draws the perturbations of reward-based learning.
        learning: which rule, and for how long.
        training: the task on the grid of `learning.training_step_ms`.
        final: the same task on the grid of the EMG.
        report: called with the iteration and the error.
    """
    rule = (
        GradientRule(learning.learning_rate)
        if learning.method == "gradient"
        else RewardRule(
            rng, perturbation=learning.reward.perturbation, memory=learning.reward.memory
        )
    )
    learned = learn_gains(training, rule, iterations=learning_iterations(learning), report=report)
    rates = final.rates(learned.gains)
    drivers, emg = final.readout(rates)
    readout = np.zeros((emg.shape[2], rates.shape[2]))
    readout[:, : len(drivers)] = drivers.T
    return GroundTruth(learned, rates, readout, emg, normalised_error(emg, final.emg))


def learning_iterations(learning: GainLearning) -> int:
    """How many iterations the chosen rule takes."""
    return learning.iterations if learning.method == "gradient" else learning.reward.iterations


def learn_ground_truth(
    rng: np.random.Generator,
    circuit: Dataset,
    targets: Dataset,
    initial_states: Array,
    dynamics: NeuronDynamics,
    learning: GainLearning,
    report: StepReport = silent,
) -> dict[str, ArrayLike]:
    """Learn gains and readout with which a circuit produces EMG.

    Args:
        rng: draws the perturbations of reward-based learning.
        circuit: see `circuit_contract`.
        targets: see `emg_contract`.
        initial_states: of the reaches (reach, neuron).
        dynamics: of the neurons.
        learning: which rule, and for how long.
        report: called with the iteration and the error.

    Returns:
        What `ground_truth_contract` says.
    """
    emg = targets["emg"].values
    step_ms = grid_step_ms(targets["time"].values)
    training, final = (
        task_of(
            circuit,
            dynamics,
            learning,
            initial_states=initial_states,
            emg=emg[:, ::every],
            step_ms=every * step_ms,
        )
        for every in (round(learning.training_step_ms / step_ms), 1)
    )
    truth = learn_and_simulate(rng, learning, training=training, final=final, report=report)
    return {
        **{name: targets[name].values for name in ("reach", "time", "muscle")},
        "neuron": circuit["neuron"].values,
        "iteration": range(1, learning_iterations(learning) + 1),
        "weights": circuit["weights"].values,
        "presynaptic_neuron": circuit["neuron"].values,
        "time_constant": dynamics.time_constant_ms / 1000,
        "baseline_rate": dynamics.baseline_rate_hz,
        "max_rate": dynamics.max_rate_hz,
        "initial_states": initial_states,
        "gains": truth.learned.gains,
        "readout": truth.readout,
        "rates": truth.rates,
        "emg": truth.emg,
        "emg_target": emg,
        "emg_error": truth.error,
        "learning_error": truth.learned.errors,
    }


def task_of(
    circuit: Dataset,
    dynamics: NeuronDynamics,
    learning: GainLearning,
    *,
    initial_states: Array,
    emg: Array,
    step_ms: float,
) -> GainTask:
    """Put a circuit from its file (`circuit_contract`) before its task; see `gain_task`."""
    return gain_task(
        dynamics,
        learning,
        weights=circuit["weights"].values,
        excitatory=int(circuit["excitatory"].values.sum()),
        initial_states=initial_states,
        emg=emg,
        step_ms=step_ms,
    )
