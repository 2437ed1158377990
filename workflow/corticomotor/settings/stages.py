"""Which settings each stage of a study depends on.

Places of results under varied settings follow from it: a stage is computed once for all points of
a sweep that agree in what it depends on. Rules can read no other settings than are named here.
"""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Stage:
    """A stage of a study, by the folder of its results.

    Attributes:
        reads: settings or whole blocks of the study that it reads itself; the seed goes without
            saying.
        after: stages whose results it reads.
        except_for: settings in blocks that it reads which change nothing of its results.
    """

    reads: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    except_for: tuple[str, ...] = ()


# {network} stands for a name, the same in a stage and in what it reads and comes after.
_STAGES = {
    "constrained": {
        "emg": Stage(("emg",)),
        "circuit": Stage(("circuit",)),
        "ground_truth": Stage(("dynamics", "gain_learning"), ("emg", "circuit")),
        "sample": Stage(("circuit.neurons", "emg.muscles")),
        "networks/FF": Stage(
            ("network", "sample.muscle_fraction"),
            ("ground_truth", "sample"),
            except_for=(
                "network.hint_strength",
                "network.hint_mode",
                "network.hint_scaling",
                "network.compensate_lag",
            ),
        ),
        "networks/FFH": Stage(("network", "sample"), ("ground_truth", "sample")),
        "similarity": Stage(("similarity",), ("ground_truth", "networks/FF", "networks/FFH")),
        "generalisation": Stage(
            ("dynamics", "gain_learning", "network", "generalisation", "similarity.components"),
            ("circuit", "ground_truth", "networks/FF", "networks/FFH"),
        ),
        "measures/{network}": Stage(
            ("similarity.components",), ("ground_truth", "networks/{network}")
        ),
    },
    "motifs": {
        "library": Stage(("library", "dynamics.step_tau")),
        # Sizes, gains and numbers of loops are parts of these two places already.
        "connectivity": Stage(),
        "preparation": Stage(
            (
                "preparation.initial_scale",
                "preparation.smoothness",
                "preparation.trial_tau",
                "preparation.trials",
                "preparation.learning_rate",
                "preparation.iterations",
                "dynamics.step_tau",
                "training.device",
            ),
            ("connectivity",),
        ),
        "networks/{network}": Stage(
            (
                "networks.{network}",
                "training",
                "dynamics",
                "preparation.duration_tau",
                "preparation.loops",
            ),
            ("library", "connectivity", "preparation"),
        ),
        "evaluation/{network}": Stage(
            (
                "evaluation",
                "networks.{network}",
                "dynamics",
                "preparation.duration_tau",
                "training.device",
            ),
            ("networks/{network}",),
            except_for=("evaluation.failure_factor",),
        ),
        "measures/{network}": Stage(
            ("evaluation.failure_factor", "preparation.duration_tau"), ("evaluation/{network}",)
        ),
    },
}


@cache
def depends_on(study: str, stage: str, setting: str) -> bool:
    """Whether a stage, or one before it, reads a setting.

    Args:
        study: name of the study.
        stage: folder of its results, such as `networks/FF`.
        setting: path below the study, such as `network.gain`; or `seed`.
    """
    if setting == "seed" or reads(study, stage, setting):
        return True
    return any(depends_on(study, earlier, setting) for earlier in _stage(study, stage).after)


@cache
def reads(study: str, stage: str, setting: str) -> bool:
    """Whether a stage itself may read a setting or a block (see `depends_on`)."""
    declared = _stage(study, stage)
    return setting not in declared.except_for and any(
        setting == name or setting.startswith(f"{name}.") for name in declared.reads
    )


@cache
def _stage(study: str, stage: str) -> Stage:
    stages = _STAGES[study]
    if stage in stages:
        return stages[stage]
    folder, _, network = stage.partition("/")
    general = stages[f"{folder}/{{network}}"]
    return Stage(
        tuple(name.replace("{network}", network) for name in general.reads),
        tuple(name.replace("{network}", network) for name in general.after),
        general.except_for,
    )
