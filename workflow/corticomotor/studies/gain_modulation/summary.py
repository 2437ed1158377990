"""The summary of the gain-modulation study, over circuits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from corticomotor.studies.gain_modulation import details, merits
from corticomotor.studies.gain_modulation.answer import answer, undecided
from corticomotor.studies.gain_modulation.merits import Circuits


def summarise(
    _rng: np.random.Generator,
    *,
    new_movements: Circuits,
    alternatives: Circuits,
    groups: Circuits,
    sizes: Mapping[str, Circuits],
    primitives: Mapping[str, Circuits],
    slow: Circuits,
    scaled: Circuits,
    by_reward: Circuits,
    initial_conditions: Circuits,
    seven_speeds: Circuits,
    shape_and_speed: Circuits,
    replicates: int,
    stated_error: float,
) -> dict[str, Any]:
    """Put the results of all circuits in numbers.

    Args:
        _rng: of no use here, where nothing is drawn.
        new_movements, alternatives, groups: of each circuit, see `contracts`.
        sizes: likewise, by the number of neurons.
        primitives: likewise, by the baseline rate; the first is the main one.
        slow, scaled, by_reward, initial_conditions, seven_speeds, shape_and_speed: of the circuits
            that take part in experiments on speed.
        replicates: number of circuits.
        stated_error: part of the error before learning at which iterations are counted.
    """
    found = (
        merits.of_new_movement(new_movements)
        | merits.of_groups(groups)
        | merits.of_alternatives(alternatives)
        | merits.of_primitives(next(iter(primitives.values())))
        | merits.of_slow_movements(slow, scaled, by_reward)
        | merits.of_seven_speeds(seven_speeds)
        | {"shape_and_speed_ratio": merits.shape_and_speed_ratio(shape_and_speed)}
    )
    order = (
        *("reward_error_over_start", "random_groups_minus_specific", "specialised_speedup"),
        *("specialised_speedup_novel", "correlation_rise", "noise_ratio"),
        *("gradient_errors", "gradient_errors_over_gains", "primitives_r_targets"),
        *("primitives_r_libraries", "random_variance_ratio", "slow_reduction_median"),
        *("slow_reduction_worst", "scaled_slow_reduction", "slow_reduction_reward"),
        *("seven_speeds_error", "between_over_ends", "shape_and_speed_ratio"),
    )
    summary = {
        "replicates": replicates,
        "speed_circuits": len(slow),
        "figures_of_merit": {name: found[name] for name in order},
        "new_movement": details.of_new_movement(new_movements),
        "groups": details.of_groups(groups),
        "sizes": details.of_sizes(sizes, stated_error),
        "primitives": {
            baseline: details.of_primitives(circuits) for baseline, circuits in primitives.items()
        },
        "slow": details.of_slow(slow),
        "by_reward": details.of_reward(by_reward),
        "initial_conditions": details.of_states(initial_conditions),
        "seven_speeds": details.of_speeds(seven_speeds),
        "shape_and_speed": details.of_shape(shape_and_speed),
    }
    return summary | {"answer": answer(summary), "left_open": undecided(summary)}
