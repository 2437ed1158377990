"""Let the control network learn one motif after the other, and see what it forgets."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.dynamics.devices import compute_device
from corticomotor.runtime import jobs
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.assembly import read_parameters, read_untrained
from corticomotor.studies.motifs.evaluation import errors_from_random
from corticomotor.studies.motifs.forgetting import learn_in_turn
from corticomotor.studies.motifs.production import TrainedNetwork
from corticomotor.studies.motifs.settings import Dynamics, Evaluation, Network, Training

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Learn and write the error of every motif after each lesson."""
    network = Network.model_validate(job.settings["network"])
    training = Training.model_validate(job.settings["training"])
    dynamics = Dynamics.model_validate(job.settings["dynamics"])
    settings = Evaluation.model_validate(job.settings["evaluation"])
    stage = "motifs/forgetting"
    untrained = read_untrained(
        network,
        job.input.motifs,
        job.input.connectivity,
        rng_of_motif=lambda number: job.rng(f"{stage}/motif-{number}"),
    )
    circuit, targets = untrained.circuit, untrained.targets

    def error_of(parameters: dict[str, Array]) -> Array:
        # The same states each time, so that only learning makes a difference.
        return errors_from_random(
            TrainedNetwork(circuit, parameters, dynamics, compute_device(training.device)),
            targets.output,
            starts=settings.starts,
            initial_std=network.initial_std,
            rng=job.rng(f"{stage}/tests"),
        )

    with job.progress(len(targets.numbers), "motif") as report:
        error = learn_in_turn(
            circuit,
            untrained.parameters,
            targets.output,
            network,
            training,
            dynamics,
            iterations=job.settings["iterations"],
            rng=job.rng(stage),
            pool_rng=job.rng(f"{stage}/noise"),
            error_of=error_of,
            report=report,
            checkpoint=job.checkpoint(),
        )
    job.write(
        job.output.forgetting,
        contracts.FORGETTING,
        {
            "error": error,
            "together_error": error_of(read_parameters(network, job.input.together)),
        },
        {"lesson": np.arange(1, len(error) + 1), "motif": targets.numbers},
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
