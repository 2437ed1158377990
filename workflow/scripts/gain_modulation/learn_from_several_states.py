"""Slow variants of movements from several initial states with one pattern."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.gain_modulation.initial_conditions import learn_from_several_states
from corticomotor.studies.gain_modulation.slow_tasks import fast_movements

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.gain_modulation.settings import GainModulation


def main(job: "jobs.Job[GainModulation]") -> None:
    """Learn and write the errors."""
    speed, settings = job.settings.speed, job.settings.speed.initial_conditions
    most = max(settings.counts)
    with job.progress(len(settings.counts) * settings.iterations, "iteration") as report:
        found = learn_from_several_states(
            job.rng("gain_modulation/speed/initial_conditions"),
            fast_movements(job, most, most),
            speed,
            report=report,
            checkpoint=job.checkpoint(),
        )
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
