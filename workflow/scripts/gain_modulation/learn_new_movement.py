"""A new movement, learned from reward in several sessions."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.gain_modulation.new_movement import learn_new_movement
from corticomotor.studies.gain_modulation.system import draw_movements, system_of

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.gain_modulation.settings import GainModulation


def main(job: "jobs.Job[GainModulation]") -> None:
    """Learn and write the sessions and their analyses."""
    settings = job.settings
    target = draw_movements(job.rng("gain_modulation/new_movement/target"), 1, settings.movement)
    with job.progress(settings.new_movement.iterations, "iteration") as report:
        found = learn_new_movement(
            job.rng("gain_modulation/new_movement"),
            system_of(job),
            target[:, 0],
            settings.new_movement,
            settings.reward,
            report=report,
            checkpoint=job.checkpoint(),
        )
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
