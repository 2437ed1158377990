"""Jobs of the constrained study: names, and patterns of a stage and all downstream of it."""

from __future__ import annotations


def figures(*names: str) -> set[str]:
    """Jobs that draw these figures."""
    return {f"constrained/figures/{name}" for name in names}


REPORT = {"constrained/report"}
SWEEP_FIGURE = {"sweeps/observed_fraction-figure"} | REPORT
SWEEP = {"sweeps/observed_fraction"} | SWEEP_FIGURE
MEASURES = {"constrained/*measures/*"} | SWEEP
# Figures of all replicates, and of the first.
OF_ALL = figures("variance_explained", "canonical_correlations", "unobserved_neurons")
OF_FIRST = figures("emg_fits", "example_neurons")
OF_PERTURBATIONS = figures("generalisation", "directions")
SIMILARITY = {"constrained/similarity/*"} | OF_ALL | figures("trajectories") | REPORT
GENERALISATION = {"constrained/generalisation/*"} | figures("generalisation") | REPORT
# Has muscle activity, circuits that learn and networks of its own.
OWN_DIRECTIONS = {"constrained/directions/*"} | figures("directions")
DIRECTIONS = OWN_DIRECTIONS | REPORT
COMPARISONS = SIMILARITY | GENERALISATION | DIRECTIONS | MEASURES
FREE = {"constrained/networks/FF/*"} | OF_FIRST | SIMILARITY | GENERALISATION
HINTED = FREE - {"constrained/networks/FF/*"} | {"constrained/*networks/FFH/*"}
HINTED |= {"constrained/*measures/FFH"} | SWEEP
NETWORKS = FREE | HINTED | COMPARISONS
TRUTH = {"constrained/ground_truth/*"} | figures("circuit") | NETWORKS
EMG = {"constrained/emg/*"} | TRUTH
CIRCUIT = {"constrained/circuit/*"} | TRUTH
SAMPLE = {"constrained/sample/*"} | NETWORKS
# What the seed is behind, and what is drawn from the record alone.
RESULTS = EMG | CIRCUIT | SAMPLE
DRAWN = OF_ALL | OF_FIRST | figures("circuit", "trajectories") | REPORT
DRAWN |= OF_PERTURBATIONS
FIGURES = DRAWN | figures("stages")
EVERYTHING = RESULTS | FIGURES


def at(fraction: float) -> str:
    """Overrides of what is made with another observed fraction than the configured one."""
    return f"sample.neuron_fraction={fraction}/"


def truth_of(replicate: int) -> set[str]:
    """The ground truth of one replicate and all downstream of it."""
    stages = ("ground_truth", "networks/FF", "*networks/FFH", "similarity", "generalisation")
    first = OF_FIRST | figures("circuit", "trajectories") if replicate == 1 else set()
    return {
        *(f"constrained/{stage}/replicate-{replicate}" for stage in stages),
        *(OF_ALL | figures("generalisation") | MEASURES | REPORT | first),
    }


def circuit_of(replicate: int) -> set[str]:
    """All downstream of the circuit of one replicate."""
    directions = {f"constrained/directions/replicate-{replicate}"} | figures("directions")
    return truth_of(replicate) | directions | figures("circuit")


def jobs_of(replicates: int = 2, overrides: tuple[str, ...] = ("", at(0.5))) -> set[str]:
    """Names of all jobs behind the study's publications."""
    numbers = range(1, replicates + 1)
    stages = (
        *("emg", "circuit", "ground_truth", "sample", "networks/FF"),
        *("similarity", "generalisation", "directions"),
    )
    drawn = figures(
        *("emg_fits", "circuit", "example_neurons", "variance_explained", "trajectories"),
        *("canonical_correlations", "unobserved_neurons", "generalisation", "directions"),
        "stages",
    )
    return {
        *(f"constrained/{stage}/replicate-{k}" for stage in stages for k in numbers),
        *(f"constrained/{each}networks/FFH/replicate-{k}" for each in overrides for k in numbers),
        *(f"constrained/{each}measures/FFH" for each in overrides),
        *("constrained/measures/FF", *SWEEP, *drawn),
    }
