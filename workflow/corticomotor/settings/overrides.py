"""Places of results under varied settings: readable, and the same for all that is shared.

A place is a folder such as `circuit.neurons=100+sample.neuron_fraction=0.5/`, or nothing for the
settings as configured. It names what differs from the config, and only what the results in it
depend on: results that varied settings do not touch are those of the main experiment.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from pydantic import ValidationError

from corticomotor.runtime.errors import InputError
from corticomotor.settings import messages
from corticomotor.settings.root import schema, value_type
from corticomotor.settings.stages import depends_on

# Snakemake splits wildcards at commas when it hands a job to a cluster.
_BETWEEN = "+"
# As a regular expression, for wildcards: a place, or nothing.
PLACE = r"(?:[a-z_0-9.]+=[^/]*/)?"


def place(study: str, stage: str, changes: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    """Name the folder of a stage's results under changed settings.

    Args:
        study: name of the study.
        stage: folder of the stage's results, such as `networks/FF`.
        changes: path -> value.
        config: all settings as configured.

    Returns:
        "" or a name that ends with a slash.
    """
    parts = [
        change(study, path, value)
        for path, value in sorted(changes.items(), key=lambda each: _below(each[0], study))
        if depends_on(study, stage, _below(path, study)) and value != setting(config, path)
    ]
    return f"{_BETWEEN.join(parts)}/" if parts else ""


def change(study: str, path: str, value: Any) -> str:
    """Write one change of a setting as it stands in the names of places."""
    return f"{_below(path, study)}={_written(value)}"


def changes_in(folder: str) -> list[str]:
    """Split the name of a place into its changes."""
    return [part for part in folder.removesuffix("/").split(_BETWEEN) if part]


def changes_of(study: str, folder: str) -> dict[str, Any]:
    """Read the changes of settings off the name of a place: path -> value.

    Raises:
        InputError: it names no settings of the study, or not their values.
    """
    changes = {}
    for part in changes_in(folder):
        name, _, text = part.partition("=")
        path = _path(name, study)
        expected = messages.setting_schema(schema(), path)
        if expected is None or "properties" in expected:
            raise InputError(f"{folder}: expected settings of {study}, found {name}")
        try:
            changes[path] = value_type(path).validate_python(_read(expected, text))
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


def _below(path: str, study: str) -> str:
    """Give the path of a setting below its study; the seed is above all studies."""
    return path.removeprefix(f"{study}.")


def _path(name: str, study: str) -> str:
    return name if name == "seed" else f"{study}.{name}"


def _written(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return quote(text, safe="")


def _read(expected: dict[str, Any], text: str) -> Any:
    written = unquote(text)
    kinds = {kind.get("type") for kind in (expected, *expected.get("anyOf", []))}
    if "array" in kinds and written.startswith("["):
        return json.loads(written)
    return messages.read(expected, written, "")
