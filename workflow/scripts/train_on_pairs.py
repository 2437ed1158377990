"""Train one network on all ordered pairs of motifs."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime import jobs
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.assembly import read_untrained
from corticomotor.studies.motifs.settings import Dynamics, Network, Training
from corticomotor.studies.motifs.training import Course, motif_pairs, train

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Train and write the errors; the network itself is not kept."""
    network = Network.model_validate(job.settings["network"])
    stage = f"motifs/pairs/{network.architecture}"
    untrained = read_untrained(
        network,
        job.input.motifs,
        job.input.connectivity,
        rng_of_motif=lambda number: job.rng(f"{stage}/motif-{number}"),
    )
    with job.progress(network.max_iterations, "iteration") as report:
        trained = train(
            untrained.circuit,
            untrained.parameters,
            Course(
                targets=untrained.targets.output,
                draw=motif_pairs(network.starts),
                initial_std=network.initial_std,
                max_iterations=network.max_iterations,
                separate=False,
            ),
            Training.model_validate(job.settings["training"]),
            Dynamics.model_validate(job.settings["dynamics"]),
            rng=job.rng(stage),
            pool_rng=job.rng(f"{stage}/noise"),
            report=report,
            checkpoint=job.checkpoint(),
        )
    error = np.sqrt(np.nanmean(trained.errors, axis=1))
    job.write(
        job.output.pairs,
        contracts.PAIRS,
        {
            "training_error": error,
            "least_error": error.min(),
            "gain": network.gain,
            "loop_gain": network.loop_gain,
        },
        {"iteration": range(1, len(error) + 1)},
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
