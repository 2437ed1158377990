"""Target EMG of one replicate: drawn from a Gaussian process, or read from a recording."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime import jobs
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.emg import gaussian_process_emg, time_grid
from corticomotor.studies.constrained.settings import Emg

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Draw or read the EMG and write it."""
    settings = Emg.model_validate(job.settings["emg"])
    times = time_grid(settings.duration_ms, settings.step_ms)
    if settings.source == "recorded":
        # Filters and file formats are slow to import.
        from corticomotor.studies.constrained.recordings import recorded_emg

        emg, muscles = recorded_emg(settings, Path.cwd())
    else:
        emg = gaussian_process_emg(
            job.rng("constrained/emg"),
            reaches=settings.reaches,
            muscles=settings.muscles,
            time_s=times,
            envelope_ms=settings.envelope_ms,
            smoothness_ms=settings.smoothness_ms,
        )
        muscles = np.arange(settings.muscles)
    job.write(
        job.output.emg,
        contracts.EMG,
        {"emg": emg},
        {"target": np.arange(settings.reaches), "time": times, "muscle": muscles},
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
