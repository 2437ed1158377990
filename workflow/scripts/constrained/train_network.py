"""Train FF (no hints) or FFH (hints from the observed neurons) of one replicate by full-FORCE."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.constrained.networks import train_on_sample

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.constrained.settings import Constrained


def main(job: "jobs.Job[Constrained]") -> None:
    """Train the network and write its weights, rates and EMG."""
    sampled, settings = job.settings.sample, job.settings.network
    with job.progress(settings.epochs, "epoch") as report:
        network = train_on_sample(
            job.read("ground_truth"),
            job.read("sample"),
            settings,
            neuron_fraction=sampled.neuron_fraction if job.given["hints"] else 0.0,
            muscle_fraction=sampled.muscle_fraction,
            on_circle=job.settings.emg.direction_smoothness is not None,
            rng=job.rng,
            report=report,
        )
    job.write(network)


if "snakemake" in globals():
    jobs.run(snakemake, main)
