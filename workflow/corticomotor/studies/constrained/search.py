"""Random search over the settings that FF and FFH share."""

from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr

from corticomotor.studies.constrained.comparison import component_correlations, unobserved_r2
from corticomotor.studies.constrained.generalisation import Perturbable, errors_under_noise
from corticomotor.studies.constrained.networks import reaching_task, train_network
from corticomotor.studies.constrained.observation import observe
from corticomotor.studies.constrained.sampling import observed_ids
from corticomotor.studies.constrained.settings import Network, SearchRanges
from corticomotor.studies.constrained.timing import resample

KICK = 0.05


def draw_candidate(
    rng: np.random.Generator, network: dict[str, Any], ranges: SearchRanges
) -> Network:
    """Settings of `network` with the searched ones drawn log-uniformly from their ranges."""
    drawn = {
        name: float(np.exp(rng.uniform(np.log(low), np.log(high)))) for name, (low, high) in ranges
    }
    return Network.model_validate(network | drawn)


def measure(
    rng: Callable[[str], np.random.Generator],
    settings: Network,
    truth: xr.Dataset,
    sample: xr.Dataset,
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
