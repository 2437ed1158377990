"""The report of the motor-motifs study as a PDF and its figures of merit as JSON."""

from typing import TYPE_CHECKING

from corticomotor.reports import write_report
from corticomotor.runtime import jobs, store
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.gathering import by_loops, by_network, least_errors
from corticomotor.studies.motifs.labels import LABELS
from corticomotor.studies.motifs.summary import (
    answer,
    error_by_exponentials,
    preset,
    summarise,
)

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Summarise the replicates, then write the JSON and typeset the PDF."""
    names = list(job.settings["networks"])
    modules = store.read_all(job.input.modules, contracts.PREPARATORY_MODULE)
    half = len(modules) // 2
    summary = summarise(
        job.rng("motifs/report"),
        evaluations=by_network(job.input.evaluations, contracts.EVALUATION, names),
        networks=by_network(job.input.networks, contracts.NETWORK, names),
        modules={"additive": modules[:half], "multiplicative": modules[half:]},
        swept=by_loops(job.input.swept),
        pairs=least_errors(job.input.pairs),
        forgetting=store.read_all(job.input.forgetting, contracts.FORGETTING),
        thalamocortical=store.read_all(job.input.thalamocortical, contracts.THALAMOCORTICAL),
        chains={
            name: store.read(path, contracts.CHAIN)
            for name, path in zip(job.settings["chain_names"], job.input.chains, strict=True)
        },
        failure_factor=job.settings["evaluation"]["failure_factor"],
        preparation_tau=job.settings["preparation"]["duration_tau"],
    )
    summary |= {
        "chain_names": job.settings["chain_names"],
        "units": {name: each["units"] for name, each in job.settings["networks"].items()},
        "prepared": {name: each["prepared"] for name, each in job.settings["networks"].items()},
        "error_by_exponentials": {
            kind: error_by_exponentials(store.read(path, contracts.EXPONENTIALS))
            for kind, path in zip(("step", "oscillatory"), job.input.exponentials, strict=True)
        },
        "answer": answer(summary),
    }
    write_report(
        job,
        "motifs",
        summary,
        [*job.input.figures, *job.input.chain_figures],
        labels=LABELS,
        preset=preset(job.settings),
        swept_network=job.settings["preparation"]["swept_network"],
        preparation_tau=job.settings["preparation"]["duration_tau"],
        smoothness=job.settings["preparation"]["smoothness"],
        failure_factor=job.settings["evaluation"]["failure_factor"],
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
