"""Make the step or oscillatory motifs of one lesson and replicate."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.library import motif, motif_times_tau
from corticomotor.studies.motifs.settings.library import Library

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Draw the motifs, each from a random stream of its own, and write them."""
    settings = Library.model_validate(job.settings["library"])
    kind, numbers = job.settings["kind"], job.settings["numbers"]
    step_tau = job.settings["step_tau"]
    job.write(
        job.output.motifs,
        contracts.LIBRARY,
        {
            "output": [
                motif(kind, number, job.seed, job.replicate, settings, step_tau)
                for number in numbers
            ]
        },
        {"motif": numbers, "time": motif_times_tau(settings, step_tau)},
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
