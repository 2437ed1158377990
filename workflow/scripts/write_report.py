"""The study's report as a PDF and its figures of merit as JSON."""

from typing import TYPE_CHECKING, Any

from corticomotor import jobs, store
from corticomotor.reports import write_report
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.summary import answer, summarise

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Summarise the replicates, then write the JSON and typeset the PDF."""
    summary = summarise(
        job.rng("constrained/report"),
        circuits=_read(job.input.circuits, contracts.CIRCUIT),
        ground_truths=_read(job.input.ground_truth, contracts.GROUND_TRUTH),
        free=_read(job.input.free, contracts.NETWORK),
        hinted=_read(job.input.hinted, contracts.NETWORK),
        similarities=_read(job.input.similarity, contracts.SIMILARITY),
        generalisations=_read(job.input.generalisation, contracts.GENERALISATION),
    )
    write_report(job, "constrained", summary | {"answer": answer(summary)}, job.input.figures)


def _read(paths: list[str], contract: store.Contract) -> list[Any]:
    return [store.read(path, contract) for path in paths]


if "snakemake" in globals():
    jobs.run(snakemake, main)
