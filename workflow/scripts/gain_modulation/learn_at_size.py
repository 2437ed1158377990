"""Movements learned by a circuit of one size with several numbers of groups."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.gain_modulation.sizes import learn_at_size
from corticomotor.studies.gain_modulation.system import draw_movements, system_of

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.gain_modulation.settings import GainModulation


def main(job: "jobs.Job[GainModulation]") -> None:
    """Learn and write the errors."""
    settings, sizes = job.settings, job.settings.sizes
    # The same movements for all sizes.
    drawn = draw_movements(
        job.rng("gain_modulation/sizes/movements"), sizes.movements, settings.movement
    )
    with job.progress(sizes.iterations, "iteration") as report:
        found = learn_at_size(
            job.rng("gain_modulation/sizes"),
            system_of(job),
            drawn,
            sizes,
            report=report,
            checkpoint=job.checkpoint(),
        )
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
