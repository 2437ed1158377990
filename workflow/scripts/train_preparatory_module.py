"""Train the preparatory module of one connectivity, and see how it quietens the network."""

from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime import jobs
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.assembly import read_connectivity
from corticomotor.studies.motifs.connectivity import draw_connectivity
from corticomotor.studies.motifs.preparation import initial_loops, rate_norms, train_module
from corticomotor.studies.motifs.settings import Preparation

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

_TRIALS = 8


def main(job: jobs.Job) -> None:
    """Train, and write the module with its eigenvalues and the rates' decay."""
    settings = Preparation.model_validate(job.settings["preparation"])
    step_tau, gain = job.settings["step_tau"], job.settings["gain"]
    loops, units = job.settings["loops"], job.settings["units"]
    steps = round(settings.trial_tau / step_tau)

    connectivity = read_connectivity(job.input.connectivity)
    weights = gain * connectivity.weights
    stage = f"motifs/preparation/{units}/{loops}"
    before = initial_loops(job.rng(stage), units, loops, settings)
    with job.progress(settings.iterations, "iteration") as report:
        module = train_module(
            job.rng(f"{stage}/training"),
            weights,
            connectivity.readout,
            before,
            settings,
            step_tau=step_tau,
            device=job.settings["device"],
            report=report,
            checkpoint=job.checkpoint(),
        )
    trained = module.feedback @ module.reading.T
    rng = job.rng(f"{stage}/tests")
    states = rng.standard_normal((_TRIALS, units))
    foreign = gain * draw_connectivity(rng, units).weights
    cases = {"_without": weights, "": weights + trained, "_foreign": foreign + trained}
    eigenvalues = {case: np.linalg.eigvals(matrix) for case, matrix in cases.items()}
    norms = {
        "rate_norm_without": weights,
        "rate_norm_untrained": weights + before[0] @ before[1].T,
        "rate_norm": weights + trained,
    }
    job.write(
        job.output.module,
        contracts.PREPARATORY_MODULE,
        {
            "feedback": module.feedback,
            "reading": module.reading,
            "cost": module.cost,
            **{
                name: rate_norms(matrix, states, steps=steps, step_tau=step_tau)
                for name, matrix in norms.items()
            },
            **{f"eigenvalue_real{case}": values.real for case, values in eigenvalues.items()},
            **{f"eigenvalue_imaginary{case}": each.imag for case, each in eigenvalues.items()},
        },
        {
            "unit": np.arange(units),
            "loop": np.arange(loops),
            "iteration": range(1, settings.iterations + 1),
            "eigenvalue": np.arange(units),
            "trial": np.arange(_TRIALS),
            "time": step_tau * np.arange(steps + 1),
        },
    )


if "snakemake" in globals():
    jobs.run(snakemake, main)
