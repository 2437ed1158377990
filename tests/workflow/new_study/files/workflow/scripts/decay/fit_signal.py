"""Fit a curve to the signal of one replicate."""

from typing import TYPE_CHECKING

from corticomotor.studies.decay.science import fit

from corticomotor.runtime import jobs

if TYPE_CHECKING:
    from corticomotor.studies.decay.settings import Decay
    from snakemake.iocontainers import snakemake


def main(job: "jobs.Job[Decay]") -> None:
    """Fit a curve to the signal of one replicate."""
    job.write(fit(job.read("signal"), job.given["degree"]))


if "snakemake" in globals():
    jobs.run(snakemake, main)
