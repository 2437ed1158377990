"""Config files and settings on command lines: what YAML passes over in silence, or fails at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corticomotor.runtime.errors import InputError
from corticomotor.settings import messages
from corticomotor.settings.loading import load, merged, shape_problems
from corticomotor.settings.root import Settings

if TYPE_CHECKING:
    from yaml import Node


def load_files(model: type[Settings], files: Sequence[Path]) -> Settings:
    """Read the settings from config files, the later over the earlier, as Snakemake does.

    Raises:
        InputError: as `load` does, or with the file that is no config.
    """
    require_single_names(files)
    config: Any = {}
    for file in files:
        config = merged(config, require_readable(file))
    return load(model, config)


def require_readable(file: Path) -> dict[str, Any]:
    """Check that Snakemake can read a config file, which it answers with a traceback if it cannot.

    It does so before it comes to the Snakefile.

    Returns:
        what the file holds.

    Raises:
        InputError: there is no such file, or it is no text in UTF-8, or no block in YAML or JSON.
    """
    if not file.is_file():
        found = "a folder" if file.is_dir() else "another kind of file" if file.exists() else "none"
        raise InputError(f"{file}: expected a config file, found {found}")
    try:
        values = _plain(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{file}: expected a file to read, found: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{file}: expected text in UTF-8, found another byte at position {error.start}"
        ) from error
    except RecursionError as error:
        raise InputError(f"{file}: expected fewer blocks within each other") from error
    except InputError as error:
        raise InputError(f"{file}: {error}") from error
    if not isinstance(values, dict):
        found = messages.shown(values)
        raise InputError(f"{file}: expected settings by their names, found {found}")
    if problems := list(shape_problems(values)):
        raise InputError("\n".join(f"{file}: {problem}" for problem in problems))
    return values


def _plain(text: str) -> Any:
    """Read JSON or YAML, in this order as Snakemake does."""
    import yaml

    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f" in line {mark.line + 1}" if mark else ""
        found = str(error.problem).removeprefix("but ").removeprefix("found ")
        raise InputError(f"expected YAML, found{line}: {found}") from error
    except yaml.reader.ReaderError as error:
        raise InputError(f"expected YAML, found: {error.reason}") from error
    except ValueError as error:  # A date with 13 months, say.
        raise InputError(f"expected YAML, found: {error}") from error


def require_single_names(files: Iterable[str | Path], arguments: Iterable[str] = ()) -> None:
    """Check what YAML passes over: a setting that is given twice, numbers that are not decimal.

    Of several values YAML takes the last; it reads 010 as 8 and 1:30 as 90. A file that YAML alone
    does not read (JSON with tabs, say) is left to who reads it.

    Args:
        files: config files.
        arguments: settings on the command line, such as `constrained={network: {gain: 1.1}}`.

    Raises:
        InputError: with one line per problem.
    """
    problems: list[str] = []
    for file in files:
        with suppress(OSError):
            found = _passed_over(Path(file).read_bytes(), "")
            problems += [f"{file}: {problem}" for problem in found]
    names: set[str] = set()
    for argument in arguments:
        name, _, value = argument.partition("=")
        found = _passed_over(value.encode(errors="surrogateescape"), name)
        if name in names:
            found = [f"{name}: expected each setting once, found it twice"]
        problems += [f"--config: {problem}" for problem in found]
        names.add(name)
    if problems:
        raise InputError("\n".join(problems))


def _passed_over(text: bytes, path: str) -> list[str]:
    import yaml

    try:
        # libyaml, where it is there, takes a tenth of the time.
        root = yaml.compose(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return []
    return [] if root is None else list(_problems(root, path, set()))


def _problems(node: Node, path: str, seen: set[int]) -> Iterator[str]:
    """Find what YAML passes over in a node; blocks that aliases share are read once."""
    import yaml

    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _problems(item, path, seen)
    number = isinstance(node, yaml.ScalarNode) and node.tag.endswith((":int", ":float"))
    if number and re.fullmatch(r"[-+]?(0[0-9_]+|.*:.*)", node.value):
        line = node.start_mark.line + 1
        yield f"{path}: expected a decimal number, found {node.value} in line {line}"
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
        yield from _problems(value, below, seen)
