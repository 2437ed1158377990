"""Config files themselves: what reading them as YAML passes over in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from corticomotor.runtime.errors import InputError

if TYPE_CHECKING:
    from yaml import Node


def require_single_names(files: Iterable[str | Path]) -> None:
    """Check that config files give each setting once: of several values YAML takes the last.

    A file that YAML alone does not read (JSON with tabs, say) is left to who reads it.

    Raises:
        InputError: with one line per setting that is given again.
    """
    import yaml

    problems: list[str] = []
    for file in files:
        try:
            with Path(file).open("rb") as stream:
                # libyaml, where it is there, takes a tenth of the time.
                root = yaml.compose(stream, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except (OSError, yaml.YAMLError):
            continue
        if root is not None:
            problems += [f"{file}: {problem}" for problem in _repeated(root, "", set())]
    if problems:
        raise InputError("\n".join(problems))


def _repeated(node: Node, path: str, seen: set[int]) -> Iterator[str]:
    """Find names that a block holds more than once; blocks that aliases share are read once."""
    import yaml

    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated(item, path, seen)
    if not isinstance(node, yaml.MappingNode):
        return
    first: dict[str, int] = {}
    for key, value in node.value:
        # A block may be merged from several others.
        if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
            continue
        below = f"{path}.{key.value}" if path else str(key.value)
        line = key.start_mark.line + 1
        if key.value in first:
            yield (
                f"{below}: expected each setting once, found it in line {first[key.value]} and "
                f"in line {line}"
            )
        first.setdefault(key.value, line)
        yield from _repeated(value, below, seen)
