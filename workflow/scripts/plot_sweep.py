"""The figure of one sweep."""

from typing import TYPE_CHECKING

from corticomotor import sweeps
from corticomotor.plotting import style
from corticomotor.plotting.sweeps import sweep
from corticomotor.runtime import jobs, store

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Draw the table of a sweep and save it as SVG and PDF."""
    swept = job.settings["swept"]
    table = store.read(job.input.table, sweeps.contract(job.settings["study"], swept))
    figure = sweep(table, swept, job.settings["combine"], job.settings["logarithmic"])
    style.save(figure, job.output.figure, job.output.figure_pdf)


if "snakemake" in globals():
    jobs.run(snakemake, main)
