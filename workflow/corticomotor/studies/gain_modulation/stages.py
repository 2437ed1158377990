"""The stages of the study: what each reads, after which it comes, its contract and its script."""

from __future__ import annotations

from collections.abc import Iterator

from corticomotor.studies.gain_modulation import contracts, work
from corticomotor.study.names import SettingsView, Wildcards
from corticomotor.study.stage import Stage, Upstream

# What sweeps measure, and the stages in whose results they measure it.
MEASURED = {"reward": "new_movement", "gradient": "alternatives", "slow": "speed/slow"}
CIRCUITS = "circuits/{neurons}-neurons"


def _neurons(settings: SettingsView, wildcards: Wildcards) -> Iterator[dict[str, int]]:
    yield {"neurons": settings.circuit.neurons}


def _speed_neurons(settings: SettingsView, wildcards: Wildcards) -> Iterator[dict[str, int]]:
    yield {"neurons": settings.speed.neurons}


_CIRCUIT = Upstream("circuit", CIRCUITS, _neurons, ("circuit.neurons",))
_SPEED_CIRCUIT = Upstream("circuit", CIRCUITS, _speed_neurons, ("speed.neurons",))
_SYSTEM = ("dynamics", "movement", "readout")
# What all experiments on speed depend on, and what some of them alone.
_SPEED = (
    *(f"speed.{name}" for name in ("groups", "factor", "step_ms", "ridge", "iterations")),
    *(f"speed.{name}" for name in ("rate", "last_rate", "largest_gradient")),
)
_MOVEMENT = ("dynamics", "movement")

STAGES = (
    Stage(
        CIRCUITS,
        "motor_cortex/build_circuit",
        contracts.CIRCUIT,
        reads=("circuit",),
        except_for=("circuit.neurons",),
        given=lambda settings, wildcards: {
            "within": "gain_modulation",
            "circuit": {"neurons": int(wildcards["neurons"])},
        },
        work=work.circuit,
        label="stability-optimised\ncircuits",
    ),
    Stage(
        "new_movement",
        "learn_new_movement",
        contracts.NEW_MOVEMENT,
        reads=(*_SYSTEM, "new_movement", "reward"),
        after=(_CIRCUIT,),
        work=work.new_movement,
        label="new movement\nby reward",
        network="specific",
    ),
    Stage(
        "alternatives",
        "learn_alternatives",
        contracts.ALTERNATIVES,
        reads=(*_SYSTEM, "alternatives"),
        after=(_CIRCUIT,),
        work=work.alternatives,
        label="other parameters\nthan gains",
        network="gradient",
    ),
    Stage(
        "groups",
        "learn_in_groups",
        contracts.GROUPS,
        reads=(*_SYSTEM, "groups", "reward"),
        after=(_CIRCUIT,),
        work=work.groups,
        label="groups",
        network="own",
    ),
    Stage(
        "sizes/{neurons}-neurons",
        "learn_at_size",
        contracts.SIZES,
        reads=(*_SYSTEM, "sizes"),
        except_for=("sizes.neurons", "sizes.stated_error"),
        after=(Upstream("circuit", CIRCUITS, lambda settings, wildcards: [wildcards]),),
        work=work.sizes,
        label="sizes",
        network="random",
    ),
    Stage(
        "primitives/baseline-{baseline}-hz",
        "combine_primitives",
        contracts.PRIMITIVES,
        reads=(*_SYSTEM, "primitives"),
        except_for=("dynamics.baseline_rate_hz", "primitives.baseline_rates_hz"),
        after=(_CIRCUIT,),
        work=work.primitives,
        label="primitives",
        network="gradient",
    ),
    *(
        Stage(
            f"speed/{name}",
            "learn_slow_movements",
            contracts.SLOW_MOVEMENTS,
            reads=(
                *_MOVEMENT,
                *_SPEED,
                *(f"speed.{each}" for each in ("movements", "noise_db", "noise_samples")),
                sessions,
            ),
            after=(_SPEED_CIRCUIT,),
            given={"scaled": scaled},
            work=count,
            label="slow movements",
            network="slow",
        )
        for name, sessions, scaled, count in (
            ("slow", "speed.sessions", False, work.slow),
            ("slow_and_scaled", "speed.scaled_sessions", True, work.scaled),
        )
    ),
    Stage(
        "speed/by_reward",
        "learn_slow_by_reward",
        contracts.SLOW_BY_REWARD,
        reads=(*_MOVEMENT, *_SPEED, "speed.reward", "reward.memory"),
        after=(_SPEED_CIRCUIT,),
        work=work.by_reward,
        label="slow movements\nby reward",
        network="reward",
    ),
    Stage(
        "speed/initial_conditions",
        "learn_from_several_states",
        contracts.INITIAL_CONDITIONS,
        reads=(*_MOVEMENT, *_SPEED, "speed.initial_conditions"),
        except_for=("speed.iterations",),
        after=(_SPEED_CIRCUIT,),
        work=work.initial_conditions,
        label="initial states",
        network="slow",
    ),
    Stage(
        "speed/seven_speeds",
        "learn_seven_speeds",
        contracts.SEVEN_SPEEDS,
        reads=(*_MOVEMENT, *_SPEED, "speed.seven_speeds"),
        except_for=("speed.iterations", "speed.rate", "speed.last_rate"),
        after=(_SPEED_CIRCUIT,),
        work=work.seven_speeds,
        label="speeds between",
        network="fast",
    ),
    Stage(
        "speed/shape_and_speed",
        "learn_shape_and_speed",
        contracts.SHAPE_AND_SPEED,
        reads=(*_MOVEMENT, *_SPEED, "speed.shape_and_speed"),
        except_for=("speed.groups", "speed.iterations"),
        after=(_SPEED_CIRCUIT,),
        work=work.shape_and_speed,
        label="shape and speed",
        network="fast",
    ),
    *(
        Stage(
            f"measures/{measured}",
            "measure_learning",
            contracts.MEASURES,
            after=(Upstream("learned", stage, lambda settings, wildcards: [{}]),),
            per_replicate=False,
            given={"measured": measured},
        )
        for measured, stage in MEASURED.items()
    ),
)
