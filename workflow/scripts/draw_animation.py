"""One animation of a study, as a GIF: see the animations in the study's record."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from corticomotor.plotting import animations
from corticomotor.runtime import jobs

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: "jobs.Job[Any]") -> None:
    """Draw what the animation shows and save it."""
    module, function = job.params.draw
    draw = getattr(import_module(module), function)
    animations.save(draw(**job.shown(), **job.declared), job.output.gif)


if "snakemake" in globals():
    jobs.run(snakemake, main)
