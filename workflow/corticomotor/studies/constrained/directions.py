"""Reaches on a circle, of which the networks learn every second one: what becomes of the others?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np

from corticomotor.arrays import Array
from corticomotor.learning.readout import normalised_error
from corticomotor.motor_cortex.ground_truth import learn_ground_truth
from corticomotor.motor_cortex.initial_states import reach_initial_states
from corticomotor.motor_cortex.movements import (
    gaussian_process_emg,
    reach_directions,
    time_grid,
)
from corticomotor.motor_cortex.timing import resample
from corticomotor.runtime.progress import StepReport, silent
from corticomotor.runtime.store import Dataset, dataset
from corticomotor.similarity import principal_components
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.networks import reaching_task, train_network
from corticomotor.studies.constrained.observation import Observation, observe
from corticomotor.studies.constrained.subjects import PulsedNetwork

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.motor_cortex.settings import Emg, GainLearning
    from corticomotor.runtime.stage_settings import StageSettings
    from corticomotor.studies.constrained.settings import Constrained

# The networks learn every second direction.
TRAINED, UNSEEN = slice(0, None, 2), slice(1, None, 2)
_HINTED = {"FF": False, "FFH": True}

Rng = Callable[[str], np.random.Generator]


def explore_directions(
    rng: Rng,
    circuit: Dataset,
    sample: Dataset,
    settings: Constrained,
    *,
    report: StepReport = silent,
) -> dict[str, ArrayLike]:
    """Let a circuit reach in all directions of a circle, and teach FF and FFH every second one.

    The muscle activity is synthetic. For each value of `directions.reach_fraction` the circuit
    learns all directions anew, and so do both networks theirs.

    Args:
        rng: a random stream by its name, anew at each call.
        circuit, sample: see `contracts`.
        settings: of the study.
        report: called with the number of networks that are done.

    Returns:
        What `contracts.DIRECTIONS` says.
    """
    asked = settings.directions
    targets = _circle_emg(rng, settings.emg, asked.smoothness)
    found: list[dict[str, Array]] = []
    for fraction in asked.reach_fractions:
        truth = _ground_truth(rng, circuit, targets, settings, fraction)
        seen = observe(
            truth,
            sample,
            settings.network,
            neuron_fraction=settings.sample.neuron_fraction,
            muscle_fraction=settings.sample.muscle_fraction,
        )
        tested: list[dict[str, Array]] = []
        for hinted in _HINTED.values():
            tested.append(_train_and_test(rng, truth, seen, settings, hinted=hinted))
            report(len(_HINTED) * len(found) + len(tested))
        found.append(_stacked(tested) | _circuit_emg(truth, seen))
    axes: dict[str, ArrayLike] = {
        "reach_fraction": asked.reach_fractions,
        "network": list(_HINTED),
        "pulse_noise": asked.pulse_noise,
        "unseen_direction": reach_directions(targets.sizes["reach"])[UNSEEN],
        "time": seen.times[seen.times >= 0],
        "muscle": seen.muscles,
    }
    return {**axes, **_stacked(found)}


def _stacked(results: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    return {name: np.stack([each[name] for each in results]) for name in results[0]}


def _circle_emg(rng: Rng, emg: Emg, smoothness: float) -> Dataset:
    """EMG of the reaches and of those between them (see `contracts.EMG`)."""
    reaches, times = 2 * emg.reaches, time_grid(emg.duration_ms, emg.step_ms)
    drawn = gaussian_process_emg(
        rng("constrained/directions/emg"),
        reaches=reaches,
        muscles=emg.muscles,
        time_s=times,
        envelope_ms=emg.envelope_ms,
        smoothness_ms=emg.smoothness_ms,
        direction_smoothness=smoothness,
    )
    muscles = range(emg.muscles)
    axes: dict[str, ArrayLike] = {"reach": range(reaches), "time": times, "muscle": muscles}
    return dataset(contracts.EMG, {**axes, "emg": drawn})


def _ground_truth(
    rng: Rng, circuit: Dataset, targets: Dataset, settings: Constrained, reach_fraction: float
) -> Dataset:
    """Circuit that reaches in all directions (see `contracts.GROUND_TRUTH`)."""
    states = reach_initial_states(
        rng("constrained/directions/initial_states"),
        circuit,
        reaches=targets.sizes["reach"],
        modes=settings.circuit.initial_state.modes,
        reach_fraction=reach_fraction,
        direction_smoothness=settings.directions.smoothness,
    )
    learning = cast("StageSettings", settings.gain_learning).changed(
        iterations=settings.directions.iterations
    )
    learned = learn_ground_truth(
        rng("constrained/directions/gains"),
        circuit,
        targets,
        states,
        settings.dynamics,
        cast("GainLearning", learning),
    )
    return dataset(contracts.GROUND_TRUTH, learned)


def _circuit_emg(truth: Dataset, seen: Observation) -> dict[str, Array]:
    """What the circuit makes of the unseen directions, and what their neighbours would predict."""
    unseen, neighbours = seen.emg[UNSEEN], neighbours_mean(seen.emg[TRAINED])
    return {
        "circuit_emg_error": truth["emg_error"].values,
        "circuit_emg_unseen": unseen,
        "neighbours_emg_unseen": neighbours,
        "neighbours_emg_error": np.asarray(normalised_error(neighbours, unseen)),
    }


def neighbours_mean(trained: Array) -> Array:
    """Mean of each trained direction (direction, ...) and the next, the last with the first."""
    mean: Array = (trained + np.roll(trained, -1, axis=0)) / 2
    return mean


def _train_and_test(
    rng: Rng, truth: Dataset, seen: Observation, settings: Constrained, *, hinted: bool
) -> dict[str, Array]:
    """Train FF or FFH on every second direction, and judge it in all of them."""
    task = reaching_task(
        rng("constrained/directions/network"),
        settings.network,
        seen.times,
        seen.emg,
        on_circle=True,
    )
    learned = train_network(
        task.of(TRAINED),
        settings.network,
        seen.rates[TRAINED] if hinted else seen.rates[TRAINED, :, :0],
        update_rng=rng("constrained/directions/network/updates"),
        hint_rng=rng("constrained/directions/network/hints"),
    )
    network = PulsedNetwork(
        settings=settings.network,
        times=seen.times,
        weights=learned.weights,
        readout=learned.readout,
        pulses=task.pulses[TRAINED],
        emg=seen.emg[TRAINED],
    )
    trained, unseen = (network.run(task.pulses[each]) for each in (TRAINED, UNSEEN))
    circuit = resample(truth["rates"].values, truth["time"].values, seen.times[seen.times >= 0])
    return {
        "emg_error_trained": np.asarray(learned.emg_error),
        "emg_error_unseen": np.asarray(normalised_error(network.output(unseen), seen.emg[UNSEEN])),
        "emg_unseen": network.output(unseen),
        "dynamics_error_unseen": np.asarray(
            dynamics_error(
                trained,
                unseen,
                circuit[TRAINED],
                circuit[UNSEEN],
                components=settings.similarity.components,
            )
        ),
        "emg_error_pulse_noise": np.array(
            [
                error_under_pulse_noise(
                    network,
                    # The same noise for both networks.
                    rng(f"constrained/directions/pulse_noise/{level}"),
                    level,
                    settings.generalisation.trials,
                )
                for level in settings.directions.pulse_noise
            ]
        ),
    }


def dynamics_error(
    trained: Array, unseen: Array, circuit_trained: Array, circuit_unseen: Array, *, components: int
) -> float:
    """Error of the circuit's rates in unseen reaches, as predicted from a network's components.

    The linear map from components to rates is the one that fits the trained reaches best.

    Args:
        trained, unseen: rates of the network (reach, time, unit).
        circuit_trained, circuit_unseen: rates of the circuit (reach, time, neuron).
        components: principal components of the network that enter.

    Returns:
        Squared error over the variance of the circuit's rates in the unseen reaches.
    """
    basis = principal_components(trained, components)
    mean = circuit_trained.mean(axis=(0, 1))
    decoder = np.linalg.lstsq(
        basis.project(trained).reshape(-1, components),
        (circuit_trained - mean).reshape(-1, len(mean)),
        rcond=None,
    )[0]
    predicted = mean + basis.project(unseen) @ decoder
    variance = np.sum((circuit_unseen - circuit_unseen.mean(axis=(0, 1))) ** 2)
    return float(np.sum((predicted - circuit_unseen) ** 2) / variance)


def error_under_pulse_noise(
    network: PulsedNetwork, rng: np.random.Generator, level: float, trials: int
) -> float:
    """Normalised EMG error of the trained reaches when their pulses are noisy.

    Args:
        network: to test.
        rng: draws Gaussian noise, independent between units and constant during a pulse.
        level: its standard deviation over the root mean square of the pulses.
        trials: noisy trials per reach.
    """
    pulses = np.tile(network.pulses, (trials, 1))
    strength = level * np.sqrt(np.mean(network.pulses**2))
    noisy = pulses + strength * rng.standard_normal(pulses.shape)
    return normalised_error(
        network.output(network.run(noisy)), np.tile(network.emg, (trials, 1, 1))
    )
