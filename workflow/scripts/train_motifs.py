"""Train one network of one replicate on the motifs of a lesson."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime import jobs
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.architectures import MOTIF_PARAMETERS, parameter_count
from corticomotor.studies.motifs.assembly import read_untrained
from corticomotor.studies.motifs.settings import Dynamics, Network, Training
from corticomotor.studies.motifs.training import Course, single_motifs, train

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Train and write what was learned."""
    network = Network.model_validate(job.settings["network"])
    training = Training.model_validate(job.settings["training"])
    dynamics = Dynamics.model_validate(job.settings["dynamics"])
    stage = f"motifs/network/{job.settings['name']}"
    untrained = read_untrained(
        network,
        job.input.motifs,
        job.input.connectivity,
        job.input.module,
        preparation_steps=round(job.settings["preparation_tau"] / dynamics.step_tau),
        rng_of_motif=lambda number: job.rng(f"{stage}/motif-{number}"),
    )
    targets = untrained.targets
    lesson = f"{stage}/motifs-{targets.numbers[0]}"
    shared = network.architecture == "control"
    with job.progress(network.max_iterations, "iteration") as report:
        trained = train(
            untrained.circuit,
            untrained.parameters,
            Course(
                targets=targets.output,
                draw=single_motifs(network.starts),
                initial_std=network.initial_std,
                max_iterations=network.max_iterations,
                separate=not shared,
            ),
            training,
            dynamics,
            rng=job.rng(lesson),
            pool_rng=job.rng(f"{lesson}/noise"),
            report=report,
            checkpoint=job.checkpoint(),
        )
    units = np.arange(network.units)
    names = MOTIF_PARAMETERS[network.architecture]
    learned = trained.parameters
    job.write(
        job.output.network,
        contracts.NETWORK,
        {
            "motif_parameters": np.stack([learned[name] for name in names]),
            "shared_weights": learned.get("weights", np.empty((0, network.units))),
            "shared_readout": learned.get("readout", np.empty(0)),
            "training_error": trained.errors,
            "steady_until": trained.steady_until,
            "learned_parameters": parameter_count(
                network.architecture, network.units, len(targets.numbers)
            ),
        },
        {
            "motif": targets.numbers,
            "parameter": list(names),
            "unit": units,
            "shared_unit": units if shared else units[:0],
            "presynaptic_unit": units,
            "iteration": range(1, len(trained.errors) + 1),
        },
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
