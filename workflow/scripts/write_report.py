"""The report of a study as a PDF and its figures of merit as JSON."""

from typing import TYPE_CHECKING

from corticomotor.reports.report import write_report
from corticomotor.runtime import jobs

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


if "snakemake" in globals():
    jobs.run(snakemake, write_report)
