"""Draw the signal of one replicate."""

from typing import TYPE_CHECKING

from corticomotor.studies.decay.science import draw_signal

from corticomotor.runtime import jobs

if TYPE_CHECKING:
    from corticomotor.studies.decay.settings import Decay
    from snakemake.iocontainers import snakemake


def main(job: "jobs.Job[Decay]") -> None:
    """Draw the signal of one replicate."""
    job.write(draw_signal(job.rng("decay/signal"), job.settings.signal))


if "snakemake" in globals():
    jobs.run(snakemake, main)
