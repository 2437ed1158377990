"""The study's report as a PDF and its figures of merit as JSON."""

from typing import TYPE_CHECKING

from corticomotor.reports import write_report
from corticomotor.runtime import jobs, store
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.summary import answer, summarise

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Summarise the replicates, then write the JSON and typeset the PDF."""
    summary = summarise(
        job.rng("constrained/report"),
        circuits=store.read_all(job.input.circuits, contracts.CIRCUIT),
        ground_truths=store.read_all(job.input.ground_truth, contracts.GROUND_TRUTH),
        free=store.read_all(job.input.free, contracts.NETWORK),
        hinted=store.read_all(job.input.hinted, contracts.NETWORK),
        similarities=store.read_all(job.input.similarity, contracts.SIMILARITY),
        generalisations=store.read_all(job.input.generalisation, contracts.GENERALISATION),
    )
    write_report(job, "constrained", summary | {"answer": answer(summary)}, job.input.figures)


if "snakemake" in globals():
    jobs.run(snakemake, main)
