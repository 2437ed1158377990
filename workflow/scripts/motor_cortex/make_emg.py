"""Target EMG of one replicate: drawn from a Gaussian process, or read from a recording."""

from typing import TYPE_CHECKING, Any

from corticomotor.motor_cortex.blocks import block_of, path_of
from corticomotor.motor_cortex.emg import target_emg
from corticomotor.runtime import jobs
from corticomotor.runtime.errors import settings_named

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: "jobs.Job[Any]") -> None:
    """Draw or read the EMG and write it."""
    with settings_named(path_of(job, "emg")):
        emg = target_emg(job.rng(job.contract(jobs.RESULT).stage), block_of(job, "emg"))
    job.write(emg)


if "snakemake" in globals():
    jobs.run(snakemake, main)
