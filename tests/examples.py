"""Small circuits and tasks that several tests share."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from corticomotor import circuits
from corticomotor.arrays import Array
from corticomotor.circuits import StabilityOptimisation
from corticomotor.dynamics import AsymmetricTanh, RateNetwork
from corticomotor.dynamics.trials import Circuits, Trials
from corticomotor.learning.gain_learning import GainTask
from corticomotor.learning.movements import MovementTask, nonnegative_readout
from corticomotor.motor_cortex.movements import gaussian_process_emg, time_grid

NEURONS = 40
EXCITATORY = 20


def initial_weights(seed: int = 0, neurons: int = NEURONS) -> Array:
    """Random weights, half of the neurons excitatory."""
    return circuits.sparse_balanced_weights(
        np.random.default_rng(seed),
        neurons=neurons,
        excitatory=neurons // 2,
        connection_probability=0.2,
        spectral_radius=5.0,
        inhibition_ratio=3.0,
    )


def optimise(weights: Array, **changes: Any) -> StabilityOptimisation:
    """Optimise the stability of a small circuit, with changed parameters."""
    parameters: dict[str, Any] = {
        "inhibition_ratio": 3.0,
        "inhibitory_density": 0.4,
        "target_abscissa": 0.15,
        "learning_rate": 5.0,
        "momentum": 0.9,
        "shift_factor": 1.5,
        "shift_margin": 0.2,
        "max_iterations": 1000,
    } | changes
    return circuits.stability_optimised_weights(weights, excitatory=len(weights) // 2, **parameters)


@cache
def small_circuit(seed: int = 0, neurons: int = NEURONS) -> StabilityOptimisation:
    """Stability-optimised circuit."""
    return optimise(initial_weights(seed, neurons))


def small_network() -> RateNetwork:
    """Circuit with the published time constant and rates."""
    return RateNetwork(small_circuit().weights, 200.0, AsymmetricTanh(20.0, 100.0))


def small_emg(
    reaches: int = 3, muscles: int = 2, duration_ms: float = 250.0, step_ms: float = 10.0
) -> Array:
    """Synthetic EMG (reach, time, muscle)."""
    return gaussian_process_emg(
        np.random.default_rng(7),
        reaches=reaches,
        muscles=muscles,
        time_s=time_grid(duration_ms, step_ms),
        envelope_ms=110.0,
        smoothness_ms=50.0,
    )


def small_task(ridge: float = 1e-4, step_ms: float = 10.0, **emg: int) -> GainTask:
    """Circuit before small EMG."""
    network = small_network()
    return GainTask(
        network=network,
        initial_state=circuits.preferred_initial_state(network.weights, 1.5),
        emg=small_emg(step_ms=step_ms, **emg),
        step_ms=step_ms,
        readout_neurons=EXCITATORY,
        ridge=ridge,
    )


def small_trial_circuits(nonlinearity: AsymmetricTanh | None = None) -> Circuits:
    """Small circuit for many trials, with rates that soon saturate unless others are given."""
    return Circuits(small_circuit().weights, 200.0, nonlinearity or AsymmetricTanh(3.0, 10.0))


def small_movements(trials: int = 3, dtype: DTypeLike = np.float32) -> MovementTask:
    """Small circuit whose readout fits the activity of one muscle, and targets that it has not."""
    network = small_trial_circuits(AsymmetricTanh(20.0, 100.0))
    state = circuits.preferred_initial_state(network.weights, 1.5)
    emg = small_emg(reaches=trials + 1, muscles=1)[..., 0]
    simulator = Trials(network, steps=emg.shape[1] - 1, step_ms=10.0, dtype=dtype)
    rates = simulator.rates(state, np.ones((1, NEURONS)))[:, 0]
    readout = nonnegative_readout(rates, emg[0], excitatory=EXCITATORY, ridge=0.01)
    return MovementTask(simulator, state, readout, emg[1:].T)
