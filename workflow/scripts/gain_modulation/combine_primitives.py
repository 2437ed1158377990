"""Gain patterns and their combinations at one baseline rate."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.gain_modulation.primitives import combine_primitives
from corticomotor.studies.gain_modulation.system import draw_movements, system_of

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.gain_modulation.settings import GainModulation


def main(job: "jobs.Job[GainModulation]") -> None:
    """Learn patterns, combine them and write what comes out."""
    settings, primitives = job.settings, job.settings.primitives
    rng = job.rng("gain_modulation/primitives")
    targets = draw_movements(rng, primitives.patterns, settings.movement)
    novel = draw_movements(rng, primitives.novel, settings.movement)
    found = combine_primitives(
        rng,
        system_of(job, baseline_rate_hz=float(job.wildcards["baseline"])),
        targets,
        novel,
        primitives,
        progress=job.progress,
        checkpoint=job.checkpoint(),
    )
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
