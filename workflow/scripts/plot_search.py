"""Figure of the search for the settings that FF and FFH share."""

from typing import TYPE_CHECKING

from corticomotor.plotting.style import save
from corticomotor.runtime import jobs, store
from corticomotor.studies.constrained.candidates import CANDIDATE
from corticomotor.studies.constrained.figures import search

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Draw all candidates, the configured settings first."""
    candidates = store.read_all(job.input.candidates, CANDIDATE)
    save(search(candidates), job.output.search, job.output.search_pdf)


if "snakemake" in globals():
    jobs.run(snakemake, main)
