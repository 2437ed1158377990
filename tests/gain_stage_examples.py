"""What the experiments of the gain-modulation study do on a small circuit, for several tests."""

from __future__ import annotations

from contextlib import nullcontext
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from corticomotor.arrays import Array
from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.runtime.progress import silent
from corticomotor.studies.gain_modulation import contracts
from corticomotor.studies.gain_modulation.alternatives import learn_alternatives
from corticomotor.studies.gain_modulation.groups import learn_in_groups
from corticomotor.studies.gain_modulation.initial_conditions import learn_from_several_states
from corticomotor.studies.gain_modulation.new_movement import learn_new_movement
from corticomotor.studies.gain_modulation.primitives import combine_primitives
from corticomotor.studies.gain_modulation.seven_speeds import learn_seven_speeds
from corticomotor.studies.gain_modulation.shape_and_speed import learn_shape_and_speed
from corticomotor.studies.gain_modulation.sizes import learn_at_size
from corticomotor.studies.gain_modulation.slow_by_reward import iterations_of, learn_slow_by_reward
from corticomotor.studies.gain_modulation.slow_movements import learn_slow_movements
from corticomotor.studies.gain_modulation.system import draw_movements
from examples import small_fast_movements, small_gain_modulation, small_system

STUDY = small_gain_modulation()
SPEED = STUDY.speed


@cache
def movements(number: int) -> Array:
    """Draw movements (time, movement)."""
    return draw_movements(np.random.default_rng(6), number, STUDY.movement)


def primitives(
    rng: np.random.Generator, report: Any = silent, checkpoint: Checkpoint | None = None
) -> dict[str, ArrayLike]:
    """Patterns report alone: libraries are no training."""
    return combine_primitives(
        rng,
        small_system(),
        movements(9)[:, :5],
        movements(9)[:, 5:],
        STUDY.primitives,
        progress=lambda total, unit, _: nullcontext(report if unit == "iteration" else silent),
        checkpoint=checkpoint,
    )


def slow_movements(
    rng: np.random.Generator, scale: float = 1.0, sessions: int = 2, **context: Any
) -> dict[str, ArrayLike]:
    """Learn three slow movements."""
    fast = small_fast_movements(3, 1)
    return learn_slow_movements(rng, fast, SPEED, sessions=sessions, scale=scale, **context)


# What is learned, with its contract and its steps.
STAGES: dict[str, Any] = {
    "new_movement": (
        contracts.NEW_MOVEMENT,
        STUDY.new_movement.iterations,
        lambda rng, **context: learn_new_movement(
            rng, small_system(), movements(1)[:, 0], STUDY.new_movement, STUDY.reward, **context
        ),
    ),
    "alternatives": (
        contracts.ALTERNATIVES,
        4 * STUDY.alternatives.iterations,
        lambda rng, **context: learn_alternatives(
            rng, small_system(), movements(2), STUDY.alternatives, **context
        ),
    ),
    "groups": (
        contracts.GROUPS,
        STUDY.groups.iterations,
        lambda rng, **context: learn_in_groups(
            rng, small_system(), movements(3), STUDY.groups, STUDY.reward, **context
        ),
    ),
    "sizes": (
        contracts.SIZES,
        STUDY.sizes.iterations,
        lambda rng, **context: learn_at_size(
            rng, small_system(), movements(2), STUDY.sizes, **context
        ),
    ),
    "primitives": (contracts.PRIMITIVES, STUDY.primitives.iterations, primitives),
    "slow": (contracts.SLOW_MOVEMENTS, SPEED.iterations, slow_movements),
    "by_reward": (
        contracts.SLOW_BY_REWARD,
        iterations_of(SPEED),
        lambda rng, **context: learn_slow_by_reward(
            rng, small_fast_movements(3, 1), SPEED, STUDY.reward, **context
        ),
    ),
    "initial_conditions": (
        contracts.INITIAL_CONDITIONS,
        3 * SPEED.initial_conditions.iterations,
        lambda rng, **context: learn_from_several_states(
            rng, small_fast_movements(4, 4), SPEED, **context
        ),
    ),
    "seven_speeds": (
        contracts.SEVEN_SPEEDS,
        3 * SPEED.seven_speeds.iterations,
        lambda rng, **context: learn_seven_speeds(
            rng, small_fast_movements(2, 2), SPEED, **context
        ),
    ),
    "shape_and_speed": (
        contracts.SHAPE_AND_SPEED,
        3 * SPEED.shape_and_speed.iterations,
        lambda rng, **context: learn_shape_and_speed(
            rng, small_fast_movements(10, 1), SPEED, **context
        ),
    ),
}
