"""Test one trained network: motifs from random states, and after other motifs."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime import jobs
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.assembly import read_targets
from corticomotor.studies.motifs.evaluation import QUANTILES, evaluate
from corticomotor.studies.motifs.production import read_network
from corticomotor.studies.motifs.settings import Dynamics, Evaluation, Network

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Test and write the errors and examples of what the network does."""
    settings = Evaluation.model_validate(job.settings["evaluation"])
    network = Network.model_validate(job.settings["network"])
    targets = read_targets(job.input.motifs)
    with job.progress(settings.repetitions, "repetition") as report:
        outcome = evaluate(
            read_network(
                network,
                Dynamics.model_validate(job.settings["dynamics"]),
                networks=job.input.networks,
                connectivity=job.input.connectivity,
                module=job.input.module,
                motif_steps=len(targets.times_tau),
                preparation_tau=job.settings["preparation_tau"],
                device=job.settings["device"],
            ),
            targets.output,
            settings,
            initial_std=network.initial_std,
            rng=job.rng(f"motifs/evaluation/{job.settings['name']}"),
            report=report,
        )
    job.write(
        job.output.evaluation,
        contracts.EVALUATION,
        {**vars(outcome), "target": targets.output},
        {
            "motif": targets.numbers,
            "first_motif": targets.numbers,
            "repetition": range(1, settings.repetitions + 1),
            "start": np.arange(settings.starts),
            "interrupted_at": settings.interrupted_at,
            "initial_std": np.array(settings.initial_noise, dtype=np.float64),
            "time": targets.times_tau,
            "quantile": QUANTILES,
        },
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
