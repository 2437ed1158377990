"""Two movements at several speeds."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.gain_modulation.seven_speeds import WAYS, learn_seven_speeds
from corticomotor.studies.gain_modulation.slow_tasks import fast_movements

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.gain_modulation.settings import GainModulation


def main(job: "jobs.Job[GainModulation]") -> None:
    """Learn and write the patterns."""
    speed = job.settings.speed
    with job.progress(len(WAYS) * speed.seven_speeds.iterations, "iteration") as report:
        found = learn_seven_speeds(
            job.rng("gain_modulation/speed/seven_speeds"),
            fast_movements(job, 2, 2),
            speed,
            report=report,
            checkpoint=job.checkpoint(),
        )
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
