"""From a plain config to the settings, with everything checked that can be checked early."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from corticomotor.runtime.errors import InputError
from corticomotor.settings import messages
from corticomotor.settings.combinations import sweep_problems
from corticomotor.settings.root import Settings, as_config, experiment_problems, schema, validated


def load(model: type[Settings], config: Mapping[str, Any]) -> Settings:
    """Read the settings from a plain config, as it comes from YAML and the command line.

    What the config leaves out has its default. Text that spells a number, `true` or `false` is
    read as such where a setting expects it: YAML takes 1e-5 (without a dot) for text, and
    Snakemake passes everything inside `--config block='{…}'` as text.

    Args:
        model: of all settings (`root.compose`).
        config: a mapping.

    Raises:
        InputError: with one line per problem, naming the setting, what was expected and found.
    """
    if not isinstance(config, Mapping):
        raise InputError(f"config: expected a block of settings, found {messages.shown(config)}")
    if problems := list(shape_problems(config)):
        raise InputError("\n".join(problems))
    # A network's block has defaults of its own, which differ from those of its kind of block.
    values = merged(as_config(model()), messages.read(schema(model), dict(config), ""))
    _read_swept_values(schema(model), values["sweep"])
    settings = validated(model, values)
    if problems := [*experiment_problems(settings), *sweep_problems(settings)]:
        raise InputError("\n".join(problems))
    return settings


def _read_swept_values(known: dict[str, Any], sweeps: Any) -> None:
    """Read the values in lists of sweeps as their settings expect them."""
    for sweep in _blocks_in(sweeps):
        for vary in _blocks_in({"vary": sweep.get("vary")}):
            for path, values in vary.items():
                expected = messages.setting_schema(known, str(path))
                if expected is not None and isinstance(values, list):
                    vary[path] = [messages.read(expected, value, str(path)) for value in values]


def shape_problems(config: Mapping[Any, Any]) -> Iterator[str]:
    """Find names that are no text, and blocks that contain themselves, each in one line."""
    return _shape_problems(config, "", set(), ())


def _shape_problems(
    value: Any, path: str, seen: set[int], around: tuple[int, ...]
) -> Iterator[str]:
    """Find names that are no text, and blocks that contain themselves.

    Args:
        value: a block, a list, or anything else.
        path: where it stands.
        seen: identities of the blocks and lists looked at so far: aliases in YAML can make
            a small file name more blocks than there are atoms.
        around: those that contain this one.
    """
    if not isinstance(value, Mapping | list):
        return
    if id(value) in around:
        yield f"{path}: expected a value that does not contain itself, found one that does"
    if id(value) in seen:
        return
    seen.add(id(value))
    items = value.items() if isinstance(value, Mapping) else enumerate(value)
    for name, item in items:
        if isinstance(value, list):
            below = path
        elif isinstance(name, str):
            below = f"{path}.{messages.name_shown(name)}" if path else messages.name_shown(name)
        else:
            yield f"{path or 'config'}: {_no_name(name)}"
            continue
        yield from _shape_problems(item, below, seen, (*around, id(value)))


def _no_name(found: object) -> str:
    hint = " (YAML reads yes, no, on and off so)" if isinstance(found, bool) else ""
    return f"expected names that are text, found {messages.shown(found)}{hint}"


def _blocks_in(values: Any) -> list[dict[Any, Any]]:
    entries = values.values() if isinstance(values, dict) else []
    return [entry for entry in entries if isinstance(entry, dict)]


def merged(defaults: Any, values: Any) -> Any:
    """Lay values over defaults, block by block."""
    if not (isinstance(defaults, dict) and isinstance(values, dict)):
        return values
    return defaults | {name: merged(defaults.get(name), value) for name, value in values.items()}
