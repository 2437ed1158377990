"""How FF and FFH bear what they were not trained on: noise, and inputs between two reaches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.learning.readout import normalised_error
from corticomotor.motor_cortex.ground_truth import task_of
from corticomotor.motor_cortex.timing import grid_step_ms, resample
from corticomotor.similarity import principal_components
from corticomotor.studies.constrained.networks import run_network

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from corticomotor.motor_cortex.settings import GainLearning, NeuronDynamics
    from corticomotor.runtime.store import Dataset
    from corticomotor.studies.constrained.settings import FullForceNetwork, Generalisation


@dataclass(frozen=True)
class Perturbable:
    """A trained network with what is needed to run and to judge it.

    Attributes:
        settings: of the network.
        times: of the trial (time,), in seconds.
        weights: (unit, presynaptic unit).
        readout: (muscle, unit).
        pulse_weights: (reach, unit).
        emg: observed EMG during the movement (reach, time, muscle).
    """

    settings: FullForceNetwork
    times: Array
    weights: Array
    readout: Array
    pulse_weights: Array
    emg: Array

    def run(self, pulses: Array, disturbance: Array | None = None) -> Array:
        """Run the network through the trial.

        Args:
            pulses: input during the pulse (trial, unit).
            disturbance: added to the activations (time, trial, unit).

        Returns:
            Rates during the movement (trial, time, unit).
        """
        inputs = np.zeros((len(self.times), *pulses.shape))
        inputs[self.times < 0] = pulses
        rates = run_network(self.weights, inputs, self.settings, disturbance=disturbance)
        return np.swapaxes(rates[self.times >= 0], 0, 1)

    def output(self, rates: Array) -> Array:
        """EMG (trial, time, muscle) of rates (trial, time, unit)."""
        return rates @ self.readout.T


@dataclass(frozen=True)
class Errors:
    """Normalised errors under a perturbation.

    Attributes:
        emg: squared error of the EMG over its summed square.
        dynamics: squared deviation of the rates from the undisturbed ones over their variance.
    """

    emg: float
    dynamics: float


def errors_under_noise(
    network: Perturbable,
    rng: np.random.Generator,
    *,
    initial_noise: float = 0.0,
    step_noise: float = 0.0,
    trials: int = 1,
) -> Errors:
    """Errors of all reaches when the activations are noisy.

    Both noises are Gaussian, independent between units, and relative to the standard deviation of
    the undisturbed activations over units, reaches and time, so that they mean the same for every
    network.

    Args:
        network: to perturb.
        rng: draws the noise.
        initial_noise: standard deviation of one kick at movement onset.
        step_noise: standard deviation, per root second, of noise throughout the movement.
        trials: noisy trials per reach.
    """
    undisturbed = network.run(network.pulse_weights)
    scale = np.arctanh(np.clip(undisturbed, -1 + 1e-12, 1 - 1e-12)).std()
    pulses = np.tile(network.pulse_weights, (trials, 1))
    disturbance = np.zeros((len(network.times), *pulses.shape))
    onset = int(np.count_nonzero(network.times < 0))
    disturbance[onset] += initial_noise * scale * rng.standard_normal(pulses.shape)
    step_s = network.settings.step_ms / 1000
    disturbance[onset:] += (
        step_noise * scale * np.sqrt(step_s) * rng.standard_normal(disturbance[onset:].shape)
    )
    rates = network.run(pulses, disturbance)
    deviation = rates - np.tile(undisturbed, (trials, 1, 1))
    variance = np.sum((undisturbed - undisturbed.mean(axis=(0, 1))) ** 2)
    return Errors(
        emg=normalised_error(network.output(rates), np.tile(network.emg, (trials, 1, 1))),
        dynamics=float(np.sum(deviation**2) / (trials * variance)),
    )


def errors_by_level(
    network: Perturbable,
    rng: Callable[[str], np.random.Generator],
    levels: Mapping[str, Sequence[float]],
    trials: int,
) -> dict[str, Array]:
    """Errors at each level of each kind of noise, with the same noise for every network.

    Args:
        network: to perturb.
        rng: gives the random stream of a kind and level, anew at each call.
        levels: `initial_noise` and `step_noise` -> their levels.
        trials: noisy trials per reach.

    Returns:
        `emg_error_<kind>` and `dynamics_error_<kind>` -> errors (level,).
    """
    found: dict[str, Array] = {}
    for kind, values in levels.items():
        errors = [
            errors_under_noise(network, rng(f"{kind}/{level}"), trials=trials, **{kind: level})
            for level in values
        ]
        found[f"emg_error_{kind}"] = np.array([each.emg for each in errors])
        found[f"dynamics_error_{kind}"] = np.array([each.dynamics for each in errors])
    return found


def half_way(pattern: Array) -> Array:
    """Mean of each reach's pattern (reach, ...) and the next one's, the last with the first."""
    mean: Array = (pattern + np.roll(pattern, -1, axis=0)) / 2
    return mean


@dataclass(frozen=True)
class HalfWay:
    """A network's response to inputs half-way between the pulses of two neighbouring reaches.

    Attributes:
        emg: (reach, time, muscle); entry k lies between reach k and the next.
        errors: of that EMG against the circuit's with half-way gains, and of the circuit's
            half-way rates as predicted from the network's components by the linear map that fits
            the trained reaches.
    """

    emg: Array
    errors: Errors


def respond_half_way(
    network: Perturbable,
    *,
    circuit_rates: Array,
    half_way_rates: Array,
    half_way_emg: Array,
    components: int,
) -> HalfWay:
    """Compare a network's half-way movements with those of the circuit.

    Args:
        network: to test.
        circuit_rates: of the trained reaches (reach, time, neuron), on the network's times.
        half_way_rates, half_way_emg: of the circuit under half-way gains (reach, time, neuron or
            muscle).
        components: principal components of the network that predict the circuit's rates.
    """
    trained = network.run(network.pulse_weights)
    rates = network.run(half_way(network.pulse_weights))
    basis = principal_components(trained, components)
    scores, new_scores = basis.project(trained), basis.project(rates)
    mean = circuit_rates.mean(axis=(0, 1))
    neurons = len(mean)
    decoder = np.linalg.lstsq(
        scores.reshape(-1, components), (circuit_rates - mean).reshape(-1, neurons), rcond=None
    )[0]
    predicted = mean + new_scores @ decoder
    variance = np.sum((half_way_rates - half_way_rates.mean(axis=(0, 1))) ** 2)
    emg = network.output(rates)
    return HalfWay(
        emg=emg,
        errors=Errors(
            emg=normalised_error(emg, half_way_emg),
            dynamics=float(np.sum((predicted - half_way_rates) ** 2) / variance),
        ),
    )


@dataclass(frozen=True)
class CircuitMovements:
    """What the circuit does in the trained reaches and half-way between them.

    Attributes:
        truth: see `contracts.GROUND_TRUTH`.
        half_way_rates: Hz, with gains half-way between two reaches' (reach, time, neuron).
    """

    truth: Dataset
    half_way_rates: Array

    def of(self, values: Array, times: Array) -> Array:
        """Bring values of the circuit (reach, time, ...) to other times."""
        return resample(values, self.truth["time"].values, times)


def circuit_movements(
    circuit: Dataset, truth: Dataset, dynamics: NeuronDynamics, learning: GainLearning
) -> CircuitMovements:
    """Simulate the circuit half-way between its reaches.

    Args:
        circuit, truth: see `contracts`.
        dynamics: of the neurons.
        learning: with which readout.
    """
    task = task_of(
        circuit,
        dynamics,
        learning,
        emg=truth["emg_target"].values,
        step_ms=grid_step_ms(truth["time"].values),
    )
    return CircuitMovements(truth, task.rates(half_way(truth["gains"].values)))


def perturb_networks(
    rng: Callable[[str], np.random.Generator],
    networks: Mapping[str, Dataset],
    movements: CircuitMovements,
    network_settings: FullForceNetwork,
    settings: Generalisation,
    components: int,
) -> dict[str, ArrayLike]:
    """Perturb several networks alike.

    Args:
        rng: a random stream by its name, anew at each call.
        networks: name -> network, see `contracts.NETWORK`; all observed the same muscles.
        movements: of the circuit.
        network_settings: of all networks.
        settings: levels of noise, and trials.
        components: principal components of a network that predict the circuit's rates.

    Returns:
        What `contracts.GENERALISATION` says.
    """
    levels = {"initial_noise": settings.initial_noise, "step_noise": settings.step_noise}
    tested = [
        _perturbed(rng, network, movements, network_settings, settings, levels, components)
        for network in networks.values()
    ]
    first = next(iter(networks.values()))
    times = first["time"].values
    moving = times[times >= 0]
    axes: dict[str, ArrayLike] = {
        "network": list(networks),
        **levels,
        "reach": movements.truth["reach"].values,
        "time": moving,
        "muscle": first["muscle"].values,
    }
    errors = {name: np.stack([each[name] for each in tested]) for name in tested[0]}
    return {**axes, **errors, "circuit_emg_half_way": _half_way_emg(movements, first, moving)}


def _perturbed(
    rng: Callable[[str], np.random.Generator],
    network: Dataset,
    movements: CircuitMovements,
    network_settings: FullForceNetwork,
    settings: Generalisation,
    levels: Mapping[str, Sequence[float]],
    components: int,
) -> dict[str, Array]:
    """Errors of one network under noise and half-way between two reaches."""
    times = network["time"].values
    moving = times[times >= 0]
    truth, seen = movements.truth, _seen(movements, network)
    subject = Perturbable(
        settings=network_settings,
        times=times,
        weights=network["weights"].values,
        readout=network["readout"].values,
        pulse_weights=network["pulse_weights"].values,
        emg=movements.of(truth["emg"].values[..., seen], moving),
    )
    response = respond_half_way(
        subject,
        circuit_rates=movements.of(truth["rates"].values, moving),
        half_way_rates=movements.of(movements.half_way_rates, moving),
        half_way_emg=_half_way_emg(movements, network, moving),
        components=components,
    )

    def noise(purpose: str) -> np.random.Generator:
        return rng(f"constrained/generalisation/{purpose}")

    return errors_by_level(subject, noise, levels, settings.trials) | {
        "emg_error_half_way": np.asarray(response.errors.emg),
        "dynamics_error_half_way": np.asarray(response.errors.dynamics),
        "emg_half_way": response.emg,
    }


def _seen(movements: CircuitMovements, network: Dataset) -> NDArray[np.bool_]:
    """Which of the circuit's muscles a network produces (muscle,)."""
    return np.isin(movements.truth["muscle"].values, network["muscle"].values)


def _half_way_emg(movements: CircuitMovements, network: Dataset, times: Array) -> Array:
    """EMG of the circuit half-way between two reaches, as far as a network produces it."""
    readout = movements.truth["readout"].values[:, _seen(movements, network)]
    return movements.of(movements.half_way_rates @ readout, times)
