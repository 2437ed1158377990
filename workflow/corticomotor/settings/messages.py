"""Reading plain values as the settings expect them, and what is wrong with them in one line each.

A JSON schema tells what is expected: it is the same for all kinds of settings.
"""

import difflib
import re
import reprlib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from corticomotor.runtime.errors import InputError


def schema_of(settings: type[BaseModel]) -> dict[str, Any]:
    """Give the schema of a block, each reference replaced by what it refers to."""
    schema = settings.model_json_schema()
    definitions = schema.pop("$defs")

    def resolve(node: Any) -> Any:
        if isinstance(node, list):
            return [resolve(item) for item in node]
        if isinstance(node, dict) and "$ref" in node:
            return resolve(definitions[node["$ref"].removeprefix("#/$defs/")])
        if isinstance(node, dict):
            return {key: resolve(item) for key, item in node.items()}
        return node

    return {key: resolve(item) for key, item in schema.items()}


def setting_schema(schema: dict[str, Any], path: str) -> dict[str, Any] | None:
    """Give the schema of one setting by its path; None where there is no such setting."""
    for name in path.split("."):
        if name not in schema.get("properties", {}):
            return None
        schema = schema["properties"][name]
    return schema


def read(schema: dict[str, Any], value: Any, path: str) -> Any:
    """Turn text into the numbers and truth values that the schema expects.

    Raises:
        InputError: a number is too large or too small to reckon with.
    """
    schema = _fitting(schema, value)
    if isinstance(value, dict):
        return {
            name: item
            if (expected := _entry(schema, name)) is None
            else read(expected, item, _below(path, name))
            for name, item in value.items()
        }
    kinds = [schema, *schema.get("anyOf", [])]
    items = next((kind["items"] for kind in kinds if "items" in kind), None)
    if isinstance(value, list) and items:
        return [read(items, item, f"{path}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, str):
        value = _from_text(value, {kind.get("type") for kind in kinds})
    if isinstance(value, int | float) and (abs(value) > 1e18 or 0 < abs(value) < 1e-18):
        # Beyond these, ratios and products of settings could leave the range of floats.
        raise InputError(
            f"{path}: expected a number between 1e-18 and 1e18 in size, found {shown(value)}"
        )
    return value


def _fitting(schema: dict[str, Any], value: Any) -> dict[str, Any]:
    """Of a setting's alternatives the one for blocks, if the value is a block."""
    kinds = schema.get("anyOf", []) if isinstance(value, dict) else []
    return next((kind for kind in kinds if "properties" in kind), schema)


def _entry(schema: dict[str, Any], name: Any) -> dict[str, Any] | None:
    """Give the schema of an entry of a block, whose names may be fixed or free."""
    named: dict[str, Any] | None = schema.get("properties", {}).get(name)
    free = schema.get("additionalProperties")
    return named if named is not None or not isinstance(free, dict) else free


def _from_text(text: str, kinds: set[str | None]) -> str | float | bool | None:
    if "null" in kinds and text == "null":
        return None
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    if "integer" in kinds and re.fullmatch(r"[-+]?[0-9]{1,20}", text):
        return int(text)
    if "number" in kinds and re.fullmatch(
        r"[-+]?([0-9]+\.?|[0-9]*\.[0-9]+)(e[-+]?[0-9]+)?", text, re.I
    ):
        return float(text)
    return text


def line(detail: ErrorDetails, root: dict[str, Any], values: Mapping[str, Any]) -> str:
    """Say one of pydantic's errors in one line; nothing if it is of an alternative not meant.

    Args:
        detail: the error.
        root: schema of all settings.
        values: the settings that pydantic was given.
    """
    *above, last = detail["loc"] or ("",)
    unknown = detail["type"] in ("extra_forbidden", "invalid_key")
    schema, path = root, ""
    value: Any = values
    # Steps that are neither names nor positions tell alternatives of one setting apart.
    for step in above if unknown else detail["loc"]:
        meant = _fitting(schema, value)
        if isinstance(value, dict) and (expected := _entry(meant, step)) is not None:
            schema, value, path = expected, value.get(step), _below(path, step)
        elif "items" in meant:
            schema, value, path = meant["items"], value[step], f"{path}[{step}]"
    narrowed = _fitting(schema, value)
    if narrowed is not schema and detail["type"] != "value_error" and not unknown:
        return ""
    schema = narrowed
    if unknown:
        name = name_shown(last)
        if "." in name and setting_schema(root, _below(path, name)) is not None:
            inner = ": {".join(name.split("."))
            return f"{path or 'config'}: expected blocks within each other, as in {{{inner}: …"
        return f"{_below(path, name)}: no such setting{_suggestion(str(last), schema, root, path)}"
    if detail["type"] == "value_error":
        problem = str(detail["ctx"]["error"])
        return f"{path}: {problem}" if path else problem
    return f"{path}: expected {expected_by(schema)}, found {shown(value)}"


def _below(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)


def suggestion(path: str, root: dict[str, Any]) -> str:
    """Give `(did you mean ...?)` for the path of a setting that does not exist, if one is near."""
    schema, known = root, ""
    for name in path.split("."):
        if "properties" not in schema or name not in schema["properties"]:
            return _suggestion(name, schema, root, known)
        schema, known = schema["properties"][name], _below(known, name)
    return ""


def _suggestion(name: str, block: dict[str, Any], root: dict[str, Any], path: str) -> str:
    """Find the name in the block that looks most alike, else the same name in nearby blocks."""
    alike = difflib.get_close_matches(name, block.get("properties", {}), n=1)
    if not alike:
        near = path.split(".")

        def blocks_shared(found: str) -> int:
            return sum(a == b for a, b in zip(found.split("."), near, strict=False))

        elsewhere = [found for found in _paths(root, "") if found.split(".")[-1] == name]
        nearest = max(map(blocks_shared, elsewhere), default=0)
        alike = [found for found in elsewhere if blocks_shared(found) == nearest]
        # All networks have the same settings.
        if len(alike) > 3:
            alike = [*alike[:2], f"{len(alike) - 2} more"]
    return f" (did you mean {' or '.join(alike)}?)" if alike else ""


def _paths(schema: dict[str, Any], path: str) -> Iterator[str]:
    for name, setting in schema.get("properties", {}).items():
        yield _below(path, name)
        yield from _paths(setting, _below(path, name))


def expected_by(schema: dict[str, Any]) -> str:
    """Say what the schema of one setting asks for."""
    match schema:
        case {"anyOf": kinds}:
            return " or ".join(expected_by(kind) for kind in kinds)
        case {"type": "array", "items": {}} if not schema["items"]:
            return "a list of values"
        case {"const": word}:
            return str(word)
        case {"enum": words}:
            return f"one of {', '.join(words)}"
        case {"type": "array", "items": items}:
            return f"a list{_length(schema)}, each item {expected_by(items)}"
        case {"type": "integer" | "number" as kind}:
            bounds = {
                "minimum": "at least",
                "exclusiveMinimum": "above",
                "maximum": "at most",
                "exclusiveMaximum": "below",
            }
            limits = [f"{words} {schema[key]}" for key, words in bounds.items() if key in schema]
            noun = "a whole number" if kind == "integer" else "a number"
            return f"{noun} {' and '.join(limits)}".replace("number at", "number of at").rstrip()
        case {"type": "boolean"}:
            return "true or false"
        case {"required": names}:
            return f"a block with {', '.join(names)}"
        case {"type": "null"}:
            return "null"
        case {"type": "string"}:
            return "text"
        case _:
            return "a block of settings"


def _length(schema: dict[str, Any]) -> str:
    """Say how many items a list must have."""
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    if least == most:
        return f" of {least}"
    limits = [f"at least {least}"] if least else []
    limits += [] if most is None else [f"at most {most}"]
    return f" of {' and '.join(limits)}" if limits else ""


def name_shown(name: object) -> str:
    """Show a name that should be one of a setting, or the path of one."""
    return str(name) if re.fullmatch(r"\w+(\.\w+)*", str(name)) else shown(name)


def shown(value: object) -> str:
    """Show any value in one short line."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a block of settings"
    try:
        return " ".join(_short.repr(value).split())
    except ValueError:  # Python does not print integers of thousands of digits.
        return "a huge number"


_short = reprlib.Repr()
_short.maxlist, _short.maxstring, _short.maxother = 12, 80, 80
