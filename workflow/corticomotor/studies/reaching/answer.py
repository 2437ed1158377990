"""Who learns to reach against a force, in sentences that follow the numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from corticomotor.statistics import Merit
from corticomotor.study.sentences import in_brackets, left_open, told

UNIT = "replicate"
# What is compared with no difference, as sentences call it.
_COMPARISONS = {
    "buffer_over_standard_force": "error under the force, feedback of positions over standard",
    "buffer_recovery_ratio": "error with feedback of positions, after the force over before",
    "buffer_force_over_control": "error with feedback of positions, after the force over equal "
    "training without it",
    "graded_frames_ratio": "moves to learn from, exact hits over graded radius",
    "pixels_frames_ratio": "moves to learn from, pixels over parameters",
    "control_crossing_gain": "hits across the force, after learning in it minus before",
    "cca_minus_chance": "correlation with motor cortex minus that of surrogates",
}


def answer(summary: Mapping[str, Any]) -> list[str]:
    """Say in four sentences who learns to reach against a force, and what the activity is like.

    Verdicts follow the intervals over replicates; with a single replicate, its numbers.
    """
    found = summary["figures_of_merit"]
    at_once = summary["models"]["positions"]["crossing"]["before"]
    first = (
        "After learning under a force that they cross, reaches of a network that does not see its "
        f"hand end {_of(found['standard_force_crossing_error'], _percent)} of the workspace from "
        "the target, those of one that sees its last positions "
        f"{_of(found['buffer_force_crossing_error'], _percent)}; as it meets the force for the "
        f"first time {_percent(at_once)}."
    )
    optimal = all(
        found[f"tabular_steps_over_optimum{ending}"]["value"] == 1 for ending in ("", "_force")
    )
    second = (
        f"A table of values is {'' if optimal else 'not '}exactly optimal from all starts with and "
        "without the force; a deep Q-network connects "
        f"{_of(found['dqn_parameters_success'], _part)} of all hands and targets from their "
        f"coordinates, {_of(found['dqn_pixels_success'], _part)} from pixels."
    )
    third = (
        "An agent that chooses accelerations, and can push against the force, hits with "
        f"{_of(found['control_crossing_success'], _part)} of the reaches across it, before it "
        f"learned in it with {_of(found['control_untrained_crossing_success'], _part)}."
    )
    correlation, chance = found["cca_with_circuit"], found["cca_chance"]
    verdict = {1: "above", 0: "not told apart from", -1: "below"}[told(found["cca_minus_chance"])]
    fourth = (
        f"Hidden activity correlates with that of the motor-cortex model at "
        f"{_of(correlation, _two)}, {verdict} what surrogates of it give "
        f"({_two(chance['value'])})."
    )
    return [first, second, third, fourth]


def undecided(summary: Mapping[str, Any]) -> str:
    """Name the comparisons that replicates leave open, and how many replicates would not."""
    found = summary["figures_of_merit"]
    return left_open({text: found[name] for name, text in _COMPARISONS.items()}, UNIT)


def _of(merit: Merit, form: Callable[[float], str]) -> str:
    """Value with its interval, unless all replicates have the same."""
    text = form(merit["value"])
    ends = {form(end) for end in merit["interval"] or ()}
    return text if ends == {text} else text + in_brackets(merit, form, UNIT)


def _percent(value: float) -> str:
    return f"{value:.1f} %"


def _part(value: float) -> str:
    return f"{100 * value:.1f} %"


def _two(value: float) -> str:
    return f"{value:.2f}"
