"""Overrides: settings that differ from the config, as the folder of the results made with them.

A folder such as `circuit.neurons=100+sample.neuron_fraction=0.5/`, or nothing for the settings as
configured. It names what differs from the config, and only what the results in it depend on:
results that varied settings do not touch are those of the main experiment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from pydantic import ValidationError

from corticomotor.runtime.errors import InputError
from corticomotor.settings import messages
from corticomotor.settings.root import Settings, schema, value_type
from corticomotor.study.record import Study

# Snakemake splits wildcards at commas when it hands a job to a cluster.
_BETWEEN = "+"
# As a regular expression, for wildcards: overrides, or nothing.
OVERRIDES = r"(?:[a-z_0-9.]+=[^/]*/)?"


def folder_of(
    study: Study, stage: str, changes: Mapping[str, Any], config: Mapping[str, Any]
) -> str:
    """Name the folder of a stage's results under changed settings.

    Args:
        study: its record.
        stage: name of the stage, such as `networks/FF`.
        changes: path -> value.
        config: all settings as configured.

    Returns:
        "" or a name that ends with a slash.
    """
    differing = {
        path: value
        for path, value in changes.items()
        if study.depends_on(stage, below(path, study.name)) and value != setting(config, path)
    }
    return f"{folder_name(study.name, differing)}/" if differing else ""


def folder_name(study: str, changes: Mapping[str, Any]) -> str:
    """Write changed settings (path -> value) as the name of a folder, without the slash."""
    parts = [
        override(study, path, value)
        for path, value in sorted(changes.items(), key=lambda each: below(each[0], study))
    ]
    return _BETWEEN.join(parts)


def override(study: str, path: str, value: Any) -> str:
    """Write one changed setting as it stands in the names of folders."""
    return f"{below(path, study)}={_written(value)}"


def overrides_in(folder: str) -> list[str]:
    """Split the name of a folder into its overrides."""
    return [part for part in folder.removesuffix("/").split(_BETWEEN) if part]


def changes_of(model: type[Settings], study: str, folder: str) -> dict[str, Any]:
    """Read the changed settings off the name of a folder: path -> value.

    Raises:
        InputError: it names no settings of the study, or not their values.
    """
    changes = {}
    for part in overrides_in(folder):
        name, _, text = part.partition("=")
        path = name if name == "seed" else f"{study}.{name}"
        expected = messages.setting_schema(schema(model), path)
        if expected is None or "properties" in expected:
            raise InputError(f"{folder}: expected settings of {study}, found {name}")
        try:
            changes[path] = value_type(model, path).validate_python(_read(expected, text))
        except (ValidationError, ValueError):
            raise InputError(
                f"{folder}: {path}: expected {messages.expected_by(expected)}, found {text}"
            ) from None
    return changes


def setting(config: Mapping[str, Any], path: str) -> Any:
    """Return a setting or a block of a plain config by its path."""
    value: Any = config
    for name in path.split("."):
        value = value[name]
    return value


def below(path: str, study: str) -> str:
    """Give the path of a setting below its study; the seed is above all studies."""
    return path.removeprefix(f"{study}.")


def _written(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return quote(text, safe="")


def _read(expected: dict[str, Any], text: str) -> Any:
    written = unquote(text)
    kinds = {kind.get("type") for kind in (expected, *expected.get("anyOf", []))}
    if "array" in kinds and written.startswith("["):
        return json.loads(written)
    return messages.read(expected, written, "")
