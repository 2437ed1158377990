"""The figure of one sweep."""

from typing import TYPE_CHECKING, Any

from corticomotor.plotting import style
from corticomotor.plotting.sweeps import sweep
from corticomotor.runtime import jobs
from corticomotor.study.looks import Measure, Network

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: "jobs.Job[Any]") -> None:
    """Draw the table of a sweep and save it as SVG and PDF."""
    told, looks = job.params.settings, job.params.looks
    figure = sweep(
        job.shown()["table"],
        told["swept"],
        told["combine"],
        told["logarithmic"],
        networks={name: Network(**look) for name, look in looks["networks"].items()},
        measures={name: Measure(**look) for name, look in looks["measures"].items()},
    )
    style.save(figure, job.output.svg, job.output.pdf)


if "snakemake" in globals():
    jobs.run(snakemake, main)
