"""The stages of the study: what each reads, after which it comes, its contract and its script."""

from __future__ import annotations

from collections.abc import Iterator

from corticomotor.motor_cortex.idle import idle_emg, idle_gain_learning
from corticomotor.runtime.errors import settings_named
from corticomotor.studies.constrained import candidates, contracts, work
from corticomotor.study.names import SettingsView, Wildcards
from corticomotor.study.stage import Stage, Upstream

# Where the scripts of the circuit find its settings.
_CIRCUIT = {"within": "constrained"}
# FF never sees the hints.
_OF_HINTS = (
    "network.hint_strength",
    "network.hint_mode",
    "network.hint_scaling",
    "network.compensate_lag",
)


def _idle_emg(settings: SettingsView, wildcards: Wildcards) -> list[str]:
    return idle_emg(settings.emg, "emg")


def _idle_gain_learning(settings: SettingsView, wildcards: Wildcards) -> list[str]:
    return idle_gain_learning(settings.gain_learning, "gain_learning")


def _idle_hints(settings: SettingsView, wildcards: Wildcards) -> list[str]:
    return ["network.compensate_lag"] if settings.network.hint_mode == "clamp" else []


def _idle_in_directions(settings: SettingsView, wildcards: Wildcards) -> list[str]:
    return _idle_gain_learning(settings, wildcards) + _idle_hints(settings, wildcards)


def _recording(settings: SettingsView) -> list[str]:
    emg = settings.emg
    return [emg.recording.path] if emg.source == "recorded" else []


def _check_recording(settings: SettingsView) -> None:
    if settings.emg.source == "recorded":
        # Slow to import, and most runs need it not.
        from corticomotor.motor_cortex.recordings import recorded_emg

        with settings_named("constrained.emg"):
            recorded_emg(settings.emg)


def _searched_replicates(settings: SettingsView, wildcards: Wildcards) -> Iterator[dict[str, int]]:
    for replicate in settings.search.replicates:
        yield {"replicate": replicate}


STAGES = (
    Stage(
        "emg",
        "motor_cortex/make_emg",
        contracts.EMG,
        reads=("emg",),
        idle=_idle_emg,
        given=_CIRCUIT,
        files=_recording,
        check=_check_recording,
        label="target EMG",
    ),
    Stage(
        "circuit",
        "motor_cortex/build_circuit",
        contracts.CIRCUIT,
        reads=("circuit",),
        except_for=("circuit.initial_state",),
        given=_CIRCUIT,
        work=work.circuit,
        label="stability-optimised\ncircuit",
    ),
    Stage(
        "ground_truth",
        "motor_cortex/learn_gains",
        contracts.GROUND_TRUTH,
        reads=("circuit.initial_state", "emg.direction_smoothness", "dynamics", "gain_learning"),
        after=("emg", "circuit"),
        idle=_idle_gain_learning,
        given=_CIRCUIT,
        work=work.gain_learning,
        label="gain learning:\nground truth",
        network="SOC",
    ),
    Stage(
        "sample",
        "draw_sample",
        contracts.SAMPLE,
        reads=("circuit.neurons", "emg.muscles"),
        label="sample of neurons\nand muscles",
    ),
    Stage(
        "networks/FF",
        "train_network",
        contracts.NETWORK,
        reads=("network", "sample.muscle_fraction", "emg.direction_smoothness"),
        after=("ground_truth", "sample"),
        except_for=_OF_HINTS,
        given={"hints": False},
        work=work.network,
        label="FF",
        network="FF",
    ),
    Stage(
        "networks/FFH",
        "train_network",
        contracts.NETWORK,
        reads=("network", "sample", "emg.direction_smoothness"),
        after=("ground_truth", "sample"),
        idle=_idle_hints,
        given={"hints": True},
        work=work.network,
        label="FFH",
        network="FFH",
    ),
    Stage(
        "similarity",
        "compare_networks",
        contracts.SIMILARITY,
        reads=("similarity",),
        after=("ground_truth", "networks/FF", "networks/FFH"),
        work=work.similarity,
        label="similarity",
    ),
    Stage(
        "generalisation",
        "perturb_networks",
        contracts.GENERALISATION,
        reads=(
            "dynamics",
            "network.time_constant_ms",
            "network.step_ms",
            "generalisation",
            "similarity.components",
        ),
        after=("circuit", "ground_truth", "networks/FF", "networks/FFH"),
        work=work.perturbation,
        label="generalisation",
    ),
    Stage(
        "directions",
        "explore_directions",
        contracts.DIRECTIONS,
        reads=(
            "emg.reaches",
            "emg.muscles",
            "emg.duration_ms",
            "emg.step_ms",
            "emg.envelope_ms",
            "emg.smoothness_ms",
            "circuit.initial_state.modes",
            "dynamics",
            "gain_learning",
            "sample",
            "network",
            "similarity.components",
            "generalisation.trials",
            "directions",
        ),
        after=("circuit", "sample"),
        except_for=("gain_learning.iterations",),
        idle=_idle_in_directions,
        work=work.directions,
        label="unseen directions",
    ),
    Stage(
        "measures/{network}",
        "measure_network",
        contracts.MEASURES,
        reads=("similarity.components",),
        after=("ground_truth", "networks/{network}"),
        per_replicate=False,
        work=work.measures,
    ),
    Stage(
        "search/candidate-{candidate}",
        "try_settings",
        candidates.CANDIDATE,
        reads=(
            "circuit.initial_state",
            "emg.direction_smoothness",
            "dynamics",
            "gain_learning",
            "network",
            "sample",
            "similarity.components",
            "search.ranges",
            "search.replicates",
        ),
        after=tuple(
            Upstream(stage, stage, _searched_replicates, ("search.replicates",))
            for stage in ("circuit", "emg", "sample")
        ),
        idle=_idle_hints,
        per_replicate=False,
        work=work.search,
    ),
)
