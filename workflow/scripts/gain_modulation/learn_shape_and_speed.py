"""Primitives at two speeds, and novel movements assembled from them."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.gain_modulation.shape_and_speed import learn_shape_and_speed
from corticomotor.studies.gain_modulation.slow_tasks import fast_movements

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.gain_modulation.settings import GainModulation


def main(job: "jobs.Job[GainModulation]") -> None:
    """Learn, assemble and write the errors."""
    speed, settings = job.settings.speed, job.settings.speed.shape_and_speed
    with job.progress(3 * settings.iterations, "iteration") as report:
        found = learn_shape_and_speed(
            job.rng("gain_modulation/speed/shape_and_speed"),
            fast_movements(job, 1 + settings.members + settings.novel),
            speed,
            report=report,
            checkpoint=job.checkpoint(),
        )
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
