"""Random search over settings of the circuit and of the networks, on replicates of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from corticomotor.arrays import IntArray
from corticomotor.motor_cortex.ground_truth import learn_ground_truth
from corticomotor.motor_cortex.initial_states import reach_initial_states
from corticomotor.motor_cortex.timing import resample
from corticomotor.runtime.errors import DivergenceError
from corticomotor.runtime.progress import StepReport, silent
from corticomotor.runtime.seeding import stream
from corticomotor.runtime.store import Dataset, dataset
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.candidates import CANDIDATE_MEASURES, SEARCHED
from corticomotor.studies.constrained.comparison import unobserved_r2
from corticomotor.studies.constrained.generalisation import error_after_kick
from corticomotor.studies.constrained.likeness import reach_dependent
from corticomotor.studies.constrained.measures import network_measures, network_rates
from corticomotor.studies.constrained.networks import train_on_sample
from corticomotor.studies.constrained.sampling import observed_ids
from corticomotor.studies.constrained.subjects import network_subject

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.studies.constrained.settings import (
        Constrained,
        FullForceNetwork,
        SearchRanges,
    )

KICK = 0.1
_WHOLE = ("units", "modes")

Rng = Callable[[str], np.random.Generator]


@dataclass(frozen=True)
class Recorded:
    """What a replicate starts from: its number, and the stages that no candidate changes.

    Attributes:
        number: of the replicate.
        circuit, targets, sample: see `contracts` (CIRCUIT, EMG, SAMPLE).
    """

    number: int
    circuit: Dataset
    targets: Dataset
    sample: Dataset


def draw_values(rng: np.random.Generator, ranges: SearchRanges) -> dict[str, float]:
    """Draw the searched settings log-uniformly from their ranges, whole where they must be."""
    drawn = {name: float(np.exp(rng.uniform(*np.log(getattr(ranges, name))))) for name in SEARCHED}
    return drawn | {name: round(drawn[name]) for name in _WHOLE}


def configured_values(settings: Constrained) -> dict[str, float]:
    """Give the searched settings as they are configured."""
    return {
        "training_noise": settings.network.training_noise,
        "units": settings.network.units,
        "reach_fraction": settings.circuit.initial_state.reach_fraction,
        "modes": settings.circuit.initial_state.modes,
        "learning_rate": settings.gain_learning.learning_rate,
    }


def try_candidate(
    seed: int,
    candidate: int,
    replicates: Sequence[Recorded],
    settings: Any,
    *,
    note: Callable[[str], object] = print,
    report: StepReport = silent,
) -> dict[str, ArrayLike]:
    """Let circuits learn, and FF and FFH from them, under one candidate of the settings.

    Args:
        seed: root of all random streams; they are those of the stages.
        candidate: its number; 0 is what is configured.
        replicates: to try it on.
        settings: of the study.
        note: called with a line for each learning that diverged.
        report: called after each replicate.

    Returns:
        What `candidates.CANDIDATE` says.
    """
    values = (
        draw_values(stream(seed, "constrained/search/candidate", candidate), settings.search.ranges)
        if candidate > 0
        else configured_values(settings)
    )
    measures = {name: np.full((2, len(replicates)), np.nan) for name in CANDIDATE_MEASURES}
    for index, replicate in enumerate(replicates):
        # A candidate under which learning diverges is a result too: it stays missing.
        try:
            rng = partial(_stream_of, seed, replicate.number)
            both = _measure_both(rng, replicate, settings, values)
        except DivergenceError as error:
            note(f"{error}\n")
        else:
            for kind, found in enumerate(both):
                for name, value in found.items():
                    measures[name][kind, index] = value
        report(index + 1)
    numbers = [replicate.number for replicate in replicates]
    return {**values, **measures, "network": ["FF", "FFH"], "replicate": numbers}


def _measure_both(
    rng: Rng, replicate: Recorded, settings: Any, values: dict[str, float]
) -> list[dict[str, float]]:
    """Measures of FF and of FFH (see `candidates.CANDIDATE`), which learn from the same circuit."""
    truth = _ground_truth(rng, replicate, settings, values)
    network = settings.network.changed(
        training_noise=values["training_noise"], units=values["units"]
    )
    neurons = observed_ids(replicate.sample["neuron_order"].values, settings.sample.neuron_fraction)
    return [
        _measure(rng, truth, replicate.sample, settings, network, hinted=hinted, neurons=neurons)
        for hinted in (False, True)
    ]


def _ground_truth(
    rng: Rng, replicate: Recorded, settings: Any, values: dict[str, float]
) -> Dataset:
    """Circuit that has learned (see `contracts.GROUND_TRUTH`), with a candidate's settings."""
    states = reach_initial_states(
        rng("constrained/ground_truth/initial_states"),
        replicate.circuit,
        reaches=replicate.targets.sizes["reach"],
        modes=min(round(values["modes"]), replicate.circuit.sizes["neuron"]),
        reach_fraction=values["reach_fraction"],
        direction_smoothness=settings.emg.direction_smoothness,
    )
    learned = learn_ground_truth(
        rng("constrained/ground_truth"),
        replicate.circuit,
        replicate.targets,
        states,
        settings.dynamics,
        settings.gain_learning.changed(learning_rate=values["learning_rate"]),
    )
    return dataset(contracts.GROUND_TRUTH, learned)


def _measure(
    rng: Rng,
    truth: Dataset,
    sample: Dataset,
    settings: Any,
    network: FullForceNetwork,
    *,
    hinted: bool,
    neurons: IntArray,
) -> dict[str, float]:
    """Train FF or FFH and judge it; `neurons` are those observed for FFH."""
    trained = dataset(
        contracts.NETWORK,
        train_on_sample(
            truth,
            sample,
            network,
            neuron_fraction=settings.sample.neuron_fraction if hinted else 0.0,
            muscle_fraction=settings.sample.muscle_fraction,
            on_circle=settings.emg.direction_smoothness is not None,
            rng=rng,
        ),
    )
    components = settings.similarity.components
    times = trained["time"].values
    seen = np.isin(truth["muscle"].values, trained["muscle"].values)
    target = resample(truth["emg"].values[..., seen], truth["time"].values, times[times >= 0])
    subject = network_subject(trained, network, target)
    alike = network_measures(truth, trained, components)
    return {
        **{name: alike[name] for name in ("emg_error", "mean_canonical_correlation")},
        "kicked_emg_error": error_after_kick(subject, KICK, rng("constrained/search/kick")),
        "reach_dependent_r2": unobserved_r2(
            reach_dependent(truth["rates"].values),
            reach_dependent(network_rates(truth, trained)),
            np.setdiff1d(truth["neuron"].values, neurons),
            components,
        ),
    }


def _stream_of(seed: int, replicate: int, purpose: str) -> np.random.Generator:
    return stream(seed, purpose, replicate)
