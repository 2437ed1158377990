"""What is perturbed: the circuit and the networks, as they move on their own from onset on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from corticomotor.arrays import Array
from corticomotor.dynamics import RateNetwork, Tanh, simulate
from corticomotor.motor_cortex.ground_truth import circuit_network
from corticomotor.motor_cortex.timing import grid_step_ms
from corticomotor.studies.constrained.networks import run_network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corticomotor.motor_cortex.settings import NeuronDynamics
    from corticomotor.runtime.store import Dataset
    from corticomotor.studies.constrained.settings import FullForceNetwork


@dataclass(frozen=True)
class Movements:
    """What a subject does in several trials.

    Attributes:
        activations: (trial, time, unit).
        emg: that the rates give (trial, time, muscle).
    """

    activations: Array
    emg: Array


@dataclass(frozen=True)
class Subject:
    """The circuit or a network during the movement, when no input drives it.

    Attributes:
        network: how its units act on each other.
        gains: of the units (reach, unit).
        initial_states: activations at movement onset (reach, unit).
        readout: (muscle, unit).
        emg: what it should produce (reach, time, muscle), from onset on.
        step_ms: between two times of that, and of integration.
        method: of integration.
    """

    network: RateNetwork
    gains: Array
    initial_states: Array
    readout: Array
    emg: Array
    step_ms: float
    method: Literal["euler", "rk4"]

    def move(self, repeats: int = 1, disturbance: Array | None = None) -> Movements:
        """Make the movements of all reaches, in their order, and that several times.

        Args:
            repeats: how often.
            disturbance: added to the activations before each of the first steps (step, trial,
                unit).

        Raises:
            DivergenceError: the activity leaves the finite numbers.
        """
        states = np.tile(self.initial_states, (repeats, 1))
        times = self.emg.shape[1]
        activations = np.empty((times, *states.shape))
        rates = simulate(
            self.network,
            states,
            steps=times - 1,
            step_ms=self.step_ms,
            method=self.method,
            gains=np.tile(self.gains, (repeats, 1)),
            disturbance=disturbance,
            activations=activations,
        )
        return Movements(np.swapaxes(activations, 0, 1), np.swapaxes(rates @ self.readout.T, 0, 1))


@dataclass(frozen=True)
class PulsedNetwork:
    """A trained network, the pulses that name its reaches, and what it should produce.

    Attributes:
        settings: of the network.
        times: of the trial (time,), in seconds.
        weights: (unit, presynaptic unit).
        readout: (muscle, unit).
        pulses: input during the pulse of each reach (reach, unit).
        emg: observed EMG during the movement (reach, time, muscle).
    """

    settings: FullForceNetwork
    times: Array
    weights: Array
    readout: Array
    pulses: Array
    emg: Array

    def run(self, pulses: Array) -> Array:
        """Run the network through the trial.

        Args:
            pulses: input during the pulse (trial, unit).

        Returns:
            Rates during the movement (trial, time, unit).
        """
        inputs = np.zeros((len(self.times), *pulses.shape))
        inputs[self.times < 0] = pulses
        rates = run_network(self.weights, inputs, self.settings)
        return np.swapaxes(rates[self.times >= 0], 0, 1)

    def output(self, rates: Array) -> Array:
        """EMG (trial, time, muscle) of rates (trial, time, unit)."""
        return rates @ self.readout.T

    def after_pulse(self) -> Subject:
        """Bring the network to movement onset, with the pulse of each reach."""
        network = RateNetwork(self.weights, self.settings.time_constant_ms, Tanh())
        before = int(np.count_nonzero(self.times < 0))
        states = np.empty((before + 1, *self.pulses.shape))
        simulate(
            network,
            np.zeros(self.pulses.shape),
            steps=before,
            step_ms=self.settings.step_ms,
            method="euler",
            drive=np.broadcast_to(self.pulses, states.shape),
            activations=states,
        )
        return Subject(
            network=network,
            gains=np.ones(self.pulses.shape),
            initial_states=states[-1],
            readout=self.readout,
            emg=self.emg,
            step_ms=self.settings.step_ms,
            method="euler",
        )


def network_subject(network: Dataset, settings: FullForceNetwork, emg: Array) -> Subject:
    """Give a network of a file (`contracts.NETWORK`) that should produce EMG from onset on.

    Args:
        network: the file's content.
        settings: of the network.
        emg: (reach, time, muscle).
    """
    return PulsedNetwork(
        settings=settings,
        times=network["time"].values,
        weights=network["weights"].values,
        readout=network["readout"].values,
        pulses=network["pulse_weights"].values.T,
        emg=emg,
    ).after_pulse()


def circuit_subject(
    circuit: Dataset, truth: Dataset, dynamics: NeuronDynamics, muscles: Sequence[int] | Array
) -> Subject:
    """Give the circuit with the gains and the readout that it has learned.

    Args:
        circuit, truth: see `contracts`.
        dynamics: of the neurons.
        muscles: observed ones, by their number.

    Returns:
        The circuit; it should produce the EMG that it does produce when nothing disturbs it.
    """
    observed = np.isin(truth["muscle"].values, muscles)
    return Subject(
        network=circuit_network(circuit["weights"].values, dynamics),
        gains=truth["gains"].values,
        initial_states=truth["initial_states"].values,
        readout=truth["readout"].values[observed],
        emg=truth["emg"].values[..., observed],
        step_ms=grid_step_ms(truth["time"].values),
        method="rk4",
    )
