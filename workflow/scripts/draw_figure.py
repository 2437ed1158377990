"""One figure of a study, as SVG and PDF: see the figures in the study's record."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from corticomotor.plotting import style
from corticomotor.runtime import jobs

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: "jobs.Job[Any]") -> None:
    """Draw what the figure shows and save it."""
    module, function = job.params.draw
    draw = getattr(import_module(module), function)
    style.save(draw(**job.shown(), **job.declared), job.output.svg, job.output.pdf)


if "snakemake" in globals():
    jobs.run(snakemake, main)
