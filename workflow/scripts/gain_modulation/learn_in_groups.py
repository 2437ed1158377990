"""Movements learned from reward by groups of several kinds."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.gain_modulation.groups import learn_in_groups
from corticomotor.studies.gain_modulation.system import draw_movements, system_of

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.gain_modulation.settings import GainModulation


def main(job: "jobs.Job[GainModulation]") -> None:
    """Learn and write the errors."""
    settings, groups = job.settings, job.settings.groups
    drawn = draw_movements(
        job.rng("gain_modulation/groups/movements"),
        groups.movements + groups.novel,
        settings.movement,
    )
    with job.progress(groups.iterations, "iteration") as report:
        found = learn_in_groups(
            job.rng("gain_modulation/groups"),
            system_of(job),
            drawn,
            groups,
            settings.reward,
            report=report,
            checkpoint=job.checkpoint(),
        )
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
