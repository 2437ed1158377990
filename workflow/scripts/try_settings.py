"""FF and FFH under one candidate of the settings that they share, on several replicates."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime import jobs, store
from corticomotor.runtime.errors import DivergenceError
from corticomotor.runtime.seeding import stream
from corticomotor.studies.constrained import candidates, contracts
from corticomotor.studies.constrained.search import draw_candidate, measure
from corticomotor.studies.constrained.settings import Network, SearchRanges

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Train both networks on each replicate; candidate 0 is the configured network itself."""
    candidate, replicates = job.settings["candidate"], job.settings["replicates"]
    settings = Network.model_validate(job.settings["network"])
    if candidate > 0:
        ranges = SearchRanges.model_validate(job.settings["ranges"])
        rng = stream(job.seed, "constrained/search/candidate", candidate)
        settings = draw_candidate(rng, job.settings["network"], ranges)
    observed = {
        name: job.settings[name] for name in ("neuron_fraction", "muscle_fraction", "components")
    }
    measures = {
        name: np.full((2, len(replicates)), np.nan) for name in candidates.CANDIDATE_MEASURES
    }
    with job.progress(len(replicates), "replicate") as report:
        for index, replicate in enumerate(replicates):
            truth = store.read(job.input.ground_truth[index], contracts.GROUND_TRUTH)
            sample = store.read(job.input.sample[index], contracts.SAMPLE)

            def rng_of(purpose: str, replicate: int = replicate) -> np.random.Generator:
                return stream(job.seed, f"constrained/search/{purpose}", replicate)

            for kind, hinted in enumerate((False, True)):
                # A candidate under which training diverges is a result too: it stays missing.
                try:
                    found = measure(rng_of, settings, truth, sample, hinted=hinted, **observed)
                except DivergenceError as error:
                    job.log.write(f"{error}\n")
                    continue
                for name, value in found.items():
                    measures[name][kind, index] = value
            report(index + 1)
    searched = {name: getattr(settings, name) for name in candidates.SEARCHED}
    job.write(
        job.output.candidate,
        candidates.CANDIDATE,
        searched | measures,
        {"network": ["FF", "FFH"], "replicate": replicates},
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
