"""Slow variants of movements, learned from reward."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.gain_modulation.slow_by_reward import iterations_of, learn_slow_by_reward
from corticomotor.studies.gain_modulation.slow_tasks import fast_movements

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.gain_modulation.settings import GainModulation


def main(job: "jobs.Job[GainModulation]") -> None:
    """Learn and write the patterns."""
    settings, speed = job.settings, job.settings.speed
    with job.progress(iterations_of(speed), "iteration") as report:
        found = learn_slow_by_reward(
            job.rng("gain_modulation/speed/by_reward"),
            fast_movements(job, speed.reward.movements + 1),
            speed,
            settings.reward,
            report=report,
            checkpoint=job.checkpoint(),
        )
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
