"""The same movements, learned by gains, initial states and weights."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.gain_modulation.alternatives import WAYS, learn_alternatives
from corticomotor.studies.gain_modulation.system import draw_movements, system_of

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.gain_modulation.settings import GainModulation


def main(job: "jobs.Job[GainModulation]") -> None:
    """Learn and write the errors."""
    settings, rng = job.settings, job.rng("gain_modulation/alternatives")
    targets = draw_movements(rng, settings.alternatives.movements, settings.movement)
    with job.progress(len(WAYS) * settings.alternatives.iterations, "iteration") as report:
        found = learn_alternatives(rng, system_of(job), targets, settings.alternatives, report)
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
