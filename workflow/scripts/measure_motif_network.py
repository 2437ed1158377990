"""Errors, failures and preparation of one network of the motor-motifs study."""

from typing import TYPE_CHECKING

from corticomotor.runtime import jobs, store
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.measures import network_measures

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Measure the network of each replicate and write one number per replicate."""
    evaluations = job.input.evaluations
    modules = store.read_all(job.input.modules, contracts.PREPARATORY_MODULE)
    measured = [
        network_measures(
            store.read(path, contracts.EVALUATION),
            module,
            failure_factor=job.settings["failure_factor"],
            preparation_tau=job.settings["preparation_tau"],
        )
        for path, module in zip(evaluations, modules or [None] * len(evaluations), strict=True)
    ]
    job.write(
        job.output.measures,
        contracts.MEASURES,
        {name: [each[name] for each in measured] for name in contracts.MEASURES.variables},
        {"replicate": job.settings["replicates"]},
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
