"""Chain of motifs that was never trained, by networks without and with preparation."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.motifs.chains import chain_of_networks
from corticomotor.studies.motifs.loading import NetworkParts

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.motifs.settings import Motifs


def main(job: "jobs.Job[Motifs]") -> None:
    """Produce the chain with each network and write it."""
    settings = job.settings
    networks = {
        name: NetworkParts(
            getattr(settings.networks, name),
            job.read(f"connectivity/{name}"),
            job.read_all(f"module/{name}"),
            job.read_all(f"networks/{name}"),
        )
        for name in sorted({each.partition("/")[2] for each, _ in job.input.items()} - {""})
    }
    found = chain_of_networks(
        job.rng,
        [int(number) for number in job.wildcards["chain"].split("-")],
        networks,
        job.read_all("motifs"),
        settings.dynamics,
        preparation_duration=settings.preparation.duration,
        device=settings.training.device,
    )
    job.write(found)


if "snakemake" in globals():
    jobs.run(snakemake, main)
