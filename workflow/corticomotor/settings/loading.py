"""From a plain config to the settings, with everything checked that can be checked early."""

from __future__ import annotations

from collections.abc import Mapping
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
    # A network's block has defaults of its own, which differ from those of its kind of block.
    values = _merged(as_config(model()), messages.read(schema(model), dict(config), ""))
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


def _blocks_in(values: Any) -> list[dict[Any, Any]]:
    entries = values.values() if isinstance(values, dict) else []
    return [entry for entry in entries if isinstance(entry, dict)]


def _merged(defaults: Any, values: Any) -> Any:
    """Lay values over defaults, block by block."""
    if not (isinstance(defaults, dict) and isinstance(values, dict)):
        return values
    return defaults | {name: _merged(defaults.get(name), value) for name, value in values.items()}
