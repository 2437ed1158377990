"""Draw the random connectivity that networks of one size share in a replicate."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime import jobs
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.connectivity import draw_connectivity

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Draw the weights and write them."""
    units = job.settings["units"]
    drawn = draw_connectivity(job.rng(f"motifs/connectivity/{units}"), units)
    job.write(
        job.output.connectivity,
        contracts.CONNECTIVITY,
        {"weights": drawn.weights, "readout": drawn.readout},
        {"unit": np.arange(units), "presynaptic_unit": np.arange(units)},
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
