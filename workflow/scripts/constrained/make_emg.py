"""Target EMG of one replicate: drawn from a Gaussian process, or read from a recording."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.constrained.emg import target_emg

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.constrained.settings import Constrained


def main(job: "jobs.Job[Constrained]") -> None:
    """Draw or read the EMG and write it."""
    job.write(target_emg(job.rng("constrained/emg"), job.settings.emg))


if "snakemake" in globals():
    jobs.run(snakemake, main)
