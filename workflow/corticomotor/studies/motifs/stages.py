"""The stages of the study: what each reads, after which it comes, its contract and its script."""

from __future__ import annotations

from typing import Any

from corticomotor.studies.motifs import contracts, work
from corticomotor.studies.motifs.choices import (
    CHAINED,
    MODULE,
    OF_UNITS,
    PART,
    SESSIONS,
    STEP_MOTIFS,
    WITH_MODULES,
    architecture_connectivity,
    connectivity_of,
    module_of,
    motifs_of,
    motifs_of_kind,
    networks_of,
    session_of,
    tests_of,
)
from corticomotor.study.names import SettingsView, Wildcards
from corticomotor.study.stage import Stage, Upstream

_STEPS_ALONE = ("library.shortest_step", "library.longest_step", "library.step_standard_deviation")


def _idle_in_library(settings: SettingsView, wildcards: Wildcards) -> tuple[str, ...]:
    return ("library.oscillatory",) if wildcards["kind"] == "step" else _STEPS_ALONE


def _idle_in_network(settings: SettingsView, wildcards: Wildcards) -> list[str]:
    """Only multiplicative networks have loops."""
    networks = [wildcards["network"]] if "network" in wildcards else CHAINED
    return [
        f"networks.{network}.loop_gain"
        for network in networks
        if getattr(settings.networks, network).architecture != "multiplicative"
    ]


# With `auto` a network takes what the node has.
_ON_DEVICE: dict[str, Any] = {"gpu": lambda settings: int(settings.training.device == "cuda")}

STAGES = (
    Stage(
        SESSIONS,
        "make_motifs",
        contracts.LIBRARY,
        reads=("library", "dynamics.dt"),
        except_for=("library.sessions",),
        idle=_idle_in_library,
        given=session_of,
        given_from=("library.sessions",),
        work=work.library,
        label="motifs",
    ),
    Stage(
        "exponentials/{kind}",
        "fit_exponentials",
        contracts.EXPONENTIALS,
        reads=(
            "thalamocortical.largest_amplitude",
            "thalamocortical.separation",
            "thalamocortical.largest_damping",
            "thalamocortical.fit_starts",
            "difficulty.exponentials",
        ),
        after=(Upstream("motifs", SESSIONS, motifs_of_kind, ("library.sessions",)),),
        work=work.exponentials,
        label="difficulty\nof motifs",
    ),
    Stage(
        OF_UNITS,
        "draw_connectivity",
        contracts.CONNECTIVITY,
        label="connectivity",
    ),
    Stage(
        MODULE,
        "train_preparatory_module",
        contracts.PREPARATORY_MODULE,
        reads=(
            "preparation.initial_scale",
            "preparation.roughness_penalty",
            "preparation.trial_duration",
            "preparation.trials",
            "preparation.learning_rate",
            "preparation.iterations",
            "dynamics.dt",
            "training.device",
        ),
        after=(Upstream("connectivity", OF_UNITS, lambda settings, w: [w]),),
        work=work.module,
        resources=_ON_DEVICE,
        label="preparatory\nmodule",
        network="additive_prepared",
    ),
    Stage(
        PART,
        "train_motifs",
        contracts.NETWORK,
        reads=("networks.{network}", "training", "dynamics", "preparation.duration"),
        after=(motifs_of(), connectivity_of(), module_of()),
        idle=_idle_in_network,
        work=work.training,
        resources=_ON_DEVICE | {"runtime": 120},
        label="trained\nnetworks",
        network="additive_prepared",
    ),
    Stage(
        "evaluation/{network}",
        "evaluate_network",
        contracts.EVALUATION,
        reads=(
            "evaluation.repetitions",
            "evaluation.starts",
            "networks.{network}",
            "dynamics",
            "preparation.duration",
            "training.device",
        ),
        after=(motifs_of(), connectivity_of(), module_of(), networks_of()),
        idle=_idle_in_network,
        given=tests_of,
        given_from=("evaluation.interrupted_at", "evaluation.initial_noise"),
        work=work.evaluation,
        resources=_ON_DEVICE,
        label="transitions",
        network="additive_prepared",
    ),
    Stage(
        "measures/{network}",
        "measure_network",
        contracts.MEASURES,
        reads=("evaluation.failure_factor", "preparation.duration"),
        after=("evaluation/{network}", module_of()),
        per_replicate=False,
    ),
    *(
        Stage(
            f"measures/{network.removesuffix('_prepared')}_module",
            "measure_module",
            contracts.MODULE_MEASURES,
            after=(module_of(network),),
            per_replicate=False,
        )
        for network in WITH_MODULES
    ),
    Stage(
        "pairs/{architecture}-gain-{gain}-loops-{loop_gain}",
        "train_on_pairs",
        contracts.PAIRS,
        reads=(
            "networks.{architecture}",
            "pairs.trials",
            "pairs.iterations",
            "dynamics",
            "training",
        ),
        except_for=(
            "networks.{architecture}.gain",
            "networks.{architecture}.loop_gain",
            "networks.{architecture}.starts",
            "networks.{architecture}.max_iterations",
        ),
        after=(
            STEP_MOTIFS,
            Upstream(
                "connectivity",
                OF_UNITS,
                architecture_connectivity,
                ("networks.{architecture}.units",),
            ),
        ),
        work=work.pairs,
        resources=_ON_DEVICE | {"runtime": 120},
        label="all pairs\nof motifs",
    ),
    Stage(
        "forgetting",
        "learn_in_turn",
        contracts.FORGETTING,
        reads=(
            "networks.control",
            "training",
            "dynamics",
            "evaluation.starts",
            "forgetting.iterations",
        ),
        except_for=("networks.control.loop_gain",),
        after=(STEP_MOTIFS, connectivity_of("control"), networks_of("control")),
        work=work.forgetting,
        resources=_ON_DEVICE,
        label="learning\nin turn",
        network="control",
    ),
    Stage(
        "thalamocortical",
        "build_thalamocortical_model",
        contracts.THALAMOCORTICAL,
        reads=(
            "thalamocortical",
            "dynamics.dt",
            "preparation.duration",
            "evaluation.repetitions",
            "evaluation.starts",
        ),
        after=(STEP_MOTIFS,),
        work=work.thalamocortical,
        label="analytic\nmodel",
        network="thalamocortical",
    ),
    Stage(
        "chains/{chain}",
        "roll_out_chain",
        contracts.CHAIN,
        reads=(
            "dynamics",
            *(f"networks.{network}" for network in CHAINED),
            "preparation.duration",
            "training.device",
        ),
        after=(
            STEP_MOTIFS,
            *(
                upstream(network, f"{name}/{network}")
                for network in CHAINED
                for name, upstream in (
                    ("connectivity", connectivity_of),
                    ("module", module_of),
                    ("networks", networks_of),
                )
            ),
        ),
        idle=_idle_in_network,
        work=work.chain,
        resources=_ON_DEVICE,
        label="chains",
        network="additive_prepared",
    ),
)
