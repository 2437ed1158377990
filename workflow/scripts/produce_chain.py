"""Let trained networks produce a chain of motifs that was never trained."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime import jobs
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.assembly import read_targets
from corticomotor.studies.motifs.chains import produce_chain
from corticomotor.studies.motifs.production import read_network
from corticomotor.studies.motifs.settings import Dynamics, Network

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Produce the chain with each network and write it."""
    chain = job.settings["chain"]
    targets = read_targets(job.input.motifs)
    steps = len(targets.times_tau)
    step_tau = job.settings["dynamics"]["step_tau"]
    outcomes = []
    networks = job.settings["networks"]
    for (name, settings), connectivity in zip(
        networks.items(), job.input.connectivity, strict=True
    ):
        network = Network.model_validate(settings)
        trained = read_network(
            network,
            Dynamics.model_validate(job.settings["dynamics"]),
            networks=getattr(job.input, name),
            connectivity=connectivity,
            module=job.input.module if network.prepared else [],
            motif_steps=steps,
            preparation_tau=job.settings["preparation_tau"],
            device=job.settings["device"],
        )
        outcomes.append(
            produce_chain(
                trained,
                chain,
                targets.output,
                initial_std=network.initial_std,
                # The same start and noise for all networks.
                rng=job.rng("motifs/chain"),
            )
        )
    positions = np.arange(1, len(chain) + 1)
    job.write(
        job.output.chain,
        contracts.CHAIN,
        {
            "motif": chain,
            "start": (positions - 1) * steps * step_tau,
            "preparation": job.settings["preparation_tau"],
            "target": targets.output[np.array(chain) - 1].ravel(),
            "output": np.stack([outcome.output for outcome in outcomes]),
            "rate_norm": np.stack([outcome.rate_norm for outcome in outcomes]),
            "error": np.stack([outcome.error for outcome in outcomes]),
        },
        {
            "network": list(networks),
            "position": positions,
            "time": step_tau * np.arange(1, steps * len(chain) + 1),
        },
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
