"""Names with wildcards, and paths of settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

# Settings with their names as attributes: the study's, or the part that was declared.
SettingsView = Any
Wildcards = Mapping[str, str]
# Values of a stage's wildcards, for each of some results.
Chooser = Callable[[SettingsView, Wildcards], Iterable[Mapping[str, object]]]

# Pattern of a number as Python writes it, for wildcards.
NUMBER = r"[0-9]+(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?"


def filled(text: str, values: Wildcards) -> str:
    """Put values in the place of wildcards; those without one stay."""
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)


def within(setting: str, blocks: Iterable[str]) -> bool:
    """Whether a setting is one of these, or lies in one of these blocks.

    An open wildcard in a block may stand for any name.
    """
    return any(
        re.match(rf"{_as_pattern(block)}(\.|$)", setting)
        if "{" in block
        else setting == block or setting.startswith(f"{block}.")
        for block in blocks
    )


def _as_pattern(block: str) -> str:
    return re.sub(r"\\\{\w+\\\}", "[^.]+", re.escape(block))
