"""All figures of the constrained-dynamics study; one job, so that matplotlib is imported once."""

from typing import TYPE_CHECKING

from corticomotor.plotting import stage_graph, style
from corticomotor.runtime import jobs, store
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained import figures as constrained

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Read the results, draw each figure and save it as SVG and PDF."""
    circuits = store.read_all(job.input.circuits, contracts.CIRCUIT)
    truth = store.read(job.input.ground_truth, contracts.GROUND_TRUTH)
    free = store.read(job.input.free, contracts.NETWORK)
    hinted = store.read(job.input.hinted, contracts.NETWORK)
    similarities = store.read_all(job.input.similarity, contracts.SIMILARITY)
    generalisations = store.read_all(job.input.generalisation, contracts.GENERALISATION)
    figures = {
        "emg_fits": constrained.emg_fits(truth, free, hinted),
        "circuit": constrained.circuit(circuits, truth, job.settings["target_abscissa"]),
        "example_neurons": constrained.example_neurons(truth, free, hinted),
        "variance_explained": constrained.variance_explained(similarities),
        "trajectories": constrained.trajectories(similarities[0]),
        "canonical_correlations": constrained.canonical_correlations(similarities),
        "unobserved_neurons": constrained.unobserved_neurons(similarities),
        "generalisation": constrained.generalisation(generalisations),
        "stages": constrained.stages(stage_graph.edges_between(dict(job.input.items()))),
    }
    for name, figure in figures.items():
        style.save(figure, getattr(job.output, name), getattr(job.output, f"{name}_pdf"))


if "snakemake" in globals():
    jobs.run(snakemake, main)
