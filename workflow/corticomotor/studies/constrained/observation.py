"""What one replicate's experimenter recorded, on the time grid of the networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corticomotor.arrays import Array, IntArray
from corticomotor.motor_cortex.timing import resample, trial_times
from corticomotor.runtime.store import Dataset
from corticomotor.studies.constrained.sampling import observed_ids

if TYPE_CHECKING:
    from corticomotor.studies.constrained.settings import FullForceNetwork


@dataclass(frozen=True)
class Observation:
    """Rates and EMG of the observed neurons and muscles.

    Attributes:
        times: of the trial (time,), in seconds; the movement starts at 0.
        neurons, muscles: their numbers, ascending.
        rates: Hz during the movement (reach, time, neuron).
        emg: during the movement (reach, time, muscle).
    """

    times: Array
    neurons: IntArray
    muscles: IntArray
    rates: Array
    emg: Array


def observe(
    ground_truth: Dataset,
    sample: Dataset,
    network: FullForceNetwork,
    *,
    neuron_fraction: float,
    muscle_fraction: float,
) -> Observation:
    """Record fractions of the circuit's neurons and muscles.

    Args:
        ground_truth, sample: see `contracts`.
        network: sets the time grid.
        neuron_fraction: 0 for a network without hints.
        muscle_fraction: above 0.
    """
    neurons = observed_ids(sample["neuron_order"].values, neuron_fraction)
    muscles = observed_ids(sample["muscle_order"].values, muscle_fraction)
    grid = ground_truth["time"].values
    times = trial_times(
        pulse_ms=network.pulse_ms, duration_ms=1000 * grid[-1], step_ms=network.step_ms
    )
    moving = times[times >= 0]
    return Observation(
        times=times,
        neurons=neurons,
        muscles=muscles,
        rates=resample(ground_truth["rates"].values[..., neurons], grid, moving),
        emg=resample(ground_truth["emg"].values[..., muscles], grid, moving),
    )
