"""Similarity of one replicate's FF and FFH, and their target networks, to the circuit."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs
from corticomotor.studies.constrained.comparison import compare_networks

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from corticomotor.studies.constrained.settings import Constrained


def main(job: "jobs.Job[Constrained]") -> None:
    """Compare and write."""
    networks = {name: job.read(f"networks/{name}") for name in ("FF", "FFH")}
    rng = job.rng("constrained/similarity")
    job.write(compare_networks(rng, job.read("ground_truth"), networks, job.settings.similarity))


if "snakemake" in globals():
    jobs.run(snakemake, main)
