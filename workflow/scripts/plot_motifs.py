"""All figures of the motor-motifs study; one job, so that matplotlib is imported once."""

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from corticomotor.plotting import stage_graph, style
from corticomotor.runtime import jobs, store
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs import figures as motifs
from corticomotor.studies.motifs.gathering import by_loops, by_network, least_errors

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Read the results, draw each figure and save it as SVG and PDF."""
    settings = job.settings
    preparation_tau = settings["preparation_tau"]
    names = list(settings["prepared"])
    evaluations = by_network(job.input.evaluations, contracts.EVALUATION, names)
    networks = by_network(job.input.networks, contracts.NETWORK, names)
    modules = store.read_all(job.input.modules, contracts.PREPARATORY_MODULE)
    models = store.read_all(job.input.thalamocortical, contracts.THALAMOCORTICAL)
    half = len(modules) // 2
    figures = {
        "library": motifs.library(
            xr.concat(store.read_all(job.input.step_motifs, contracts.LIBRARY), "motif"),
            xr.concat(store.read_all(job.input.oscillatory_motifs, contracts.LIBRARY), "motif"),
        ),
        "exponentials": motifs.exponentials(
            *store.read_all(job.input.exponentials, contracts.EXPONENTIALS)
        ),
        "errors": motifs.errors(evaluations, models, settings["failure_factor"]),
        "zero_shot": motifs.zero_shot(
            evaluations["additive"],
            evaluations["multiplicative"],
            evaluations["additive_wide"],
            evaluations["additive_oscillatory"],
            settings["wide_std"],
        ),
        "interrupted": motifs.interrupted(
            evaluations["two_input"], evaluations["additive_prepared"], preparation_tau
        ),
        "noise": motifs.noise(evaluations["additive_origin"], evaluations["additive"]),
        "pairs": motifs.pairs(least_errors(job.input.pairs)),
        "preparation": motifs.preparation(
            modules[:half],
            modules[half:],
            by_loops(job.input.swept),
            preparation_tau,
            tuple(settings["gains"]),
        ),
        "learning": motifs.learning(networks),
        "forgetting": motifs.forgetting(
            store.read_all(job.input.forgetting, contracts.FORGETTING),
            float(np.mean([each["random_error"].mean() for each in evaluations["additive"]])),
        ),
        "thalamocortical": motifs.thalamocortical(models, preparation_tau),
        "stages": motifs.stages(stage_graph.edges_between(dict(job.input.items()))),
    }
    for name, figure in figures.items():
        style.save(figure, getattr(job.output, name), getattr(job.output, f"{name}_pdf"))
    for place, (name, prepared) in enumerate(settings["prepared"].items()):
        style.save(
            motifs.performance(evaluations[name][0], preparation_tau if prepared else None),
            job.output.performance[place],
            job.output.performance_pdf[place],
        )


if "snakemake" in globals():
    jobs.run(snakemake, main)
