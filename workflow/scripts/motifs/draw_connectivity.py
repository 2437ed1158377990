"""Random connectivity that networks of one size share in a replicate."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime import jobs
from corticomotor.studies.motifs.connectivity import draw_connectivity

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.motifs.settings import Motifs


def main(job: "jobs.Job[Motifs]") -> None:
    """Draw the weights and write them."""
    units = np.arange(int(job.wildcards["units"]))
    drawn = draw_connectivity(job.rng(f"motifs/connectivity/{units.size}"), units.size)
    job.write(drawn, unit=units, presynaptic_unit=units)


if "snakemake" in globals():
    jobs.run(snakemake, main)
