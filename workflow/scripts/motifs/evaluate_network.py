"""Tests of one trained network: motifs from random states, and after other motifs."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.motifs.loading import NetworkParts
from corticomotor.studies.motifs.network_evaluation import evaluate_network

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.motifs.settings import Motifs


def main(job: "jobs.Job[Motifs]") -> None:
    """Test and write the errors and examples of what the network does."""
    settings, name = job.settings, job.wildcards["network"]
    network, sessions = getattr(settings.networks, name), job.read_all("networks")
    parts = NetworkParts(network, job.read("connectivity"), job.read_all("module"), sessions)
    with job.progress(settings.evaluation.repetitions, "repetition") as report:
        found = evaluate_network(
            job.rng(f"motifs/evaluation/{name}"),
            parts,
            job.read_all("motifs"),
            settings.dynamics,
            preparation_duration=settings.preparation.duration,
            device=settings.training.device,
            repetitions=settings.evaluation.repetitions,
            starts=settings.evaluation.starts,
            **job.given,
            report=report,
        )
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
