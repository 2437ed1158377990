"""What gains can do, in sentences that follow the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corticomotor.statistics import Merit
from corticomotor.studies.gain_modulation.groups import SHARED
from corticomotor.study.sentences import in_brackets, left_open, told

UNIT = "circuit"
# Errors that correlate at least so much are those of the same movements.
_ALIKE = 0.9
# What is compared with no difference, as sentences call it.
_COMPARISONS = {
    "random_groups_minus_specific": "error of random groups minus that of neuron-specific gains",
    "correlation_rise": "rise of the correlation of rates with the target",
    "specialised_speedup": "iterations with neuron-specific gains over those with shared groups",
    "specialised_speedup_novel": "iterations on novel movements with neuron-specific gains over "
    "those with shared groups",
    "noise_ratio": "deviation of outputs under noise, at learned gains over gains of 1",
    "random_variance_ratio": "variance across outputs of random over learned patterns",
    "between_over_ends": "error of the speeds between over that of the ends",
    "shape_and_speed_ratio": "output over fit error of shape and speed",
}


def answer(summary: Mapping[str, Any]) -> list[str]:
    """Say in three sentences what gains can do, and what reward alone does not find.

    Verdicts follow the intervals over circuits; with a single circuit, its numbers.
    """
    return [_by_reward(summary), _with_groups(summary), _combined_and_slow(summary)]


def undecided(summary: Mapping[str, Any]) -> str:
    """Name the comparisons that circuits leave open, and how many circuits would not."""
    found = summary["figures_of_merit"]
    others = {
        f"error of gradients, {way} over gains": merit
        for way, merit in found["gradient_errors_over_gains"].items()
    }
    named = {text: found[name] for name, text in _COMPARISONS.items()}
    return left_open(named | others, UNIT)


def _by_reward(summary: Mapping[str, Any]) -> str:
    movement, left = summary["new_movement"], summary["figures_of_merit"]["reward_error_over_start"]
    side = told(left | {"none": 1})
    verdict = {
        -1: "With all connections fixed, a rule that knows only whether the error fell finds gains "
        "for a new movement",
        0: "With all connections fixed, it is open whether a rule that knows only whether the "
        "error fell finds gains for a new movement",
        1: "With all connections fixed, a rule that knows only whether the error fell does not "
        "find gains for a new movement",
    }[side]
    return (
        f"{verdict}: after {movement['iterations']} iterations {_percent(left['value'])} of the "
        f"error is left{in_brackets(left, _percent, UNIT)}, in {movement['sessions']} sessions on "
        f"{_each_of(summary['replicates'])}."
    )


def _with_groups(summary: Mapping[str, Any]) -> str:
    found = summary["figures_of_merit"]
    faster, novel = found["specialised_speedup"], found["specialised_speedup_novel"]
    count = summary["groups"]["largest"][SHARED].rpartition("-")[2]
    return (
        f"{count} gains, each shared by a group of suitable neurons, are learned "
        f"{_speedup(faster)} than one for each neuron, and for movements that the groups were not "
        f"made for {_speedup(novel)}."
    )


def _speedup(ratio: Merit) -> str:
    """How many times faster, or slower, with the interval as it is said."""
    value = ratio["value"]
    if value is None:
        return "at a pace that has no number"
    if value < 1:
        ends = ratio["interval"] and [1 / end for end in reversed(ratio["interval"])]
        ratio = ratio | {"value": 1 / value, "interval": ends}
    text = f"{ratio['value']:.1f} times {'faster' if value >= 1 else 'slower'}"
    brackets = in_brackets(ratio, _number, UNIT)
    if told(ratio) == 0 and brackets:
        brackets = f"{brackets[:-1]}, which leaves open whether they are)"
    return text + brackets


def _combined_and_slow(summary: Mapping[str, Any]) -> str:
    found = summary["figures_of_merit"]
    alike, speeds = found["primitives_r_targets"], summary["seven_speeds"]["speeds"]
    gradients, reward = found["slow_reduction_median"], found["slow_reduction_reward"]
    combined = "Learned patterns combine to novel movements"
    if alike["value"] is not None:
        text = f"{_three(alike['value'])}{in_brackets(alike, _three, UNIT)}"
        combined += (
            f" as their outputs do: errors of both correlate at {text}"
            if told(alike | {"none": _ALIKE}) > 0
            else f", with errors that correlate with those of their combined outputs at {text}"
        )
    return (
        f"{combined}. Of the error of movements slowed {speeds[0] / speeds[-1]:g} times, gradients "
        f"take away {_percent(gradients['value'])}{in_brackets(gradients, _percent, UNIT)} on "
        f"{_circuits(summary['speed_circuits'])}, reward alone {_percent(reward['value'])}"
        f"{in_brackets(reward, _percent, UNIT)} in {summary['by_reward']['iterations']} iterations "
        "(medians over movements)."
    )


def _circuits(count: int) -> str:
    return "one circuit" if count == 1 else f"{count} circuits"


def _each_of(count: int) -> str:
    return "one circuit" if count == 1 else f"each of {count} circuits"


def _number(value: float) -> str:
    return f"{value:.2g}"


def _three(value: float) -> str:
    return f"{value:.3f}"


def _percent(part: float) -> str:
    return f"{100 * part:.3g} %"
