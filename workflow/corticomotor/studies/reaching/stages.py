"""The stages of the study: what each reads, after which it comes, its contract and its script."""

from __future__ import annotations

from typing import Any

from corticomotor.motor_cortex.idle import idle_gain_learning
from corticomotor.runtime.errors import settings_named
from corticomotor.studies.reaching import contracts, work
from corticomotor.studies.reaching.choices import (
    CONTROL,
    DEEP_Q,
    POPULATION,
    RECORDED,
    SEQUENCE,
    SYNTHETIC,
    recorded,
)
from corticomotor.study.names import SettingsView, Wildcards
from corticomotor.study.stage import Stage, Upstream

_CORTEX = "population.cortex"
# What all trainings of deep Q-networks share.
_DEEP_Q = tuple(
    f"deep_q.{name}"
    for name in (
        *("grid", "longest", "grids", "hidden", "channels", "batch", "memory"),
        *("learning_rate", "target_rate", "exploration", "exploration_frames"),
        *("shrink_at", "shrink_frames", "solved_at", "look_frames", "device"),
    )
)
# Where the scripts that all studies share find their blocks.
_WITHIN = {"within": f"reaching.{_CORTEX}"}


def _on_device(block: str) -> dict[str, Any]:
    """What a cluster must reserve; with `auto` a network takes what the node has."""

    def gpus(settings: SettingsView) -> int:
        return int(getattr(settings, block).device == "cuda")

    return {"gpu": gpus}


def _idle_field(settings: SettingsView, wildcards: Wildcards) -> list[str]:
    names = ("curl",) if settings.task.field.kind == "region" else ("x", "y", "force")
    return [f"task.field.{name}" for name in names]


def _idle_in_model(settings: SettingsView, wildcards: Wildcards) -> list[str]:
    """Only feedback models see what they did."""
    model = wildcards["model"]
    sees = getattr(settings.models, model).architecture == "feedback"
    buffer = [] if sees else [f"models.{model}.buffer", f"models.{model}.buffer_length"]
    return buffer + _idle_field(settings, wildcards)


def _idle_in_deep_q(settings: SettingsView, wildcards: Wildcards) -> list[str]:
    """Only agents that see images have channels."""
    seen = getattr(settings.deep_q.runs, wildcards["run"]).view
    return ["deep_q.channels"] if seen == "parameters" else []


def _idle_gain_learning(settings: SettingsView, wildcards: Wildcards) -> list[str]:
    block = f"{_CORTEX}.gain_learning"
    return idle_gain_learning(settings.population.cortex.gain_learning, block)


def _recording(settings: SettingsView) -> list[str]:
    path = settings.population.cortex.emg.recording.path
    return [path] if path else []


def _check_recording(settings: SettingsView) -> None:
    if _recording(settings):
        # Slow to import, and most runs need it not.
        from corticomotor.motor_cortex.recordings import recorded_emg

        with settings_named(f"reaching.{_CORTEX}.emg"):
            recorded_emg(settings.population.cortex.emg)


STAGES = (
    Stage(
        SEQUENCE,
        "train_sequence_model",
        contracts.SEQUENCE,
        reads=("models.{model}", "training", "task", "tests"),
        idle=_idle_in_model,
        work=work.sequence,
        resources=_on_device("training"),
        label="sequence\nmodels",
        network="positions",
    ),
    Stage(
        "tabular",
        "learn_table",
        contracts.TABULAR,
        reads=("tabular",),
        work=work.tabular,
        label="tabular\nQ-learning",
        network="tabular",
    ),
    Stage(
        DEEP_Q,
        "train_deep_q",
        contracts.DEEP_Q,
        reads=(*_DEEP_Q, "deep_q.runs.{run}"),
        except_for=("deep_q.runs.{run}.seeds",),
        idle=_idle_in_deep_q,
        work=work.deep_q,
        resources=_on_device("deep_q") | {"runtime": 120},
        label="deep\nQ-networks",
        network="parameters",
    ),
    Stage(
        CONTROL,
        "train_control",
        contracts.CONTROL,
        reads=("control", "task.field", "tests.shown"),
        idle=_idle_field,
        work=work.control,
        resources=_on_device("control"),
        label="continuous\ncontrol",
        network="sac",
    ),
    Stage(
        f"cortex/{SYNTHETIC}/emg",
        "motor_cortex/make_emg",
        contracts.EMG,
        reads=(f"{_CORTEX}.emg",),
        except_for=(f"{_CORTEX}.emg.source", f"{_CORTEX}.emg.recording"),
        given=_WITHIN | {"emg": {"source": SYNTHETIC}},
        label="EMG",
    ),
    Stage(
        f"cortex/{RECORDED}/emg",
        "motor_cortex/make_emg",
        contracts.EMG,
        reads=(f"{_CORTEX}.emg",),
        except_for=tuple(
            f"{_CORTEX}.emg.{name}"
            for name in ("source", "envelope_ms", "smoothness_ms", "direction_smoothness")
        ),
        given=_WITHIN | {"emg": {"source": RECORDED}},
        files=_recording,
        check=_check_recording,
        label="EMG",
    ),
    Stage(
        "cortex/circuit",
        "motor_cortex/build_circuit",
        contracts.CIRCUIT,
        reads=(f"{_CORTEX}.circuit",),
        except_for=(f"{_CORTEX}.circuit.initial_state",),
        given=_WITHIN,
        work=work.circuit,
        label="motor cortex",
        network="synthetic",
    ),
    *(
        Stage(
            f"cortex/{emg}/ground_truth",
            "motor_cortex/learn_gains",
            contracts.GROUND_TRUTH,
            reads=(
                f"{_CORTEX}.circuit.initial_state",
                f"{_CORTEX}.emg.direction_smoothness",
                f"{_CORTEX}.dynamics",
                f"{_CORTEX}.gain_learning",
            ),
            after=(
                Upstream("emg", f"cortex/{emg}/emg", lambda settings, wildcards: [{}]),
                Upstream("circuit", "cortex/circuit", lambda settings, wildcards: [{}]),
            ),
            idle=_idle_gain_learning,
            given=_WITHIN,
            work=work.gain_learning,
            label="motor cortex",
            network="synthetic",
        )
        for emg in (SYNTHETIC, RECORDED)
    ),
    Stage(
        POPULATION,
        "compare_population",
        contracts.POPULATION,
        reads=("population", "task.target_step"),
        except_for=(_CORTEX,),
        after=(
            Upstream("network", SEQUENCE, lambda settings, wildcards: [wildcards]),
            Upstream(
                SYNTHETIC,
                f"cortex/{SYNTHETIC}/ground_truth",
                lambda settings, wildcards: [{}],
            ),
            Upstream(
                RECORDED,
                f"cortex/{RECORDED}/ground_truth",
                recorded,
                (f"{_CORTEX}.emg.recording.path",),
            ),
        ),
        label="comparison\nwith motor cortex",
        network="synthetic",
    ),
    Stage(
        "measures/{model}",
        "measure_errors",
        contracts.MEASURES,
        after=(Upstream("network", SEQUENCE, lambda settings, wildcards: [wildcards]),),
        per_replicate=False,
    ),
)
