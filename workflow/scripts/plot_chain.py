"""The figure of one chain of motifs."""

from typing import TYPE_CHECKING

from corticomotor.plotting import style
from corticomotor.runtime import jobs, store
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs import figures as motifs

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Draw the chain and save it as SVG and PDF."""
    figure = motifs.chain(store.read(job.input.chain, contracts.CHAIN), job.settings["chain"])
    style.save(figure, job.output.chain, job.output.chain_pdf)


if "snakemake" in globals():
    jobs.run(snakemake, main)
