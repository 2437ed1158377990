"""Small circuits and tasks that several tests share."""

from __future__ import annotations

import json
from functools import cache
from types import SimpleNamespace
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
from corticomotor.runtime.stage_settings import StageSettings
from corticomotor.runtime.store import DataArray, Dataset
from corticomotor.studies.constrained.settings import Constrained
from corticomotor.studies.gain_modulation import settings
from corticomotor.studies.gain_modulation.settings import GainModulation, speed
from corticomotor.studies.gain_modulation.slow_tasks import FastMovements, fast_movements
from corticomotor.studies.gain_modulation.system import MotorSystem, system_of

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
    network, targets = small_network(), small_emg(step_ms=step_ms, **emg)
    states = circuits.preferred_initial_states(network.weights, 1.5, len(targets))
    return GainTask(
        network=network,
        initial_states=states[:1] + 0.1 * states,
        emg=targets,
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


def small_gain_modulation() -> GainModulation:
    """Settings of the gain-modulation study for the small circuit, with a few of everything."""
    return GainModulation(
        circuit=settings.Circuit(neurons=NEURONS),
        movement=settings.Movement(duration_ms=250.0, step_ms=12.5),
        reward=settings.RewardedGains(perturbation=0.01),
        new_movement=settings.NewMovement(
            sessions=3, iterations=30, groups=[8, 2], noise_db=[0.0, 20.0], noise_samples=6
        ),
        alternatives=settings.Alternatives(movements=2, iterations=6),
        groups=settings.Grouping(
            movements=2, novel=1, counts=[4], sessions=2, iterations=9, pattern_iterations=5
        ),
        sizes=settings.Sizes(neurons=[40], groups=[2, 8], movements=2, sessions=2, iterations=6),
        primitives=settings.Primitives(
            patterns=5, iterations=20, rate=0.05, sizes=[1, 3, 5], libraries=3, novel=4
        ),
        speed=speed.Speed(
            neurons=NEURONS,
            groups=8,
            factor=3.0,
            step_ms=12.5,
            movements=3,
            sessions=2,
            iterations=7,
            noise_samples=3,
            reward=speed.SlowByReward(
                movements=2,
                iterations=12,
                gradual_iterations=4,
                gradual_factors=[1.5, 2.0, 3.0],
            ),
            initial_conditions=speed.InitialConditions(counts=[1, 2, 4], sessions=2, iterations=6),
            seven_speeds=speed.SevenSpeeds(speeds=4, sessions=2, iterations=6),
            shape_and_speed=speed.ShapeAndSpeed(
                members=4, sizes=[2, 4], libraries=2, novel=5, iterations=6
            ),
        ),
    )


def small_circuit_file() -> Dataset:
    """What experiments read of the file of a circuit."""
    weights = small_circuit().weights
    excitatory = (np.arange(NEURONS) < EXCITATORY).astype(np.int8)
    state = circuits.preferred_initial_state(weights, 1.5)
    return Dataset(
        {
            "weights": DataArray(weights, ("neuron", "presynaptic_neuron"), "1", "weight"),
            "initial_state": DataArray(state, ("neuron",), "Hz", "state"),
            "excitatory": DataArray(excitatory, ("neuron",), "1", "1 for excitatory neurons"),
        }
    )


def gain_job(study: GainModulation | None = None, seed: int = 11) -> Any:
    """What experiments ask of a job that reads the small circuit."""
    return SimpleNamespace(
        settings=study or small_gain_modulation(),
        rng=lambda purpose: np.random.default_rng([seed, *purpose.encode()]),
        read=lambda name: {"circuit": small_circuit_file()}[name],
    )


@cache
def small_system() -> MotorSystem:
    """Small circuit with the readout of an initial movement."""
    return system_of(gain_job())


@cache
def small_fast_movements(count: int = 5, states: int = 4) -> FastMovements:
    """Fast movements of the small circuit."""
    return fast_movements(gain_job(), count, states)


def small_constrained(**blocks: dict[str, Any]) -> Constrained:
    """Settings of the constrained study with a small circuit and changed blocks."""
    small = {
        "emg": {"reaches": 4, "muscles": 4, "duration_ms": 250.0, "step_ms": 5.0},
        "circuit": {
            "neurons": NEURONS,
            "connection_probability": 0.2,
            "initial_spectral_radius": 5.0,
            "learning_rate": 5.0,
        },
        "network": {"step_ms": 5.0, "pulse_ms": 40.0},
        "similarity": {"components": 5},
        "search": {"ranges": {"units": [30, 50], "modes": [2, 6]}},
    }
    changed = {name: small.get(name, {}) | blocks.get(name, {}) for name in small | blocks}
    return Constrained.model_validate(changed)


def in_a_job(settings: Constrained) -> StageSettings:
    """The same settings as a job has them."""
    return StageSettings("test", json.loads(settings.model_dump_json()))
