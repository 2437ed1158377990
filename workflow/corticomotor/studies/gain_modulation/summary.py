"""The summary of the gain-modulation study, over circuits, movements and sessions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from corticomotor.statistics import Merit
from corticomotor.studies.gain_modulation import details, merits
from corticomotor.studies.gain_modulation.groups import SHARED
from corticomotor.studies.gain_modulation.merits import Circuits


def summarise(
    rng: np.random.Generator,
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
        rng: draws resamples.
        new_movements, alternatives, groups: of each circuit, see `contracts`.
        sizes: likewise, by the number of neurons.
        primitives: likewise, by the baseline rate; the first is the main one.
        slow, scaled, by_reward, initial_conditions, seven_speeds, shape_and_speed: of the circuits
            that take part in experiments on speed.
        replicates: number of circuits.
        stated_error: part of the error before learning at which iterations are counted.
    """
    found = (
        merits.of_new_movement(rng, new_movements)
        | merits.of_groups(rng, groups)
        | {"correlation_rise_p": merits.correlation_rise(new_movements)}
        | {"gradient_errors": merits.of_alternatives(rng, alternatives)}
        | merits.of_primitives(rng, next(iter(primitives.values())))
        | merits.of_slow_movements(rng, slow, scaled, by_reward)
        | merits.of_seven_speeds(rng, seven_speeds)
        | {"shape_and_speed_ratio": merits.shape_and_speed_ratio(rng, shape_and_speed)}
    )
    order = (
        *("reward_error_over_start", "random_groups_minus_specific", "specialised_speedup"),
        *("specialised_speedup_novel", "correlation_rise_p", "gradient_errors"),
        *("primitives_r_targets", "primitives_r_libraries", "random_variance_ratio"),
        *("slow_reduction_median", "slow_reduction_worst", "scaled_slow_reduction"),
        *("slow_reduction_reward", "seven_speeds_error", "between_over_ends"),
        "shape_and_speed_ratio",
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
    return summary | {"answer": answer(summary)}


def answer(summary: dict[str, Any]) -> list[str]:
    """Say in three sentences what gains can do, and what reward alone does not find."""
    found = summary["figures_of_merit"]
    movement, groups, reward = (summary[name] for name in ("new_movement", "groups", "by_reward"))
    left = found["reward_error_over_start"]
    faster, novel = found["specialised_speedup"], found["specialised_speedup_novel"]
    count = groups["largest"][SHARED].rpartition("-")[2]
    first = (
        "With all connections fixed, a rule that knows only whether the error fell finds gains for "
        f"a new movement: after {movement['iterations']} iterations {_percent(left['value'])} of "
        f"the error is left{_in_brackets(left, _percent)}, in {movement['sessions']} sessions on "
        f"each of {summary['replicates']} circuits."
    )
    second = (
        f"{count} gains, each shared by a group of suitable neurons, are "
        f"{_times(faster['value'])} to learn than one for each neuron"
        f"{_in_brackets(_as_said(faster), _number)}, and "
        f"{_times(novel['value'])} for movements that the groups were not made for"
        f"{_in_brackets(_as_said(novel), _number)}."
    )
    at_once = found["slow_reduction_reward"]["value"]
    third = (
        f"Learned patterns combine to novel movements as their outputs do, and gains also slow "
        f"movements {_fold(summary)}: gradients take away "
        f"{_percent(found['slow_reduction_median']['value'])} of the error, reward alone "
        f"{_percent(at_once)} in {reward['iterations']} iterations."
    )
    return [first, second, third]


def _fold(summary: dict[str, Any]) -> str:
    speeds = summary["seven_speeds"]["speeds"]
    return f"{speeds[0] / speeds[-1]:g} times"


def _times(ratio: float) -> str:
    return f"{ratio:.1f} times faster" if ratio >= 1 else f"{1 / ratio:.1f} times slower"


def _as_said(speedup: Merit) -> Merit:
    """Give the interval of how many times slower, where the sentence says so."""
    if speedup["interval"] is None or speedup["value"] >= 1:
        return speedup
    low, high = speedup["interval"]
    return speedup | {"interval": [1 / high, 1 / low]}


def _in_brackets(merit: Merit, form: Callable[[float], str]) -> str:
    if merit["interval"] is None:
        return ""
    low, high = merit["interval"]
    return f" (95 % interval {form(low)} to {form(high)})"


def _number(value: float) -> str:
    return f"{value:.1f}"


def _percent(part: float) -> str:
    return f"{100 * part:.3g} %"
