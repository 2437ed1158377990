"""Fit the motifs of one kind and replicate by sums of more and more complex exponentials."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime import jobs
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.assembly import read_targets
from corticomotor.studies.motifs.settings.thalamocortical import Thalamocortical
from corticomotor.studies.motifs.thalamocortical import fit_exponentials

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Fit and write the approximations and their errors."""
    counts = job.settings["exponentials"]
    targets = read_targets(job.input.motifs)
    fits = np.empty((len(counts), *targets.output.shape))
    with job.progress(len(counts) * len(targets.numbers), "fit") as report:
        for place, count in enumerate(counts):
            settings = Thalamocortical(exponentials=count, **job.settings["fit"])
            for row, (number, target) in enumerate(
                zip(targets.numbers, targets.output, strict=True)
            ):
                rng = job.rng(f"motifs/exponentials/{count}/{number}")
                fit = fit_exponentials(rng, target, targets.times_tau, settings)
                fits[place, row] = fit(targets.times_tau)
                report(place * len(targets.numbers) + row + 1)
    scale = np.sqrt(np.mean(targets.output**2, axis=1))
    job.write(
        job.output.exponentials,
        contracts.EXPONENTIALS,
        {
            "target": targets.output,
            "approximation": fits,
            "error": np.sqrt(np.mean((fits - targets.output) ** 2, axis=2)) / scale,
        },
        {"exponentials": counts, "motif": targets.numbers, "time": targets.times_tau},
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
