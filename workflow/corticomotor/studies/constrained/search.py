"""Random search over the settings that FF and FFH share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np

from corticomotor.motor_cortex.timing import resample
from corticomotor.runtime.errors import DivergenceError
from corticomotor.runtime.progress import StepReport, silent
from corticomotor.runtime.seeding import stream
from corticomotor.studies.constrained.candidates import CANDIDATE_MEASURES, SEARCHED
from corticomotor.studies.constrained.comparison import component_correlations, unobserved_r2
from corticomotor.studies.constrained.generalisation import Perturbable, errors_under_noise
from corticomotor.studies.constrained.networks import reaching_task, train_network
from corticomotor.studies.constrained.observation import observe
from corticomotor.studies.constrained.sampling import observed_ids

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.runtime.stage_settings import StageSettings
    from corticomotor.runtime.store import Dataset
    from corticomotor.studies.constrained.settings import FullForceNetwork, Sample

KICK = 0.05


def draw_candidate(
    rng: np.random.Generator, network: StageSettings, ranges: StageSettings
) -> StageSettings:
    """Settings of `network` with the searched ones drawn log-uniformly from their ranges."""
    drawn = {
        name: float(np.exp(rng.uniform(np.log(low), np.log(high))))
        for name, (low, high) in ranges.items()
    }
    return network.changed(**drawn)


def measure(
    rng: Callable[[str], np.random.Generator],
    settings: FullForceNetwork,
    truth: Dataset,
    sample: Dataset,
    *,
    hinted: bool,
    neuron_fraction: float,
    muscle_fraction: float,
    components: int,
) -> dict[str, float]:
    """Train FF or FFH on one replicate and judge it.

    Args:
        rng: gives the random stream of a purpose.
        settings: of the network.
        truth, sample: ground truth and sample of the replicate (see `contracts`).
        hinted: FFH rather than FF.
        neuron_fraction, muscle_fraction: observed.
        components: principal components that enter.

    Returns:
        The measures of `candidates.CANDIDATE`.
    """
    seen = observe(
        truth,
        sample,
        settings,
        neuron_fraction=neuron_fraction if hinted else 0.0,
        muscle_fraction=muscle_fraction,
    )
    task = reaching_task(rng("network"), settings, seen.times, seen.emg)
    network = train_network(
        task, settings, seen.rates, update_rng=rng("updates"), hint_rng=rng("hints")
    )
    subject = Perturbable(
        settings, seen.times, network.weights, network.readout, task.pulse_weights, seen.emg
    )
    circuit = truth["rates"].values
    moving = seen.times >= 0
    rates = resample(network.rates[:, moving], seen.times[moving], truth["time"].values)
    hidden = np.setdiff1d(
        truth["neuron"].values, observed_ids(sample["neuron_order"].values, neuron_fraction)
    )
    return {
        "emg_error": network.emg_error,
        "kicked_emg_error": errors_under_noise(subject, rng("kick"), initial_noise=KICK).emg,
        "mean_canonical_correlation": float(
            component_correlations(circuit, rates, components).mean()
        ),
        "unobserved_r2": unobserved_r2(circuit, rates, hidden, components),
    }


def try_candidate(
    seed: int,
    candidate: int,
    truths: Sequence[Dataset],
    samples: Sequence[Dataset],
    replicates: Sequence[int],
    *,
    network: StageSettings,
    ranges: StageSettings,
    observed: Sample,
    components: int,
    note: Callable[[str], object] = print,
    report: StepReport = silent,
) -> dict[str, ArrayLike]:
    """Train FF and FFH under one candidate of the settings that they share.

    Args:
        seed: root of all random streams.
        candidate: its number; 0 is the configured network itself.
        truths, samples: of the replicates, see `contracts`.
        replicates: their numbers.
        network: settings of both networks.
        ranges: of the settings that are searched.
        observed: fractions of neurons and muscles.
        components: principal components that enter.
        note: called with a line for each training that diverged.
        report: called after each replicate.

    Returns:
        What `candidates.CANDIDATE` says.
    """
    if candidate > 0:
        network = draw_candidate(
            stream(seed, "constrained/search/candidate", candidate), network, ranges
        )
    measures = {name: np.full((2, len(replicates)), np.nan) for name in CANDIDATE_MEASURES}
    for index, (replicate, truth, sample) in enumerate(
        zip(replicates, truths, samples, strict=True)
    ):
        for kind, hinted in enumerate((False, True)):
            # A candidate under which training diverges is a result too: it stays missing.
            try:
                found = measure(
                    partial(_stream_of, seed, replicate),
                    cast("FullForceNetwork", network),
                    truth,
                    sample,
                    hinted=hinted,
                    neuron_fraction=observed.neuron_fraction,
                    muscle_fraction=observed.muscle_fraction,
                    components=components,
                )
            except DivergenceError as error:
                note(f"{error}\n")
                continue
            for name, value in found.items():
                measures[name][kind, index] = value
        report(index + 1)
    searched = {name: getattr(network, name) for name in SEARCHED}
    return searched | measures | {"network": ["FF", "FFH"], "replicate": list(replicates)}


def _stream_of(seed: int, replicate: int, purpose: str) -> np.random.Generator:
    return stream(seed, f"constrained/search/{purpose}", replicate)
