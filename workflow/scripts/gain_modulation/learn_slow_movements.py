"""Slow variants of movements, at their amplitude or at a smaller one."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.gain_modulation.slow_movements import learn_slow_movements
from corticomotor.studies.gain_modulation.slow_tasks import fast_movements

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.gain_modulation.settings import GainModulation


def main(job: "jobs.Job[GainModulation]") -> None:
    """Learn and write the patterns."""
    speed, scaled = job.settings.speed, job.given["scaled"]
    with job.progress(speed.iterations, "iteration") as report:
        found = learn_slow_movements(
            job.rng("gain_modulation/speed/slow"),
            fast_movements(job, speed.movements),
            speed,
            sessions=speed.scaled_sessions if scaled else speed.sessions,
            # As a movement of the same path that takes so many times as long.
            scale=speed.factor**-2 if scaled else 1.0,
            report=report,
            checkpoint=job.checkpoint(),
        )
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
