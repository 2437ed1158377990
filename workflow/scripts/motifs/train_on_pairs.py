"""Training of one network on all ordered pairs of motifs."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.motifs.loading import NetworkParts
from corticomotor.studies.motifs.training import train_on_pairs

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.motifs.settings import Motifs


def main(job: "jobs.Job[Motifs]") -> None:
    """Train and write the errors."""
    settings, pairs = job.settings, job.settings.pairs
    network = getattr(settings.networks, job.wildcards["architecture"]).changed(
        gain=float(job.wildcards["gain"]),
        loop_gain=float(job.wildcards["loop_gain"]),
        starts=pairs.trials,
        max_iterations=pairs.iterations,
    )
    with job.progress(pairs.iterations, "iteration") as report:
        found = train_on_pairs(
            NetworkParts(network, job.read("connectivity")),
            job.read_all("motifs"),
            settings.training,
            settings.dynamics,
            rng=job.rng,
            report=report,
            checkpoint=job.checkpoint(),
        )
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
