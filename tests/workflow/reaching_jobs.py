"""Jobs of the reaching study: names, and patterns of a stage and all downstream of it."""

from __future__ import annotations

from harness import TINY

from corticomotor.studies.reaching.choices import AGENTS, COMPARED, MODELS, RUNS

_SEEDS = {name: run["seeds"] for name, run in TINY["reaching"]["deep_q"]["runs"].items()}
assert set(_SEEDS) == set(RUNS)
_TRAINED = [run for run, seeds in _SEEDS.items() if seeds]
_FIGURES = (
    *("task", "trajectories", "kinematics", "learning", "ablations", "tabular", "deep_q"),
    *("control", "units", "population", "stages"),
)
# What shows the models whose activity is compared.
_OF_COMPARED = ("task", "trajectories", "kinematics", "learning")


def figures(*names: str) -> set[str]:
    """Jobs that draw these figures."""
    return {f"reaching/figures/{name}" for name in names}


ANIMATIONS = {"reaching/animations/reaches"}
REPORT = {"reaching/report"}
SWEEP_FIGURE = {"sweeps/buffer_length-figure"} | REPORT
SWEEP = {"sweeps/buffer_length"} | SWEEP_FIGURE
MEASURES = {"reaching/*measures/*"} | SWEEP
POPULATION = {"reaching/population/*"} | figures("units", "population") | REPORT


def sequence(*models: str) -> set[str]:
    """Sequence models and all downstream of them."""
    jobs = {f"reaching/sequence/{model}/*" for model in models} | figures("ablations") | REPORT
    for model in set(models) & set(COMPARED):
        jobs |= figures(*_OF_COMPARED, "units", "population") | ANIMATIONS
        jobs |= {f"reaching/population/{model}/*"}
    if "positions" in models:
        jobs |= {"reaching/*sequence/positions/*"} | MEASURES
    return jobs


SEQUENCES = sequence(*MODELS)
TABULAR = {"reaching/tabular/*"} | figures("tabular") | REPORT
CONTROL = {"reaching/control/*"} | figures("control") | REPORT


def deep_q(*runs: str) -> set[str]:
    """Deep Q-networks of these trainings and all downstream of them."""
    return {f"reaching/deep_q/{run}/*" for run in runs} | figures("deep_q") | REPORT


DEEP_Q = deep_q(*_TRAINED)
TRUTH = {"reaching/cortex/*/ground_truth/*"} | POPULATION
SYNTHETIC = {"reaching/cortex/synthetic/*"} | POPULATION
EMG = {"reaching/cortex/*/emg/*"} | TRUTH
CIRCUIT = {"reaching/cortex/circuit/*"} | TRUTH
# What computes with networks of any kind.
NETWORKS = SEQUENCES | DEEP_Q | CONTROL | TRUTH
# What the seed is behind, and what is drawn from the record alone.
RESULTS = SEQUENCES | TABULAR | DEEP_Q | CONTROL | EMG | CIRCUIT
FIGURES = figures("*") | REPORT
EVERYTHING = RESULTS | FIGURES


def at(length: int) -> str:
    """Overrides of what is made with another length of the buffer than the configured one."""
    return f"models.positions.buffer_length={length}/"


def jobs_of(replicates: int = 1, overrides: tuple[str, ...] = ("", at(3))) -> set[str]:
    """Names of all jobs behind the study's publications."""
    numbers = range(1, replicates + 1)
    stages = (
        *(f"sequence/{model}" for model in MODELS),
        *(f"{each}sequence/positions" for each in overrides),
        *("tabular", "cortex/circuit"),
        *(
            f"cortex/{emg}/{stage}"
            for emg in ("synthetic", "recorded")
            for stage in ("emg", "ground_truth")
        ),
        *(f"control/{agent}" for agent in AGENTS),
        *(f"population/{model}" for model in COMPARED),
    )
    return {
        *(f"reaching/{stage}/replicate-{k}" for stage in stages for k in numbers),
        *(
            f"reaching/deep_q/{run}/replicate-{k}"
            for run, seeds in _SEEDS.items()
            for k in range(1, seeds + 1)
        ),
        *(f"reaching/{each}measures/positions" for each in overrides),
        *(SWEEP | figures(*_FIGURES) | ANIMATIONS),
    }
