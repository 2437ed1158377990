"""Jobs by the files that they make, and what they should be told, from records alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from corticomotor.runtime.stage_settings import StageSettings
from corticomotor.settings.overrides import OVERRIDES
from corticomotor.wiring import StageRule


def leaves(settings: Mapping[str, Any], block: str = "") -> Iterator[tuple[str, Any]]:
    """Settings by their paths."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{block}{name}.")
        else:
            yield f"{block}{name}", value


@cache
def pattern(rule: StageRule) -> re.Pattern[str]:
    """Regular expression of a rule's results, as Snakemake makes it."""
    wildcards = {"overrides": OVERRIDES, "replicate": "[1-9][0-9]*", **rule.wildcards}
    return re.compile(
        re.sub(
            r"\\\{(\w+)\\\}",
            lambda found: f"(?P<{found[1]}>{wildcards[found[1]]})",
            re.escape(rule.result),
        )
    )


def job_of(rules: Iterable[StageRule], file: str) -> tuple[StageRule, dict[str, str]]:
    """The only rule that makes a file, and the wildcards of its job."""
    matches = [(rule, match) for rule in rules if (match := pattern(rule).fullmatch(file))]
    assert len(matches) == 1, (file, [rule.name for rule, _ in matches])
    [(rule, match)] = matches
    return rule, match.groupdict()


def declared(
    rule: StageRule, wildcards: Mapping[str, str], settings: Mapping[str, Any]
) -> dict[str, Any]:
    """Settings of a study, by their paths, that a job of a rule should be told."""
    idle = rule.stage.idle(StageSettings(rule.name, settings), wildcards) if rule.stage.idle else ()

    def lies_in(path: str, blocks: Iterable[str]) -> bool:
        return any(f"{path}.".startswith(f"{block.format(**wildcards)}.") for block in blocks)

    return {
        path: value
        for path, value in leaves(settings)
        if lies_in(path, rule.stage.reads) and not lies_in(path, (*rule.stage.except_for, *idle))
    }
