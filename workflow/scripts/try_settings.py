"""FF and FFH under one candidate of the settings that they share, on several replicates."""

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from corticomotor import jobs, store
from corticomotor.errors import DivergenceError
from corticomotor.seeding import stream
from corticomotor.settings.constrained import Network, SearchRanges
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.comparison import component_correlations, unobserved_r2
from corticomotor.studies.constrained.generalisation import Perturbable, errors_under_noise
from corticomotor.studies.constrained.networks import reaching_task, train_network
from corticomotor.studies.constrained.observation import observe
from corticomotor.studies.constrained.sampling import observed_ids
from corticomotor.studies.constrained.search import draw_candidate
from corticomotor.studies.constrained.timing import resample

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

KICK = 0.05


def main(job: jobs.Job) -> None:
    """Train both networks on each replicate; candidate 0 is the configured network itself."""
    candidate, replicates = job.settings["candidate"], job.settings["replicates"]
    settings = Network.model_validate(job.settings["network"])
    if candidate > 0:
        settings = draw_candidate(
            stream(job.seed, "constrained/search", candidate),
            job.settings["network"],
            SearchRanges.model_validate(job.settings["ranges"]),
        )
    measures = np.full((4, 2, len(replicates)), np.nan)
    with job.progress(len(replicates), "replicate") as report:
        for index, replicate in enumerate(replicates):
            truth = store.read(job.input.ground_truth[index], contracts.GROUND_TRUTH)
            sample = store.read(job.input.sample[index], contracts.SAMPLE)
            for kind, fraction in enumerate((0.0, job.settings["neuron_fraction"])):
                # A candidate under which training diverges is a result too: it stays missing.
                try:
                    measures[:, kind, index] = _measure(
                        job, settings, truth, sample, replicate, fraction
                    )
                except DivergenceError as error:
                    job.log.write(f"{error}\n")
            report(index + 1)
    job.write(
        job.output.candidate,
        contracts.CANDIDATE,
        {
            **{name: getattr(settings, name) for name in contracts.SEARCHED},
            "emg_error": measures[0],
            "kicked_emg_error": measures[1],
            "mean_canonical_correlation": measures[2],
            "unobserved_r2": measures[3],
        },
        {"network": ["FF", "FFH"], "replicate": replicates},
    )


def _measure(
    job: jobs.Job,
    settings: Network,
    truth: xr.Dataset,
    sample: xr.Dataset,
    replicate: int,
    hinted_fraction: float,
) -> tuple[float, float, float, float]:
    """Train one network.

    Returns:
        Its EMG error, undisturbed and after a kick at onset, mean canonical correlation with the
        circuit, and R^2 of the unobserved neurons.
    """
    seen = observe(
        truth,
        sample,
        settings,
        neuron_fraction=hinted_fraction,
        muscle_fraction=job.settings["muscle_fraction"],
    )
    network_rng, update_rng, hint_rng = (
        stream(job.seed, f"constrained/network{part}", replicate)
        for part in ("", "/updates", "/hints")
    )
    task = reaching_task(network_rng, settings, seen.times, seen.emg)
    network = train_network(
        task,
        settings,
        seen.rates,
        update_rng=update_rng,
        hint_rng=hint_rng,
    )
    circuit, components = truth["rates"].values, job.settings["components"]
    moving = seen.times >= 0
    rates = resample(network.rates[:, moving], seen.times[moving], truth["time"].values)
    observed = observed_ids(sample["neuron_order"].values, job.settings["neuron_fraction"])
    hidden = np.setdiff1d(truth["neuron"].values, observed)
    subject = Perturbable(
        settings, seen.times, network.weights, network.readout, task.pulse_weights, seen.emg
    )
    kick_rng = stream(job.seed, "constrained/search/kick", replicate)
    return (
        network.emg_error,
        errors_under_noise(subject, kick_rng, initial_noise=KICK).emg,
        component_correlations(circuit, rates, components).mean(),
        unobserved_r2(circuit, rates, hidden, components)[0] if len(hidden) else np.nan,
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
