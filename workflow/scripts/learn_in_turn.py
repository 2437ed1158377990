"""Let the control network learn one motif after the other, and see what it forgets."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor import jobs
from corticomotor.arrays import Array
from corticomotor.dynamics.devices import compute_device
from corticomotor.settings.motifs import Dynamics, Evaluation, Network, Training
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.architectures import initial_parameters
from corticomotor.studies.motifs.assembly import (
    read_circuit,
    read_connectivity,
    read_parameters,
    read_targets,
)
from corticomotor.studies.motifs.evaluation import errors_from_random
from corticomotor.studies.motifs.forgetting import learn_in_turn
from corticomotor.studies.motifs.production import TrainedNetwork
from corticomotor.studies.motifs.training import Course, single_motifs

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Learn and write the error of every motif after each lesson."""
    network = Network.model_validate(job.settings["network"])
    training = Training.model_validate(job.settings["training"])
    dynamics = Dynamics.model_validate(job.settings["dynamics"])
    settings = Evaluation.model_validate(job.settings["evaluation"])
    targets = read_targets(job.input.motifs)
    circuit = read_circuit(
        network,
        job.input.connectivity,
        None,
        motif_steps=len(targets.times_tau),
        preparation_steps=0,
    )
    stage = "motifs/forgetting"

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
            initial_parameters(
                [job.rng(f"{stage}/motif-{number}") for number in targets.numbers],
                network,
                read_connectivity(job.input.connectivity),
            ),
            Course(
                targets=targets.output,
                draw=single_motifs(network.starts),
                initial_std=network.initial_std,
                max_iterations=job.settings["iterations"],
                separate=False,
            ),
            training,
            dynamics,
            rng=job.rng(stage),
            pool_rng=job.rng(f"{stage}/noise"),
            starts=network.starts,
            error_of=error_of,
            report=report,
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
